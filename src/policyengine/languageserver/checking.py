"""All findings about a policy and the open documents that belong to it, file by file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from policyengine.config import read_config
from policyengine.engine import Policy
from policyengine.errors import Diagnostic, PolicyEngineError, ordered
from policyengine.languageserver.documents import kind_of, top_keys
from policyengine.languageserver.model import Model, build
from policyengine.lint import Linted, Subject, examine, settings
from policyengine.project import project_root
from policyengine.schema import RESERVED, TermsSchema
from policyengine.validation import validate
from policyengine.values.record import Record


class Checked(Record):
    """A policy that was looked at; `found` by the real path of a file, and the findings of
    lint with the edits that would mend them."""

    model: Model
    found: Mapping[str, tuple[Diagnostic, ...]]
    fixes: tuple[Linted, ...]


def check(
    path: Path,
    open_documents: Mapping[str, str],
    *,
    as_of: date,
    last: Model | None = None,
    lint: bool = True,
) -> Checked:
    """Look at a policy as `reading.unsaved` gives it, and at the open documents (real path to
    text) that belong to it. `lint` asks for the checks of the project's settings too. Never
    raises for what is in a document."""
    model = build(path, last)
    found = list(model.found)
    fixes: tuple[Linted, ...] = ()
    if model.valid and model.policy is not None:
        beside, fixes = _beside(model.policy, as_of, lint=lint)
        found += beside
    for document, text in open_documents.items():
        found += _document(Path(document), text, model)
    if model.policy is not None and model.valid:
        for waivers in model.policy.loaded.waivers:
            if os.path.realpath(waivers) not in open_documents:
                found += _validated(waivers, "waivers", model.policy)
    return Checked(model, _by_file(found, path), fixes)


def _beside(
    policy: Policy, as_of: date, *, lint: bool
) -> tuple[list[Diagnostic], tuple[Linted, ...]]:
    """What is wrong in the test files of a policy; what lint finds, once nothing is."""
    subject = Subject(policy, as_of)
    try:
        assert subject.cases is not None  # read now, for their mistakes
        if not lint:
            return [], ()
        linted = examine(subject, settings(read_config(project_root(Path(policy.path)))))
    except PolicyEngineError as error:
        return list(error.diagnostics), ()
    return [one.diagnostic for one in linted], tuple(one for one in linted if one.fix)


def _document(path: Path, text: str, model: Model) -> Iterable[Diagnostic]:
    """An open document that is read by itself: not a rule file, which is read with its policy."""
    kind = kind_of(path, text)
    inside = path.is_relative_to(model.path)
    policy = model.policy
    if kind == "test":
        # with a policy that is valid its test files were read already
        return () if inside and model.valid else _validated(path, kind, policy)
    if kind == "waivers":
        return _validated(path, kind, policy)
    if kind == "terms" and not inside and policy is not None:
        return _validated(path, kind, policy) if states_terms(text, policy.schema) else ()
    if kind == "terms-schema" and policy is not None and str(path) in schema_files(policy.schema):
        return _validated(path, kind, policy)
    return ()


def _validated(path: Path, kind: str, policy: Policy | None) -> list[Diagnostic]:
    try:
        return validate(path, kind=kind, policy=policy)
    except PolicyEngineError as error:
        return list(error.diagnostics)


def states_terms(text: str, schema: TermsSchema) -> bool:
    """Whether a document seems to be a deal: other YAML lies about, too."""
    groups = {*schema.root.members, *(name.partition(".")[0] for name in RESERVED)}
    return bool(top_keys(text) & groups)


def schema_files(schema: TermsSchema) -> frozenset[str]:
    """The real paths of the files that a terms schema is read from."""
    main = os.path.realpath(schema.span.file)
    beside = (os.path.realpath(Path(main).parent / name) for name in schema.beside)
    return frozenset({main, *beside})


def _by_file(found: Iterable[Diagnostic], path: Path) -> dict[str, tuple[Diagnostic, ...]]:
    """Findings by file; one without a place is shown at the top of the manifest."""
    manifest = next((path / n for n in ("policy.yaml", "policy.yml") if (path / n).is_file()), path)
    made: dict[str, list[Diagnostic]] = {}
    for one in ordered(found):
        file = one.span.file if one.span is not None else str(manifest)
        made.setdefault(os.path.realpath(file), []).append(one)
    return {file: tuple(some) for file, some in made.items()}
