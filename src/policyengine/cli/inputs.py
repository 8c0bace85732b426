"""What a command line names: files, folders, patterns and standard input, in order.

Folders are read to the bottom, hidden entries apart, in the byte order of their paths; a
file named on its own is read whatever it is called, so that nothing named is left out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from policyengine.errors import Diagnostic, UsageError
from policyengine.source import quoted

SUFFIXES = (".yaml", ".yml", ".json", ".jsonl")
_MAGIC = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to read deals from; `path` is None for standard input."""

    shown: str
    path: Path | None

    @property
    def is_lines(self) -> bool:
        return self.shown.lower().endswith(".jsonl")


def collect(arguments: Iterable[str], stdin_filename: str | None) -> tuple[list[Input], bool]:
    """The inputs of a command line, and whether they stand for several deals.

    A folder, a pattern or JSON Lines stands for several, however many it turns out to hold.
    Raises `UsageError` for a folder or pattern that matches nothing.
    """
    inputs: list[Input] = []
    many = False
    for argument in arguments:
        if argument == "-":
            if any(known.path is None for known in inputs):
                message = "standard input can be read only once"
                raise UsageError(Diagnostic("standard-input", message))
            inputs.append(Input(stdin_filename or "<stdin>", None))
            continue
        if not argument:
            hint = "an empty variable? quote it and check that it is set"
            raise UsageError(Diagnostic("no-deals", "a name among the terms is empty", hint=hint))
        found = _expanded(argument)
        many = many or found is not None
        inputs.extend([_input(Path(argument))] if found is None else map(_input, found))
    if stdin_filename is not None and all(known.path is not None for known in inputs):
        message = "standard input has a name, but is not among the terms"
        raise UsageError(Diagnostic("standard-input", message, hint="name it: `-`"))
    many = many or len(inputs) > 1 or any(known.is_lines for known in inputs)
    return inputs, many


def _input(path: Path) -> Input:
    return Input(path.as_posix(), path)


def _expanded(argument: str) -> list[Path] | None:
    """The files of a folder or pattern; None for anything else."""
    path = Path(argument)
    try:
        if path.is_dir():
            return _folder(path)
        if path.exists() or not _MAGIC.intersection(argument):
            return None
    except (OSError, ValueError):
        return None  # whatever is wrong with the name, opening it says so
    import glob

    # The pattern may be absolute and its folders patterns too, which `Path.glob` is not for.
    matches = sorted(glob.glob(argument, recursive=True), key=_bytes)  # noqa: PTH207
    found: dict[Path, None] = {}
    for match in map(Path, matches):
        found.update(dict.fromkeys(_below(match) if match.is_dir() else [match]))
    if not found:
        raise UsageError(Diagnostic("no-deals", f"no file matches {quoted(argument, 200)}"))
    return list(found)


def _folder(folder: Path) -> list[Path]:
    found = _below(folder)
    if not found:
        raise UsageError(
            Diagnostic(
                "no-deals",
                f"there is no terms document in {quoted(folder.as_posix(), 200)}",
                hint=f"terms documents end in {', '.join(SUFFIXES)}",
            )
        )
    return found


def _below(folder: Path) -> list[Path]:
    def refuse(error: OSError) -> None:
        name = quoted(error.filename or folder, 200)
        why = (error.strerror or "it cannot be read").lower()
        raise UsageError(Diagnostic("file-unreadable", f"cannot read {name}: {why}"))

    found: list[Path] = []
    for where, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found.extend(
            Path(where, name)
            for name in files
            if not name.startswith(".") and name.lower().endswith(SUFFIXES)
        )
    return sorted(found, key=lambda path: _bytes(path.as_posix()))


def _bytes(name: str) -> bytes:
    return os.fsencode(name)
