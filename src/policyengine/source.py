"""Texts and places in them: what every message points at.

A :class:`Source` is one text under the name a person knows it by. A :class:`Span` is a
half-open range of characters in it. Lines and columns count from 1, columns in characters
(not bytes); they are worked out only when asked for, so that a span costs three words.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

_SNIPPET_WIDTH = 100


@dataclass(frozen=True, eq=False)
class Source:
    """One text, named as the user named it (`/` between folders, `<stdin>` for a pipe)."""

    name: str
    text: str = field(repr=False)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offsets at which each line begins; YAML's line breaks (LF, CR LF, CR) only."""
        starts = [0]
        text = self.text
        if "\r" not in text:
            at = text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = text.find("\n", at + 1)
            return tuple(starts)
        for at, char in enumerate(text):
            if char == "\n" or (char == "\r" and text[at + 1 : at + 2] != "\n"):
                starts.append(at + 1)
        return tuple(starts)

    def position(self, offset: int) -> tuple[int, int]:
        """(line, column) of a character offset, both from 1."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its break."""
        starts = self.line_starts
        begin = starts[number - 1]
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[begin:end].rstrip("\r\n")

    def span(self, start: int, end: int) -> Span:
        """A span of this source, clamped to its text."""
        size = len(self.text)
        start = min(max(start, 0), size)
        return Span(self, start, min(max(end, start), size))

    def __reduce__(self) -> tuple[Any, ...]:
        return Source, (self.name, self.text)


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """A half-open range of characters, `[start, end)`, in a source.

    All spans are equal: a place says where a thing was written, never what it means, so
    nodes that differ only in their spans compare equal.
    """

    source: Source
    start: int
    end: int

    @property
    def file(self) -> str:
        return self.source.name

    @property
    def line(self) -> int:
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        return self.source.position(self.start)[1]

    @property
    def end_line(self) -> int:
        return self.source.position(self.end)[0]

    @property
    def end_column(self) -> int:
        return self.source.position(self.end)[1]

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span)

    def __hash__(self) -> int:
        return 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


def snippet(span: Span) -> str:
    """The line a span begins on, with its number and a caret line below.

    A long line is cut around the caret; control characters are shown, never sent.
    """
    line, column = span.source.position(span.start)
    text = span.source.line(line)
    start = column - 1
    stop = span.end_column - 1 if span.end_line == line else len(text)
    first = max(0, start - _SNIPPET_WIDTH // 2) if len(text) > _SNIPPET_WIDTH else 0
    shown = text[first : first + _SNIPPET_WIDTH]
    lead = "…" if first else ""
    tail = "…" if first + _SNIPPET_WIDTH < len(text) else ""
    before = lead + visible(shown[: start - first])
    marked = visible(shown[start - first : max(stop, start) - first])
    gutter = str(line)
    pad = " " * len(gutter)
    caret = "^" * max(1, columns(marked))
    return (
        f"{gutter} | {lead}{visible(shown)}{tail}\n{pad} | {' ' * columns(before)}{caret}".rstrip()
    )


def columns(text: str) -> int:
    """How many terminal columns a text takes: combining marks none, wide characters two."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def visible(text: str, limit: int | None = None) -> str:
    """A text safe to send to a terminal or a log line, cut to `limit` characters if given.

    Control characters (C0, DEL, C1), line and paragraph separators, bidirectional controls
    and lone surrogates become escapes; a tab becomes a space. Nothing in the result can
    move a cursor, forge a line or hide text.
    """
    if limit is not None and len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(char: str) -> str:
    if char == "\t":
        return " "
    if char.isprintable() or char == " ":
        return char
    if unicodedata.category(char) == "Zs":
        return " "
    point = ord(char)
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def quoted(text: object, limit: int = 60) -> str:
    """User input for a message: made visible, shortened, between backticks."""
    return f"`{visible(text_of(text), limit)}`"


def text_of(value: object) -> str:
    """A value as text; of one that has none (a number of thousands of digits), a mark."""
    try:
        return str(value)
    except (ValueError, RecursionError):
        return "…"
