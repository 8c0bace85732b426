"""Files to documents: a policy folder or file, its terms schema, every finding kept.

A policy folder is every `*.yaml` and `*.yml` below it, in byte order: the manifest, rule
files, tests, waiver files (inert unless named). Anything else that could be taken for a rule
file is an error, so that a typo in a name cannot drop a rule.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from policyengine import nodes
from policyengine.document import (
    MANIFEST_KEYS,
    RULES_KEYS,
    ManifestDoc,
    RulesDoc,
    read_manifest,
    read_rules,
)
from policyengine.errors import (
    Diagnostic,
    Diagnostics,
    DocumentError,
    PolicyError,
    SchemaError,
    did_you_mean,
)
from policyengine.nodes import Node, Scalar
from policyengine.reading import read_document, read_source
from policyengine.reading.files import format_of, read_path
from policyengine.schema import RefReader, TermsSchema, read_schema
from policyengine.source import Span, quoted
from policyengine.values.record import Record

MANIFESTS = ("policy.yaml", "policy.yml")
#: What marks the root that paths in documents may not leave.
ROOT_MARKS = ("pyproject.toml", "policyengine.toml", ".git")
#: Files that may lie beside rules without being read.
_BESIDE = (".md", ".txt", ".rst", ".json", ".html", ".pdf", ".svg", ".png", ".toml", ".cfg")
_LOOKS_YAML = re.compile(r"\.(ya?ml|yma?l|yalm|yam|aml)\b", re.IGNORECASE)
_RULES_KEY = re.compile(rf"""["']?\b({"|".join(RULES_KEYS)})["']?[ \t]*:""")
MAX_FILES = 2_000


class Loaded(Record):
    """The documents of one policy. `tests` and `waivers` are files that were not read."""

    path: Path
    manifest: ManifestDoc
    files: tuple[RulesDoc, ...]
    schema: TermsSchema
    tests: tuple[Path, ...]
    waivers: tuple[Path, ...]


def load_policy(
    path: Path,
    diagnostics: Diagnostics,
    *,
    root: Path | None = None,
    bundled: bool = False,
    shown: str | None = None,
) -> Loaded | None:
    """The documents of a policy folder or file; None after reporting what is wrong.

    `root` is what paths in documents stay inside of; `bundled` looks for the schema beside
    the manifest, where a wheel carries it. `shown` is another name for its folder in messages.
    """
    if path.is_dir():
        loaded = _Loader(path, path, diagnostics, root, bundled, shown)
        return loaded.folder()
    return _Loader(path, path.parent, diagnostics, root, bundled, shown).single()


def project_root(folder: Path) -> Path:
    """The nearest folder above that is marked as a project's root, else the folder itself."""
    here = folder.resolve()
    for candidate in (here, *here.parents):
        if any((candidate / mark).exists() for mark in ROOT_MARKS):
            return candidate
    return here


class _Loader:
    def __init__(
        self,
        path: Path,
        folder: Path,
        diagnostics: Diagnostics,
        root: Path | None,
        bundled: bool,
        shown: str | None,
    ) -> None:
        self.path = path
        self.directory = folder
        self.diagnostics = diagnostics
        self.root = root.resolve() if root is not None else project_root(folder)
        self.bundled = bundled
        self.name = shown
        self.tests: list[Path] = []
        self.waivers: list[Path] = []

    def shown(self, path: Path) -> str:
        """A path as it stands in messages and decisions: as given, with `/`; below another
        name for the policy's folder, if one was given."""
        if self.name is None:
            return path.as_posix()
        if path == self.directory:
            return self.name
        return f"{self.name}/{Path(os.path.relpath(path, self.directory)).as_posix()}"

    def single(self) -> Loaded | None:
        node = self.read(self.path)
        if node is None:
            return None
        if not isinstance(node, nodes.Mapping):
            self.diagnostics.error("bad-shape", "a policy must be a mapping", node.span)
            return None
        if node.get("policy") is None and any(node.get(key) is not None for key in RULES_KEYS):
            self.diagnostics.error(
                "no-manifest",
                "this is a rule file; a policy has a manifest",
                node.entries[0][0].span,
                "name the folder that holds `policy.yaml`, or add the keys of a manifest here",
            )
            return None
        # a manifest in a folder of rules stands for its folder
        if self.path.name in MANIFESTS and not any(node.get(key) is not None for key in RULES_KEYS):
            self.path = self.directory
            return self.folder()
        manifest, rules = self.manifest(node)
        return self.finish(manifest, (rules,) if rules is not None else ())

    def folder(self) -> Loaded | None:
        manifest: ManifestDoc | None = None
        found_manifest = False
        files: list[RulesDoc] = []
        for path in self.entries():
            relative = path.relative_to(self.directory)
            if path.name in MANIFESTS:
                if len(relative.parts) > 1 or found_manifest:
                    self.file_error(
                        "second-manifest", path, "is a second manifest; a policy has one"
                    )
                    continue
                found_manifest = True
                node = self.read(path)
                if isinstance(node, nodes.Mapping):
                    manifest, rules = self.manifest(node)
                    if rules is not None:
                        files.append(rules)
                elif node is not None:
                    self.diagnostics.error("bad-shape", "a manifest must be a mapping", node.span)
            elif re.search(r"_test\.ya?ml\Z", path.name):
                if self.holds_rules(path):
                    hint = "a file whose name ends in `_test` holds test cases; rename it"
                    self.file_error("unexpected-file", path, "holds rules that are not read", hint)
                self.tests.append(path)
            else:
                rules = self.rule_file(path)
                if rules is not None:
                    files.append(rules)
        if not found_manifest:
            self.diagnostics.error(
                "no-manifest",
                f"{quoted(self.shown(self.directory), 200)} has no `policy.yaml`: it is no policy",
            )
            return None
        return self.finish(manifest, tuple(files))

    def manifest(self, node: nodes.Mapping) -> tuple[ManifestDoc | None, RulesDoc | None]:
        has_rules = any(node.get(key) is not None for key in RULES_KEYS)
        manifest = read_manifest(node, self.diagnostics, with_rules=True)
        if not has_rules:
            return manifest, None
        # unknown keys were reported with the manifest; what is below them was not
        inner = Diagnostics()
        rules = read_rules(node, inner, in_manifest=True)
        self.diagnostics.extend(
            d for d in inner.found if d.code != "unknown-key" or _below(d, node)
        )
        return manifest, rules

    def finish(self, manifest: ManifestDoc | None, files: tuple[RulesDoc, ...]) -> Loaded | None:
        schema = self.schema(manifest.terms) if manifest is not None else None
        if manifest is None or schema is None:
            return None
        return Loaded(self.path, manifest, files, schema, tuple(self.tests), tuple(self.waivers))

    # files ---------------------------------------------------------------------------------

    def entries(self) -> list[Path]:
        """Every YAML file below the folder in byte order; what looks misnamed is reported."""
        found: list[Path] = []
        seen = 0
        for where, folders, names in os.walk(self.directory, onerror=self.unreadable):
            folders[:] = sorted(f for f in folders if not f.startswith("."))
            for path in (Path(where, folder) for folder in folders):
                if path.is_symlink():
                    self.file_error(
                        "unexpected-file",
                        path,
                        "is a link to a folder, which is not followed",
                        "put the folder itself here",
                    )
            for name in names:
                seen += 1
                path = Path(where, name)
                if seen > MAX_FILES:
                    self.file_error(
                        "too-many-files", self.directory, f"holds more than {MAX_FILES} files"
                    )
                    return []
                if name.endswith((".yaml", ".yml")):
                    found.append(path)
                elif not self.may_lie_beside(name):
                    self.file_error(
                        "unexpected-file",
                        path,
                        "is no part of a policy, and is not read",
                        "rename it to end in `.yaml`, or move it out of the folder",
                    )
                elif name.lower().endswith(".json") and self.holds_rules(path):
                    hint = "rules are read from `.yaml` and `.yml` only"
                    self.file_error("unexpected-file", path, "holds rules that are not read", hint)
        return sorted(found, key=lambda p: os.fsencode(p.relative_to(self.directory).as_posix()))

    def unreadable(self, error: OSError) -> None:
        """Report a folder that cannot be listed: what is in it may be rules."""
        why = (error.strerror or "it cannot be listed").lower()
        name = self.shown(Path(error.filename)) if error.filename else self.shown(self.directory)
        self.diagnostics.error("file-unreadable", f"cannot read {quoted(name, 200)}: {why}")

    def holds_rules(self, path: Path) -> bool:
        """Whether a file that is not read as rules has a key that only a rule file has."""
        try:
            source, _ = read_path(path, shown=self.shown(path))
            if not _RULES_KEY.search(source.text):
                return False
            node = read_source(source, format_of(path.name.lower()))
        except DocumentError:
            return False  # whoever reads it says what is wrong
        return isinstance(node, nodes.Mapping) and any(
            node.get(key) is not None for key in RULES_KEYS
        )

    @staticmethod
    def may_lie_beside(name: str) -> bool:
        if _LOOKS_YAML.search(name):
            return False
        return (
            name.startswith(".") or name.lower().endswith(_BESIDE) or name in ("LICENSE", "NOTICE")
        )

    def rule_file(self, path: Path) -> RulesDoc | None:
        node = self.read(path)
        if node is None:
            return None
        if isinstance(node, nodes.Mapping):
            if node.get("waivers") is not None and len(node) == 1:
                self.waivers.append(path)
                return None
            if any(node.get(key) is not None for key in RULES_KEYS):
                return read_rules(node, self.diagnostics, in_manifest=False)
            first = node.entries[0][0] if node.entries else None
            hint = did_you_mean(str(first.value), (*RULES_KEYS, "waivers")) if first else None
            if first is not None and first.value in MANIFEST_KEYS:
                hint = "a manifest is named `policy.yaml` and lies at the top of the folder"
            elif first is not None and hint is None:
                hint = "terms documents lie outside the folders of policies"
            self.diagnostics.error(
                "unexpected-file",
                "not a rule file: it has none of `rules`, `scorecards`, `interests` and `tables`",
                first.span if first is not None else node.span,
                hint,
            )
            return None
        self.diagnostics.error(
            "unexpected-file",
            "not a rule file: it has none of `rules`, `scorecards`, `interests` and `tables`",
            node.span,
        )
        return None

    def read(self, path: Path) -> Node | None:
        """The node of a file inside the root; None after reporting."""
        if not self.inside(path, None):
            return None
        try:
            return read_document(path, shown=self.shown(path), diagnostics=self.diagnostics).node
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

    def file_error(self, code: str, path: Path, message: str, hint: str | None = None) -> None:
        self.diagnostics.error(code, f"{quoted(self.shown(path), 200)} {message}", None, hint)

    # the schema ------------------------------------------------------------------------------

    def schema(self, terms: Node) -> TermsSchema | None:
        if isinstance(terms, nodes.Mapping):
            return read_schema(terms, self.diagnostics, self.ref_reader(self.directory))
        if not isinstance(terms, Scalar) or not isinstance(terms.value, str):
            self.diagnostics.error(
                "bad-shape",
                "`terms` is the path of a terms schema, or the schema itself",
                terms.span,
            )
            return None
        path = self.relative(terms.value, self.directory, terms.span)
        if path is None:
            return None
        try:
            node = read_document(path, shown=self.shown(path), diagnostics=self.diagnostics).node
        except DocumentError as error:
            # what has a place of its own says enough; the rest is about this path
            self.diagnostics.extend(d for d in error.diagnostics if d.span is not None)
            for found in error.diagnostics:
                if found.span is None:
                    message = f"the terms schema cannot be read: {found.message}"
                    self.diagnostics.error("terms-schema", message, terms.span, found.hint)
            return None
        return read_schema(node, self.diagnostics, self.ref_reader(path.parent))

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
        if self.bundled and beside.is_file():
            return beside
        return path if self.inside(path, span) else None

    def ref_reader(self, folder: Path) -> RefReader:
        def read(written: str, span: Span) -> Node:
            path = self.relative(written, folder, span)
            if path is None:
                raise SchemaError(
                    Diagnostic("schema-ref", f"`$ref` {quoted(written)} cannot be read", span)
                )
            return read_document(path, shown=self.shown(path)).node

        return read


def _below(diagnostic: Diagnostic, node: nodes.Mapping) -> bool:
    """Whether a finding is about something below a mapping's own keys."""
    if diagnostic.span is None:
        return True
    return all(key.span.start != diagnostic.span.start for key, _ in node.entries)


def require(loaded: Loaded | None, diagnostics: Diagnostics) -> Loaded:
    """What was loaded; raises with every finding if it was not."""
    diagnostics.raise_errors(PolicyError)
    assert loaded is not None, "nothing loaded and nothing reported"
    return loaded
