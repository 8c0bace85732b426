"""Terms documents: read once, from a file, a text or a program, and checked once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from policyengine import nodes
from policyengine.errors import (
    Diagnostic,
    TermsError,
    UsageError,
)
from policyengine.intake import Deal, check
from policyengine.nodes import Node
from policyengine.schema import MAX_DEPTH, TermsSchema
from policyengine.source import Source, quoted
from policyengine.values.jsontext import digest_bytes

if TYPE_CHECKING:
    from policyengine.compiler import Answer, Compiled, Row


class Terms:
    """A terms document, read once: from a file, a text or a mapping.

    It is checked against a policy's schema when first evaluated, and not again. What reads
    documents is imported when there is one to read: a program's own mappings need none of it.
    """

    __slots__ = ("_bytes", "_checked", "_row", "document", "name", "node")

    def __init__(
        self, document: Any, *, node: Node | None, name: str | None, data: bytes | None
    ) -> None:
        self.document = document
        self.node = node
        self.name = name
        self._bytes = data
        self._checked: tuple[TermsSchema, Deal] | None = None
        self._row: tuple[Compiled, Callable[[Row], Answer], Row] | None = None

    @classmethod
    def from_path(cls, path: str | os.PathLike[str], *, shown: str | None = None) -> Terms:
        """Read a YAML or JSON file; raises `DocumentError`. `shown` is its name in messages."""
        name = shown if shown is not None else Path(path).as_posix()
        from policyengine.reading import read_document

        document = read_document(path, shown=name)
        return cls(nodes.plain(document.node), node=document.node, name=name, data=document.data)

    @classmethod
    def from_text(
        cls,
        text: str,
        *,
        name: str = "<text>",
        format: Literal["yaml", "json"] | None = None,  # noqa: A002  # the word its users look for
    ) -> Terms:
        """Read a text, `yaml` unless `format` or the name's suffix says `json`."""
        form = format or ("json" if name.lower().endswith(".json") else "yaml")
        if form not in ("yaml", "json"):
            raise UsageError(
                Diagnostic("bad-format", f"{quoted(form)} is neither `yaml` nor `json`")
            )
        from policyengine.reading import read_source

        node = read_source(Source(name, text), form)
        data = text.encode("utf-8", "surrogatepass")
        return cls(nodes.plain(node), node=node, name=name, data=data)

    @classmethod
    def from_json(cls, text: str, *, name: str = "<json>") -> Terms:
        """Read a line of JSON fast; a violation is shown without its column."""
        from policyengine.reading import fast_json

        return cls(fast_json(text, name=name), node=None, name=name, data=None)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any], *, name: str | None = None) -> Terms:
        """Terms from a program; a copy is kept."""
        return cls(snapshot(mapping), node=None, name=name, data=None)

    def check(self, schema: TermsSchema) -> Deal:
        """The deal these terms state under a schema; raises `TermsError`."""
        known = self._checked
        if known is not None and known[0] is schema:
            return known[1]
        digest = digest_bytes(self._bytes) if self._bytes is not None else None
        deal = check(self.document, schema, node=self.node, source=self.name, source_digest=digest)
        self._checked = (schema, deal)
        return deal

    def __repr__(self) -> str:
        return f"<Terms {self.name or 'from a mapping'}>"


def snapshot(data: Any, depth: int = 0) -> Any:
    if depth > MAX_DEPTH:
        raise TermsError(
            Diagnostic("terms-shape", f"the terms are nested more than {MAX_DEPTH} levels deep")
        )
    if isinstance(data, Mapping):
        return {key: snapshot(value, depth + 1) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [snapshot(value, depth + 1) for value in data]
    return data
