"""How far apart two neighbouring values of a term lie, and which values a schema allows."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from policyengine import core
from policyengine.core import Expr
from policyengine.schema import Shape, TermsSchema
from policyengine.values.temporal import Date

_ONE = Decimal(1)
#: kinds of values that have neighbours here: numbers by a step, dates by a day
STEPPED = ("number", "date")


def step_of(shape: Shape) -> Decimal:
    """The distance of neighbours: 1 for whole numbers and days, `multipleOf` where there is
    one, a hundredth of a range narrower than 100, else 1."""
    if shape.multiple_of is not None:
        return shape.multiple_of
    if shape.integer or shape.type.kind != "number":
        return _ONE
    low = shape.minimum if shape.minimum is not None else shape.exclusive_minimum
    high = shape.maximum if shape.maximum is not None else shape.exclusive_maximum
    if low is not None and high is not None and Decimal(0) < high - low < 100:
        return (high - low) / 100
    return _ONE


def step(expr: Expr, policy: core.Policy, schema: TermsSchema) -> Decimal:
    """The step of what is compared: the least of those of the terms in it."""
    if any(isinstance(node, core.Call) and node.name == "count" for node in core.walk(expr)):
        return _ONE
    read = core.terms_read(policy, expr)
    steps = [step_of(schema.terms[path].shape) for path in read if path in schema.terms]
    return min(steps, default=_ONE)


def is_granular(expr: Expr, schema: TermsSchema) -> Decimal | None:
    """The number that every value of an expression is a multiple of, where there is one."""
    if isinstance(expr, core.Call) and expr.name == "count":
        return _ONE
    if not isinstance(expr, core.Term) or expr.path not in schema.terms:
        return None
    shape = schema.terms[expr.path].shape
    return shape.multiple_of or (_ONE if shape.integer else None)


def moved(value: Any, by: Decimal) -> Any:
    """A value so many steps' worth further: a number, or a date by days; None for others."""
    if isinstance(value, Decimal):
        return value + by
    if isinstance(value, Date):
        try:
            return Date.from_days(value.days + int(by))
        except ValueError:
            return None
    return None


def distance(left: Any, right: Any) -> Decimal | None:
    """`left - right`, in days for dates; None for what has no distance."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return left - right
    if isinstance(left, Date) and isinstance(right, Date):
        return Decimal(left.days - right.days)
    return None


def allows(shape: Shape, value: Any) -> bool:
    """Whether a schema's bounds allow a number; True for anything but a number."""
    if not isinstance(value, Decimal):
        return True
    granule = shape.multiple_of or (_ONE if shape.integer else None)
    return (
        (shape.minimum is None or value >= shape.minimum)
        and (shape.maximum is None or value <= shape.maximum)
        and (shape.exclusive_minimum is None or value > shape.exclusive_minimum)
        and (shape.exclusive_maximum is None or value < shape.exclusive_maximum)
        and (granule is None or is_multiple(value, granule))
    )


def is_multiple(value: Decimal, granule: Decimal) -> bool:
    """Whether a number is so many granules, exactly, however large it is."""
    return Fraction(value) % Fraction(granule) == 0
