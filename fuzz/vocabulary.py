"""The terms that generated policies speak of: their schemas, and values that fit them.

A kind is what an expression of that type is called in the grammar: `N` a number, `B` a truth
value, `S` a text, `E` a text of an enum, `D` a date, `DT` a date and time, `T` a time, `DD` a
duration in days and time, `YM` one in years and months; with an `L` before it, a list of them;
`LC` is a list of objects, `LL` a list of lists of numbers.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

Data = dict[str, Any]

KINDS = ["loan", "grant", "swap"]
FORMS = ["treaty", "memo", "none"]
TAGS = ["a", "b", "c", "d"]
ENUMS = {"kind": KINDS, "form": FORMS}
#: numbers of policies: small ones, and those where a representation ends
NUMBERS: list[Any] = [0, 1, 2, 3, 5, 10, 50, 100, -1, 0.1, 0.3, 2.5, 49.99, 0.5, 1000000]
BORDERS: list[Any] = [
    *(2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1, 2**63, 2**64, 10**33, 10**34),
    *(Decimal("0.3333333333333333333333333333333333"), Decimal("1E-400"), Decimal("1E+400")),
    *(Decimal("1E+6144"), Decimal("-1E+6144"), Decimal("1E-6144"), Decimal("1.10"), 1e-7),
    *(10**34 - 1, Decimal("0.30000000000000004"), 1e22),
]
DATES = ["2024-02-29", "2024-12-31", "2025-01-01", "2025-06-30", "2026-01-01", "2025-12-31"]
MOMENTS = [
    *("2025-01-01T00:00:00", "2024-12-31T23:59:59", "2025-01-01T00:00:00Z", "2024-02-29T12:00:00"),
    *("2025-01-01T01:00:00+01:00", "2025-06-30T12:00:00.5", "2025-03-30T02:30:00@Europe/Berlin"),
]
TIMES = ["00:00:00", "12:00:00", "23:59:59", "12:00:00Z", "13:00:00+01:00", "12:00:00.25"]
DAYS = ["P0D", "P1D", "P30D", "PT24H", "-P1D", "P1DT1S", "PT0.5S"]
MONTHS = ["P0M", "P1M", "P12M", "P1Y", "-P1Y2M", "P50Y"]
TEXTS = [
    *("", "a", "ab", "x y", "é", "<b>", "${x}", "a\nb", "'; drop", "{name}", "A", "loan", "1"),
    *("2025-01-01", "12", "abcabc", "a,b,c", "true", "P1D", "P1Y2M", "[1..5]"),
]


class TermKind(NamedTuple):
    """A term that a schema may have: what expressions call it, its shape, values that fit."""

    kind: str
    shape: Data
    values: list[Any]


def _open(shape: Data) -> Data:
    """The shape with null allowed."""
    return {**shape, "type": [shape["type"], "null"]}


def _list(items: Data, **more: Any) -> Data:
    return {"type": ["array", "null"], "items": items, **more}


_NUMBER, _TEXT = _open({"type": "number"}), _open({"type": "string"})
_FLAG, _DATE = _open({"type": "boolean"}), _open({"type": "string", "format": "date"})
PARTS: dict[str, tuple[Data, list[Any]]] = {
    "amount": (_NUMBER, [*NUMBERS, None]),
    "kind": ({"enum": [*KINDS, None]}, [*KINDS, None]),
    "ok": (_FLAG, [True, False, None]),
    "due": (_DATE, [*DATES, None]),
    "marks": (_list({"type": "number"}), [[], [1], [2, 1], None]),
}
_PART = {
    "type": "object",
    "additionalProperties": False,
    "properties": {name: shape for name, (shape, _) in PARTS.items()},
}

#: the terms of the group `t`
TERMS: dict[str, TermKind] = {
    **{name: TermKind("N", _NUMBER, NUMBERS) for name in ("price", "years", "rate", "count_of")},
    "share": TermKind("N", {"type": "number", "minimum": 0, "maximum": 100}, [0, 0.1, 50, 100]),
    "size": TermKind("N", {"type": ["integer", "null"], "exclusiveMinimum": -2}, [-1, 0, 1, 3, 10]),
    "step": TermKind("N", {"type": "number", "multipleOf": 0.5}, [0, 0.5, 2, 10]),
    **{name: TermKind("E", {"enum": [*v, None]}, list(v)) for name, v in ENUMS.items()},
    "fixed": TermKind("E", {"const": "loan"}, ["loan"]),
    **{name: TermKind("B", _FLAG, [True, False]) for name in ("bound", "open", "secret")},
    **{name: TermKind("D", _DATE, DATES) for name in ("signed", "ends")},
    "at": TermKind("DT", _open({"type": "string", "format": "date-time"}), MOMENTS),
    "hour": TermKind("T", _open({"type": "string", "format": "time"}), TIMES),
    "span": TermKind("DD", _open({"type": "string", "format": "duration"}), DAYS),
    "lease": TermKind("YM", _open({"type": "string", "format": "x-years-months"}), MONTHS),
    "title": TermKind("S", _TEXT, TEXTS),
    "code": TermKind(
        "S", {"type": "string", "minLength": 1, "maxLength": 4, "pattern": "^[a-z]"}, ["a", "ab"]
    ),
    "tags": TermKind(
        "LE",
        _list({"type": "string", "enum": TAGS}, uniqueItems=True),
        [[], ["a"], ["b", "c"], ["d", "a", "b"]],
    ),
    "marks": TermKind("LE", _list({"enum": TAGS}), [[], ["a"], ["a", "a"], ["b", "a"]]),
    "names": TermKind("LS", _list(_TEXT), [[], ["a", "x y"], ["a", None], [None], ["ab", "a"]]),
    "words": TermKind("LS", _list({"type": "string"}), [[], ["a"], ["b", "a", "b"]]),
    "nums": TermKind("LN", _list(_NUMBER), [[], [1], [3, 1, 2], [2, None], [1, 1], [0.1, 0.2]]),
    "days": TermKind(
        "LD", _list({"type": "string", "format": "date"}, minItems=1), [[DATES[0]], DATES[1:4]]
    ),
    "grid": TermKind(
        "LL", _list(_list({"type": "number"})), [[], [[]], [[1, 2], [3]], [[1], None]]
    ),
    "parts": TermKind("LC", _list(_PART), []),
}
#: the terms of the group `u.in`, and those with a unit
DEEP: dict[str, TermKind] = {
    "flag": TermKind("B", _FLAG, [True, False]),
    "level": TermKind("N", {**_NUMBER, "x-unit": "USD"}, NUMBERS),
    "cap": TermKind("N", {**_NUMBER, "x-unit": "USD"}, NUMBERS),
}
#: terms every schema has, so that the examples in tables and tests are never without
ALWAYS = ("price", "years", "rate", "kind", "bound", "open", "tags", "signed", "ends")


def group(members: Data, **more: Any) -> Data:
    return {"type": "object", "additionalProperties": False, "properties": members, **more}
