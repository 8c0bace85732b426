"""Anchors and aliases: each alias counts as all that it stands for, and only so many stand.

Aliases share the node they name, so that memory stays small; the counts stop a document
that would be huge if it were written out.
"""

from __future__ import annotations

from policyengine.nodes import Node
from policyengine.reading import yaml_traps
from policyengine.reading.limits import Findings, Limits
from policyengine.source import Source, Span, quoted


class Anchored:
    """A node that aliases may stand for, and what it costs: nodes and levels."""

    __slots__ = ("height", "name", "node", "size", "start", "used")

    def __init__(self, name: str, start: int) -> None:
        self.name = name
        self.start = start
        self.node: Node | None = None  # None while it is being read
        self.size = 1
        self.height = 0
        self.used = False


class Anchors:
    """The anchors of one document; a name that is given again stands for the later node."""

    def __init__(self, source: Source, limits: Limits, found: Findings) -> None:
        self._source = source
        self._limits = limits
        self._found = found
        self._by_name: dict[str, Anchored] = {}
        self._all: list[Anchored] = []
        self._uses = 0

    def open(self, name: str, start: int) -> Anchored:
        """Note that a node with an anchor begins; its `node` is set when it ends."""
        anchored = self._by_name[name] = Anchored(name, start)
        self._all.append(anchored)
        return anchored

    def use(self, name: str, span: Span) -> tuple[Node, Anchored]:
        """The node that an alias written at `span` stands for."""
        anchored = self._by_name.get(name)
        if anchored is None:
            yaml_traps.unknown_alias(span, self._found)
        if anchored.node is None:
            self._found.fatal(
                "yaml-alias-cycle", f"{quoted(span.text)} stands inside what it names", span
            )
        anchored.used = True
        self._uses += 1
        if self._uses > self._limits.max_aliases:
            self._found.fatal(
                "yaml-alias-limit",
                f"aliases are used more than {self._limits.max_aliases} times",
                span,
                "write the values out",
            )
        return anchored.node, anchored

    def warn_unused(self) -> None:
        """Warn of each anchor that no alias named."""
        for anchored in self._all:
            if not anchored.used:
                yaml_traps.unused_anchor(self._source, anchored.name, anchored.start, self._found)
