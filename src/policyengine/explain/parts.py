"""A condition while its deciding parts are being marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from policyengine import decision as d
from policyengine.explain.words import data, place
from policyengine.source import Span
from policyengine.values.logic import Truth


@dataclass(slots=True)
class Part:
    """A condition while its deciding parts are being marked."""

    kind: str
    value: Truth
    span: Span
    parts: list[Part]
    count: int | None = None
    text: str | None = None
    reads: tuple[str, ...] = ()
    #: those of `reads` whose being stated is asked for, which no default answers
    asks: frozenset[str] = frozenset()
    #: fields of elements that are read
    fields: tuple[str, ...] = ()
    actual: Any = None
    decides: bool = False

    def deciding(self) -> list[Part]:
        """The parts directly below on which this value rests."""
        if self.kind in ("leaf", "not"):
            return self.parts
        settled_by = {"all": False, "any": True}.get(self.kind)
        if settled_by is not None and self.value is settled_by:
            return [part for part in self.parts if part.value is settled_by]
        if self.kind == "some_of" and self.value is not None:
            return [part for part in self.parts if part.value is self.value]
        if self.value is None:
            return [part for part in self.parts if part.value is None]
        return self.parts

    def mark(self) -> Part:
        self.decides = True
        for part in self.deciding():
            part.mark()
        return self

    def frozen(self) -> d.Condition:
        below = tuple(part.frozen() for part in self.parts)
        if self.kind != "leaf":
            return d.Condition(self.kind, self.value, self.decides, below, self.count)
        return d.Condition(
            "leaf",
            self.value,
            self.decides,
            text=self.text,
            paths=self.reads,
            actual=data(self.actual),
            location=place(self.span),
        )


def deciding_leaves(part: Part) -> list[Part]:
    if part.kind == "leaf":
        return [part]
    return [leaf for below in part.deciding() for leaf in deciding_leaves(below)]


def deciding_reads(part: Part) -> list[str]:
    return [path for leaf in deciding_leaves(part) for path in leaf.reads]
