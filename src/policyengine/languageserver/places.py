"""Places as editors count them: lines from 0, and columns in UTF-16 code units.

A position outside the text is moved to the nearest one inside it, as the protocol asks.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from policyengine.source import Source, Span
from policyengine.values.record import Record

_DRIVE = re.compile(r"/[A-Za-z]:")


class Position(Record):
    line: int
    character: int


class Range(Record):
    start: Position
    end: Position


class Location(Record):
    """A range in a file, by the file's real path."""

    path: str
    range: Range


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def position(source: Source, offset: int) -> Position:
    line, column = source.position(min(max(offset, 0), len(source.text)))
    start = source.line_starts[line - 1]
    return Position(line - 1, units(source.text[start : start + column - 1]))


def offset(source: Source, at: Position) -> int:
    """The character of a position; one inside a surrogate pair is the pair's start."""
    if at.line < 0:
        return 0
    if at.line >= len(source.line_starts):
        return len(source.text)
    start = source.line_starts[at.line]
    line = source.line(at.line + 1)
    if line.isascii():
        return start + min(max(at.character, 0), len(line))
    left = at.character
    for number, char in enumerate(line):
        left -= 2 if ord(char) > 0xFFFF else 1
        if left < 0:
            return start + number
    return start + len(line)


def range_of(span: Span) -> Range:
    return Range(position(span.source, span.start), position(span.source, span.end))


def location(span: Span) -> Location:
    return Location(os.path.realpath(span.file), range_of(span))


def path_of(uri: str) -> str | None:
    """The real path of a `file:` address; None for any other."""
    parts = urlsplit(uri)
    if parts.scheme != "file" or "\0" in unquote(parts.path):
        return None
    path = parts.path
    if os.name == "nt" and _DRIVE.match(unquote(path)):
        path = path.replace("%3A", ":").replace("%3a", ":")
    return os.path.realpath(url2pathname(path))


def uri_of(path: str) -> str:
    return Path(path).as_uri()
