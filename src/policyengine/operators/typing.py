"""`instance of`: whether a value conforms to a type."""

from __future__ import annotations

from typing import Any

from policyengine.operators.kinds import kind_of
from policyengine.types import Type
from policyengine.values.ranges import Matcher


def instance_of(value: Any, wanted: Type) -> bool:
    """Whether a value has a type; null has none, not even `Any`.

    A list conforms if every element does, a context if it has every field the type names
    (others do not matter), a range if its ends do.
    """
    if value is None:
        return wanted.kind == "null"
    return _conforms(value, wanted)


def _conforms(value: Any, wanted: Type) -> bool:
    """As `instance_of`, but a null inside a list, context or range conforms to anything."""
    if value is None or wanted.kind == "any":
        return True
    if kind_of(value) != wanted.kind:
        return False
    if wanted.kind == "list" and wanted.item is not None:
        item = wanted.item
        return all(_conforms(element, item) for element in value)
    if wanted.kind == "context" and wanted.fields is not None:
        return all(name in value and _conforms(value[name], field) for name, field in wanted.fields)
    if wanted.kind == "range" and wanted.item is not None:
        if isinstance(value, Matcher):
            return _conforms(value.operand, wanted.item)
        return _conforms(value.low, wanted.item) and _conforms(value.high, wanted.item)
    return True
