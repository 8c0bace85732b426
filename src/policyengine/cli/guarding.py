"""Files that no output may overwrite: whatever a run reads, named or not."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from policyengine.errors import Diagnostic, UsageError
from policyengine.project import MANIFESTS
from policyengine.source import quoted

#: how a policy names its terms schema, a schema what it refers to, a case its documents
_NAMES = re.compile(
    rb"""(?:^|[\s{,"'])(?:terms|\$ref|file|waivers)["']?[ \t]*:[ \t]*"""
    rb"""(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"'#][^\n#,}]*))"""
)
_SUFFIXES = (".yaml", ".yml", ".json")
_SETTINGS = ("policyengine.toml", "pyproject.toml")
_MAX_BYTES = 10_000_000
_MAX_FILES = 4_000


def refuse_overwriting(path: Path, files: Iterable[Path]) -> None:
    """Raise `UsageError` where the output would replace a file that a run reads: one of
    `files`, a schema that one of them names, or the settings of a project.

    What a document names is found in its text, since a policy that does not load, whose error
    the output would hold, names files as well.
    """
    if not path.exists():
        return
    if path.name in _SETTINGS or any(_same(path, known) for known in _all(files)):
        message = f"the output {quoted(path.as_posix(), 200)} would overwrite what is read"
        raise UsageError(Diagnostic("output-is-input", message))


def below(path: Path) -> list[Path]:
    """A file, or every file of a folder."""
    if not path.is_dir():
        return [path]
    return [Path(where, name) for where, _, names in os.walk(path) for name in names]


def of_policy(path: Path) -> list[Path]:
    """What a policy is read from, its cases included; a file of a folder stands for that."""
    if path.is_dir():
        return below(path)
    folder = next((f for f in path.parents if any((f / m).is_file() for m in MANIFESTS)), None)
    twins = (path.with_name(f"{path.stem}_test{suffix}") for suffix in (".yaml", ".yml"))
    return [path, *twins, *(below(folder) if folder is not None else ())]


def _all(files: Iterable[Path]) -> Iterable[Path]:
    """The files, and what they name, and what that names."""
    waiting = list(files)
    seen: set[str] = set()
    while waiting and len(seen) < _MAX_FILES:
        file = waiting.pop()
        real = os.path.realpath(file)
        if real in seen:
            continue
        seen.add(real)
        yield file
        if file.name.lower().endswith(_SUFFIXES):
            waiting += _named(file)


def _named(file: Path) -> list[Path]:
    try:
        if not file.is_file() or file.stat().st_size > _MAX_BYTES:
            return []
        text = file.read_bytes()
    except OSError:
        return []
    found = []
    for match in _NAMES.finditer(text):
        name = next(group for group in match.groups() if group is not None)
        written = name.decode("utf-8", "replace").strip().partition("#")[0]
        if written and "\0" not in written:
            found.append(Path(os.path.normpath(file.parent / written)))
    return found


def _same(path: Path, known: Path) -> bool:
    try:
        return known.exists() and path.samefile(known)
    except OSError:
        return False
