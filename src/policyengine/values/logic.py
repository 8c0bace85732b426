"""Kleene's strong three-valued logic. True, False, and None for unknown.

S. C. Kleene, "Introduction to Metamathematics" (1952), section 64.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

Truth: TypeAlias = bool | None


def negation(value: Truth) -> Truth:
    return None if value is None else not value


def conjunction(values: Iterable[Truth]) -> Truth:
    """False as soon as one is false, else unknown as soon as one is unknown, else true."""
    result: Truth = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def disjunction(values: Iterable[Truth]) -> Truth:
    """True as soon as one is true, else unknown as soon as one is unknown, else false."""
    result: Truth = False
    for value in values:
        if value is True:
            return True
        if value is None:
            result = None
    return result


def at_least(count: int, values: Iterable[Truth]) -> Truth:
    """Whether `count` or more of the values are true, settled as soon as it can be."""
    true = unknown = 0
    for value in values:
        if value is True:
            true += 1
        elif value is None:
            unknown += 1
    if true >= count:
        return True
    return None if true + unknown >= count else False
