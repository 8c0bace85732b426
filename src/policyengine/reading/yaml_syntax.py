"""YAML syntax errors in our words: what is wrong, where, and what was probably meant.

The parser says what it could not do ("did not find expected key"). Most such errors have
one of a few causes, and nearly all of those are a text that needed quotes; so the line is
looked at first, and the parser's own words decide only when it shows nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from yaml.error import MarkedYAMLError, YAMLError

from policyengine.reading.limits import Findings
from policyengine.source import Source, quoted

_LINE_LIMIT = 500  # characters of a line that are looked at
#: a word of the text, for a message
_WORD = re.compile(r"[^\s,\[\]{}]{1,40}|\S")
#: from the beginning of a line to the value on it: dashes, then a key and its colon
_BEFORE_VALUE = re.compile(
    r"[ \t]*(?:[-?][ \t]+)*"
    r"(?:(?:\"[^\"]*\"|'[^']*'|[^\s\"'#{}\[\]&*!|>%@`,][^#\r\n]*?)[ \t]*:[ \t]+)?"
)
_QUOTED = {'"': re.compile(r'"(?:[^"\\]|\\.)*"'), "'": re.compile(r"'(?:[^']|'')*'")}
_BRACKETED = {"{": re.compile(r"\{[^{}]*\}"), "[": re.compile(r"\[[^\[\]]*\]")}
_NO_SPACE = re.compile(r"\s*[\w.-]+:\S")
_QUOTE_ALL = "quote the whole text"
_COMMENT_ABOVE = "a comment ends the text on the line above; quote a text that contains ` #`"


class _Finding(NamedTuple):
    code: str
    message: str
    start: int
    end: int
    hint: str | None = None


class _Case(NamedTuple):
    """One error: the parser's words, where it stopped, where what it was reading began."""

    source: Source
    problem: str
    context: str
    at: int
    begun: int

    def word(self, at: int) -> str:
        found = _WORD.match(self.source.text, at)
        return found[0] if found else ""

    def shown(self, at: int) -> str:
        """The word at an offset, for a message."""
        text = self.source.text
        if not text[at:].strip():
            return "the document ends"
        return f"{quoted(self.word(at))} stands" if self.word(at) else "the line ends"

    def line_of(self, at: int) -> int:
        return self.source.position(at)[0]


def raise_syntax_error(error: YAMLError, source: Source, shift: int, found: Findings) -> NoReturn:
    """Record a parser's error and raise everything found."""
    size = len(source.text)
    problem, context, at, begun = str(error), "", 0, 0
    if isinstance(error, MarkedYAMLError):
        problem, context = error.problem or "", error.context or ""
        at = error.problem_mark.index + shift if error.problem_mark else 0
        begun = error.context_mark.index + shift if error.context_mark else at
    case = _Case(source, problem, context, min(at, size), min(begun, size))
    finding = _explain(case)
    span = source.span(finding.start, max(finding.end, finding.start))
    found.fatal(finding.code, finding.message, span, finding.hint)


def _explain(case: _Case) -> _Finding:
    for words, explain in _EXPLANATIONS:
        if words in case.problem or words in case.context:
            finding = explain(case)
            if finding is not None:
                return finding
    return _Finding(
        "yaml-syntax", f"not valid YAML: {quoted(case.problem, 120)}", case.at, case.at + 1
    )


def _tab(case: _Case) -> _Finding | None:
    if case.source.text[case.at : case.at + 1] != "\t" and "tab" not in case.problem:
        return None
    return _Finding(
        "yaml-tab", "a tab cannot indent a line", case.at, case.at + 1, "indent with spaces"
    )


def _unquoted(case: _Case) -> _Finding | None:
    """A value that begins with a character YAML keeps for itself, and then goes on as text."""
    text = case.source.text
    begin = case.source.line_starts[case.line_of(case.at) - 1]
    line = text[begin : begin + _LINE_LIMIT].partition("\n")[0].rstrip("\r")
    before = _BEFORE_VALUE.match(line)
    value = before.end() if before else 0
    first = line[value : value + 1]
    if begin + value > case.at:
        return None
    end = begin + len(line.rstrip())
    if first in ("%", "@", "`"):
        shown = "a backtick" if first == "`" else f"`{first}`"
        return _Finding(
            "yaml-unquoted",
            f"a text cannot begin with {shown} unless it is quoted",
            begin + value,
            end,
            _QUOTE_ALL,
        )
    if first in _QUOTED:
        closed = _QUOTED[first].match(line, value)
        if closed and begin + closed.end() <= case.at and line[closed.end() :].strip():
            other = "'" if first == '"' else '"'
            return _Finding(
                "yaml-unquoted",
                f"text follows the closing quote of {quoted(closed[0], 40)}",
                begin + closed.end(),
                end,
                f"quote the whole text, with `{other}` outside",
            )
    if first in _BRACKETED:
        closed = _BRACKETED[first].match(line, value)
        if closed and begin + closed.end() <= case.at and line[closed.end() :].strip():
            kind = "mapping" if first == "{" else "list"
            return _Finding(
                "yaml-unquoted",
                f"{quoted(closed[0], 40)} is read as a {kind}, and text follows it",
                begin + value,
                end,
                f"quote a text that begins with `{first}`",
            )
    return None


