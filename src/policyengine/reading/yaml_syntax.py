"""YAML syntax errors in our words: what is wrong, where, and what was probably meant.

The parser says what it could not do ("did not find expected key"). Most such errors have
one of a few causes, and nearly all of those are a text that needed quotes; so the line is
looked at first, and the parser's own words decide only when it shows nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn

from yaml.error import MarkedYAMLError, YAMLError

from policyengine.reading.limits import Findings
from policyengine.reading.yaml_lines import (
    COMMENT_ABOVE,
    QUOTE_ALL,
    Case,
    Finding,
    colon,
    comment_above,
    no_colon,
    unquoted,
)
from policyengine.source import Source, quoted

#: before a bracket: a text, which YAML ends there
_TEXT_BEFORE = re.compile(r"""[^\s,:\[\]{}"'][ \t]*\Z""")


def raise_syntax_error(
    error: YAMLError, source: Source, shift: int, flow: int | None, found: Findings
) -> NoReturn:
    """Record a parser's error and raise everything found.

    The parser's marks are `shift` characters behind the source's; `flow` is the offset of
    the innermost bracket that is open.
    """
    size = len(source.text)
    problem, context, at, begun = str(error), "", 0, 0
    if isinstance(error, MarkedYAMLError):
        problem, context = error.problem or "", error.context or ""
        at = error.problem_mark.index + shift if error.problem_mark else 0
        begun = error.context_mark.index + shift if error.context_mark else at
    case = Case(source, problem, context, min(at, size), min(begun, size), flow)
    finding = _explain(case)
    span = source.span(finding.start, max(finding.end, finding.start))
    found.fatal(finding.code, finding.message, span, finding.hint)


def _explain(case: Case) -> Finding:
    for words, explain in _EXPLANATIONS:
        if words in case.problem or words in case.context:
            finding = explain(case)
            if finding is not None:
                return finding
    return Finding(
        "yaml-syntax", f"not valid YAML: {quoted(case.problem, 120)}", case.at, case.at + 1
    )


def _tab(case: Case) -> Finding | None:
    if case.source.text[case.at : case.at + 1] != "\t" and "tab" not in case.problem:
        return None
    return Finding(
        "yaml-tab", "a tab cannot indent a line", case.at, case.at + 1, "indent with spaces"
    )


def _unclosed_quote(case: Case) -> Finding:
    return Finding(
        "yaml-unclosed", "a quote is opened here and never closed", case.begun, case.begun + 1
    )


def _unclosed_flow(case: Case) -> Finding:
    inside = case.source.text[case.at : case.at + 1]
    if inside and inside in "[{" and _TEXT_BEFORE.search(case.source.text[: case.at][-40:]):
        return Finding(
            "yaml-unquoted",
            f"a text inside brackets cannot hold `{inside}` unless it is quoted",
            case.at,
            case.at + 1,
            f"{QUOTE_ALL}, or put a `,` before `{inside}` if it begins the next entry",
        )
    opened = case.source.text[case.begun : case.begun + 1]
    close = "}" if opened == "{" else "]"
    return Finding(
        "yaml-unclosed",
        f"expected `,` or `{close}` where {case.shown(case.at)}",
        case.at,
        case.at + len(case.word(case.at)),
        f"`{opened}` on line {case.line_of(case.begun)} is still open; "
        f"quote a text that begins with `{opened}`",
    )


def _never_closed(case: Case) -> Finding | None:
    """The document ends inside brackets."""
    if case.flow is None or case.source.text[case.at :].strip():
        return None
    opened = case.source.text[case.flow]
    return Finding("yaml-unclosed", f"`{opened}` is never closed", case.flow, case.flow + 1)


def _block_key(case: Case) -> Finding:
    hint = (
        f"the mapping begun on line {case.line_of(case.begun)} continues in column "
        f"{case.source.position(case.begun)[1]}"
    )
    if comment_above(case, case.at):
        hint = COMMENT_ABOVE
    return Finding(
        "yaml-indentation",
        f"expected a key where {case.shown(case.at)}",
        case.at,
        case.at + len(case.word(case.at)),
        hint,
    )


def _block_item(case: Case) -> Finding:
    return Finding(
        "yaml-indentation",
        f"expected `- ` where {case.shown(case.at)}",
        case.at,
        case.at + len(case.word(case.at)),
        f"the list begun on line {case.line_of(case.begun)} continues in column "
        f"{case.source.position(case.begun)[1]}",
    )


