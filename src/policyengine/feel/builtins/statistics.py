"""Functions that sum up a list: `min`, `sum`, `median` and the like.

Each takes a list or the elements themselves. For an empty list `mode` gives an empty list;
the others give null.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import reduce
from typing import Any

from policyengine.feel.builtins.model import Family
from policyengine.operators.arithmetic import add, divide, multiply
from policyengine.operators.comparison import compare
from policyengine.operators.fault import Fault
from policyengine.values.numbers import CONTEXT

STATISTICS = Family("statistics")

Items = tuple[Any, ...]


def _extreme(items: Items, sign: int) -> Any:
    best = _some(items)[0]
    for item in items[1:]:
        if compare(item, best) * sign > 0:
            best = item
    compare(best, best)  # one element alone must have an order too
    return best


def _some(items: Items) -> Items:
    if not items:
        raise Fault("invalid-argument", "the list is empty")
    if None in items:
        raise Fault("invalid-argument", "an element is null")
    return items


def total(items: Items) -> Any:
    return reduce(add, _some(items))


def product(items: Items) -> Any:
    return reduce(multiply, _some(items))


def mean(items: Items) -> Any:
    return divide(total(items), Decimal(len(items)))


def median(items: Items) -> Decimal:
    ordered: list[Decimal] = sorted(_some(items))
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    found: Decimal = divide(add(ordered[middle - 1], ordered[middle]), Decimal(2))
    return found


def stddev(items: Items) -> Decimal:
    """The standard deviation of a sample."""
    if len(_some(items)) < 2:
        raise Fault("invalid-argument", "a standard deviation needs two numbers")
    centre = mean(items)
    squares = [multiply(gap, gap) for gap in (CONTEXT.subtract(item, centre) for item in items)]
    return CONTEXT.sqrt(divide(reduce(add, squares), Decimal(len(items) - 1)))


def mode(items: Items) -> Items:
    """The most frequent numbers, the least first."""
    if not items:
        return ()
    counts: dict[Decimal, int] = {}
    for item in _some(items):
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values())
    return tuple(sorted(item for item, count in counts.items() if count == most))


def _define(name: str, kind: str, result: str, function: Callable[[Items], Any], doc: str) -> None:
    many = "list" if kind == "Any" else f"list<{kind}>"
    STATISTICS.define(f"{name}(list: {many}) -> {result}", function, doc)
    STATISTICS.define(f"{name}(...n: {kind}) -> {result}", lambda *items: function(items))


_define("min", "Any", "Any", lambda items: _extreme(items, -1), "The least element.")
_define("max", "Any", "Any", lambda items: _extreme(items, 1), "The greatest element.")
_define("sum", "number", "number", total, "The sum of numbers.")
_define("product", "number", "number", product, "The product of numbers.")
_define("mean", "number", "number", mean, "The arithmetic mean of numbers.")
_define("median", "number", "number", median, "The middle number, or the mean of the middle two.")
_define("stddev", "number", "number", stddev, "The standard deviation of a sample.")
_define("mode", "number", "list<number>", mode, "The most frequent numbers, the least first.")