def _colon(case: _Case) -> _Finding:
    """`: ` where no mapping may begin: inside a text, or under a value."""
    text = case.source.text
    begin = case.source.line_starts[case.line_of(case.at) - 1]
    line = text[begin : min(case.at, begin + _LINE_LIMIT)]
    before = _BEFORE_VALUE.match(line)
    if before and before[0].strip(" \t-?"):
        return _Finding(
            "yaml-colon",
            "`: ` inside a text that is not quoted",
            case.at,
            case.at + 1,
            _QUOTE_ALL,
        )
    return _Finding(
        "yaml-indentation",
        "a key cannot stand here; the line before it is a value or not finished",
        begin + len(line) - len(line.lstrip()),
        case.at + 1,
        "indent it like its neighbours, or quote a text of several lines that contains `: `",
    )


def _no_colon(case: _Case) -> _Finding:
    """A line of a mapping without `: `."""
    text = case.source.text
    begin = case.begun
    end = begin + len(case.source.line(case.line_of(begin))) - case.source.position(begin)[1] + 1
    line = text[begin : min(end, begin + _LINE_LIMIT)]
    hint = "write `key: value`"
    if _NO_SPACE.match(line):
        hint = "put a space after `:`"
    elif _comment_above(case, begin):
        hint = _COMMENT_ABOVE
    message = f"expected `:` after {quoted(line.strip(), 40)}"
    return _Finding("yaml-syntax", message, begin, end, hint)


def _comment_above(case: _Case, at: int) -> bool:
    """Whether the text before this line was ended by a comment."""
    before = case.source.text[max(0, at - _LINE_LIMIT) : at].rstrip()
    return " #" in before.rpartition("\n")[2].strip()


def _unclosed_quote(case: _Case) -> _Finding:
    return _Finding(
        "yaml-unclosed", "a quote is opened here and never closed", case.begun, case.begun + 1
    )


def _unclosed_flow(case: _Case) -> _Finding:
    text = case.source.text
    opened = text[case.begun : case.begun + 1]
    close = {"{": "}", "[": "]"}.get(opened, "]")
    if not text[case.at :].strip():
        return _Finding("yaml-unclosed", f"`{opened}` is never closed", case.begun, case.begun + 1)
    return _Finding(
        "yaml-unclosed",
        f"expected `,` or `{close}` where {case.shown(case.at)}",
        case.at,
        case.at + len(case.word(case.at)),
        f"`{opened}` on line {case.line_of(case.begun)} is still open; "
        f"quote a text that begins with `{opened}`",
    )


def _block_key(case: _Case) -> _Finding:
    hint = (
        f"the mapping begun on line {case.line_of(case.begun)} continues in column "
        f"{case.source.position(case.begun)[1]}"
    )
    if _comment_above(case, case.at):
        hint = _COMMENT_ABOVE
    return _Finding(
        "yaml-indentation",
        f"expected a key where {case.shown(case.at)}",
        case.at,
        case.at + len(case.word(case.at)),
        hint,
    )


def _block_item(case: _Case) -> _Finding:
    return _Finding(
        "yaml-indentation",
        f"expected `- ` where {case.shown(case.at)}",
        case.at,
        case.at + len(case.word(case.at)),
        f"the list begun on line {case.line_of(case.begun)} continues in column "
        f"{case.source.position(case.begun)[1]}",
    )


def _item_here(case: _Case) -> _Finding:
    return _Finding(
        "yaml-indentation",
        "a list item cannot begin here",
        case.at,
        case.at + 1,
        "put `- ` on a line of its own under the key, or quote a text that begins with `-`",
    )


def _escape(case: _Case) -> _Finding:
    start = case.source.text.rfind("\\", 0, case.at + 1)
    return _Finding(
        "yaml-escape",
        f"{quoted(case.source.text[start : start + 2])} is not an escape",
        start,
        start + 2,
        "write a backslash as `\\\\`, or put the text in single quotes",
    )


