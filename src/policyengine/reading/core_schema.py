"""What a plain YAML scalar means: the core schema of YAML 1.2, numbers as decimals.

Unlike YAML 1.1, `NO`, `on` and `yes` are strings, `010` is ten, and `1_000`, `12:30` and
dates are strings.
"""

from __future__ import annotations

import re
from decimal import Decimal

from policyengine.errors import Diagnostics
from policyengine.nodes import ScalarValue
from policyengine.source import Span, quoted
from policyengine.values.numbers import DIGITS, NumeralError, from_numeral, from_python

_WORDS: dict[str, ScalarValue] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_ZERO = Decimal(0)
_NUMBER_STARTS = frozenset("0123456789+-.")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


class NotFiniteError(NumeralError):
    """`.nan` or `.inf`: a number to YAML, none to a deal."""


def number_error(text: str, error: NumeralError, span: Span, found: Diagnostics) -> None:
    """Report a numeral that is refused, for YAML and JSON alike."""
    if isinstance(error, NotFiniteError):
        found.error(
            "number-not-finite", f"{quoted(text, 40)} is not a number; expected digits", span
        )
        return
    found.error(
        "number-range",
        f"{quoted(text, 40)} cannot be kept exactly: {error}",
        span,
        "quote it if it is a text, such as an account number",
    )


def numeral(text: str) -> Decimal:
    """As `from_numeral` for a text that is a numeral, faster where it cannot be too long."""
    if len(text) <= DIGITS and "e" not in text and "E" not in text:
        return Decimal(text) or _ZERO
    return from_numeral(text)


def resolve(text: str) -> ScalarValue:
    """The value of a plain scalar; raises `NumeralError` for a number that is none here."""
    if text[:1] in _NUMBER_STARTS and text:
        if _DECIMAL.fullmatch(text):
            return numeral(text)
        if _BASED.fullmatch(text):
            return from_python(int(text, 0))
        if _NOT_FINITE.fullmatch(text):
            raise NotFiniteError("not a finite number")
        return text
    return _WORDS.get(text, text)
