"""A policy as an editor sees it: what could be read of its documents, and its meaning where
they are without mistakes."""

from __future__ import annotations

from pathlib import Path

from policyengine.engine import Policy
from policyengine.errors import Diagnostic, Diagnostics, PolicyEngineError, Severity
from policyengine.languageserver.index import Index, declared, indexed
from policyengine.loader import Loaded, load_policy
from policyengine.reading import CODES as READING
from policyengine.schema import TermsSchema
from policyengine.values.record import Record


class Model(Record):
    """One policy. `policy` is that of the last time it had no mistake, None if there was none,
    and `valid` says that it is of the texts as they are; else `index` knows declarations only.
    `loaded` are its documents, without those that cannot be read."""

    path: Path
    policy: Policy | None
    loaded: Loaded | None
    index: Index
    found: tuple[Diagnostic, ...]
    valid: bool

    @property
    def schema(self) -> TermsSchema | None:
        return self.loaded.schema if self.loaded is not None else None


def build(path: Path, last: Model | None = None) -> Model:
    """Read a policy; never raises for what is in its documents. `last` is what it was before."""
    try:
        policy = Policy.load(path)
    except PolicyEngineError as error:
        return _broken(path, error.diagnostics, last)
    return Model(path, policy, policy.loaded, indexed(policy), policy.warnings, valid=True)


def _broken(path: Path, found: tuple[Diagnostic, ...], last: Model | None) -> Model:
    diagnostics = Diagnostics()
    loaded = None
    try:
        loaded = load_policy(path, diagnostics)
    except PolicyEngineError as error:
        diagnostics.extend(error.diagnostics)
    if any(d.severity is Severity.ERROR and d.code in READING for d in diagnostics.found):
        # what a document declares that cannot be read is missing from the others: only that
        # is said, and not what follows from it
        found = tuple(diagnostics.found)
    if loaded is None and last is not None:
        loaded = last.loaded
    policy = last.policy if last is not None else None
    index = declared(loaded) if loaded is not None else Index()
    return Model(path, policy, loaded, index, found, valid=False)
