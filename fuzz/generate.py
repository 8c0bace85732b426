"""Policies and deals from a seed.

Everything is plain data, so that a failure can be shrunk and written out as the policy file
that shows it. A generated policy may fail to load (a test that can never hold, a type that
does not fit); the caller skips those.
"""

from __future__ import annotations

from typing import Any

from fuzz.chance import Chance
from fuzz.policies import Policies
from fuzz.vocabulary import DEEP, PARTS, TAGS, TERMS, Data

_AS_OF = ["2024-06-01", "2024-12-31", "2025-01-01", "2025-12-31", "2024-02-29"]


class Generator:
    """Makes policies and deals from one random source."""

    def __init__(self, seed: int) -> None:
        self.chance = Chance(seed)

    def policy(self) -> Data:
        """A single-file policy, its schema inside."""
        return Policies(self.chance).policy()

    def deal(self, schema: Data) -> Data:
        """Terms for a schema: some stated, null, absent, or listed as not applicable."""
        silent = self.chance.pick([0.05, 0.3])
        made: Data = {}
        listed: list[str] = []
        self.listing = 0.6 if self.chance.happens(0.25) else 0.0
        groups = schema["properties"]
        made["t"] = self.group(groups["t"], "t", TERMS, silent, listed)
        if "u" in groups and self.chance.happens(0.8):
            made["u"] = {
                "in": self.group(groups["u"]["properties"]["in"], "u.in", DEEP, silent, listed)
            }
        if listed:
            made["not_applicable"] = listed
        return made

    def group(self, schema: Data, path: str, terms: Any, silent: float, listed: list[str]) -> Data:
        chance = self.chance
        stated: Data = {}
        for name, shape in schema["properties"].items():
            if chance.happens(silent):
                if shape.get("x-may-not-apply") and chance.happens(self.listing):
                    listed.append(f"{path}.{name}")
            elif chance.happens(0.06) and _nullable(shape):
                stated[name] = None
            else:
                stated[name] = self.value(name, terms[name].values)
        return stated

    def value(self, name: str, values: list[Any]) -> Any:
        chance = self.chance
        if name == "parts":
            return [self.part() for _ in range(chance.number(0, 3))]
        if name == "tags":
            return chance.some(TAGS, 0, 3)
        return chance.pick(values)

    def part(self) -> Data:
        return {
            name: self.chance.pick(values)
            for name, (_, values) in PARTS.items()
            if self.chance.happens(0.8)
        }

    def settings(self) -> Data:
        return {
            "as_of": self.chance.pick(_AS_OF),
            "final": self.chance.happens(0.25),
            "assume": self.chance.happens(0.75),
        }


def _nullable(shape: Data) -> bool:
    return "null" in shape.get("type", ()) or None in shape.get("enum", ())
