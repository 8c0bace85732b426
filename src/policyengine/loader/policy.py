"""A policy folder or file to its documents."""

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
from policyengine.errors import Diagnostic, Diagnostics, did_you_mean
from policyengine.loader.files import Files
from policyengine.loader.folder import entries, holds_rules
from policyengine.loader.model import Loaded, Reads
from policyengine.loader.terms import terms_schema
from policyengine.project import MANIFESTS, project_root
from policyengine.schema import TermsSchema
from policyengine.source import quoted


def load_policy(
    path: Path,
    diagnostics: Diagnostics,
    *,
    root: Path | None = None,
    bundled: bool = False,
    shown: str | None = None,
    reads: Reads | None = None,
) -> Loaded | None:
    """The documents of a policy folder or file; None after reporting what is wrong.

    `root` is what paths in documents stay inside of; `bundled` looks for the schema beside
    the manifest, where a wheel carries it. `shown` is another name for its folder in messages.
    `reads` is told what was read.
    """
    folder = path.is_dir()
    directory = path if folder else path.parent
    files = Files(
        directory,
        root.resolve() if root is not None else project_root(directory),
        diagnostics,
        name=shown,
        bundled=bundled,
        reads=reads if reads is not None else Reads(),
    )
    loader = _Loader(path, files)
    return loader.folder() if folder else loader.single()


class _Loader:
    def __init__(self, path: Path, files: Files) -> None:
        self.path = path
        self.files = files
        self.directory = files.directory
        self.diagnostics = files.diagnostics
        self.tests: list[Path] = []
        self.waivers: list[Path] = []

    def single(self) -> Loaded | None:
        node = self.files.read(self.path)
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
        rule_files = (rules,) if rules is not None else ()
        return self.finish(manifest, self.schema(manifest), rule_files)

    def folder(self) -> Loaded | None:
        manifest: ManifestDoc | None = None
        found_manifest = False
        read: dict[Path, RulesDoc | None] = {}
        others: list[Path] = []
        paths = entries(self.files)
        for path in paths:
            relative = path.relative_to(self.directory)
            if path.name in MANIFESTS:
                if len(relative.parts) > 1 or found_manifest:
                    self.files.file_error(
                        "second-manifest", path, "is a second manifest; a policy has one"
                    )
                    continue
                found_manifest = True
                node = self.files.read(path)
                if isinstance(node, nodes.Mapping):
                    manifest, read[path] = self.manifest(node)
                elif node is not None:
                    self.diagnostics.error("bad-shape", "a manifest must be a mapping", node.span)
            elif re.search(r"_test\.ya?ml\Z", path.name):
                if holds_rules(self.files, path):
                    hint = "a file whose name ends in `_test` holds test cases; rename it"
                    self.files.file_error(
                        "unexpected-file", path, "holds rules that are not read", hint
                    )
                self.tests.append(path)
            else:
                others.append(path)
        schema = self.schema(manifest)
        apart = self.schema_file(manifest)
        read |= {
            path: self.rule_file(path, schema is not None)
            for path in others
            if _normal(path) != apart and not self.is_referred(path)
        }
        if not found_manifest:
            self.diagnostics.error(
                "no-manifest",
                f"{quoted(self.files.shown(self.directory), 200)} has no `policy.yaml`: "
                "it is no policy",
            )
            return None
        files = [rules for path in paths if (rules := read.get(path)) is not None]
        return self.finish(manifest, schema, tuple(files))

    def is_referred(self, path: Path) -> bool:
        """Whether a file is a part of the terms schema; one with rules in it is read for them,
        whatever refers to it."""
        return _normal(path) in self.files.referred and not holds_rules(self.files, path)

    def schema(self, manifest: ManifestDoc | None) -> TermsSchema | None:
        return terms_schema(self.files, manifest.terms) if manifest is not None else None

    def schema_file(self, manifest: ManifestDoc | None) -> Path | None:
        """The file that a manifest names as its terms schema, which may lie among the rules."""
        terms = manifest.terms if manifest is not None else None
        if not isinstance(terms, nodes.Scalar) or not isinstance(terms.value, str):
            return None
        return _normal(self.directory / terms.value)

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

    def finish(
        self,
        manifest: ManifestDoc | None,
        schema: TermsSchema | None,
        files: tuple[RulesDoc, ...],
    ) -> Loaded | None:
        if manifest is None or schema is None:
            return None
        return Loaded(self.path, manifest, files, schema, tuple(self.tests), tuple(self.waivers))

    def rule_file(self, path: Path, has_schema: bool) -> RulesDoc | None:
        """A rule file. While it is not known which file is the terms schema, what looks like
        one is not reported."""
        node = self.files.read(path)
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
            elif {"$schema", "properties"} & set(node.keys()):
                if not has_schema:
                    return None
                hint = "a terms schema is what the manifest names under `terms`, or refers to there"
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


def _normal(path: Path) -> Path:
    return Path(os.path.normpath(path))


def _below(diagnostic: Diagnostic, node: nodes.Mapping) -> bool:
    """Whether a finding is about something below a mapping's own keys."""
    if diagnostic.span is None:
        return True
    return all(key.span.start != diagnostic.span.start for key, _ in node.entries)
