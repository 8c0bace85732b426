"""Policies of plain data, loaded as one file would be."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from fuzz.vocabulary import Data
from policyengine import nodes
from policyengine.document import read_manifest, read_rules
from policyengine.engine import Policy
from policyengine.errors import Diagnostics, PolicyEngineError
from policyengine.loader import Loaded
from policyengine.schema import read_schema


def exact(data: Any) -> Any:
    """Plain data with its numbers as the decimals that a file would give."""
    if isinstance(data, dict):
        return {key: exact(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [exact(value) for value in data]
    if isinstance(data, bool) or not isinstance(data, int | float):
        return data
    return Decimal(repr(data))


def load(data: Data) -> Policy | None:
    """A policy of plain data, or None if it does not load."""
    node = nodes.synthetic(exact(data))
    diagnostics = Diagnostics()
    assert isinstance(node, nodes.Mapping)
    manifest = read_manifest(node, diagnostics, with_rules=True)
    inner = Diagnostics()
    rules = read_rules(node, inner, in_manifest=True)
    terms = node.get("terms")
    schema = read_schema(terms, diagnostics) if terms is not None else None
    if manifest is None or schema is None or diagnostics.errors:
        return None
    if any(error.code != "unknown-key" for error in inner.errors):  # those are the manifest's
        return None
    loaded = Loaded(Path("fuzz.yaml"), manifest, (rules,), schema, (), ())
    try:
        return Policy._lower(loaded, diagnostics, {})
    except PolicyEngineError:
        return None


def usable(data: Data) -> tuple[Data, Policy] | None:
    """A generated policy without the rules that do not load, or None if nothing is left."""
    policy = load(data)
    if policy is not None:
        return data, policy
    rules = [rule for rule in data["rules"] if load({**data, "rules": [rule]}) is not None]
    if not rules:
        return None
    data = {**data, "rules": rules}
    policy = load(data)
    return (data, policy) if policy is not None else None


__all__ = ["exact", "load", "usable"]
