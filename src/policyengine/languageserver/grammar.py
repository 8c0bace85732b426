"""What the published schema of a document says of a place in it.

The schemas of `schemas/` name and explain every key. A place is found by following its keys
through `properties`, `items` and references; where a document may be one thing or another,
all of them are kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from policyengine import resources
from policyengine.languageserver.cursor import ITEM
from policyengine.values.record import Record

KINDS = ("policy", "rules", "test", "waivers")
#: definitions of the schemas under which a condition stands
CONDITIONS = frozenset({"condition", "negated_condition", "item_condition"})
_ONE_OF_THESE = ("anyOf", "oneOf", "allOf")
_MAX = 64


class Key(Record):
    """A key that may stand at a place, what it is called, and what it means."""

    name: str
    title: str
    description: str


class Place(Record):
    """What may stand at a place: `schemas` with the names of their definitions ("" for one
    that has none)."""

    schemas: tuple[tuple[str, Mapping[str, Any]], ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.schemas)

    @property
    def is_condition(self) -> bool:
        return bool(self.names & CONDITIONS)

    @property
    def entries(self) -> tuple[Key, ...]:
        """The keys that may stand here."""
        found: dict[str, Key] = {}
        for _, schema in self.schemas:
            for name, described in schema.get("properties", {}).items():
                text = described.get("description", "")
                found.setdefault(name, Key(name, described.get("title", name), text))
        return tuple(found.values())

    def key(self, name: str) -> Key | None:
        return next((key for key in self.entries if key.name == name), None)

    def values(self) -> tuple[str, ...]:
        """The values that a place has for constants."""
        found: dict[str, None] = {}
        for _, schema in self.schemas:
            for value in schema.get("enum", ()):
                if isinstance(value, str):
                    found[value] = None
            if schema.get("type") == "boolean":
                found |= {"true": None, "false": None}
        return tuple(found)


@cache
def _schema(kind: str) -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads(resources.schema_text(kind))
    return read


def place(kind: str, path: Iterable[str]) -> Place:
    """What may stand below some keys of a kind of document, one of `KINDS`."""
    root = _schema(kind)
    here = list(_spread(root, root, ""))
    for name in path:
        below = [part for _, schema in here for part in _step(root, schema, name)]
        here = list({id(schema): (name_, schema) for name_, schema in below}.values())[:_MAX]
    return Place(tuple(here))


def _step(
    root: Mapping[str, Any], schema: Mapping[str, Any], name: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if name == ITEM:
        items = schema.get("items")
        yield from _spread(root, items, "") if isinstance(items, dict) else ()
        return
    found = schema.get("properties", {}).get(name)
    if found is None:
        patterns = schema.get("patternProperties", {})
        found = next((below for known, below in patterns.items() if _matches(known, name)), None)
    if found is None:
        found = schema.get("additionalProperties")
    if isinstance(found, dict):
        yield from _spread(root, found, "")


def _matches(pattern: str, name: str) -> bool:
    # the patterns are the published schemas' own; what is matched is bounded
    return len(name) <= 200 and re.search(pattern, name) is not None


def _spread(
    root: Mapping[str, Any], schema: Mapping[str, Any], name: str, depth: int = 0
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A schema, and those that it refers to or chooses from."""
    if depth > 8:
        return
    yield name, schema
    reference = schema.get("$ref", "")
    if reference.startswith("#/$defs/"):
        named = reference.removeprefix("#/$defs/")
        yield from _spread(root, root["$defs"][named], named, depth + 1)
    for choice in _ONE_OF_THESE:
        for part in schema.get(choice, ()):
            if isinstance(part, dict):
                yield from _spread(root, part, "", depth + 1)
