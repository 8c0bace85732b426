"""Unknown values: where one is held, and lists compared as sets over them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from policyengine.operators.membership import list_contains
from policyengine.values.logic import Truth, conjunction


def has_unknown(value: Any) -> bool:
    """Whether a value is unknown, or holds something unknown at any depth."""
    if value is None:
        return True
    if isinstance(value, tuple):
        return any(map(has_unknown, value))
    if isinstance(value, dict):
        return any(map(has_unknown, value.values()))
    return False


def same_members(left: tuple[Any, ...], right: tuple[Any, ...]) -> Truth:
    """Whether two lists hold the same elements, in whatever order and number."""
    kinds = {*map(type, left), *map(type, right)}
    if kinds == {str} or kinds == {Decimal}:  # found at once instead of one by one
        return set(left) == set(right)
    here = [list_contains(right, item) for item in left]
    return conjunction(here + [list_contains(left, item) for item in right])
