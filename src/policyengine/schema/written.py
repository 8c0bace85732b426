"""Values as a document writes them: what an object in a list lacks is left out.

The engine holds every field of such an object, None where the deal does not state it; a
document may write null only where the schema takes one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine.schema.model import Shape


def written(value: Any, shape: Shape) -> Any:
    """`value` of `shape`, without the fields that are not stated and need not be."""
    if isinstance(value, Mapping):
        known = {name: (inner, required) for name, inner, required in shape.fields}
        made = {}
        for name, item in value.items():
            inner, required = known.get(name, (None, True))
            if item is not None or required:
                made[name] = item if inner is None else written(item, inner)
        return made
    if isinstance(value, list | tuple) and shape.item is not None:
        return type(value)(written(item, shape.item) for item in value)
    return value