def _item_here(case: Case) -> Finding:
    return Finding(
        "yaml-indentation",
        "a list item cannot begin here",
        case.at,
        case.at + 1,
        "put `- ` on a line of its own under the key, or quote a text that begins with `-`",
    )


def _escape(case: Case) -> Finding:
    start = case.source.text.rfind("\\", 0, case.at + 1)
    return Finding(
        "yaml-escape",
        f"{quoted(case.source.text[start : start + 2])} is not an escape",
        start,
        start + 2,
        "write a backslash as `\\\\`, or put the text in single quotes",
    )


def _escape_digits(case: Case) -> Finding:
    start = case.source.text.rfind("\\", 0, case.at + 1)
    return Finding(
        "yaml-escape",
        "the escape is not a character",
        start,
        max(start + 2, case.at + 1),
        "`\\x` takes two hexadecimal digits, `\\u` four and `\\U` eight, and no surrogates",
    )


def _name(case: Case) -> Finding:
    """`*` or `&` that begins no name."""
    mark = case.source.text[case.begun : case.begun + 1]
    return Finding(
        "yaml-unquoted",
        f"a text cannot begin with `{mark}` unless it is quoted",
        case.begun,
        case.begun + 1,
        QUOTE_ALL,
    )


def _bad_tag(case: Case) -> Finding:
    return Finding(
        "yaml-tag",
        f"the tag {quoted(case.word(case.begun))} is not supported",
        case.begun,
        case.begun + len(case.word(case.begun)),
        "a value has no tag; quote a text that begins with `!`",
    )


def _bad_directive(case: Case) -> Finding:
    line = case.source.line(case.line_of(case.at))
    start = case.source.line_starts[case.line_of(case.at) - 1]
    return Finding(
        "yaml-directive",
        f"the directive {quoted(line)} is not supported",
        start,
        start + len(line),
        "documents are YAML 1.2 without directives; remove the line, or quote a text "
        "that begins with `%`",
    )


def _block_header(case: Case) -> Finding:
    mark = case.source.text[case.begun : case.begun + 1]
    return Finding(
        "yaml-unquoted",
        f"text cannot follow `{mark}` on its line",
        case.begun,
        case.at + 1,
        f"begin the text on the next line, indented; quote a text that begins with `{mark}`",
    )


def _block_indentation(case: Case) -> Finding:
    return Finding(
        "yaml-indentation",
        "the text is indented by an impossible number of spaces",
        case.at,
        case.at + 1,
        "indent all its lines alike, deeper than the key",
    )


def _after_document(case: Case) -> Finding:
    return Finding(
        "yaml-syntax",
        f"the document is complete where {case.shown(case.at)}",
        case.at,
        case.at + len(case.word(case.at)),
        "a document is one mapping, one list or one value",
    )


def _no_content(case: Case) -> Finding:
    return Finding(
        "yaml-syntax",
        f"expected a value where {case.shown(case.at)}",
        case.at,
        case.at + len(case.word(case.at)),
        "quote a text that contains brackets or begins with a comma",
    )


def _bad_start(case: Case) -> Finding:
    char = case.source.text[case.at : case.at + 1]
    shown = "a backtick" if char == "`" else quoted(char)
    return Finding(
        "yaml-unquoted",
        f"a text cannot begin with {shown} unless it is quoted",
        case.at,
        case.at + 1,
        QUOTE_ALL,
    )


#: The parser's words (libyaml's and PyYAML's own), in the problem or in its context, and
#: what explains them; the first that has an explanation is taken.
_EXPLANATIONS: tuple[tuple[str, Callable[[Case], Finding | None]], ...] = (
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
    ("", unquoted),
    ("mapping values are not allowed", colon),
    ("could not find expected ':'", no_colon),
    ("mapping keys are not allowed", _bad_start),
    ("entries are not allowed", _item_here),
    ("cannot start any token", _bad_start),
    ("block mapping", _block_key),
    ("block collection", _block_item),
    ("parsing a flow", _never_closed),
    ("node content", _no_content),
    ("parsing a flow node", _no_content),
    ("parsing a flow", _unclosed_flow),
    ("document start", _after_document),
    ("parsing a block node", _no_content),
)