def _escape_digits(case: _Case) -> _Finding:
    start = case.source.text.rfind("\\", 0, case.at + 1)
    return _Finding(
        "yaml-escape",
        "the escape is not a character",
        start,
        max(start + 2, case.at + 1),
        "`\\x` takes two hexadecimal digits, `\\u` four and `\\U` eight, and no surrogates",
    )


def _name(case: _Case) -> _Finding:
    """`*` or `&` that begins no name."""
    mark = case.source.text[case.begun : case.begun + 1]
    return _Finding(
        "yaml-unquoted",
        f"a text cannot begin with `{mark}` unless it is quoted",
        case.begun,
        case.begun + 1,
        _QUOTE_ALL,
    )


def _bad_tag(case: _Case) -> _Finding:
    return _Finding(
        "yaml-tag",
        f"the tag {quoted(case.word(case.begun))} is not supported",
        case.begun,
        case.begun + len(case.word(case.begun)),
        "a value has no tag; quote a text that begins with `!`",
    )


def _bad_directive(case: _Case) -> _Finding:
    line = case.source.line(case.line_of(case.at))
    start = case.source.line_starts[case.line_of(case.at) - 1]
    return _Finding(
        "yaml-directive",
        f"the directive {quoted(line)} is not supported",
        start,
        start + len(line),
        "documents are YAML 1.2 without directives; remove the line, or quote a text "
        "that begins with `%`",
    )


def _block_header(case: _Case) -> _Finding:
    mark = case.source.text[case.begun : case.begun + 1]
    return _Finding(
        "yaml-unquoted",
        f"text cannot follow `{mark}` on its line",
        case.begun,
        case.at + 1,
        f"begin the text on the next line, indented; quote a text that begins with `{mark}`",
    )


def _block_indentation(case: _Case) -> _Finding:
    return _Finding(
        "yaml-indentation",
        "the text is indented by an impossible number of spaces",
        case.at,
        case.at + 1,
        "indent all its lines alike, deeper than the key",
    )


def _after_document(case: _Case) -> _Finding:
    return _Finding(
        "yaml-syntax",
        f"the document is complete where {case.shown(case.at)}",
        case.at,
        case.at + len(case.word(case.at)),
        "a document is one mapping, one list or one value",
    )


def _no_content(case: _Case) -> _Finding:
    return _Finding(
        "yaml-syntax",
        f"expected a value where {case.shown(case.at)}",
        case.at,
        case.at + len(case.word(case.at)),
        "quote a text that contains brackets or begins with a comma",
    )


def _bad_start(case: _Case) -> _Finding:
    char = case.source.text[case.at : case.at + 1]
    shown = "a backtick" if char == "`" else quoted(char)
    return _Finding(
        "yaml-unquoted",
        f"a text cannot begin with {shown} unless it is quoted",
        case.at,
        case.at + 1,
        _QUOTE_ALL,
    )


#: The parser's words (libyaml's and PyYAML's own), in the problem or in its context, and
#: what explains them; the first that has an explanation is taken.
_EXPLANATIONS: tuple[tuple[str, Callable[[_Case], _Finding | None]], ...] = (
    ("tab character", _tab),
    ("cannot start any token", _tab),
    ("scanning a directive", _bad_directive),
    ("incompatible YAML document", _bad_directive),
    ("duplicate YAML directive", _bad_directive),
    ("duplicate %", _bad_directive),
    ("%YAML directive", _bad_directive),
    ("incompatible document", _bad_directive),
    ("a tag", _bad_tag),
    ("undefined tag handle", _bad_tag),
    ("scanning an a", _name),
    ("found unknown escape", _escape),
    ("hexdecimal", _escape_digits),
    ("hexadecimal", _escape_digits),
    ("character escape code", _escape_digits),
    ("expected escape sequence", _escape_digits),
    ("scanning a quoted scalar", _unclosed_quote),
    ("comment or line break", _block_header),
    ("comment or a line break", _block_header),
    ("scanning a block scalar", _block_indentation),
    ("", _unquoted),
    ("mapping values are not allowed", _colon),
    ("could not find expected ':'", _no_colon),
    ("mapping keys are not allowed", _colon),
    ("entries are not allowed", _item_here),
    ("cannot start any token", _bad_start),
    ("block mapping", _block_key),
    ("block collection", _block_item),
    ("node content", _no_content),
    ("parsing a flow node", _no_content),
    ("parsing a flow", _unclosed_flow),
    ("document start", _after_document),
    ("parsing a block node", _no_content),
)
