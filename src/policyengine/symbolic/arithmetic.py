"""Sums, differences and multiples of symbolic numbers, dates and durations."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from policyengine.operators import arithmetic
from policyengine.operators.fault import Fault
from policyengine.symbolic import bools
from policyengine.symbolic.comparing import NoFormError
from policyengine.symbolic.merging import worked_out
from policyengine.symbolic.shapes import between
from policyengine.symbolic.values import (
    DATE,
    DAYS,
    ENDS,
    MONTHS,
    NUMBER,
    Fixed,
    Number,
    Value,
    aligned,
    lifted,
)
from policyengine.values.record import replace

if TYPE_CHECKING:
    from policyengine.symbolic.encoder import Encoder

_DAY = 86_400 * 10**9


def calculated(encoder: Encoder, op: str, left: Value, right: Value) -> Value:
    """`left op right`; raises `NoFormError`."""
    few = worked_out((left, right), arithmetic.OPERATIONS[op], Fault)
    if few is not None:
        encoder.faults.append(few[1])
        return few[0]
    one, two = lifted(left), lifted(right)
    if not isinstance(one, Number) or not isinstance(two, Number):
        raise NoFormError("it calculates with values that have no linear form")
    if op in ("+", "-"):
        made = _sum(one, two, 1 if op == "+" else -1)
        # no two dates are so far apart that there is no such duration
        return made if one.kind == two.kind == DATE else _held(encoder, made)
    if op == "*":
        for number, factor in ((one, right), (two, left)):
            if isinstance(factor, Fixed) and number.kind in (NUMBER, DAYS, MONTHS):
                return _held(encoder, _scaled(number, lifted(factor)))
        raise NoFormError("it multiplies two terms")
    if op == "/" and isinstance(right, Fixed):
        return _divided(encoder, one, two)
    raise NoFormError("it divides by a term" if op == "/" else "it raises to a power")


def negated(encoder: Encoder, value: Value) -> Value:
    """Minus a value; raises `NoFormError`."""
    few = worked_out((value,), arithmetic.negate, Fault)
    if few is not None:
        encoder.faults.append(few[1])
        return few[0]
    number = lifted(value)
    if not isinstance(number, Number) or number.kind == DATE:
        raise NoFormError("it negates a value that has no linear form")
    return replace(number, expr=-number.expr, cases=None)


def _held(encoder: Encoder, number: Number) -> Number:
    """A date or a duration as far as the engine holds one: what is beyond is an error."""
    if number.kind == NUMBER:
        return number
    within = between(number, *map(Fraction, ENDS[number.kind]))
    encoder.faults.append(bools.both(number.known, bools.no(within)))
    return replace(number, known=bools.both(number.known, within))


def _sum(one: Number, two: Number, sign: int) -> Number:
    kinds = (one.kind, two.kind)
    known = bools.both(one.known, two.known)
    if kinds == (DATE, DATE) and sign < 0:
        a, b, _ = aligned(one, two)
        return Number(known, a - b, Fraction(_DAY), DAYS)
    if DATE in kinds and DAYS in kinds:
        day, span = (one, two) if one.kind == DATE else (two, one)
        # whole days only: what a day and some hours is, the engine's own arithmetic says
        if not isinstance(span.expr, int) or (span.expr * span.factor) % _DAY:
            raise NoFormError("it adds a duration that may not be whole days to a date")
        days = int(span.expr * span.factor / _DAY)
        return Number(known, day.expr + sign * days, Fraction(1), DATE)
    if kinds[0] == kinds[1] and kinds[0] in (NUMBER, DAYS, MONTHS):
        a, b, shared = aligned(one, two)
        return Number(known, a + b if sign > 0 else a - b, shared, kinds[0])
    raise NoFormError(f"it adds a {kinds[1]} to a {kinds[0]}")


def _scaled(number: Number, factor: Value) -> Number:
    if not isinstance(factor, Number) or factor.kind != NUMBER:
        raise NoFormError("it multiplies by what is no number")
    multiple = factor.expr * factor.factor
    if number.kind != NUMBER and multiple.denominator != 1:
        raise NoFormError("it takes a fraction of a duration")
    if multiple == 0:
        return Number(number.known, number.expr * 0, Fraction(1), number.kind)
    if multiple < 0:
        return Number(number.known, -number.expr, number.factor * -multiple, number.kind)
    return Number(number.known, number.expr, number.factor * multiple, number.kind)


def _divided(encoder: Encoder, number: Number, by: Number) -> Value:
    divisor = by.expr * by.factor
    if by.kind != NUMBER or number.kind != NUMBER:
        raise NoFormError("it divides durations")
    if divisor == 0:
        encoder.faults.append(number.known)
        return Fixed(None)
    rest = divisor.numerator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if abs(rest) != 1:
        encoder.name("a quotient is rounded to 34 digits, which is left out")
    inverse = 1 / divisor
    expr = number.expr if inverse > 0 else -number.expr
    return Number(number.known, expr, number.factor * abs(inverse), NUMBER)
