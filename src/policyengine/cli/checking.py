"""What `validate` goes through: every document below the paths, each once, in order."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from policyengine import engine, validation
from policyengine.config import choose_policy, find_policies, read_config
from policyengine.errors import Diagnostic, PolicyEngineError, UsageError, ordered
from policyengine.source import quoted

_SUFFIXES = (".yaml", ".yml", ".json")


def check(
    paths: Iterable[Path], policy: str | None
) -> tuple[list[tuple[Path, list[Diagnostic]]], tuple[str, ...]]:
    """Each document with its findings, and the path of the policy whose schema terms were held
    against, if there is one. Raises `UsageError` for a path without documents."""
    documents: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            message = f"there is no file or folder {quoted(path.as_posix(), 200)}"
            raise UsageError(Diagnostic("nothing-to-validate", message))
        below = list(_documents(path))
        if not below:
            message = f"there is no document in {quoted(path.as_posix(), 200)}"
            hint = f"documents end in {', '.join(_SUFFIXES)}"
            raise UsageError(Diagnostic("nothing-to-validate", message, hint=hint))
        documents.update(dict.fromkeys(below))
    given = _policy(policy)
    found = [(path, _check(path, given)) for path in documents]
    return found, (given.path,) if given is not None else ()


def _check(path: Path, policy: engine.Policy | None) -> list[Diagnostic]:
    try:
        return list(validation.validate(path, policy=policy))
    except PolicyEngineError as error:
        return list(ordered(error.diagnostics))


def _policy(name: str | None) -> engine.Policy | None:
    """The policy whose schema terms are checked against: named, or the only one there is.

    Only one that was named has to load: any other is reported where it is checked itself.
    """
    if name is not None:
        return engine.Policy.load(choose_policy(name, Path.cwd()).path)
    configured = read_config(Path.cwd()).settings.get("policy")
    try:
        chosen = choose_policy(configured.value if configured else None, Path.cwd())
        return engine.Policy.load(chosen.path)
    except PolicyEngineError:
        return None


def _documents(path: Path) -> Iterable[Path]:
    """Policies whole, everything else file by file, hidden entries apart."""
    if not path.is_dir():
        yield path
        return
    policies = [p for p in find_policies(path, depth=64) if p.is_dir()]
    yield from policies
    for where, folders, files in os.walk(path):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and Path(where, name) not in policies
        )
        if Path(where) in policies:
            folders.clear()
            continue
        for name in sorted(files):
            if not name.startswith(".") and name.lower().endswith(_SUFFIXES):
                yield Path(where, name)
