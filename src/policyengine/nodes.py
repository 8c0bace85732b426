"""Positioned documents: what the reader makes of YAML or JSON, before any meaning.

Three kinds of node, each with the span it was read from. Numbers are the decimals that
were written; dates are strings; a key is a :class:`Scalar` whose value is a string.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

from policyengine.source import Source, Span

ScalarValue: TypeAlias = str | Decimal | bool | None
#: see `Scalar`
Runs: TypeAlias = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A leaf. `style` is how it was written: plain, single, double, literal, folded, json.

    `runs` say where the characters of a string value were written, as `(value offset,
    source offset, width)` in order: width 0 is a stretch copied character by character; any
    other is a piece (an escape, a folded line break) `width` source characters long that
    stands for all the value's characters up to the next run. They are made when first asked
    for. None means that the value starts at `content_start` and runs on without a break.
    """

    span: Span
    value: ScalarValue
    style: str = "plain"
    runs: Runs | Callable[[], Runs] | None = field(default=None, compare=False, repr=False)
    content_start: int = field(default=0, compare=False, repr=False)

    def at(self, start: int, end: int) -> Span:
        """The span in the source of the characters [start, end) of a string value."""
        runs = self.runs
        if runs is None:
            base = self.content_start
            return self.span.source.span(base + start, base + end)
        if not isinstance(runs, tuple):
            runs = runs()
            object.__setattr__(self, "runs", runs)
        if not runs:
            return self.span
        size = len(self.value) if isinstance(self.value, str) else 0
        first, after = _written(runs, min(start, size - 1))
        if start >= size:
            first = after
        return self.span.source.span(first, max(first, _written(runs, min(end, size) - 1)[1]))


def _written(runs: Runs, index: int) -> tuple[int, int]:
    """The half-open range of source offsets that one character of a value was written as."""
    begin, origin, width = runs[max(0, bisect_right(runs, (index, sys.maxsize)) - 1)]
    if width:
        return origin, origin + width
    return origin + index - begin, origin + index - begin + 1


@dataclass(frozen=True, slots=True)
class Sequence:
    span: Span
    items: tuple[Node, ...]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Entries in document order; keys are unique."""

    span: Span
    entries: tuple[tuple[Scalar, Node], ...]

    def get(self, key: str) -> Node | None:
        for name, node in self.entries:
            if name.value == key:
                return node
        return None

    def key(self, key: str) -> Scalar | None:
        for name, _ in self.entries:
            if name.value == key:
                return name
        return None

    def keys(self) -> list[str]:
        return [str(name.value) for name, _ in self.entries]

    def __len__(self) -> int:
        return len(self.entries)


Node: TypeAlias = Scalar | Sequence | Mapping


def plain(node: Node) -> Any:
    """A node as plain Python data: dict, list, str, Decimal, bool, None."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {str(key.value): plain(value) for key, value in node.entries}


def synthetic(value: Any, span: Span | None = None) -> Node:
    """A node for plain Python data; every part of it carries the same span."""
    at = span or Source("<value>", "").span(0, 0)
    if isinstance(value, dict):
        return Mapping(at, tuple((Scalar(at, str(k)), synthetic(v, at)) for k, v in value.items()))
    if isinstance(value, list | tuple):
        return Sequence(at, tuple(synthetic(item, at) for item in value))
    return Scalar(at, value)


def in_line(node: Node) -> str:
    """A node on one line for people: what it says, whatever its layout, quotes and comments."""
    if isinstance(node, Scalar):
        if not isinstance(node.value, str):
            return node.span.text or "null"
        return " ".join(node.value.split()) if node.value.strip() else f'"{node.value}"'
    if isinstance(node, Sequence):
        return f"[{', '.join(map(in_line, node.items))}]"
    return f"{{{', '.join(f'{key.value}: {in_line(value)}' for key, value in node.entries)}}}"
