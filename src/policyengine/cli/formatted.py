"""Documents and their canonical form: what `fmt` reads, compares and writes."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from policyengine.cli.writing import WriteError, write_file
from policyengine.errors import Diagnostic, PolicyEngineError, UsageError
from policyengine.formatting import format_text
from policyengine.output.report import Check, Place, Report, Status
from policyengine.project import project_root
from policyengine.reading import read_path, read_stream, read_yaml
from policyengine.source import quoted
from policyengine.validation import kind_of

_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Formatted:
    """A document: what is written, and its canonical form; where there is none, why not."""

    shown: str
    path: Path | None
    data: bytes
    text: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether there is a canonical form, and it is another text."""
        return not self.diagnostics and self.text.encode() != self.data

    def difference(self) -> str:
        """A unified diff from what is written to the canonical form."""
        before = self.data.decode().splitlines(keepends=True)
        after = self.text.splitlines(keepends=True)
        lines = difflib.unified_diff(before, after, self.shown, self.shown)
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in lines
        )


def documents(paths: Iterable[str], stdin_filename: str | None) -> list[Formatted]:
    """Every document of the paths, each once, formatted or with what is wrong with it.

    Raises `UsageError` for a path that holds no YAML document.
    """
    files: dict[Path | None, None] = {}
    for path in paths:
        files.update(dict.fromkeys([None] if path == "-" else _files(Path(path))))
    return [_formatted(path, stdin_filename) for path in files]


def _files(path: Path) -> list[Path]:
    shown = quoted(path.as_posix(), 200)
    if not path.is_dir():
        if not path.exists() and not path.is_symlink():
            raise UsageError(Diagnostic("nothing-to-format", f"there is no file or folder {shown}"))
        if path.suffix.lower() not in _SUFFIXES:
            message = f"{shown} is no YAML document; expected .yaml or .yml"
            raise UsageError(Diagnostic("nothing-to-format", message))
        return [path]
    found: list[Path] = []
    for where, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found.extend(
            Path(where, name)
            for name in names
            if not name.startswith(".") and name.lower().endswith(_SUFFIXES)
        )
    if not found:
        raise UsageError(Diagnostic("nothing-to-format", f"there is no YAML document in {shown}"))
    return sorted(found, key=lambda file: os.fsencode(file.as_posix()))


def _formatted(path: Path | None, stdin_filename: str | None) -> Formatted:
    shown = path.as_posix() if path is not None else stdin_filename or "<stdin>"
    data = b""
    try:
        if path is None:
            source, data = read_stream(sys.stdin.buffer, name=shown)
        else:
            _refuse_leaving(path)
            source, data = read_path(path, shown=shown)
        kind = kind_of(Path(shown), read_yaml(source))
        return Formatted(shown, path, data, format_text(source, kind))
    except PolicyEngineError as error:
        return Formatted(shown, path, data, "", error.diagnostics)


def _refuse_leaving(path: Path) -> None:
    """A link out of the project is nobody's to rewrite from here."""
    if not path.is_symlink():
        return
    try:
        inside = path.resolve(strict=True).is_relative_to(project_root(path.parent))
    except (OSError, RuntimeError):
        return  # opening it says what is wrong
    if not inside:
        message = f"{quoted(path.as_posix(), 200)} is a link that leads out of the project"
        raise UsageError(Diagnostic("outside-root", message, hint="name the file that it leads to"))


def replace(one: Formatted) -> Formatted:
    """Write a document's canonical form in its place, whole or not at all, its mode kept."""
    assert one.path is not None
    try:
        write_file(one.path, one.text)
    except WriteError as error:
        return Formatted(one.shown, one.path, one.data, one.text, error.diagnostics)
    return one


# as data ------------------------------------------------------------------------------------


def pieces(form: str, found: Sequence[Formatted]) -> Iterator[str]:
    """The result of a check in a format of data."""
    if form == "json":
        from policyengine.output import json

        rows = [
            {
                "path": one.shown,
                "canonical": None if one.diagnostics else not one.changed,
                "diagnostics": [d.to_dict() for d in one.diagnostics],
            }
            for one in found
        ]
        yield json.text({"schema_version": "1", "documents": rows}) + "\n"
        return
    from policyengine.output import registry

    yield from registry.pieces(form, _report(found))


def _report(found: Sequence[Formatted]) -> Report:
    checks = []
    for one in found:
        status, message = Status.PASSED, ""
        if one.diagnostics:
            status, message = Status.ERROR, "it could not be formatted"
        elif one.changed:
            status, message = Status.FAILED, "not in canonical form"
        checks.append(
            Check(
                name=one.shown,
                group="fmt",
                status=status,
                message=message,
                details=tuple(one.difference().splitlines()) if one.changed else (),
                location=_first_difference(one) if one.changed else Place(one.shown),
                code="not-canonical",
                diagnostics=one.diagnostics,
            )
        )
    bad = sum(one.changed for one in found)
    return Report("fmt", "documents", tuple(checks), summary=f"{bad} not in canonical form")


def _first_difference(one: Formatted) -> Place:
    before, after = one.data.decode().splitlines(), one.text.splitlines()
    same = 0
    for mine, other in zip(before, after, strict=False):
        if mine != other:
            break
        same += 1
    return Place(one.shown, min(same, max(len(before) - 1, 0)) + 1)
