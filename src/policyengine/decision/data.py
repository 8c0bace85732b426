"""Frozen objects as plain data, and plain data frozen."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from policyengine.values.frozen import FrozenDict
from policyengine.values.record import Record

#: types whose values have a JSON form as they are
_PLAIN = frozenset({type(None), bool, int, str, Decimal})


def as_data(value: Any) -> Any:
    """Frozen objects as plain data; whatever has no JSON form as its text."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple or kind is list:
        return [as_data(item) for item in value]
    if hasattr(kind, "to_dict"):
        return value.to_dict()
    if isinstance(value, Record):
        return {
            name: item if type(item := getattr(value, name)) in _PLAIN else as_data(item)
            for name in kind.__fields__
        }
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, str | Decimal | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): as_data(item) for key, item in value.items()}
    return [as_data(item) for item in value] if isinstance(value, list | tuple) else str(value)


def without_words(value: Record) -> dict[str, Any]:
    """A record as plain data, but for its `words`."""
    return {
        name: item if type(item := getattr(value, name)) in _PLAIN else as_data(item)
        for name in value.__fields__
        if name != "words"
    }


def frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(frozen, value))
    if isinstance(value, dict):
        return FrozenDict((key, frozen(item)) for key, item in value.items())
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value
