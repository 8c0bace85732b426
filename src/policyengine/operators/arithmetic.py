"""`+ - * / **` and unary minus on non-null values.

Numbers are rounded to 34 digits, half even. Temporal arithmetic is that of FEEL's tables
"addition and subtraction" and "multiplication and division"; what they leave out raises
`Fault` with `type-mismatch`. Also raised: `overflow`, `division-by-zero`,
`invalid-argument`, `mixed-offsets`.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from policyengine.operators.fault import Fault
from policyengine.operators.kinds import kind_of
from policyengine.operators.limits import MAX_TEXT
from policyengine.values.calendar import add_months
from policyengine.values.durations import DAY, NANO
from policyengine.values.numbers import CONTEXT
from policyengine.values.temporal import Date, DateTime, DayTimeDuration, Time, YearMonthDuration


def add(left: Any, right: Any) -> Any:
    """Numbers, two strings, two durations of a kind, or a date, time or date-time with a
    duration on either side."""
    kind, other = type(left), type(right)
    if kind is Decimal and other is Decimal:
        return _number(CONTEXT.add, left, right)
    if kind is str and other is str:
        if len(left) + len(right) > MAX_TEXT:
            raise Fault("overflow", f"the text is longer than {MAX_TEXT} characters")
        return left + right
    if kind is other and kind in (DayTimeDuration, YearMonthDuration):
        return _sum(left, right, 1)
    if other is DayTimeDuration or other is YearMonthDuration:
        return _shift(left, right, 1)
    if kind is DayTimeDuration or kind is YearMonthDuration:
        return _shift(right, left, 1)
    raise Fault("type-mismatch", f"a {kind_of(right)} cannot be added to a {kind_of(left)}")


def subtract(left: Any, right: Any) -> Any:
    """Numbers, two durations of a kind, a duration from a date, time or date-time, or two
    of those (giving the days and time between them)."""
    kind, other = type(left), type(right)
    if kind is Decimal and other is Decimal:
        return _number(CONTEXT.subtract, left, right)
    if kind is other and kind in (DayTimeDuration, YearMonthDuration):
        return _sum(left, right, -1)
    if other is DayTimeDuration or other is YearMonthDuration:
        return _shift(left, right, -1)
    if kind in (Date, DateTime) and other in (Date, DateTime):
        return _between(_as_date_time(left, other), _as_date_time(right, kind))
    if kind is Time and other is Time:
        return _between(left, right)
    raise Fault("type-mismatch", f"a {kind_of(right)} cannot be subtracted from a {kind_of(left)}")


def multiply(left: Any, right: Any) -> Any:
    """Numbers, or a number and a duration in either order."""
    kind, other = type(left), type(right)
    if kind is Decimal and other is Decimal:
        return _number(CONTEXT.multiply, left, right)
    if kind is Decimal:
        left, right, kind, other = right, left, other, kind
    if other is Decimal and kind is DayTimeDuration:
        return _scaled(kind, Decimal(left.nanoseconds), right, divide=False)
    if other is Decimal and kind is YearMonthDuration:
        return _scaled(kind, Decimal(left.months), right, divide=False)
    raise Fault("type-mismatch", f"a {kind_of(left)} cannot be multiplied with a {kind_of(right)}")


def divide(left: Any, right: Any) -> Any:
    """Numbers, a duration by a number, or two durations of a kind (giving a number)."""
    kind, other = type(left), type(right)
    if kind is Decimal and other is Decimal:
        return _quotient(left, right)
    if kind is DayTimeDuration:
        if other is Decimal:
            return _scaled(kind, Decimal(left.nanoseconds), right, divide=True)
        if other is DayTimeDuration:
            return _quotient(Decimal(left.nanoseconds), Decimal(right.nanoseconds))
    if kind is YearMonthDuration:
        if other is Decimal:
            return _scaled(kind, Decimal(left.months), right, divide=True)
        if other is YearMonthDuration:
            return _quotient(Decimal(left.months), Decimal(right.months))
    raise Fault("type-mismatch", f"a {kind_of(left)} cannot be divided by a {kind_of(right)}")


def power(left: Any, right: Any) -> Any:
    """A number to a number, to 34 digits. Bounded: what would overflow is refused first."""
    if type(left) is not Decimal or type(right) is not Decimal:
        raise Fault("type-mismatch", f"a {kind_of(left)} cannot be raised to a {kind_of(right)}")
    if not left and right < 0:
        raise Fault("division-by-zero", "zero to a negative power")
    if not left and not right:
        return Decimal(1)
    if left < 0 and right != right.to_integral_value():
        raise Fault("invalid-argument", "a negative number to a power that is not whole")
    return _number(CONTEXT.power, left, right)


def negate(value: Any) -> Any:
    """Minus a number or a duration."""
    kind = type(value)
    if kind is Decimal:
        return CONTEXT.minus(value)
    if kind is DayTimeDuration:
        return DayTimeDuration(-value.nanoseconds)
    if kind is YearMonthDuration:
        return YearMonthDuration(-value.months)
    raise Fault("type-mismatch", f"a {kind_of(value)} cannot be negated")


def _number(operation: Any, left: Decimal, right: Decimal) -> Decimal:
    try:
        result: Decimal = operation(left, right)
    except decimal.Overflow:
        raise Fault("overflow", "the result is beyond the greatest number") from None
    return result or Decimal(0)


def _quotient(left: Decimal, right: Decimal) -> Decimal:
    if not right:
        raise Fault("division-by-zero", "division by zero")
    return _number(CONTEXT.divide, left, right)


def _scaled(kind: type, size: Decimal, factor: Decimal, *, divide: bool) -> Any:
    """A duration times or over a number; what is below its unit is dropped."""
    result = _quotient(size, factor) if divide else _number(CONTEXT.multiply, size, factor)
    if result.adjusted() > 40:
        raise Fault("overflow", "the duration is too long")
    return _bounded(kind, int(result))


def _bounded(kind: type, size: int) -> Any:
    try:
        return kind(size)
    except ValueError as refused:
        raise Fault("overflow", str(refused)) from None


def _sum(left: Any, right: Any, sign: int) -> Any:
    if type(left) is DayTimeDuration:
        return _bounded(DayTimeDuration, left.nanoseconds + sign * right.nanoseconds)
    return _bounded(YearMonthDuration, left.months + sign * right.months)


def _shift(moment: Any, duration: DayTimeDuration | YearMonthDuration, sign: int) -> Any:
    """A date, time or date-time moved by a duration."""
    try:
        if isinstance(duration, YearMonthDuration):
            months = sign * duration.months
            if type(moment) is Date:
                return _plus_months(moment, months)
            if type(moment) is DateTime:
                return DateTime(_plus_months(moment.date, months), moment.time)
        else:
            nanos = sign * duration.nanoseconds
            if type(moment) is Date:
                return Date.from_days(moment.days + nanos // DAY)
            if type(moment) is DateTime:
                return moment.plus_nanoseconds(nanos)
            if type(moment) is Time:
                seconds, rest = divmod(
                    (moment.second_of_day * NANO + moment.nanosecond + nanos) % DAY, NANO
                )
                return Time.from_seconds(seconds, rest, moment.offset, moment.zone)
    except ValueError as refused:
        raise Fault("overflow", str(refused)) from None
    verb = "added" if sign > 0 else "subtracted"
    preposition = "to" if sign > 0 else "from"
    raise Fault(
        "type-mismatch",
        f"a {kind_of(duration)} cannot be {verb} {preposition} a {kind_of(moment)}",
    )


def _plus_months(date: Date, months: int) -> Date:
    return Date(*add_months(date.year, date.month, date.day, months))


def _as_date_time(value: Date | DateTime, beside: type) -> Date | DateTime:
    """A date beside a date-time is its midnight in UTC."""
    if isinstance(value, Date) and beside is DateTime:
        return DateTime(value, Time(0, 0, 0, 0, 0))
    return value


def _between(left: Any, right: Any) -> DayTimeDuration:
    """The time from the right moment to the left one."""
    if isinstance(left, Date):
        return DayTimeDuration((left.days - right.days) * DAY)
    if left.is_local != right.is_local:
        raise Fault(
            "mixed-offsets",
            f"a {kind_of(left)} without a time zone cannot be subtracted from, or taken away by, "
            "one that has it",
        )
    if isinstance(left, DateTime):
        seconds = left.utc_seconds - right.utc_seconds
        nanos = left.time.nanosecond - right.time.nanosecond
    else:
        seconds = (left.second_of_day - (left.utc_offset or 0)) - (
            right.second_of_day - (right.utc_offset or 0)
        )
        nanos = left.nanosecond - right.nanosecond
    return DayTimeDuration(seconds * NANO + nanos)


#: the operators of expressions by their sign
OPERATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}
