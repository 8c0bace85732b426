"""What `for`, `some` and `every` run over, one value at a time."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from policyengine.operators.fault import Fault
from policyengine.values.ranges import Range
from policyengine.values.temporal import Date


def counted(low: Any, high: Any) -> Iterator[Any]:
    """From one whole number or date to another, both included, up or down."""
    if isinstance(low, Date) and isinstance(high, Date):
        return map(Date.from_days, _steps(low.days, high.days))
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        if low == low.to_integral_value() and high == high.to_integral_value():
            if max(low.adjusted(), high.adjusted()) < 33:
                return map(Decimal, _steps(int(low), int(high)))
    raise Fault("invalid-argument", "a loop counts over whole numbers or dates")


def elements(source: Any) -> Iterator[Any]:
    """The elements of a list or a range; anything else but null is its own one element."""
    if source is None:
        raise Fault("invalid-argument", "there is nothing to loop over")
    if isinstance(source, tuple):
        return iter(source)
    if isinstance(source, Range):
        return _inside(source)
    return iter((source,))


def _inside(source: Range) -> Iterator[Any]:
    for item in counted(source.low, source.high):
        if item == source.low and not source.low_included:
            continue
        if item == source.high and not source.high_included:
            continue
        yield item


def _steps(low: int, high: int) -> Iterator[int]:
    step = 1 if low <= high else -1
    return iter(range(low, high + step, step))
