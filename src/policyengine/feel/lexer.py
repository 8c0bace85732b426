"""Text to tokens."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import NoReturn

from policyengine.errors import Diagnostic, ExpressionError
from policyengine.feel import mistakes
from policyengine.source import Span, quoted
from policyengine.values.numbers import NumeralError, from_numeral
from policyengine.values.record import Record

#: Characters an expression may have.
MAX_LENGTH = 50_000

Origin = Callable[[int, int], Span]

# Beyond ASCII everything is taken for a part of a name here, and sorted out by `_name_end`:
# the standard's character classes would take ten milliseconds to compile.
_TOKEN = re.compile(
    r"(?P<space>(?:[ \t\n\v\f\r]+|//[^\n]*|/\*(?s:.*?)\*/)+)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r'|(?P<string>"(?:[^"\\\n\r]|\\[^\n\r])*")'
    r"|(?P<name>[^\x00->@\[-^`{-\x7f][^\x00-/:->@\[-^`{-\x7f]*)"
    r"|(?P<op>\*\*|\.\.|<=|>=|!=|->|[-+*/=<>()\[\]{}.,:@])"
)
_TAIL = re.compile(r"[^\x00-/:->@\[-^`{-\x7f]*")

#: Blanks beyond ASCII (grammar rule 61).
_BLANKS = frozenset(
    "\u0085\u00a0\u1680\u180e\u2028\u2029\u202f\u205f\u3000\ufeff"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
)

#: The standard's grammar rules 28 to 30: characters beyond ASCII that begin a name, and
#: those that may follow, as first and last of each run.
_STARTS = (
    (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF), (0x370, 0x37D), (0x37F, 0x167F),
    (0x1681, 0x180D), (0x180F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF),
    (0x3001, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFEFE), (0xFF00, 0xFFFD), (0x10000, 0xEFFFF),
)  # fmt: skip
_PARTS = (*_STARTS, (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040))

_ESCAPE = re.compile(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
    r"|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))"
)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


class Token(Record):
    """`kind` is `number`, `string`, `name`, `op` or `end`; `value` the decoded number or
    string, else the text; `start` and `end` are offsets in the expression."""

    kind: str
    text: str
    value: Decimal | str
    start: int
    end: int

    def is_op(self, *texts: str) -> bool:
        return self.kind == "op" and self.text in texts

    def is_word(self, *texts: str) -> bool:
        return self.kind == "name" and self.text in texts


def fail(code: str, message: str, span: Span, hint: str | None = None) -> NoReturn:
    raise ExpressionError(Diagnostic(code, message, span, hint=hint))


def tokens(text: str, origin: Origin) -> list[Token]:
    """All tokens, an `end` last; raises `ExpressionError` at the first character that
    begins none."""
    if len(text) > MAX_LENGTH:
        fail(
            "feel-too-long",
            f"the expression has {len(text)} characters; at most {MAX_LENGTH} are read",
            origin(0, 1),
        )
    found = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            _refuse(text, at, origin)
        kind, end = match.lastgroup, match.end()
        assert kind is not None
        if kind == "name" and not match.group().isascii():
            if text[at] in _BLANKS:
                at += 1
                continue
            end = _name_end(text, at, end)
            if end == at:
                _refuse(text, at, origin)
        if kind != "space":
            raw = text[at:end]
            value: Decimal | str = raw
            if kind == "number":
                value = _number(text, at, end, origin)
            elif kind == "string":
                value = _string(raw, at, origin)
            elif kind == "op":
                _check_operator(text, at, end, origin)
            found.append(Token(kind, raw, value, at, end))
        at = end
    found.append(Token("end", "", "", len(text), len(text)))
    return found


def _name_end(text: str, start: int, end: int) -> int:
    """Where a name ends by the standard's character classes; its start if it is none."""
    for at in range(start, end):
        point = ord(text[at])
        classes = _PARTS if at > start else _STARTS
        if point > 0x7F and not any(first <= point <= last for first, last in classes):
            return at
    return end


def _number(text: str, start: int, end: int, origin: Origin) -> Decimal:
    tail = _TAIL.match(text, end)
    stop = _name_end(text, end, tail.end()) if tail else end
    if stop > end:
        shown = quoted(text[start:stop])
        hint = mistakes.number_hint(text[start:end], text[end:stop])
        fail("feel-number", f"{shown} is not a number", origin(start, stop), hint)
    if text[end : end + 1] == "%":
        shown = quoted(text[start : end + 1])
        fail(
            "feel-number",
            f"{shown} is not a number",
            origin(start, end + 1),
            "write the number alone if the term is in per cent, or divide it by 100",
        )
    try:
        return from_numeral(text[start:end])
    except NumeralError as refused:
        fail("feel-number", str(refused), origin(start, end))


def _string(raw: str, start: int, origin: Origin) -> str:
    """The value of a string literal; an unknown escape stands for itself, as in the grammar."""
    if not raw.isascii():
        for at, char in enumerate(raw):
            if 0xD800 <= ord(char) <= 0xDFFF:
                place = origin(start + at, start + at + 1)
                fail("feel-string", f"{quoted(char)} is half a character", place)
    if "\\" not in raw:
        return raw[1:-1]

    def decode(match: re.Match[str]) -> str:
        high, low, short, long, other = match.groups()
        if high:
            pair = (int(high, 16) - 0xD800 << 10) + int(low, 16) - 0xDC00 + 0x10000
            return chr(pair)
        if other is not None:
            return _SIMPLE.get(other, match.group())
        point = int(short or long, 16)
        if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
            at = origin(start + 1 + match.start(), start + 1 + match.end())
            fail("feel-string", f"{quoted(match.group())} is not a character", at)
        return chr(point)

    return _ESCAPE.sub(decode, raw[1:-1])


def _check_operator(text: str, start: int, end: int, origin: Origin) -> None:
    """Refuse operators of other languages that happen to begin with one of FEEL's."""
    if text.startswith("/*", start):
        at = origin(start, start + 2)
        fail("feel-syntax", "the comment is not closed", at, "end it with `*/`")
    for wrong, hint in mistakes.OPERATORS.items():
        if text.startswith(wrong, start) and len(wrong) > end - start:
            at = origin(start, start + len(wrong))
            fail("feel-syntax", f"unknown operator {quoted(wrong)}", at, hint)


def _refuse(text: str, at: int, origin: Origin) -> NoReturn:
    if text[at] == '"':
        end = re.compile(r"[^\r\n]*").match(text, at)
        stop = end.end() if end else len(text)
        fail(
            "feel-string",
            "the string is not closed",
            origin(at, stop),
            'end it with `"` on the same line; write `\\"` for a quote and `\\n` for a line break',
        )
    for wrong, instead in mistakes.OPERATORS.items():
        if text.startswith(wrong, at):
            stop = at + len(wrong)
            fail("feel-syntax", f"unknown operator {quoted(wrong)}", origin(at, stop), instead)
    known = mistakes.CHARACTERS.get(text[at])
    fail("feel-syntax", f"unexpected character {quoted(text[at])}", origin(at, at + 1), known)
