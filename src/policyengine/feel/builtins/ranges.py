"""Relations of points and ranges (DMN 1.5, table 78; J. F. Allen's interval algebra)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from policyengine.feel.builtins.model import Family
from policyengine.operators.comparison import compare
from policyengine.operators.fault import Fault
from policyengine.values.ranges import Matcher, Range

RANGES = Family("ranges")


def _order(left: Any, right: Any, left_end: int, right_end: int) -> int:
    """-1, 0 or 1 for the ends of two ranges; an open end is at minus or plus infinity.

    `left_end` and `right_end` say which end each is: -1 the low one, 1 the high one.
    """
    if left is None or right is None:
        ranks = left_end if left is None else 0, right_end if right is None else 0
        return (ranks[0] > ranks[1]) - (ranks[0] < ranks[1])
    return compare(left, right)


def _low(a: Range, b: Range) -> int:
    return _order(a.low, b.low, -1, -1)


def _high(a: Range, b: Range) -> int:
    return _order(a.high, b.high, 1, 1)


def _before_point(point: Any, range_: Range) -> bool:
    if range_.low is None:
        return False
    order = compare(point, range_.low)
    return order < 0 or (order == 0 and not range_.low_included)


def _after_point(point: Any, range_: Range) -> bool:
    if range_.high is None:
        return False
    order = compare(point, range_.high)
    return order > 0 or (order == 0 and not range_.high_included)


def _before(a: Range, b: Range) -> bool:
    order = _order(a.high, b.low, 1, -1)
    return order < 0 or (order == 0 and not (a.high_included and b.low_included))


def _meets(a: Range, b: Range) -> bool:
    return a.high_included and b.low_included and _order(a.high, b.low, 1, -1) == 0


def _overlaps(a: Range, b: Range) -> bool:
    return not _before(a, b) and not _before(b, a)


def _starts_before(a: Range, b: Range) -> bool:
    order = _low(a, b)
    return order < 0 or (order == 0 and a.low_included and not b.low_included)


def _ends_no_later(a: Range, b: Range) -> bool:
    order = _high(a, b)
    return order < 0 or (order == 0 and (not a.high_included or b.high_included))


def _starts_no_earlier(a: Range, b: Range) -> bool:
    order = _low(a, b)
    return order > 0 or (order == 0 and (not a.low_included or b.low_included))


def _overlaps_before(a: Range, b: Range) -> bool:
    return _starts_before(a, b) and not _before(a, b) and _ends_no_later(a, b)


def _overlaps_after(a: Range, b: Range) -> bool:
    """`a` overlaps the end of `b`: it starts inside and does not end before."""
    order = _low(b, a)
    starts = order < 0 or (order == 0 and b.low_included and not a.low_included)
    return starts and not _before(b, a) and _ends_no_later(b, a)


def _finishes_point(point: Any, range_: Range) -> bool:
    return range_.high_included and compare(point, range_.high) == 0


def _finishes(a: Range, b: Range) -> bool:
    same_end = _high(a, b) == 0 and a.high_included == b.high_included
    return same_end and _starts_no_earlier(a, b)


def _starts_point(point: Any, range_: Range) -> bool:
    return range_.low_included and compare(point, range_.low) == 0


def _starts(a: Range, b: Range) -> bool:
    same_start = _low(a, b) == 0 and a.low_included == b.low_included
    return same_start and _ends_no_later(a, b)


def _during_point(point: Any, range_: Range) -> bool:
    return not _before_point(point, range_) and not _after_point(point, range_)


def _during(a: Range, b: Range) -> bool:
    return _starts_no_earlier(a, b) and _ends_no_later(a, b)


def _coincides(a: Range, b: Range) -> bool:
    ends = _low(a, b) == 0 and _high(a, b) == 0
    return ends and (a.low_included, a.high_included) == (b.low_included, b.high_included)


def _swapped(relation: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda a, b: relation(b, a)


def _range(value: Any) -> Range:
    if isinstance(value, Matcher):
        if value.operator == "=":
            return Range(value.operand, value.operand)
        raise Fault("invalid-argument", "`!=` is no interval")
    found: Range = value
    return found


def _point(value: Any) -> Any:
    if isinstance(value, Range | Matcher):
        raise Fault("type-mismatch", "a point was expected, not a range")
    return value


def _define(
    name: str,
    doc: str,
    *,
    points: Callable[[Any, Any], bool] | None = None,
    point_range: Callable[[Any, Range], bool] | None = None,
    range_point: Callable[[Range, Any], bool] | None = None,
    ranges: Callable[[Range, Range], bool],
) -> None:
    """The forms a relation has; `doc` describes it."""
    define = RANGES.define
    define(
        f"{name}(range1: range, range2: range) -> boolean",
        lambda a, b: ranges(_range(a), _range(b)),
        doc,
    )
    if point_range is not None:
        define(
            f"{name}(point: {_POINT}, range: range) -> boolean",
            lambda a, b: point_range(_point(a), _range(b)),
        )
    if range_point is not None:
        define(
            f"{name}(range: range, point: {_POINT}) -> boolean",
            lambda a, b: range_point(_range(a), _point(b)),
        )
    if points is not None:
        define(f"{name}(point1: {_POINT}, point2: {_POINT}) -> boolean", points)


_POINT = (
    "number | string | date | time | date and time"
    " | days and time duration | years and months duration"
)

_define(
    "before",
    "Whether the first lies wholly before the second.",
    points=lambda a, b: compare(a, b) < 0,
    point_range=_before_point,
    range_point=lambda a, b: _after_point(b, a),
    ranges=_before,
)
_define(
    "after",
    "Whether the first lies wholly after the second.",
    points=lambda a, b: compare(a, b) > 0,
    point_range=_after_point,
    range_point=lambda a, b: _before_point(b, a),
    ranges=_swapped(_before),
)
_define("meets", "Whether the first range ends where the second starts.", ranges=_meets)
_define("met by", "Whether the first range starts where the second ends.", ranges=_swapped(_meets))
_define("overlaps", "Whether two ranges have a point in common.", ranges=_overlaps)
_define(
    "overlaps before",
    "Whether the first range starts before the second and ends within it.",
    ranges=_overlaps_before,
)
_define(
    "overlaps after",
    "Whether the first range starts within the second and ends after it.",
    ranges=_overlaps_after,
)
_define(
    "finishes",
    "Whether the first ends the second range together with it.",
    point_range=_finishes_point,
    ranges=_finishes,
)
_define(
    "finished by",
    "Whether the second ends the first range together with it.",
    range_point=lambda a, b: _finishes_point(b, a),
    ranges=_swapped(_finishes),
)
_define(
    "includes",
    "Whether the first range holds the second, a point or a range.",
    range_point=lambda a, b: _during_point(b, a),
    ranges=_swapped(_during),
)
_define(
    "during",
    "Whether the first, a point or a range, lies within the second.",
    point_range=_during_point,
    ranges=_during,
)
_define(
    "starts",
    "Whether the first starts the second range together with it.",
    point_range=_starts_point,
    ranges=_starts,
)
_define(
    "started by",
    "Whether the second starts the first range together with it.",
    range_point=lambda a, b: _starts_point(b, a),
    ranges=_swapped(_starts),
)
_define(
    "coincides",
    "Whether two points, or two ranges, are the same.",
    points=lambda a, b: compare(a, b) == 0,
    ranges=_coincides,
)
