"""Where a `$ref` leads: within its document or to a file beside it, never to the network."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import unquote

from policyengine import nodes
from policyengine.errors import Diagnostic, Diagnostics, PolicyEngineError
from policyengine.nodes import Node
from policyengine.schema.keywords import Keywords
from policyengine.source import Span, quoted

#: Groups, terms and fields that a schema may describe, references followed.
MAX_DESCRIBED = 20_000

#: Reads the document a relative `$ref` names; None after reporting why it may not, or raises
#: `PolicyEngineError`, which is reported at the reference.
RefReader = Callable[[str, Span], Node | None]


class References(Keywords):
    """Follows references, and counts what they multiply."""

    def __init__(self, root: Node, diagnostics: Diagnostics, read_ref: RefReader | None) -> None:
        super().__init__(diagnostics)
        self.node = root
        self.read_ref = read_ref
        #: the documents read, by source: the root of each, and the name it was asked for by
        self.documents: dict[int, tuple[Node, str]] = {id(root.span.source): (root, "")}
        #: what was wrong with the documents that could not be read, by that name
        self.unread: dict[str, tuple[Diagnostic, ...]] = {}
        self.described = 0
        #: the titles of fields within the term that is read, by their path, and where it is
        self.titles: dict[str, str] = {}
        self.below: list[str] = []
        #: what is being read, from the outside in
        self.reading: list[Node] = []

    def too_large(self, node: Node) -> bool:
        """Whether references multiply what the schema describes beyond reading."""
        self.described += 1
        if self.described == MAX_DESCRIBED + 1:
            message = f"the schema describes more than {MAX_DESCRIBED} groups, terms and fields"
            self.error("schema-shape", message, node.span)
        return self.described > MAX_DESCRIBED

    def resolve(self, node: Node, seen: tuple[str, ...]) -> nodes.Mapping | None:
        """Follow `$ref` within the document, or to a file beside it; never to the network."""
        if not isinstance(node, nodes.Mapping):
            self.error(
                "schema-shape",
                "a term is described by a mapping",
                node.span,
                "for instance `{type: number}`",
            )
            return None
        ref = node.get("$ref")
        if ref is None:
            return node
        target = self.text(ref)
        if target is None:
            return None
        if len(node) > 1:
            self.error("schema-ref", "`$ref` stands alone; nothing beside it is read", node.span)
            return None
        if len(seen) > 16:
            self.error("schema-ref", f"`$ref` {quoted(target)} leads back to itself", ref.span)
            return None
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", target) or target.startswith("//"):
            self.error(
                "schema-ref",
                f"`$ref` {quoted(target)} is remote; schemas are read from files only",
                ref.span,
            )
            return None
        file, _, pointer = target.partition("#")
        # a reference is relative to the document it stands in
        document, here = self.documents.get(id(ref.span.source), (self.node, ""))
        if file:
            file = posixpath.normpath(posixpath.join(posixpath.dirname(here), file))
            target = f"{file}#{pointer}"
            if self.read_ref is None:
                self.error("schema-ref", f"`$ref` {quoted(target)} cannot be read here", ref.span)
                return None
            beside = self.document(file, ref.span)
            if beside is None:
                return None
            document = beside
        elif here:
            target = f"{here}{target}"
        if target in seen:
            self.error("schema-ref", f"`$ref` {quoted(target)} leads back to itself", ref.span)
            return None
        found = _pointed(document, pointer)
        if found is None:
            hint = None
            if pointer and not pointer.startswith("/"):
                hint = "what follows `#` is a path such as `/$defs/name`; anchors are not read"
            self.error("schema-ref", f"`$ref` {quoted(target)} leads nowhere", ref.span, hint)
            return None
        if any(found is outer for outer in self.reading):
            message = f"`$ref` {quoted(target)} leads back to what it stands in"
            self.error("schema-ref", message, ref.span)
            return None
        return self.resolve(found, (*seen, target))

    @contextmanager
    def within(self, node: Node) -> Iterator[None]:
        """What is read meanwhile stands in `node`, and may not refer to it."""
        self.reading.append(node)
        try:
            yield
        finally:
            self.reading.pop()

    def is_root(self, node: Node) -> bool:
        """Whether a node is a whole document."""
        return any(node is root for root, _ in self.documents.values())

    def document(self, file: str, span: Span) -> Node | None:
        """A document beside the schema, read once; None after reporting why it cannot be."""
        for known, name in self.documents.values():
            if name == file:
                return known
        assert self.read_ref is not None
        if file not in self.unread:
            try:
                node = self.read_ref(file, span)
            except PolicyEngineError as error:
                self.unread[file] = error.diagnostics
            else:
                if node is not None:
                    self.documents[id(node.span.source)] = (node, file)
                return node
        for found in self.unread[file]:
            if found.span is not None:
                self.diagnostics.extend([found])
            else:
                message = f"`$ref` cannot be followed: {found.message}"
                self.error("schema-ref", message, span, found.hint)
        return None


def _pointed(document: Node, pointer: str) -> Node | None:
    """The node a JSON pointer leads to, as it stands in a reference."""
    first, *parts = unquote(pointer).split("/")
    found: Node | None = None if first else document
    for part in parts:
        name = part.replace("~1", "/").replace("~0", "~")
        found = found.get(name) if isinstance(found, nodes.Mapping) else None
    return found
