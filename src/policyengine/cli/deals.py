"""The deals of a run, one at a time: documents, standard input and the lines of JSON Lines.

What cannot be read is a deal too, whose reading raises: rows in are rows out.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from policyengine import nodes
from policyengine.cli.inputs import Input
from policyengine.engine import Terms
from policyengine.errors import Diagnostic, DocumentError, PolicyEngineError, UsageError
from policyengine.reading.files import read_bytes, read_source, read_stream
from policyengine.reading.limits import LIMITS
from policyengine.source import Source, Span, quoted


@dataclass(frozen=True, slots=True)
class Deal:
    """One row of a run: where it stands, and how to read it (which may raise)."""

    source: str
    line: int | None
    read: Callable[[], Terms]


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
    named_json = given.shown.lower().endswith(".json")
    form: Literal["yaml", "json"] = "json" if named_json else "yaml"
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
