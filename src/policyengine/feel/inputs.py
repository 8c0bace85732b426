"""Python values as FEEL values."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from policyengine.values.numbers import from_python
from policyengine.values.ranges import Matcher, Range
from policyengine.values.temporal import Date, DateTime, DayTimeDuration, Time, YearMonthDuration

#: How deeply lists and contexts given from outside may be nested.
MAX_NESTING = 100

_PLAIN = (bool, str, Date, Time, DateTime, DayTimeDuration, YearMonthDuration, Range, Matcher)


def from_outside(value: Any, depth: int = 0) -> Any:
    """The FEEL value of a Python value.

    Numbers (a float by its shortest repr), strings, booleans, None, lists, tuples, mappings
    with string keys, the dates, times and durations of `datetime`, and FEEL's own values.
    Raises `TypeError` for anything else, `ValueError` for a number no decimal128 holds and
    for nesting beyond `MAX_NESTING`.
    """
    if value is None or isinstance(value, _PLAIN):
        return value
    if isinstance(value, int | float | Decimal):
        return from_python(value)
    if depth >= MAX_NESTING:
        raise ValueError(f"a value is nested more than {MAX_NESTING} levels deep")
    if isinstance(value, list | tuple):
        return tuple(from_outside(item, depth + 1) for item in value)
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("the keys of a context are strings")
        return {key: from_outside(item, depth + 1) for key, item in value.items()}
    return _temporal(value)


def _temporal(value: Any) -> Any:
    import datetime as dt

    if isinstance(value, dt.datetime):
        return DateTime.from_python(value)
    if isinstance(value, dt.date):
        return Date.from_python(value)
    if isinstance(value, dt.time):
        return Time.from_python(value)
    if isinstance(value, dt.timedelta):
        return DayTimeDuration.from_python(value)
    raise TypeError(f"no FEEL value for {type(value).__name__}")
