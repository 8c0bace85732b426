"""Numbers as people write them, `USD 4,000,000` or `5 billion`: never read, but understood well
enough to say what to write instead."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from policyengine.values.numbers import to_text

_FACTORS = {
    "k": 3, "thousand": 3, "m": 6, "mn": 6, "mio": 6, "million": 6,
    "b": 9, "bn": 9, "billion": 9, "tn": 12, "trillion": 12,
}  # fmt: skip
_SIGNS = {"%": "percent", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_NUMERAL = r"[-+]?[0-9][0-9,_'. ]*"
_UNIT = r"[^\W\d_]{1,20}|[%$€£¥]"
_FORM = re.compile(rf"\s*({_UNIT})?\s*({_NUMERAL})({_UNIT})?(?:\s+({_UNIT}))?\s*")
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:([,_' ])[0-9]{3})(?:\1[0-9]{3})*(?:\.[0-9]+)?")
_PLAIN = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")
_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+")
_LONGEST = 60


class Numeral(NamedTuple):
    """What a text seems to say: digits that could be written, and the units it names."""

    digits: str
    units: tuple[str, ...]


def understood(text: str, unit: str | None) -> Numeral | None:
    """A text as a number with units, for a term in `unit`; None for anything else."""
    form = _FORM.fullmatch(text) if len(text) <= _LONGEST else None
    if form is None:
        return None
    numeral = form[2].strip()
    if _GROUPED.fullmatch(numeral):
        numeral = re.sub(r"[,_' ]", "", numeral)
    elif _COMMA.fullmatch(numeral):  # a decimal comma
        numeral = numeral.replace(",", ".")
    if not _PLAIN.fullmatch(numeral):
        return None
    number, units = Decimal(numeral), []
    for word in filter(None, (form[1], form[3], form[4])):
        power = _FACTORS.get(word.casefold())
        if power is not None and word != form[1] and not same_unit(word, unit):
            number = number.scaleb(power)
        else:
            units.append(word)
    return Numeral(to_text(number), tuple(units))


def same_unit(word: str, unit: str | None) -> bool:
    """Whether a word names a unit: `year` is `years`, and `%` is `percent`."""
    if unit is None:
        return False
    known = unit.casefold()
    meant = {known, known.removesuffix("s")}
    if known in ("percent", "pct"):
        meant |= {"percent", "pct"}
    return word.casefold() in meant or _SIGNS.get(word, "").casefold() in meant


def hint(text: str, unit: str | None) -> str | None:
    """What to write in the place of a text that is no number."""
    found = understood(text, unit)
    if found is None:
        return None
    if any(not same_unit(word, unit) for word in found.units):
        return f"write the number of {unit} alone" if unit else "write the number alone"
    return f"write `{found.digits}`: digits alone"
