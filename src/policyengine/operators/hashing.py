"""A key by which equal values are found at once instead of one by one."""

from __future__ import annotations

from typing import Any

from policyengine.values.ranges import Matcher, Range
from policyengine.values.temporal import DateTime, Time


def key_of(value: Any) -> Any:
    """A hashable key; `key_of(a) == key_of(b)` just where `comparison.same(a, b)`."""
    kind = type(value)
    if kind is tuple:
        return kind, tuple(map(key_of, value))
    if kind is dict:
        return kind, frozenset((name, key_of(part)) for name, part in value.items())
    if kind is Time:
        return kind, value.is_local, value.second_of_day - (value.utc_offset or 0)
    if kind is DateTime:
        return kind, value.is_local, value.utc_seconds
    if kind is Range:
        ends = key_of(value.low), key_of(value.high)
        return kind, ends, value.low_included, value.high_included
    if kind is Matcher:
        return kind, value.operator, key_of(value.operand)
    return kind, value
