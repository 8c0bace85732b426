"""The terms schema of a policy: in its manifest, or in files that it names."""

from __future__ import annotations

from pathlib import Path

from policyengine import nodes
from policyengine.errors import DocumentError
from policyengine.loader.files import Files
from policyengine.nodes import Node, Scalar
from policyengine.schema import RefReader, TermsSchema, read_schema
from policyengine.source import Span


def terms_schema(files: Files, terms: Node) -> TermsSchema | None:
    """The schema that a manifest's `terms` is or names; None after reporting."""
    if isinstance(terms, nodes.Mapping):
        return read_schema(terms, files.diagnostics, _ref_reader(files, files.directory))
    if not isinstance(terms, Scalar) or not isinstance(terms.value, str):
        files.diagnostics.error(
            "bad-shape",
            "`terms` is the path of a terms schema, or the schema itself",
            terms.span,
        )
        return None
    path = files.relative(terms.value, files.directory, terms.span)
    if path is None:
        return None
    try:
        node = files.document(path, files.diagnostics).node
    except DocumentError as error:
        # what has a place of its own says enough; the rest is about this path
        files.diagnostics.extend(d for d in error.diagnostics if d.span is not None)
        for found in error.diagnostics:
            if found.span is None:
                message = f"the terms schema cannot be read: {found.message}"
                files.diagnostics.error("terms-schema", message, terms.span, found.hint)
        return None
    return read_schema(node, files.diagnostics, _ref_reader(files, path.parent))


def _ref_reader(files: Files, folder: Path) -> RefReader:
    def read(written: str, span: Span) -> Node | None:
        path = files.relative(written, folder, span)
        if path is None:
            return None
        files.referred.add(path)
        return files.document(path).node

    return read
