"""Membership: a value in a range, in a list of tests, in a list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from policyengine.operators.comparison import compare, equal
from policyengine.operators.fault import Fault
from policyengine.operators.kinds import kind_of
from policyengine.values.logic import Truth, negation
from policyengine.values.ranges import Matcher, Range


def contains_in_range(bounds: Range, value: Any) -> bool:
    """Whether a non-null value lies in a range; raises `Fault` as `compare` does."""
    if bounds.low is not None:
        order = compare(value, bounds.low)
        if order < 0 or (order == 0 and not bounds.low_included):
            return False
    if bounds.high is not None:
        order = compare(value, bounds.high)
        if order > 0 or (order == 0 and not bounds.high_included):
            return False
    return True


def compare_by(operator: str, left: Any, right: Any, *, nulls_equal: bool = False) -> Truth:
    """One of `= != < <= > >=` on two values; raises `Fault` as `compare` does.

    A null on either side gives None, but for `=` and `!=` with `nulls_equal`.
    """
    if operator == "=":
        return equal(left, right, nulls_equal=nulls_equal)
    if operator == "!=":
        return negation(equal(left, right, nulls_equal=nulls_equal))
    if left is None or right is None:
        return None
    order = compare(left, right)
    if operator == "<":
        return order < 0
    if operator == "<=":
        return order <= 0
    if operator == ">":
        return order > 0
    return order >= 0


def matches_test(value: Any, test: Any, *, nulls_equal: bool = False) -> Truth:
    """Whether a value passes one test: equals it, lies in it if it is a range, passes one of
    it if it is a list, or is that list.

    Raises `Fault` as `compare` does.
    """
    if isinstance(test, tuple) and not isinstance(value, tuple):
        return any_test(value, test, nulls_equal=nulls_equal)
    if isinstance(test, tuple):
        found = equal(value, test, nulls_equal=nulls_equal)
        if found is True:
            return True
        inner = any_test(value, test, nulls_equal=nulls_equal)
        if inner is False and found is None and not nulls_equal:
            return None
        return inner
    if isinstance(test, Range) and not isinstance(value, Range):
        return None if value is None else contains_in_range(test, value)
    if isinstance(test, Matcher) and not isinstance(value, Matcher):
        return compare_by(test.operator, value, test.operand, nulls_equal=nulls_equal)
    return equal(value, test, nulls_equal=nulls_equal)


def any_test(value: Any, tests: Iterable[Any], *, nulls_equal: bool = False) -> Truth:
    """Whether a value passes one of the tests: true as soon as one does, else unknown as
    soon as one cannot be said (a null among them), else false.

    A value of another type among the tests does not match. Raises `Fault` as `compare` does
    only if no test matches.
    """
    result: Truth = False
    fault: Fault | None = None
    for test in tests:
        try:
            found = matches_test(value, test, nulls_equal=nulls_equal)
        except Fault as raised:
            fault = fault or raised
            continue
        if found is True:
            return True
        if found is None and not _differs(value, test):
            result = None
    if fault is not None:
        raise fault
    return result


def _differs(value: Any, test: Any) -> bool:
    """Whether two plain values are of different types, so that they are surely not equal."""
    return value is not None and test is not None and kind_of(value) != kind_of(test)


def list_contains(items: Iterable[Any], value: Any) -> Truth:
    """Kleene membership by equality: a null item leaves it unknown unless another matches.

    An item of another type does not match.
    """
    result: Truth = False
    for item in items:
        if item is None or value is None:
            result = None
            continue
        found = equal(item, value)
        if found is True:
            return True
        if found is None and kind_of(item) == kind_of(value):
            result = None
    return result
