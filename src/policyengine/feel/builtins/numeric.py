"""Functions on numbers."""

from __future__ import annotations

import decimal
from decimal import Decimal
from typing import Any

from policyengine.feel.builtins.model import Family, whole
from policyengine.operators.arithmetic import negate
from policyengine.operators.fault import Fault
from policyengine.values.numbers import CONTEXT, DIGITS, MAX_EXPONENT

NUMERIC = Family("numbers")

#: The least and the greatest number of decimals that a number can be rounded to.
MIN_SCALE, MAX_SCALE = -6111, 6176

# Wide enough for the digits of any quotient of two decimals.
_WIDE = decimal.Context(prec=2 * MAX_EXPONENT + 2 * DIGITS)


def rounded(number: Decimal, scale: Decimal, rounding: str) -> Decimal:
    """To so many decimals; negative ones round to tens, hundreds and so on."""
    places = whole(scale, "scale")
    if not MIN_SCALE <= places <= MAX_SCALE:
        raise Fault("invalid-argument", f"the scale is from {MIN_SCALE} to {MAX_SCALE}")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -places:
        return number
    result = number.quantize(Decimal((0, (1,), -places)), rounding, _WIDE)
    return CONTEXT.plus(result)


def _rounding(mode: str) -> Any:
    return lambda number, scale: rounded(number, scale, mode)


def floor(number: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    return rounded(number, scale, decimal.ROUND_FLOOR)


def ceiling(number: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    return rounded(number, scale, decimal.ROUND_CEILING)


def absolute(value: Any) -> Any:
    if isinstance(value, Decimal):
        return CONTEXT.abs(value)
    size = value.months if hasattr(value, "months") else value.nanoseconds
    return negate(value) if size < 0 else value


def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    if not divisor:
        raise Fault("division-by-zero", "division by zero")
    rest = _WIDE.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = _WIDE.add(rest, divisor)
    return CONTEXT.plus(rest) or Decimal(0)


def square_root(number: Decimal) -> Decimal:
    if number < 0:
        raise Fault("invalid-argument", "the square root of a negative number")
    return CONTEXT.sqrt(number)


def logarithm(number: Decimal) -> Decimal:
    if number <= 0:
        raise Fault("invalid-argument", "the logarithm of a number that is not positive")
    return CONTEXT.ln(number)


def exponential(number: Decimal) -> Decimal:
    try:
        return CONTEXT.exp(number)
    except decimal.Overflow:
        raise Fault("overflow", "the result is beyond the greatest number") from None


def _parity(number: Decimal, rest: int) -> bool:
    return abs(_WIDE.remainder(number, Decimal(2))) == rest


_define = NUMERIC.define
_define(
    "decimal(n: number, scale: number) -> number",
    _rounding(decimal.ROUND_HALF_EVEN),
    "Rounds to so many decimals, half to even.",
)
_define("floor(n: number, scale?: number) -> number", floor, "Rounds down, to a scale if given.")
_define("ceiling(n: number, scale?: number) -> number", ceiling, "Rounds up, to a scale if given.")
_define(
    "round up(n: number, scale: number) -> number",
    _rounding(decimal.ROUND_UP),
    "Rounds away from zero.",
)
_define(
    "round down(n: number, scale: number) -> number",
    _rounding(decimal.ROUND_DOWN),
    "Rounds towards zero.",
)
_define(
    "round half up(n: number, scale: number) -> number",
    _rounding(decimal.ROUND_HALF_UP),
    "Rounds to the nearest, half away from zero.",
)
_define(
    "round half down(n: number, scale: number) -> number",
    _rounding(decimal.ROUND_HALF_DOWN),
    "Rounds to the nearest, half towards zero.",
)
_define("abs(n: number) -> number", absolute, "A number, or a duration, without its sign.")
_define("abs(n: days and time duration) -> days and time duration", absolute)
_define("abs(n: years and months duration) -> years and months duration", absolute)
_define(
    "modulo(dividend: number, divisor: number) -> number",
    modulo,
    "The remainder of a division, with the sign of the divisor.",
)
_define("sqrt(number: number) -> number", square_root, "The square root.")
_define("log(number: number) -> number", logarithm, "The natural logarithm.")
_define("exp(number: number) -> number", exponential, "e to a power.")
_define("odd(number: number) -> boolean", lambda n: _parity(n, 1), "Whether a number is odd.")
_define("even(number: number) -> boolean", lambda n: _parity(n, 0), "Whether a number is even.")
