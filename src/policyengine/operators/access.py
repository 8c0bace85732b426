"""Getting at parts: an element by its position, a property by its name."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from policyengine.operators.fault import Fault
from policyengine.source import quoted
from policyengine.values.ranges import Matcher, Range
from policyengine.values.temporal import Date, DateTime, DayTimeDuration, Time, YearMonthDuration


def index(items: tuple[Any, ...], position: Decimal) -> Any:
    """The element at a position: 1 is the first, -1 the last; a fraction is dropped.

    Raises `Fault("bad-index")` for 0 and beyond the ends.
    """
    at = int(position) if position.adjusted() < 20 else 0
    if 1 <= at <= len(items):
        return items[at - 1]
    if -len(items) <= at <= -1:
        return items[at]
    raise Fault("bad-index", f"there is no element {quoted(position)} in a list of {len(items)}")


def property_of(value: Any, name: str) -> Any:
    """`value.name` of a context entry, or of a date, time, duration or range.

    A list gives the list of its elements' properties. A property the type does not have,
    and an absent entry, is None; of a value without properties too.
    """
    if type(value) is dict:
        return value.get(name)
    if type(value) is tuple:
        return tuple(None if item is None else property_of(item, name) for item in value)
    found = PROPERTIES.get(type(value), {}).get(name)
    return found(value) if found is not None else None


def has_property(value: Any, name: str) -> bool:
    """Whether values of this type have such a property; for a context, whether it has it."""
    if type(value) is dict:
        return name in value
    return name in PROPERTIES.get(type(value), {})


def _time_offset(value: Time | DateTime) -> DayTimeDuration | None:
    east = value.utc_offset
    return None if east is None else DayTimeDuration.of(seconds=east)


#: Type to property to the function that reads it.
PROPERTIES: dict[type, dict[str, Callable[[Any], Any]]] = {
    Date: {
        "year": lambda d: Decimal(d.year),
        "month": lambda d: Decimal(d.month),
        "day": lambda d: Decimal(d.day),
        "weekday": lambda d: Decimal(d.weekday),
    },
    Time: {
        "hour": lambda t: Decimal(t.hour),
        "minute": lambda t: Decimal(t.minute),
        "second": lambda t: Decimal(t.second),
        "time offset": _time_offset,
        "timezone": lambda t: t.zone,
    },
    DateTime: {
        "year": lambda v: Decimal(v.date.year),
        "month": lambda v: Decimal(v.date.month),
        "day": lambda v: Decimal(v.date.day),
        "weekday": lambda v: Decimal(v.date.weekday),
        "hour": lambda v: Decimal(v.time.hour),
        "minute": lambda v: Decimal(v.time.minute),
        "second": lambda v: Decimal(v.time.second),
        "time offset": _time_offset,
        "timezone": lambda v: v.time.zone,
    },
    YearMonthDuration: {
        "years": lambda d: Decimal(d.years_part),
        "months": lambda d: Decimal(d.months_part),
    },
    DayTimeDuration: {
        "days": lambda d: Decimal(d.days_part),
        "hours": lambda d: Decimal(d.hours_part),
        "minutes": lambda d: Decimal(d.minutes_part),
        "seconds": lambda d: d.seconds_part,
    },
    Range: {
        "start": lambda r: r.low,
        "end": lambda r: r.high,
        "start included": lambda r: r.low_included,
        "end included": lambda r: r.high_included,
    },
    Matcher: {
        "start": lambda m: m.operand if m.operator == "=" else None,
        "end": lambda m: m.operand if m.operator == "=" else None,
        "start included": lambda m: m.operator == "=",
        "end included": lambda m: m.operator == "=",
    },
}

#: Properties whose names have a blank, which a path may therefore use.
NAMES_WITH_BLANKS = frozenset({"time offset", "start included", "end included"})
