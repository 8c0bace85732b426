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

# The character classes of the standard's grammar rules 27 to 30 and 61.
_NAME_START = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_SPACE = "\t\n\v\f\r \u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"

_TOKEN = re.compile(
    rf"(?P<space>(?:[{_SPACE}]+|//[^\n]*|/\*(?s:.*?)\*/)+)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r'|(?P<string>"(?:[^"\\\n\r\ud800-\udfff]|\\[^\n\r\ud800-\udfff])*")'
    rf"|(?P<name>(?:(?![\u1680\u180e])[{_NAME_START}])"
    rf"(?:(?![\u1680\u180e])[{_NAME_START}0-9\u00b7\u0300-\u036f\u203f\u2040])*)"
    r"|(?P<op>\*\*|\.\.|<=|>=|!=|->|[-+*/=<>()\[\]{}.,:@])"
)

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
        if kind != "space":
            raw = match.group()
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


def _number(text: str, start: int, end: int, origin: Origin) -> Decimal:
    tail = re.compile(rf"[{_NAME_START}0-9]*").match(text, end)
    if tail and tail.group():
        whole = origin(start, tail.end())
        shown = quoted(text[start : tail.end()])
        fail("feel-number", f"{shown} is not a number", whole, mistakes.number_hint(tail.group()))
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
