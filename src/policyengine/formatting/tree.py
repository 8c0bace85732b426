"""A YAML text as a tree that still knows its comments, blank lines and styles.

Where `nodes` says what a document holds, this says how it was written, for printing it again.
The text has been read by the strict reader before: no tags, no complex keys, one document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from policyengine.reading.limits import LIMITS, Findings
from policyengine.reading.yaml_events import BYTE_ORDER_MARK, event_source
from policyengine.source import Source

#: an anchor and what may stand between it and its node
PROPERTIES = re.compile(r"&[^\s,\[\]{}]*(?:[ \t\r\n]+|#[^\r\n]*)*")
_STYLES = {"'": "single", '"': "double", "|": "literal", ">": "folded"}


@dataclass(eq=False)
class Comment:
    """`text` begins with `#`; `blank` where an empty line stands before it."""

    text: str
    at: int
    own_line: bool
    blank: bool = False


@dataclass(eq=False)
class Leaf:
    """A scalar or an alias (`style` is then `alias`). `raw` is its text as written, without
    an anchor; `text` the characters it holds; `in_flow` where it stood."""

    start: int
    end: int
    raw: str
    text: str
    style: str
    in_flow: bool
    anchor: str | None = None


@dataclass(eq=False)
class Entry:
    """A key with its value, or an item of a list; `start` is the key's place, or the dash's.

    Comments: `before` on lines of their own, `head` after the key or the dash, `tail` after
    the value.
    """

    start: int
    key: Leaf | None
    value: Tree
    blank: bool = False
    before: list[Comment] = field(default_factory=list)
    head: list[Comment] = field(default_factory=list)
    tail: list[Comment] = field(default_factory=list)


@dataclass(eq=False)
class Branch:
    """A mapping or a list. `foot` are comments after its last entry."""

    start: int
    end: int
    kind: str  # "map" or "seq"
    flow: bool
    anchor: str | None
    entries: list[Entry] = field(default_factory=list)
    foot: list[Comment] = field(default_factory=list)


Tree: TypeAlias = Leaf | Branch


@dataclass(eq=False)
class Written:
    """A whole text: its tree under an entry without a key, and all its comments in order;
    `foot` are those after everything."""

    source: Source
    root: Entry
    comments: list[Comment]
    anchored: bool
    directive: bool
    foot: list[Comment] = field(default_factory=list)


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.shift = 1 if self.text.startswith(BYTE_ORDER_MARK) else 0
        self.get = event_source(source, LIMITS, Findings())
        self.stack: list[Branch] = []
        self.keys: list[Leaf | None] = []
        self.anchored = False
        self.root: Tree | None = None
        #: [start, end) of what holds no comment: scalars, aliases, anchors
        self.solid: list[tuple[int, int]] = []
        #: where the entry now being read begins, in each open branch
        self.marks: list[int] = []
        self.end = 0

    def read(self) -> Written:
        while True:
            event = self.get()
            kind = type(event)
            if kind is StreamEndEvent:
                break
            if kind in (MappingStartEvent, SequenceStartEvent):
                self.opened(event)
            elif kind in (MappingEndEvent, SequenceEndEvent):
                self.closed(event)
            elif kind in (ScalarEvent, AliasEvent):
                self.leaf(event)
        comments = list(_comments(self.source, self.solid))
        root = self.root or Leaf(len(self.text), len(self.text), "", "", "plain", in_flow=False)
        directive = re.match(r"\ufeff?(?:[ \t]*(?:#[^\r\n]*)?[\r\n])*%YAML", self.text) is not None
        return Written(
            self.source, Entry(root.start, None, root), comments, self.anchored, directive
        )

    def opened(self, event: Any) -> None:
        start, anchor = self.node(event)
        flow = bool(event.flow_style)
        kind = "map" if type(event) is MappingStartEvent else "seq"
        branch = Branch(start, start, kind, flow, anchor)
        if flow:
            self.end = max(self.end, start + (self.text[start : start + 1] in ("[", "{")))
        self.stack.append(branch)
        self.keys.append(None)

    def closed(self, event: Any) -> None:
        branch = self.stack.pop()
        self.keys.pop()
        if branch.flow:
            self.end = event.end_mark.index + self.shift
        branch.end = self.end
        self.place(branch)

    def leaf(self, event: Any) -> None:
        start, end = event.start_mark.index + self.shift, event.end_mark.index + self.shift
        in_flow = bool(self.stack) and self.stack[-1].flow
        if type(event) is AliasEvent:
            raw = self.text[start:end]
            leaf = Leaf(self.node(event)[0], end, raw, raw, "alias", in_flow)
            self.solid.append((start, end))
        else:
            start, anchor = self.node(event)
            style = _STYLES.get(event.style or "", "plain")
            if style in ("literal", "folded"):
                end = start + len(self.text[start:end].rstrip(" \t\r\n"))
                header = self.text.find("\n", start, end)
                note = re.search(r"[ \t]#", self.text[start : end if header < 0 else header])
                self.solid.append((start, start + note.start() if note else end))
                if note:
                    self.solid.append((end if header < 0 else header, end))
            else:
                self.solid.append((start, end))
            raw = self.text[start:end]
            leaf = Leaf(start, end, raw, event.value, style, in_flow, anchor)
        self.end = max(self.end, end)
        top = self.stack[-1] if self.stack else None
        if top is not None and top.kind == "map" and self.keys[-1] is None:
            self.keys[-1] = leaf
        else:
            self.place(leaf)

    def node(self, event: Any) -> tuple[int, str | None]:
        """Where a node begins, after the anchor it may have, which is noted; the mark of the
        entry it begins is kept."""
        start: int = event.start_mark.index + self.shift
        top = self.stack[-1] if self.stack else None
        if top is not None and top.kind == "seq":
            self.marks.append(start if top.flow else self.dash(start))
        anchor = getattr(event, "anchor", None)
        if type(event) is AliasEvent or anchor is None:
            self.anchored = self.anchored or type(event) is AliasEvent
            return start, None
        self.anchored = True
        self.solid.append((start, start + 1 + len(anchor)))
        found = PROPERTIES.match(self.text, start)
        return (found.end() if found else start), anchor

    def dash(self, start: int) -> int:
        """The dash of the item that begins at `start`: the first one in what lies between."""
        at = max(self.end, self.stack[-1].start if not self.stack[-1].entries else 0)
        while at < start:
            char = self.text[at]
            if char == "-":
                self.end = max(self.end, at + 1)
                return at
            if char == "#":
                at = self.source.text.find("\n", at)
                if at < 0:
                    break
            at += 1
        return start

    def place(self, node: Tree) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if top.kind == "map":
            key = self.keys[-1]
            assert key is not None
            top.entries.append(Entry(key.start, key, node))
            self.keys[-1] = None
        else:
            top.entries.append(Entry(self.marks.pop(), None, node))


def _comments(source: Source, solid: list[tuple[int, int]]) -> Iterator[Comment]:
    """Every comment of a text; `solid` is what can hold none."""
    text = source.text
    end = len(text)
    at = 0
    for start, stop in [*sorted(solid), (end, end)]:
        while True:
            found = text.find("#", at, max(at, start))
            if found < 0:
                break
            line, column = source.position(found)
            whole = source.line(line)
            own_line = not whole[: column - 1].strip(" \t\ufeff")
            blank = own_line and line > 1 and not source.line(line - 1).strip(" \t")
            yield Comment(whole[column - 1 :].rstrip(" \t"), found, own_line, blank)
            at = source.line_starts[line] if line < len(source.line_starts) else end
        at = max(at, stop)


def read(source: Source) -> Written:
    """The tree of a text that the strict reader accepts, comments not yet attached."""
    return _Reader(source).read()
