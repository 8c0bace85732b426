"""The files that a policy is read from: how they are named, and which may be read."""

from __future__ import annotations

import os
import re
from pathlib import Path

from policyengine.errors import Diagnostics, DocumentError
from policyengine.loader.model import Reads
from policyengine.nodes import Node
from policyengine.reading import Document, read_document, read_path
from policyengine.source import Source, Span, quoted


class Files:
    """Reads files for one policy, inside its project, and reports what is wrong with them.

    `directory` is the policy's folder, `name` another name for it in messages, and `root` what
    paths stay inside of. `bundled` finds what documents refer to beside them. Everything that
    is read, or looked for in vain, is told to `reads`.
    """

    def __init__(
        self,
        directory: Path,
        root: Path,
        diagnostics: Diagnostics,
        *,
        name: str | None,
        bundled: bool,
        reads: Reads,
    ) -> None:
        self.directory = directory
        self.root = root
        self.diagnostics = diagnostics
        self.name = name
        self.bundled = bundled
        self.reads = reads
        self.referred: set[Path] = set()

    def shown(self, path: Path) -> str:
        """A path as it stands in messages and decisions: as given, with `/`; below another
        name for the policy's folder, if one was given."""
        if self.name is None:
            return path.as_posix()
        if path == self.directory:
            return self.name
        return f"{self.name}/{Path(os.path.relpath(path, self.directory)).as_posix()}"

    def document(self, path: Path, diagnostics: Diagnostics | None = None) -> Document:
        """A file as a document; raises `DocumentError`."""
        document = read_document(path, shown=self.shown(path), diagnostics=diagnostics)
        self.reads.took(path, document.data)
        return document

    def text(self, path: Path) -> Source:
        """A file as a text; raises `DocumentError`."""
        source, data = read_path(path, shown=self.shown(path))
        self.reads.took(path, data)
        return source

    def read(self, path: Path) -> Node | None:
        """The node of a file inside the root; None after reporting."""
        if not self.inside(path, None):
            return None
        try:
            return self.document(path, self.diagnostics).node
        except DocumentError as error:
            self.diagnostics.extend(error.diagnostics)
            return None

    def inside(self, path: Path, span: Span | None) -> bool:
        try:
            inside = path.resolve().is_relative_to(self.root)
        except (OSError, RuntimeError):
            inside = True  # a loop of links: opening it says so
        if not inside:
            self.diagnostics.error(
                "outside-root",
                f"{quoted(self.shown(path), 200)} lies outside the project",
                span,
                "the project is the nearest folder with a `pyproject.toml`, a `policyengine.toml` "
                "or a `.git`, else the policy's own",
            )
        return inside

    def relative(self, written: str, folder: Path, span: Span) -> Path | None:
        """A path as a document names it: relative, and inside the root."""
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", written):
            self.diagnostics.error(
                "remote-path", f"{quoted(written, 200)} is remote; documents are files", span
            )
            return None
        if Path(written).is_absolute() or "\0" in written:
            self.diagnostics.error(
                "absolute-path",
                f"{quoted(written, 200)} is absolute; a path in a document is relative to it",
                span,
            )
            return None
        path = Path(os.path.normpath(folder / written))
        beside = folder / path.name
        if self.bundled:
            there = beside.is_file()
            self.reads.looked(beside, found=there)
            if there:
                return beside
        return path if self.inside(path, span) else None

    def file_error(self, code: str, path: Path, message: str, hint: str | None = None) -> None:
        self.diagnostics.error(code, f"{quoted(self.shown(path), 200)} {message}", None, hint)
