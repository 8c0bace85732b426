"""Conditions in words: what a leaf asks for, and the value it met.

A leaf's text is `path operator operand` or an expression; the phrase for it depends on
whether it has to become true (a requirement) or false (a prohibition).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from policyengine.decision.wording import NO_WORDS, in_words
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
_WORDY = 600  # a list in labels
_SHOWN = 12  # values of a list
_OF_VALUES = frozenset({
    "equals", "is_not", "one_of", "none_of", "contains", "contains_any", "contains_all",
    "contains_none", "contains_only",
})  # fmt: skip


def subject(text: str) -> str | None:
    """What a test is about, a term or a derived value; None for an expression."""
    first, _, rest = text.partition(" ")
    operator = rest.partition(" ")[0]
    return first if operator in _PHRASES or operator == "stated" else None


def phrase(
    text: str,
    wanted: bool,
    unit: str | None = None,
    *,
    listed: bool = False,
    labels: Mapping[str, str] = NO_WORDS,
    codes: bool | None = None,
) -> str | None:
    """`must be less than 50 years` for a test; None for an expression.

    `wanted` is the value that the condition has to take, `listed` says that it is about a
    list. Values are in their `labels`, with `codes` behind them, or else those alone that may
    be written down.
    """
    if subject(text) is None:
        return None
    operator, _, operand = text.partition(" ")[2].partition(" ")
    if operator == "stated":
        return "must be stated" if (operand, wanted) in _STATED else "must not be stated"
    if labels and operator in _OF_VALUES and not (listed and operand in ("none", "[]")):
        if operator in ("equals", "is_not") and operand in _BOOLEANS:
            if wanted is (operator == "is_not"):
                operand = _BOOLEANS[operand == "true"]
            operator, wanted = "equals", True
        if codes is None:
            codes = wanted is (operator not in ("is_not", "none_of", "contains_none"))
        worded = _worded(operand, labels, codes=codes, quote=operator in ("equals", "is_not"))
        if worded is not None:
            return _PHRASES[operator][0 if wanted else 1].format(worded)
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


def _worded(operand: str, labels: Mapping[str, str], *, codes: bool, quote: bool) -> str | None:
    """The values that an operand lists in their labels; None where none has one."""
    if operand[:1] == "[" and operand[-1:] == "]":
        operand = operand[1:-1]
    values = [operand] if operand in labels else operand.split(", ")
    if not any(labels.get(value) for value in values):
        return None
    said = [labels.get(value) or value for value in values]
    if quote and len(said) == 1:  # a label may be half a sentence
        return visible(f'"{said[0]}"{f" ({operand})" if codes else ""}', _WORDY)
    if codes:
        said = [
            f"{label} ({value})" if label != value else label
            for label, value in zip(said, values, strict=True)
        ]
    return visible(_listed(said), _WORDY)


def _listed(items: Sequence[str]) -> str:
    """`a, b`; set off otherwise where one has a comma of its own."""
    return ("; " if any("," in item for item in items) else ", ").join(items)


def quantity(number: Decimal, unit: str | None = None) -> str:
    """A number with its unit; digits in groups of three from 10,000 on, for the eye only."""
    text = grouped(number)
    return f"{text} {_UNITS.get(unit, unit)}" if unit else text


def value(actual: Any, unit: str | None = None, labels: Mapping[str, str] = NO_WORDS) -> str:
    """A value from a document, as one short visible text; in its label, where it has one."""
    if actual is None:
        return "not stated"
    if labels:
        if isinstance(actual, list | tuple) and 0 < len(actual) <= _SHOWN:
            return visible(_listed([value(item, unit, labels) for item in actual]), _WORDY)
        actual = in_words(actual, labels)
    if isinstance(actual, bool):
        return "true" if actual else "false"
    if isinstance(actual, Decimal | int):
        return quantity(Decimal(actual), unit)
    if isinstance(actual, str):
        return visible(actual, _LONG) if actual.strip() else f'"{visible(actual, _LONG)}"'
    if isinstance(actual, list | tuple):
        if not actual:
            return "an empty list"
        if len(actual) > _SHOWN:
            return f"{', '.join(map(value, actual[:_SHOWN]))} and {len(actual) - _SHOWN} more"
        said = ", ".join(map(value, actual))
        if any(isinstance(item, Mapping) for item in actual):
            said = f"[{said}]"
        return visible(said, _LONG)
    if isinstance(actual, Mapping):
        return visible(dumps(actual), _LONG)
    return visible(str(actual), _LONG)


def name(path: str, label: str | None) -> str:
    """How a person knows a term: its label, with the path where that says more."""
    if not label or label == path:
        return visible(path, _LONG)
    return visible(label, _LONG)
