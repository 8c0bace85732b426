"""What messages about types say: a type with its article, lists of words, what to write."""

from __future__ import annotations

import re

from policyengine.core import Const, Expr
from policyengine.source import quoted, visible
from policyengine.types import DAY_TIME_DURATION, DURATION, TEMPORAL, Type

#: a date without quotes, which reads as a subtraction; a number of days
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE = re.compile(r"\d{1,6}")

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
        return "a number in quotes is a text"
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
