"""Equality and order of values.

`equal` never raises; `compare` raises `Fault` where two values have no order. Times are
compared by the whole second, as the standard's `value` functions count them; instants with
offsets or zones by the moment they name.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from policyengine.operators.fault import Fault
from policyengine.operators.kinds import kind_of
from policyengine.values.logic import Truth
from policyengine.values.ranges import Matcher, Range
from policyengine.values.temporal import Date, DateTime, DayTimeDuration, Time, YearMonthDuration


def equal(left: Any, right: Any, *, nulls_equal: bool = False) -> Truth:
    """Whether two values are equal; None where that cannot be said.

    Values of different types, and a local time against one with an offset, give None. A
    null (also inside a list or a context) is unknown, so it gives None unless the rest
    settles it; with `nulls_equal`, as in plain FEEL, null equals null and nothing else.
    """
    if left is None or right is None:
        return (left is right) if nulls_equal else None
    kind = type(left)
    if kind is not type(right):
        return False if kind_of(left) == kind_of(right) else None
    if kind is Decimal or kind is str or kind is bool or kind is Date:
        return bool(left == right)
    if kind is tuple:
        return _equal_lists(left, right, nulls_equal)
    if kind is dict:
        return _equal_contexts(left, right, nulls_equal)
    if kind is Range:
        return _equal_ranges(left, right, nulls_equal)
    if kind is Matcher:
        if left.operator != right.operator:
            return False
        return equal(left.operand, right.operand, nulls_equal=nulls_equal)
    if kind is Time or kind is DateTime:
        if left.is_local != right.is_local:
            return None
        return _instant(left) == _instant(right)
    return bool(left == right)


def _equal_lists(left: tuple[Any, ...], right: tuple[Any, ...], nulls_equal: bool) -> Truth:
    if len(left) != len(right):
        return False
    return _all_equal(zip(left, right, strict=True), nulls_equal)


def _equal_contexts(left: dict[str, Any], right: dict[str, Any], nulls_equal: bool) -> Truth:
    if left.keys() != right.keys():
        return False
    return _all_equal(((value, right[key]) for key, value in left.items()), nulls_equal)


def _equal_ranges(left: Range, right: Range, nulls_equal: bool) -> Truth:
    if left.low_included != right.low_included or left.high_included != right.high_included:
        return False
    pairs = []
    for mine, other in ((left.low, right.low), (left.high, right.high)):
        if mine is None or other is None:
            if mine is not other:
                return False
        else:
            pairs.append((mine, other))
    return _all_equal(pairs, nulls_equal)


def _all_equal(pairs: Any, nulls_equal: bool) -> Truth:
    result: Truth = True
    for mine, other in pairs:
        found = equal(mine, other, nulls_equal=nulls_equal)
        if found is False:
            return False
        if found is None:
            result = None
    return result


def same(left: Any, right: Any) -> bool:
    """Whether plain FEEL finds two values equal, nulls included; never unknown."""
    return equal(left, right, nulls_equal=True) is True


def identical(left: Any, right: Any) -> bool:
    """FEEL's `is`: the same type and the same value in the type's own terms, so that an
    instant written with another offset is not identical."""
    if type(left) is not type(right):
        return False
    if isinstance(left, tuple):
        return len(left) == len(right) and all(map(identical, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(identical(v, right[k]) for k, v in left.items())
    return bool(left == right)


def compare(left: Any, right: Any) -> int:
    """-1, 0 or 1 as the left value is less than, equal to or more than the right.

    Numbers, strings (by code point), dates, times, date-times and durations are ordered,
    each among its own. Raises `Fault`: `type-mismatch`, `mixed-offsets`.
    """
    kind = type(left)
    if kind is not type(right):
        raise Fault(
            "type-mismatch", f"a {kind_of(left)} cannot be compared with a {kind_of(right)}"
        )
    a: Any
    b: Any
    if kind is Decimal or kind is str:
        a, b = left, right
    elif kind is Date:
        a, b = (left.year, left.month, left.day), (right.year, right.month, right.day)
    elif kind is Time or kind is DateTime:
        if left.is_local != right.is_local:
            raise Fault(
                "mixed-offsets",
                f"a {kind_of(left)} without a time zone cannot be compared with one that has it",
            )
        a, b = _instant(left), _instant(right)
    elif kind is DayTimeDuration:
        a, b = left.nanoseconds, right.nanoseconds
    elif kind is YearMonthDuration:
        a, b = left.months, right.months
    else:
        raise Fault("type-mismatch", f"a {kind_of(left)} has no order")
    return -1 if a < b else 1 if a > b else 0


def less(left: Any, right: Any) -> bool:
    """`left < right`; raises as `compare` does."""
    return compare(left, right) < 0


def at_most(left: Any, right: Any) -> bool:
    """`left <= right`; raises as `compare` does."""
    return compare(left, right) <= 0


def _instant(value: Time | DateTime) -> int:
    """Whole seconds on a scale all values with an offset (or all without one) share."""
    if isinstance(value, DateTime):
        return value.utc_seconds
    return value.second_of_day - (value.utc_offset or 0)
