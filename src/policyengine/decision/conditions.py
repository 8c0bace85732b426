"""Conditions and what is missing, as trees; places in documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine.decision.data import as_data, frozen
from policyengine.values.record import Record


class Location(Record):
    """A place in a document, line and column from 1."""

    file: str
    line: int
    column: int


class Condition(Record):
    """A condition as a tree with the value of every part.

    `kind` is `all`, `any`, `not`, `some_of` (with `at_least`) or `leaf`. A leaf has its text
    with parameters filled in, the paths it reads, and, where it tests one term, that term's
    `actual` value. `decides` marks the parts on which the value of the whole rests.
    """

    kind: str
    value: bool | None
    decides: bool = True
    parts: tuple[Condition, ...] = ()
    at_least: int | None = None
    text: str | None = None
    paths: tuple[str, ...] = ()
    actual: Any = None
    location: Location | None = None

    def leaves(self) -> list[Condition]:
        if self.kind == "leaf":
            return [self]
        return [leaf for part in self.parts for leaf in part.leaves()]

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {}
        if self.kind == "leaf":
            out["text"] = self.text
        elif self.kind == "not":
            out["not"] = self.parts[0].to_dict()
        elif self.kind == "some_of":
            out["some_of"] = {
                "at_least": self.at_least,
                "of": [part.to_dict() for part in self.parts],
            }
        else:
            out[self.kind] = [part.to_dict() for part in self.parts]
        out["value"] = self.value
        out["decides"] = self.decides
        if self.kind == "leaf":
            out["paths"] = list(self.paths)
            out["actual"] = as_data(self.actual)
            out["location"] = as_data(self.location)
        return out

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Condition:
        value, decides = data["value"], data["decides"]
        if "text" in data:
            return cls(
                "leaf",
                value,
                decides,
                text=data["text"],
                paths=tuple(data["paths"]),
                actual=frozen(data["actual"]),
                location=Location(**data["location"]) if data["location"] else None,
            )
        if "not" in data:
            return cls("not", value, decides, (cls.from_dict(data["not"]),))
        if "some_of" in data:
            some = data["some_of"]
            parts = tuple(map(cls.from_dict, some["of"]))
            return cls("some_of", value, decides, parts, int(some["at_least"]))
        kind = "all" if "all" in data else "any"
        return cls(kind, value, decides, tuple(map(cls.from_dict, data[kind])))


class Missing(Record):
    """What to state so that a rule can settle: a tree of `all` and `any` over paths."""

    kind: str
    path: str | None = None
    parts: tuple[Missing, ...] = ()
    at_least: int | None = None

    def paths(self) -> list[str]:
        """Every path in the tree, first mention first, each once."""
        if self.path is not None:
            return [self.path]
        return list(dict.fromkeys(p for part in self.parts for p in part.paths()))

    def to_dict(self) -> dict[str, Any]:
        if self.path is not None:
            return {"path": self.path}
        if self.kind == "some_of":
            return {"some_of": {"at_least": self.at_least, "of": [p.to_dict() for p in self.parts]}}
        return {self.kind: [part.to_dict() for part in self.parts]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Missing:
        if "path" in data:
            return cls("leaf", data["path"])
        if "some_of" in data:
            some = data["some_of"]
            parts = tuple(map(cls.from_dict, some["of"]))
            return cls("some_of", None, parts, int(some["at_least"]))
        kind = "all" if "all" in data else "any"
        return cls(kind, None, tuple(map(cls.from_dict, data[kind])))
