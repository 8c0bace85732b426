"""What messages about types say: a type with its article, lists of words, what to write."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from policyengine.core import Const, Expr
from policyengine.schema import numerals
from policyengine.source import Span, quoted, visible
from policyengine.types import DAY_TIME_DURATION, DURATION, TEMPORAL, Type

#: a date without quotes, which reads as a subtraction; a number of days
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE = re.compile(r"\d{1,6}")
_NUMERAL = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")

_STRING = re.compile(r"\bstring(?=s?\b)")
_ARTICLES = {"any": "anything", "null": "null", "boolean": "true or false"}


def named(type_: Type) -> str:
    """A type for a message, with its article; a string is what documents call a text."""
    text = _ARTICLES.get(type_.kind) or _STRING.sub("text", str(type_))
    if type_.kind in _ARTICLES:
        return text
    return f"an {text}" if text[0] in "aeiou" else f"a {text}"


def mismatch_hint(left: Expr, right: Expr) -> str | None:
    kinds = {left.type.kind, right.type.kind}
    if "string" in kinds and kinds & (TEMPORAL | DURATION):
        constant = left if left.type.kind == "string" else right
        value = constant.value if isinstance(constant, Const) else None
        shown = visible(value, 40) if isinstance(value, str) else "…"
        return f'write a date, time or duration as `@"{shown}"`'
    if "number" in kinds and kinds & (TEMPORAL | DURATION):
        number, other = (left, right) if left.type.kind == "number" else (right, left)
        return temporal_hint(number, other.type.kind)
    if kinds == {"string", "number"}:
        text, number = (left, right) if left.type.kind == "string" else (right, left)
        if isinstance(text, Const) and isinstance(text.value, str):
            return number_hint(text.value, number.type.unit, text.span)
        return "`number(…)` makes a number of a text"
    if right.type.kind == "list" and left.type.kind != "list":
        return "to ask whether it is one of them, write `one_of` in a test, `in` in an expression"
    if "list" in kinds:
        return "ask about the elements: `list contains(list, x)`, or `some x in list satisfies …`"
    if kinds == {"boolean", "string"}:
        return "`true` and `false` stand without quotes"
    return None


def temporal_hint(number: Expr, wanted: str) -> str | None:
    """What to write for a number beside a date, time or duration."""
    if not isinstance(number, Const):
        return None
    if wanted in TEMPORAL:
        written = "".join(number.span.text.split())
        return f'write a date as `@"{written}"`' if _DAY.fullmatch(written) else None
    if wanted in DURATION and _WHOLE.fullmatch(str(number.value)):
        unit = "D" if wanted == DAY_TIME_DURATION.kind else "M"
        return f'a duration has a unit, as in `@"P{number.value}{unit}"`'
    return None


def listing(values: tuple[str, ...], limit: int = 12) -> str:
    shown = ", ".join(quoted(value) for value in values[:limit])
    return shown + (f" and {len(values) - limit} more" if len(values) > limit else "")


def number_hint(value: str, unit: str | None, span: Span) -> str | None:
    """What to write for a text where a number, in a unit perhaps, is asked for."""
    if _NUMERAL.fullmatch(value) and span.text[:1] in ('"', "'"):
        return "a number stands without quotes"
    return numerals.hint(value, unit)


def refusal(value: Any, wanted: Type, span: Span) -> tuple[str, str, str | None]:
    """What was expected where a value is of another kind than `wanted`, what was found, and
    what to write."""
    hint = None
    if wanted.kind == "number" and isinstance(value, str):
        hint = number_hint(value, wanted.unit, span)
    elif wanted.kind == "string" and isinstance(value, bool | Decimal):
        written = str(value).lower()
        if not wanted.enum or written in wanted.enum:
            hint = f'put it in quotes: "{written}"'
    elif wanted.kind == "boolean" and isinstance(value, str):
        hint = "write `true` or `false`"
    elif wanted.kind == "list":
        hint = "say `contains` to ask about one element"
    expected = f"one of {listing(wanted.enum)}" if wanted.enum else named(wanted)
    return expected, found(value), hint


def found(value: Any) -> str:
    """A value for a message, with the word for what it is."""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    if isinstance(value, tuple | dict):
        return "a list" if isinstance(value, tuple) else "a mapping"
    return f"the number {quoted(value)}"
