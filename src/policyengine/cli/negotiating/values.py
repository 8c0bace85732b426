"""What a person types, read by the type of the term it is for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from policyengine import nodes
from policyengine.errors import Diagnostic, UsageError
from policyengine.reading import read_source
from policyengine.schema import Shape, TermsSchema, numerals
from policyengine.schema.numerals import same_unit
from policyengine.source import Source, quoted

_GROUPED = re.compile(r"([-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?)")
_WORDS = {"yes": True, "no": False, "true": True, "false": False}
_SIGNS = {"percent": "%", "pct": "%"}


def path_of(typed: str, schema: TermsSchema) -> str:
    """The term a person means: its path, or its last words where only one term ends so."""
    if typed in schema.terms:
        return typed
    ends = [path for path in schema.terms if path.endswith(f".{typed}")]
    if len(ends) > 1:
        listing = ", ".join(f"`{path}`" for path in ends[:6])
        message = f"{quoted(typed)} is the end of {len(ends)} terms: {listing}"
        raise UsageError(Diagnostic("ambiguous-term", message))
    return ends[0] if ends else typed


def rule_of(typed: str, rules: Iterable[str]) -> str:
    """The rule a person means, whatever the case of its letters."""
    found = [rule for rule in rules if rule.casefold() == typed.casefold()]
    return found[0] if len(found) == 1 else typed


def value_of(text: str, shape: Shape) -> Any:
    """A typed text as plain data: a YAML value, with some freedom that a type makes safe.

    Texts and dates need no quotes and lists no brackets; `yes` and `no` are taken for a
    Boolean, `1,200,000`, `40 years`, `50%` and `USD 5` for a number whose unit it is.
    """
    kind = shape.type.kind
    if kind == "boolean" and text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if kind == "number":
        return _yaml(_numeral(text, shape.type.unit))
    if kind == "list" and shape.item is not None and not text.startswith("["):
        return [value_of(part.strip(), shape.item) for part in text.split(",") if part.strip()]
    if kind in ("boolean", "list", "context"):
        return _yaml(text)
    if text[:1] in "\"'":
        return _yaml(text)
    return text


def check_unit(text: str, path: str, unit: str | None) -> None:
    """Raise `UsageError` for a number with another unit than its term has."""
    typed = numerals.understood(text, unit) if unit is not None else None
    other = [word for word in typed.units if not same_unit(word, unit)] if typed else []
    if not other:
        return
    message = f"{quoted(text)} is in {quoted(other[0])}; {quoted(path, 120)} is in {quoted(unit)}"
    hint = f"write the number of {unit} alone"
    raise UsageError(Diagnostic("unit-mismatch", message, hint=hint))


def _numeral(text: str, unit: str | None) -> str:
    if unit is not None:
        folded = text.casefold()
        for written in (unit, unit.removesuffix("s"), _SIGNS.get(unit, unit)):
            if folded.endswith(written.casefold()):
                text = text[: len(text) - len(written)].rstrip()
                break
            if folded.startswith(f"{written} ".casefold()):  # USD 1,200,000
                text = text[len(written) :].lstrip()
                break
    return text.replace(",", "") if _GROUPED.fullmatch(text) else text


def _yaml(text: str) -> Any:
    return nodes.plain(read_source(Source("<value>", text), "yaml"))
