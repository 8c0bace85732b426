"""Values and shapes in words, for messages about what does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from policyengine.schema.model import Shape
from policyengine.source import quoted
from policyengine.values import jsontext
from policyengine.values.numbers import from_python, to_text


def found(value: Any) -> str:
    """`found …`, for a message about a value of the wrong type."""
    if isinstance(value, Mapping):
        return "found a mapping"
    if isinstance(value, list | tuple):
        return "found a list"
    if value is None:
        return "found nothing"
    if isinstance(value, str):
        return f"found the text {quoted(value)}"
    if isinstance(value, bool):
        return f"found `{str(value).lower()}`"
    if isinstance(value, int | float | Decimal):
        return f"found the number {quoted(value)}"
    return "found something no document can hold"


def some(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def a_shape(shape: Shape) -> str:
    words = {"boolean": "`true` or `false`", "string": "a text", "context": "a mapping"}
    kind = shape.type.kind
    if shape.integer:
        return "a whole number"
    return words.get(kind) or f"a {shape.type}".replace(" of strings", " of texts")


def shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return to_text(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | dict):
        return jsontext.dumps(canonical(value))
    return str(value)


def canonical(value: Any) -> Any:
    """Plain data with numbers as decimals and temporal values as text: what a digest is of."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is dict or isinstance(value, Mapping):
        return {str(key): canonical(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [canonical(item) for item in value]
    if isinstance(value, str):
        return value
    if isinstance(value, int | float | Decimal):
        return from_python(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
