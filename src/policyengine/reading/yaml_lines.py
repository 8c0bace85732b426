"""Syntax errors that the line itself explains: nearly always, a text that needed quotes."""

from __future__ import annotations

import re
from typing import NamedTuple

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
QUOTE_ALL = "quote the whole text"
COMMENT_ABOVE = "a comment ends the text on the line above; quote a text that contains ` #`"


class Finding(NamedTuple):
    code: str
    message: str
    start: int
    end: int
    hint: str | None = None


class Case(NamedTuple):
    """One error: the parser's words, where it stopped, where what it was reading began."""

    source: Source
    problem: str
    context: str
    at: int
    begun: int
    flow: int | None

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


def unquoted(case: Case) -> Finding | None:
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
        return Finding(
            "yaml-unquoted",
            f"a text cannot begin with {shown} unless it is quoted",
            begin + value,
            end,
            QUOTE_ALL,
        )
    if first in _QUOTED:
        closed = _QUOTED[first].match(line, value)
        if closed and begin + closed.end() <= case.at and line[closed.end() :].strip():
            other = "'" if first == '"' else '"'
            return Finding(
                "yaml-unquoted",
                f"text follows the closing quote of {quoted(closed[0], 40)}",
                end - len(line[closed.end() :].strip()),
                end,
                f"quote the whole text, with `{other}` outside",
            )
    if first in _BRACKETED:
        closed = _BRACKETED[first].match(line, value)
        if closed and begin + closed.end() <= case.at and line[closed.end() :].strip():
            kind = "mapping" if first == "{" else "list"
            return Finding(
                "yaml-unquoted",
                f"{quoted(closed[0], 40)} is read as a {kind}, and text follows it",
                begin + value,
                end,
                f"quote a text that begins with `{first}`",
            )
    return None


def colon(case: Case) -> Finding:
    """`: ` where no mapping may begin: inside a text, or under a value."""
    text = case.source.text
    begin = case.source.line_starts[case.line_of(case.at) - 1]
    line = text[begin : min(case.at, begin + _LINE_LIMIT)]
    before = _BEFORE_VALUE.match(line)
    if before and before[0].strip(" \t-?"):
        return Finding(
            "yaml-colon",
            "`: ` inside a text that is not quoted",
            case.at,
            case.at + 1,
            QUOTE_ALL,
        )
    return Finding(
        "yaml-indentation",
        "a key cannot stand here; the line before it is a value or not finished",
        begin + len(line) - len(line.lstrip()),
        case.at + 1,
        "indent it like its neighbours, or quote a text of several lines that contains `: `",
    )


def no_colon(case: Case) -> Finding:
    """A line of a mapping without `: `."""
    text = case.source.text
    begin = case.begun
    end = begin + len(case.source.line(case.line_of(begin))) - case.source.position(begin)[1] + 1
    line = text[begin : min(end, begin + _LINE_LIMIT)]
    hint = "write `key: value`"
    if _NO_SPACE.match(line):
        hint = "put a space after `:`"
    elif comment_above(case, begin):
        hint = COMMENT_ABOVE
    message = f"expected `:` after {quoted(line.strip(), 40)}"
    return Finding("yaml-syntax", message, begin, end, hint)


def comment_above(case: Case, at: int) -> bool:
    """Whether the text before this line was ended by a comment."""
    before = case.source.text[max(0, at - _LINE_LIMIT) : at].rstrip()
    return " #" in before.rpartition("\n")[2].strip()
