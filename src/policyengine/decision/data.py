"""Frozen objects as plain data, and plain data frozen."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from policyengine.values.frozen import FrozenDict
from policyengine.values.record import Record


def as_data(value: Any) -> Any:
    """Frozen objects as plain data; whatever has no JSON form as its text."""
    if isinstance(value, enum.Enum):
        return value.value
    if value is None or isinstance(value, str | bool | Decimal | int):
        return value
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, Record):
        return {name: as_data(getattr(value, name)) for name in value.__fields__}
    if isinstance(value, Mapping):
        return {str(key): as_data(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_data(item) for item in value]
    return str(value)


def frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(frozen, value))
    if isinstance(value, dict):
        return FrozenDict((key, frozen(item)) for key, item in value.items())
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value
