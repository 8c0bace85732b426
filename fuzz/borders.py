"""Values where a mistake would show: on, just below and just above what a policy names."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from fuzz.vocabulary import BORDERS
from policyengine.operators.arithmetic import add
from policyengine.values.numbers import CONTEXT, NumeralError, exact
from policyengine.values.temporal import Date

#: numbers as programs hand them over, whatever a policy names
NUMBERS: list[Any] = [
    *(0, -0.0, Decimal("-0"), Decimal("0E+10"), Decimal("1E-400"), 5e-324, 1.7976931348623157e308),
    *(10**40, -(10**40), 2**53, 2**53 + 1, -(2**53) - 1, 2**63, -(2**63) - 1, 2**64, 10**33 + 1),
    *(0.1 + 0.2, 1e22, 1e23, Decimal("1." + "0" * 33), Decimal("0." + "3" * 34), 1.0, 3.0),
    *(value for value in BORDERS),
]
#: texts that some program, some day, takes for more than a text
TEXTS: list[str] = [
    *("\x00", "\x1b[31m", "\u202e\u2066abc", "\ufeff", "e\u0301", "\U0001f600", "\u0130", "ß"),
    *("${jndi:ldap://x/a}", "{t.price}", "{{7*7}}", "%s%n", "true", "null", 'not("a")', "a = a"),
    *('") or ("a" = "a', "1", "1.0", "\u0661\u0662", "\u00bd", "1e5", "NaN", "-", "<script>"),
    *("../../etc/passwd", "__class__", "a" * 1_000, "a" * 1_001, "b" * 5_000, "\r\n", " a", "a "),
    *("2025-02-29", "P1D", "@", "\u2028", "aa", "abc" * 20, "A\u030a", "[1..2]"),
]
DATES: list[str] = [
    *("0001-01-01", "1582-10-10", "1900-02-28", "2000-02-29", "2024-02-29", "2023-02-28"),
    *("9999-12-31", "1999-12-31", "2024-03-01", "2024-05-31"),
]
#: what is no value of most terms
WRONG: list[Any] = [
    *(True, False, 0, 1, -1, 0.1, 1e308, float("nan"), float("inf"), float("-inf"), 10**7000),
    *("", "a", "loan", "treaty", "2025-01-01", "2025-02-30", "\ud800", "a\udfff", "9", "1e9", "no"),
    *([], ["a"], ["a", "a"], ["z"], [None], [1], [["a"]], {}, {"amount": 1}, [{"amount": "1"}]),
    *([{"nope": 1}], [{"amount": 1, "nope": 1}], (), ("a",), {"a"}, b"a", object(), dt.time(1)),
    *(Decimal("NaN"), Decimal("sNaN"), Decimal("1E+7000"), Decimal("1E-7000"), complex(1)),
    *(
        Decimal("1." + "1" * 40),
        dt.datetime(2025, 1, 1, tzinfo=dt.UTC),
        dt.date(2025, 1, 1),
        range(2),
    ),
]


def around(value: Any) -> Iterator[Any]:
    """Values on and next to a constant of a policy, in the forms a program may hand over."""
    if isinstance(value, Decimal):
        yield from _around_number(value)
    elif isinstance(value, str):
        yield from (value, value + "a", value[:-1], value.upper(), f" {value}", value * 2)
    elif isinstance(value, Date):
        yield from _around_date(value)


def _around_number(value: Decimal) -> Iterator[Any]:
    candidates: list[Any] = [value, value.next_plus(CONTEXT), value.next_minus(CONTEXT), -value]
    for other in (Decimal(1), Decimal(-1)):
        try:
            candidates.append(add(value, other))
        except ArithmeticError:
            continue
    if value == value.to_integral_value() and abs(value) < Decimal("1E+60"):
        whole = int(value)
        candidates += [whole, whole + 1, whole - 1]
    if abs(value) < Decimal("1E+300"):
        near = float(value)
        candidates += [near, math.nextafter(near, math.inf), math.nextafter(near, -math.inf)]
    for candidate in candidates:
        try:
            exact(Decimal(repr(candidate)) if isinstance(candidate, float) else Decimal(candidate))
        except NumeralError:
            continue  # beyond what a document may say; `WRONG` has such
        yield candidate


def _around_date(value: Date) -> Iterator[str]:
    if not 1 < value.year < 9999:
        return
    day = value.to_python()
    for offset in (0, 1, -1, 365, -366):
        yield (day + dt.timedelta(days=offset)).isoformat()
