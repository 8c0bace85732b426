"""Symbolic values: what a value of the core may be over all deals.

Every value says when it is `known`. Texts of an enum are one proposition an option; other
texts are codes, one number a text, so that equality of any two is exact. Numbers, dates and
durations are linear integer (or real) expressions with an exact rational factor. Lists are
slots that may be present.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import gcd, lcm
from typing import Any, TypeAlias

from policyengine.operators.unknown import has_unknown
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.values.calendar import MAX_YEAR, MIN_YEAR, days_from_civil
from policyengine.values.durations import (
    MAX_MONTHS,
    MAX_NANOSECONDS,
    DayTimeDuration,
    YearMonthDuration,
)
from policyengine.values.record import Record, replace
from policyengine.values.temporal import Date

NUMBER = "number"
DATE = "date"
DAYS = "days and time duration"
MONTHS = "years and months duration"
#: digits before or after the point beyond which a number has no symbolic form
DIGITS = 100
#: the ordinal of the first of January 1970
_DAY_OF_1970 = 719_163
#: the least and the greatest of each kind that the engine holds, in the kind's own unit
ENDS: Mapping[str, tuple[int, int]] = {
    DATE: (
        days_from_civil(MIN_YEAR, 1, 1) + _DAY_OF_1970,
        days_from_civil(MAX_YEAR, 12, 31) + _DAY_OF_1970,
    ),
    DAYS: (-MAX_NANOSECONDS, MAX_NANOSECONDS),
    MONTHS: (-MAX_MONTHS, MAX_MONTHS),
}
#: kinds whose values are amounts: of one, of days, of nanoseconds, of months
AMOUNTS = frozenset({NUMBER, DATE, DAYS, MONTHS})


class Fixed(Record):
    """A value that is the same for every deal, as the engine holds it; None is unknown."""

    value: Any

    @property
    def known(self) -> Bool:
        return self.value is not None


class Another(Fixed):
    """A text of a list that stands for all texts but those `besides`: what is asked of it
    beyond its being none of these is not answered by what it happens to be."""

    besides: frozenset[str] = frozenset()


class Truth(Record):
    true: Bool
    false: Bool

    @property
    def known(self) -> Bool:
        return bools.either(self.true, self.false)


class Number(Record):
    """`expr * factor` of a kind. `cases` are the only values there are, where these are few."""

    known: Bool
    expr: Any
    factor: Fraction
    kind: str = NUMBER
    cases: tuple[tuple[Bool, Any], ...] | None = None


class Text(Record):
    """One of `cases`, or, where `code` is given, any text: `code` is then its number."""

    known: Bool
    cases: Mapping[str, Bool]
    code: Any = None


class Slot(Record):
    """A place in a list that may be taken."""

    present: Bool
    value: Value


class Listing(Record):
    """A list. `extra` counts elements beyond the slots, each equal to one that is present (or,
    among free texts, another text). `positional` slots stand in the order of the list."""

    known: Bool
    slots: tuple[Slot, ...]
    extra: Any = 0
    positional: bool = False


class Fields(Record):
    """A context."""

    known: Bool
    fields: Mapping[str, Value]


class Free(Record):
    """A value of which only it is said whether it is known."""

    known: Bool


Value: TypeAlias = Fixed | Truth | Number | Text | Listing | Fields | Free

UNKNOWN = Fixed(None)


def lifted(value: Value) -> Value:
    """A fixed value in the symbolic form of its kind; `Free` where it has none."""
    if not isinstance(value, Fixed):
        return value
    plain = value.value
    if plain is None:
        return value
    if isinstance(plain, bool):
        return Truth(plain, not plain)
    if isinstance(plain, str):
        return Text(True, {plain: True})
    if isinstance(plain, tuple):
        slots = tuple(Slot(True, Fixed(item)) for item in plain)
        return Listing(True, slots, positional=True)
    if isinstance(plain, dict):
        return Fields(True, {name: Fixed(item) for name, item in plain.items()})
    found = amount(plain)
    if found is None:
        return Free(True)
    kind, number = found
    return Number(True, number.numerator, Fraction(1, number.denominator), kind, ((True, plain),))


def only_where(condition: Bool, value: Value) -> Value:
    """A value where something holds, and unknown elsewhere."""
    if condition is True:
        return value
    value = lifted(value) if condition is not False else UNKNOWN
    if isinstance(value, Truth):
        return Truth(bools.both(condition, value.true), bools.both(condition, value.false))
    if isinstance(value, Fixed):
        return value
    return replace(value, known=bools.both(condition, value.known))


def amount(plain: Any) -> tuple[str, Fraction] | None:
    """The kind of an amount, and its number; None for what is none, and for a number so far
    from one that a solver would have to write out all of its digits."""
    if isinstance(plain, Decimal):
        near = not plain or max(abs(plain.adjusted()), -_exponent(plain)) <= DIGITS
        return (NUMBER, Fraction(plain)) if near else None
    if isinstance(plain, Date):
        return DATE, Fraction(ordinal(plain))
    if isinstance(plain, DayTimeDuration):
        return DAYS, Fraction(plain.nanoseconds)
    if isinstance(plain, YearMonthDuration):
        return MONTHS, Fraction(plain.months)
    return None


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def ordinal(day: Date) -> int:
    """Days with the first of January of the year 1 as the first, as `datetime.date.toordinal`
    counts."""
    return day.days + _DAY_OF_1970


def day_of(number: int) -> Date:
    """The date of an ordinal; raises `ValueError` beyond the years that there are."""
    return Date.from_days(number - _DAY_OF_1970)


def aligned(left: Number, right: Number) -> tuple[Any, Any, Fraction]:
    """Both as whole multiples of one factor."""
    shared = shared_factor((left.factor, right.factor))
    return times(left, shared), times(right, shared), shared


def shared_factor(factors: tuple[Fraction, ...]) -> Fraction:
    """The largest number that each of these is a whole multiple of."""
    top = bottom = 0
    for factor in factors:
        top = gcd(top, factor.numerator)
        bottom = lcm(bottom, factor.denominator) if bottom else factor.denominator
    return Fraction(top, bottom)


def times(number: Number, shared: Fraction) -> Any:
    """A number's expression in multiples of a factor that divides its own."""
    multiple = number.factor / shared
    assert multiple.denominator == 1
    return number.expr if multiple == 1 else number.expr * int(multiple)


def wholly_known(value: Value) -> Bool:
    """Whether nothing within a value is unknown, at any depth."""
    match value:
        case Fixed(value=plain):
            return not has_unknown(plain)
        case Listing(known=known, slots=slots):
            inside = (bools.implies(s.present, wholly_known(s.value)) for s in slots)
            return bools.every([known, *inside])
        case Fields(known=known, fields=fields):
            return bools.every([known, *map(wholly_known, fields.values())])
    return value.known


def as_truth(value: Value) -> Truth:
    """A condition's value: what is neither true nor false is unknown."""
    made = lifted(value)
    if isinstance(made, Truth):
        return made
    if isinstance(made, Free) and made.known is not False:
        holds = bools.fresh("holds")
        return Truth(bools.both(made.known, holds), bools.both(made.known, bools.no(holds)))
    return Truth(False, False)
