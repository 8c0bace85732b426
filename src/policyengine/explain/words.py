"""Values, places and what is missing as they stand in a sentence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from policyengine import decision as d
from policyengine.schema import TermSpec
from policyengine.schema.written import written
from policyengine.source import Span
from policyengine.values import jsontext
from policyengine.values.numbers import grouped, to_text

NOT_STATED = "(not stated)"


def place(span: Span) -> d.Location | None:
    """A span as a location; None for a thing that was written nowhere."""
    return d.Location(span.file, span.line, span.column) if span.source.text else None


def data(value: Any) -> Any:
    """A value of the engine as it stands in a decision: temporal values as text."""
    if value is None or isinstance(value, str | bool | Decimal):
        return value
    if isinstance(value, tuple):
        return tuple(map(data, value))
    if isinstance(value, dict):
        return {key: data(item) for key, item in value.items()}
    return str(value)


def of_term(value: Any, spec: TermSpec | None) -> Any:
    """A value of a term as a document writes it."""
    return written(value, spec.shape) if type(value) is tuple and spec is not None else value


def of_objects(value: tuple[Any, ...]) -> bool:
    """Whether a list holds objects, of which a single one does not stand for the list."""
    return any(isinstance(item, dict) for item in value)


def words(value: Any) -> str:
    """A value as text that can be read back."""
    if value is None:
        return NOT_STATED
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return to_text(value)
    if isinstance(value, tuple):
        said = ", ".join(map(words, value)) if value else "none"
        return f"[{said}]" if of_objects(value) else said
    return jsontext.dumps(data(value)) if isinstance(value, dict) else str(value)


def readable(value: Any) -> str:
    """A value in a sentence that a rule makes for people: digits are grouped, as on a page."""
    if isinstance(value, Decimal):
        return grouped(value)
    if isinstance(value, tuple) and value and not of_objects(value):
        return ", ".join(map(readable, value))
    return words(value)


def sentence(missing: d.Missing) -> str:
    """`a and b`, `either a or b`, in one line."""
    if missing.path is not None:
        return missing.path
    inner = [
        sentence(part) if part.path is not None else f"({sentence(part)})" for part in missing.parts
    ]
    if missing.kind == "some_of":
        return f"{missing.at_least} of {', '.join(inner)}"
    return (" and " if missing.kind == "all" else " or ").join(inner)
