"""Numbers: IEEE 754 decimal128, as FEEL has them (34 digits, half even, exponent ±6144)."""

from __future__ import annotations

import decimal
import re
from decimal import Decimal

DIGITS = 34
MAX_EXPONENT = 6144

#: Arithmetic rounds to 34 digits, half even; overflow and invalid operations raise.
CONTEXT = decimal.Context(
    prec=DIGITS,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=1 - MAX_EXPONENT,
    Emax=MAX_EXPONENT,
    capitals=1,
    clamp=0,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)

_NUMERAL = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


class NumeralError(ValueError):
    """A numeral that no decimal128 holds exactly; the message says why."""


def from_numeral(text: str) -> Decimal:
    """The decimal that was written, exactly; raises `NumeralError` rather than round.

    More than 34 significant digits (leading and trailing zeros apart), an adjusted exponent
    beyond ±6144, NaN and infinities are refused.
    """
    if len(text) > 20_000:
        raise NumeralError(f"the numeral has {len(text)} characters; at most {DIGITS} digits count")
    if not _NUMERAL.fullmatch(text):
        raise NumeralError("not a decimal numeral")
    _, _, exponent = text.lower().partition("e")
    if len(exponent.lstrip("+-0")) > 6:
        raise NumeralError(f"the exponent is beyond ±{MAX_EXPONENT}")
    return exact(Decimal(text))


def exact(value: Decimal) -> Decimal:
    """The same number, checked to fit decimal128 exactly; negative zero becomes zero."""
    if not value.is_finite():
        raise NumeralError("not a finite number")
    if not value:
        return Decimal(0)
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    adjusted = value.adjusted()
    if adjusted > MAX_EXPONENT or adjusted < -MAX_EXPONENT:
        raise NumeralError(f"the exponent is beyond ±{MAX_EXPONENT}")
    if len(digits) > DIGITS:
        extra = len(digits) - DIGITS
        if any(digits[DIGITS:]):
            raise NumeralError(f"the numeral has more than {DIGITS} significant digits")
        return Decimal((sign, digits[:DIGITS], exponent + extra))
    return value


def from_python(value: int | float | Decimal) -> Decimal:
    """A Python number as the decimal it shows: a float means its shortest repr."""
    if isinstance(value, Decimal):
        return exact(value)
    if isinstance(value, int):
        if value.bit_length() > 20_480:
            raise NumeralError(f"the exponent is beyond ±{MAX_EXPONENT}")
        # of 34 digits, no number of as few bits has more
        return Decimal(value) if value.bit_length() <= 112 else exact(Decimal(value))
    return exact(Decimal(repr(value)))


#: what the plain text of a number ends in where it is the shortest, unless it is a whole number
_ENDS = frozenset("123456789")


def to_text(value: Decimal) -> str:
    """The shortest plain way to write a number: no trailing zeros; an exponent only when
    the plain form would pass 40 characters."""
    if not value:
        return "0"
    text = str(value)
    if len(text) <= DIGITS and "E" not in text and (text[-1] in _ENDS or text.isdigit()):
        return text  # as most numbers are
    sign, digits, exponent = value.normalize(CONTEXT).as_tuple()
    assert isinstance(exponent, int)
    if -40 <= exponent <= 40 - len(digits):
        return format(Decimal((sign, digits, exponent)), "f")
    return str(Decimal((sign, digits, exponent)))


def grouped(value: Decimal) -> str:
    """The text of a number for people: its digits in groups of three from 10,000 on."""
    text = to_text(value)
    if "E" in text or abs(value) < 10_000:
        return text
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}{dot}{rest}"
