"""Which policies are tested, by which files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from policyengine.config import choose_policy, find_policies, read_config
from policyengine.errors import Diagnostic, UsageError
from policyengine.project import MANIFESTS
from policyengine.source import quoted
from policyengine.testing.suite import below, is_test_file


@dataclass(frozen=True)
class Target:
    """A policy by its path, and its test files; None for those beside its rules. `shown` is
    the name of a bundled policy's folder in places."""

    policy: Path
    files: tuple[Path, ...] | None = None
    shown: str | None = None


def targets(paths: Iterable[Path], policy: str | None) -> tuple[Target, ...]:
    """What the paths of a command line stand for, each policy once, in the order given.

    Raises `UsageError` for a path with nothing in it that could be tested.
    """
    given = list(paths)
    if policy is not None or not given:
        chosen = _chosen(policy)
        files = tuple(
            file for path in given for file in (below(path) if path.is_dir() else (path,))
        )
        return (Target(chosen.policy, files if given else None, chosen.shown),)
    tests: dict[Path, dict[Path, None] | None] = {}
    for path in given:
        if path.is_file() and is_test_file(path):
            around = _around(path)
            if around not in tests:
                tests[around] = {}
            files_ = tests[around]
            if files_ is not None:
                files_[path] = None
        else:
            for one in _policies(path):
                tests[one] = None
    return tuple(
        Target(one, tuple(files) if files is not None else None) for one, files in tests.items()
    )


def _chosen(name: str | None) -> Target:
    configured = read_config(Path.cwd()).settings.get("policy") if name is None else None
    choice = choose_policy(configured.value if configured else name, Path.cwd())
    return Target(choice.path, None, choice.folder)


def _policies(path: Path) -> list[Path]:
    if not path.exists():
        message = f"there is no file or folder {quoted(path.as_posix(), 200)}"
        raise UsageError(Diagnostic("no-tests", message))
    if path.is_file():
        return [path]
    found = find_policies(path, depth=64)
    if not found:
        message = f"there is no policy in {quoted(path.as_posix(), 200)}"
        hint = "name the policy with -p, if this is a folder of its test files"
        raise UsageError(Diagnostic("no-tests", message, hint=hint))
    return found


def _around(path: Path) -> Path:
    """The policy that a test file lies in or beside."""
    twin = path.with_name(path.name.replace("_test.", "."))
    for folder in (path.parent, *path.parent.parents):
        if any((folder / name).is_file() for name in MANIFESTS):
            return folder
    if twin.is_file():
        return twin
    message = f"there is no policy around {quoted(path.as_posix(), 200)}"
    raise UsageError(Diagnostic("no-tests", message, hint="name its policy with -p"))
