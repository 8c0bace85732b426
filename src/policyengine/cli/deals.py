"""The deals of a run: files, folders, patterns, standard input and JSON Lines, in order.

Folders are read to the bottom, hidden entries apart, in the byte order of their paths; a
file named on its own is read whatever it is called, so that nothing named is left out.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from policyengine import nodes
from policyengine.engine import Terms
from policyengine.errors import Diagnostic, DocumentError, PolicyEngineError, UsageError
from policyengine.reading.files import read_bytes, read_source, read_stream
from policyengine.reading.limits import LIMITS
from policyengine.source import Source, Span, quoted

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


@dataclass(frozen=True, slots=True)
class Deal:
    """One row of a run: where it stands, and how to read it (which may raise)."""

    source: str
    line: int | None
    read: Callable[[], Terms]


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


def deals(inputs: Iterable[Input]) -> Iterator[Deal]:
    """Every deal, one at a time. What cannot be opened is a deal whose reading raises."""
    for given in inputs:
        if given.is_lines:
            yield from _lines(given)
        elif given.path is None:
            yield Deal(given.shown, None, lambda given=given: _standard_input(given))  # type: ignore[misc]
        else:
            path = given.path
            yield Deal(given.shown, None, lambda path=path: Terms.from_path(path))  # type: ignore[misc]


def _stdin() -> BinaryIO:
    if sys.stdin is None:
        raise UsageError(Diagnostic("standard-input", "standard input is closed"))
    return sys.stdin.buffer


def _standard_input(given: Input) -> Terms:
    source, _ = read_stream(_stdin(), name=given.shown)
    # Without a name it is YAML: the text never decides by which rules it is read.
    form = "json" if given.shown.lower().endswith(".json") else "yaml"
    return Terms.from_text(source.text, name=given.shown, format=form)


# JSON Lines ---------------------------------------------------------------------------------


def _lines(given: Input) -> Iterator[Deal]:
    stream: BinaryIO | None = None
    number = 0
    try:
        stream = _stdin() if given.path is None else _open(given.path)
        while line := stream.readline(LIMITS.max_bytes + 1):
            number += 1
            if len(line) > LIMITS.max_bytes and not line.endswith(b"\n"):
                _skip_line(stream)
            yield Deal(
                given.shown,
                number,
                lambda line=line, number=number: _line(given.shown, number, line),  # type: ignore[misc]
            )
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        message = f"cannot read {quoted(given.shown, 200)}: {why.lower()}"
        failure: PolicyEngineError = DocumentError(Diagnostic("file-unreadable", message))
        yield _failed(given, number, failure)
    except PolicyEngineError as error:
        yield _failed(given, number, error)
    else:
        if not number:
            message = f"there is no line in {quoted(given.shown, 200)}"
            yield _failed(given, None, DocumentError(Diagnostic("no-deals", message)))
    finally:
        if stream is not None and given.path is not None:
            stream.close()


def _failed(given: Input, number: int | None, error: PolicyEngineError) -> Deal:
    def read() -> Terms:
        raise error

    return Deal(given.shown, None if number is None else number + 1, read)


def _open(path: Path) -> BinaryIO:
    """A regular file to read lines from; nothing that could block."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        message = f"{quoted(path.as_posix(), 200)} is not a file"
        hint = "pipe it: `… | policyengine evaluate - --stdin-filename deals.jsonl`"
        raise DocumentError(Diagnostic("file-kind", message, hint=hint))
    return os.fdopen(descriptor, "rb")


def _skip_line(stream: BinaryIO) -> None:
    while (rest := stream.readline(1 << 20)) and not rest.endswith(b"\n"):
        pass


def _line(shown: str, number: int, line: bytes) -> Terms:
    """The terms on one line; every position is the file's."""
    try:
        text = read_bytes(shown, line.rstrip(b"\r\n")).text
    except PolicyEngineError as error:
        raise type(error)(_moved(d, shown, number) for d in error.diagnostics) from None
    source = _LineSource(shown, text, number)
    if not text.strip():
        hint = "each line is one deal; remove the line"
        message = "the line is blank"
        raise DocumentError(Diagnostic("blank-line", message, source.span(0, 0), hint=hint))
    node = read_source(source, "json")
    return Terms(nodes.plain(node), node=node, name=f"{shown}:{number}", data=line)


def _moved(found: Diagnostic, shown: str, number: int) -> Diagnostic:
    """A finding in a text of its own, moved to a line of a file."""
    span = found.span
    if span is None:
        return found
    source = _LineSource(shown, span.source.text, number)
    moved = Span(source, span.start, span.end)
    return Diagnostic(found.code, found.message, moved, found.severity, found.hint, found.related)


class _LineSource(Source):
    """A text that is one line of a file: it counts lines as the file does."""

    def __init__(self, name: str, text: str, number: int) -> None:
        super().__init__(name, text)
        object.__setattr__(self, "_number", number)

    def position(self, offset: int) -> tuple[int, int]:
        line, column = super().position(offset)
        number: int = self._number  # type: ignore[attr-defined]
        return line + number - 1, column

    def line(self, number: int) -> str:
        first: int = self._number  # type: ignore[attr-defined]
        return super().line(number - first + 1)
