"""Functions that make values from other values."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from policyengine.feel.builtins.model import Family, whole
from policyengine.operators.fault import Fault
from policyengine.source import quoted
from policyengine.values import temporal
from policyengine.values.durations import NANO, parse_duration
from policyengine.values.numbers import NumeralError, from_numeral
from policyengine.values.temporal import Date, DateTime, DayTimeDuration, Time, YearMonthDuration

CONVERSIONS = Family("conversions")

T = TypeVar("T")
_PLAIN = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def _read(reader: Callable[[str], T], text: str) -> T:
    try:
        return reader(text)
    except ValueError as refused:
        raise Fault("bad-conversion", f"{quoted(text)}: {refused}") from None


def _built(maker: Callable[[], T]) -> T:
    try:
        return maker()
    except ValueError as refused:
        raise Fault("bad-conversion", str(refused)) from None


def date_from(value: Any) -> Date:
    if isinstance(value, str):
        return _read(temporal.parse_date, value)
    return value.date if isinstance(value, DateTime) else value


def date_of(year: Decimal, month: Decimal, day: Decimal) -> Date:
    parts = (_integer(year, "year"), _integer(month, "month"), _integer(day, "day"))
    return _built(lambda: Date(*parts))


def time_from(value: Any) -> Time:
    if isinstance(value, str):
        return _read(temporal.parse_time, value)
    if isinstance(value, Date):
        return Time(0, 0, 0, 0, 0)
    return value.time if isinstance(value, DateTime) else value


def time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: Any = None) -> Time:
    if offset is not None and not isinstance(offset, DayTimeDuration):
        raise Fault("type-mismatch", "the offset is a days and time duration")
    east = None if offset is None else offset.nanoseconds // NANO
    hours, minutes = _integer(hour, "hour"), _integer(minute, "minute")
    seconds, nanos = _second(second)
    return _built(lambda: Time(hours, minutes, seconds, nanos, east))


def date_time_from(value: Any) -> DateTime:
    if isinstance(value, str):
        return _read(temporal.parse_date_time, value)
    return DateTime(value, Time(0, 0, 0, 0, 0)) if isinstance(value, Date) else value


def date_time_of(date: Date | DateTime, time: Time) -> DateTime:
    return DateTime(date.date if isinstance(date, DateTime) else date, time)


def date_time_parts(
    year: Decimal,
    month: Decimal,
    day: Decimal,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    zone: Any = None,
) -> DateTime:
    date = date_of(year, month, day)
    if not isinstance(zone, str):
        return DateTime(date, time_of(hour, minute, second, zone))
    time = time_of(hour, minute, second)
    placed = _built(lambda: Time(time.hour, time.minute, time.second, time.nanosecond, None, zone))
    return DateTime(date, placed)


def duration_from(value: Any) -> Any:
    return _read(parse_duration, value) if isinstance(value, str) else value


def months_between(start: Date | DateTime, end: Date | DateTime) -> YearMonthDuration:
    """Whole months from one date to another, towards zero."""
    first = start.date if isinstance(start, DateTime) else start
    last = end.date if isinstance(end, DateTime) else end
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return YearMonthDuration(months)


def number_from(text: str, grouping: Any = None, point: Any = None) -> Decimal:
    """A number by its text; `grouping` is a blank, `,` or `.`, `point` `.` or `,`."""
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", "."):
        raise Fault("invalid-argument", "a separator is a blank, a comma or a point")
    if grouping is not None and grouping == (point or "."):
        raise Fault("invalid-argument", "the two separators are the same")
    plain = text.replace(grouping, "") if grouping else text
    if point == ",":
        if "." in plain:
            raise Fault("bad-conversion", f"{quoted(text)} is not a number")
        plain = plain.replace(",", ".")
    if not _PLAIN.fullmatch(plain):
        raise Fault("bad-conversion", f"{quoted(text)} is not a number")
    try:
        return from_numeral(plain)
    except NumeralError as refused:
        raise Fault("bad-conversion", f"{quoted(text)}: {refused}") from None


def range_from(text: str) -> Any:
    """A range by its literal, both ends constants."""
    from policyengine.feel.rangetext import parse_range

    return parse_range(text)


def string_from(value: Any) -> Any:
    """The canonical text of a value; null for null."""
    from policyengine.feel.valuetext import to_text

    return to_text(value)


def _integer(value: Decimal, what: str) -> int:
    if value != value.to_integral_value():
        raise Fault("bad-conversion", f"the {what} is a whole number")
    return whole(value, what)


def _second(value: Decimal) -> tuple[int, int]:
    if not 0 <= value < 60:
        raise Fault("bad-conversion", "there is no such time of day")
    return divmod(int(value.scaleb(9)), NANO)


_define = CONVERSIONS.define
_define(
    "date(from: string | date | date and time) -> date",
    date_from,
    "A date from its text, from a date and time, or from its parts.",
)
_define("date(year: number, month: number, day: number) -> date", date_of)
_define(
    "time(from: string | time | date and time | date) -> time",
    time_from,
    "A time from its text, from a date and time, or from its parts.",
)
_define("time(hour: number, minute: number, second: number, offset?: Any) -> time", time_of)
_define(
    "date and time(from: string | date and time | date) -> date and time",
    date_time_from,
    "A date and time from its text, from a date and a time, or from its parts.",
)
_define("date and time(date: date | date and time, time: time) -> date and time", date_time_of)
_PARTS = "year: number, month: number, day: number, hour: number, minute: number, second: number"
_define(f"date and time({_PARTS}) -> date and time", date_time_parts)
_define(
    f"date and time({_PARTS}, offset: days and time duration) -> date and time", date_time_parts
)
_define(f"date and time({_PARTS}, timezone: string) -> date and time", date_time_parts)
_define(
    "duration(from: string | days and time duration | years and months duration) -> Any",
    duration_from,
    "A duration from its text.",
)
_define(
    "years and months duration(from: date | date and time, to: date | date and time)"
    " -> years and months duration",
    months_between,
    "The whole months from one date to another.",
)
_define(
    "number(from: string, grouping separator?: Any, decimal separator?: Any) -> number",
    number_from,
    "A number from its text, with separators if given.",
)
_define("number(from: number) -> number", lambda value: value)
_define("string(from: Any) -> string", string_from, "The text of a value.")
_define(
    "range(from: string) -> range",
    range_from,
    'A range from its literal, as in `range("[1..10]")`.',
)
