"""Conditions in words: what a leaf asks for, and the value it met.

A leaf's text is `path operator operand` or an expression; the phrase for it depends on
whether it has to become true (a requirement) or false (a prohibition).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from policyengine.source import visible
from policyengine.values.jsontext import dumps
from policyengine.values.numbers import grouped

#: operator: (what must hold, what must hold where the condition must not)
_PHRASES = {
    "equals": ("must be {}", "must not be {}"),
    "is_not": ("must not be {}", "must be {}"),
    "less_than": ("must be less than {}", "must be at least {}"),
    "at_most": ("must be at most {}", "must be more than {}"),
    "at_least": ("must be at least {}", "must be less than {}"),
    "more_than": ("must be more than {}", "must be at most {}"),
    "between": ("must be between {}", "must not be between {}"),
    "one_of": ("must be one of {}", "must be none of {}"),
    "none_of": ("must be none of {}", "must be one of {}"),
    "contains": ("must contain {}", "must not contain {}"),
    "contains_any": ("must contain any of {}", "must contain none of {}"),
    "contains_all": ("must contain all of {}", "must not contain all of {}"),
    "contains_none": ("must contain none of {}", "must contain some of {}"),
    "contains_only": ("must contain only {}", "must contain more than {}"),
    "starts_with": ("must start with {}", "must not start with {}"),
    "ends_with": ("must end with {}", "must not end with {}"),
    "matches": ("must match {}", "must not match {}"),
    "before": ("must be before {}", "must be on or after {}"),
    "on_or_before": ("must be on or before {}", "must be after {}"),
    "after": ("must be after {}", "must be on or before {}"),
    "on_or_after": ("must be on or after {}", "must be before {}"),
    "count": ("must have a count of {}", "must not have a count of {}"),
    "every": ("must have in every element: {}", "must not have in every element: {}"),
    "some": ("must have in some element: {}", "must not have in any element: {}"),
    "none": ("must have in no element: {}", "must have in some element: {}"),
}
_STATED = {("true", True), ("false", False)}
_UNITS = {"percent": "%", "pct": "%"}
_NUMERAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_WORD = re.compile(r"[A-Za-z_][^ ]*")
_BOOLEANS = ("true", "false")
_LONG = 160


def subject(text: str) -> str | None:
    """What a test is about, a term or a derived value; None for an expression."""
    first, _, rest = text.partition(" ")
    operator = rest.partition(" ")[0]
    return first if operator in _PHRASES or operator == "stated" else None


def phrase(text: str, wanted: bool, unit: str | None = None, *, listed: bool = False) -> str | None:
    """`must be less than 50 years` for a test; None for an expression.

    `wanted` is the value that the condition has to take, `listed` says that it is about a
    list.
    """
    if subject(text) is None:
        return None
    operator, _, operand = text.partition(" ")[2].partition(" ")
    if operator == "stated":
        return "must be stated" if (operand, wanted) in _STATED else "must not be stated"
    said = _bounds(operand, unit) if operator == "between" else _operand(operand, unit)
    if operator in ("equals", "is_not"):
        if listed and operand in ("none", "[]"):
            said = "empty"
        elif _WORD.fullmatch(said) and said not in _BOOLEANS:
            said = f"`{said}`"  # "must be `none`", which is a value, not a quantity
    return _PHRASES[operator][0 if wanted else 1].format(said)


_VERBS = {"be": "is", "have": "has", "match": "matches", "contain": "contains",
          "start": "starts", "end": "ends"}  # fmt: skip


def as_fact(said: str) -> str:
    """`must be less than 5` as `is less than 5`: what is, not what has to be."""
    verb, _, rest = said.removeprefix("must ").partition(" ")
    if verb == "not":
        verb, _, rest = rest.partition(" ")
        return f"is not {rest}" if verb == "be" else f"does not {verb} {rest}"
    return f"{_VERBS.get(verb, verb)} {rest}"


def _bounds(text: str, unit: str | None) -> str:
    low, comma, high = text.removeprefix("[").removesuffix("]").partition(", ")
    if not comma:
        return _operand(text, unit)
    return f"{_operand(low, None)} and {_operand(high, unit)}"


def _operand(text: str, unit: str | None) -> str:
    if len(text) > 1 and text[0] == "[" and text[-1] == "]":
        text = text[1:-1]
    if _NUMERAL.fullmatch(text):
        return quantity(Decimal(text), unit)
    return visible(text, _LONG)


def quantity(number: Decimal, unit: str | None = None) -> str:
    """A number with its unit; digits in groups of three from 10,000 on, for the eye only."""
    text = grouped(number)
    return f"{text} {_UNITS.get(unit, unit)}" if unit else text


def value(actual: Any, unit: str | None = None) -> str:
    """A value from a document, as one short visible text."""
    if actual is None:
        return "not stated"
    if isinstance(actual, bool):
        return "true" if actual else "false"
    if isinstance(actual, Decimal | int):
        return quantity(Decimal(actual), unit)
    if isinstance(actual, str):
        return visible(actual, _LONG) if actual.strip() else f'"{visible(actual, _LONG)}"'
    if isinstance(actual, list | tuple):
        if not actual:
            return "an empty list"
        if len(actual) > 12:
            return f"{', '.join(map(value, actual[:12]))} and {len(actual) - 12} more"
        return visible(", ".join(map(value, actual)), _LONG)
    if isinstance(actual, Mapping):
        return visible(dumps(actual), _LONG)
    return visible(str(actual), _LONG)


def name(path: str, label: str | None) -> str:
    """How a person knows a term: its label, with the path where that says more."""
    if not label or label == path:
        return visible(path, _LONG)
    return visible(label, _LONG)
