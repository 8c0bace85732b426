"""Propositions: z3's, or Python's where they are already settled, folded as they are built."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from policyengine.symbolic.z import z3

#: `True`, `False` or a z3 Boolean
Bool: TypeAlias = Any


def both(*parts: Bool) -> Bool:
    return every(parts)


def either(*parts: Bool) -> Bool:
    return some(parts)


def every(parts: Iterable[Bool]) -> Bool:
    """The conjunction; true of nothing."""
    open_ = []
    for part in parts:
        if part is False:
            return False
        if part is not True:
            open_.append(part)
    if not open_:
        return True
    return open_[0] if len(open_) == 1 else z3.And(open_)


def some(parts: Iterable[Bool]) -> Bool:
    """The disjunction; false of nothing."""
    open_ = []
    for part in parts:
        if part is True:
            return True
        if part is not False:
            open_.append(part)
    if not open_:
        return False
    return open_[0] if len(open_) == 1 else z3.Or(open_)


def no(part: Bool) -> Bool:
    if isinstance(part, bool):
        return not part
    return part.arg(0) if z3.is_not(part) else z3.Not(part)


def implies(left: Bool, right: Bool) -> Bool:
    return some((no(left), right))


def same(left: Bool, right: Bool) -> Bool:
    if isinstance(left, bool):
        return right if left else no(right)
    if isinstance(right, bool):
        return left if right else no(left)
    return left == right


def choose(condition: Bool, then: Any, otherwise: Any) -> Any:
    """`then` where the condition holds: of two propositions, or of two numbers."""
    if condition is True:
        return then
    if condition is False:
        return otherwise
    if isinstance(then, bool) or isinstance(otherwise, bool) or z3.is_bool(then):
        return some((every((condition, then)), every((no(condition), otherwise))))
    return z3.If(condition, then, otherwise)


def at_least(count: int, parts: Iterable[Bool]) -> Bool:
    """Whether `count` or more of the parts hold."""
    open_ = []
    for part in parts:
        if part is True:
            count -= 1
        elif part is not False:
            open_.append(part)
    if count <= 0:
        return True
    if len(open_) < count:
        return False
    if count == 1:
        return some(open_)
    if count == len(open_):
        return every(open_)
    return z3.PbGe([(part, 1) for part in open_], count)


def at_most_one(parts: Iterable[Bool]) -> Bool:
    return no(at_least(2, parts))


def fresh(name: str) -> Bool:
    return z3.FreshBool(name)
