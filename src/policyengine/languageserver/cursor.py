"""Where a cursor stands in a YAML text that need not be whole: the keys above it, and what is
being typed.

The reader of documents refuses a text with a mistake in it, and a text that is being typed
has one most of the time. This scanner refuses nothing: it follows indentation, dashes, colons
and brackets up to the cursor, and where those make no sense it goes on with the next line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from policyengine.source import Source
from policyengine.values.record import Record

#: an entry of a list, in the keys above a place
ITEM = "[]"

_KEY = re.compile(
    r"""(?P<key>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s\-?#'"{}\[\],&*!|>%@`][^#:]*?|-[^\s#:][^#:]*?)"""
    r"""[ \t]*:(?=[ \t]|$)"""
)
_BLOCK = re.compile(r"[|>][-+0-9]*[ \t]*(?:#.*)?$")
_PROPERTY = re.compile(r"(?:[&!][^\s,\[\]{}]*[ \t]*)+")


class Cursor(Record):
    """A place in a document.

    `path` are the keys above it, with `ITEM` for an entry of a list; where a value is being
    typed its own key is the last. `text` is what was typed of the key or the value so far,
    `start` where that begins, and `is_key` says that it may become a key.
    """

    path: tuple[str, ...]
    text: str
    start: int
    is_key: bool
    in_flow: bool = False


@dataclass
class _Frame:
    indent: int
    name: str
    flow: list[_Flow] = field(default_factory=list)


@dataclass
class _Flow:
    """An open bracket: `key` is the one whose value follows, `start` where a piece begins."""

    bracket: str
    start: int
    key: str | None = None


def cursor(source: Source, offset: int) -> Cursor:
    """The place of a character of a text; never raises, whatever the text is."""
    scanner = _Scanner(source.text)
    last = source.position(offset)[0]
    for number in range(1, last + 1):
        start = source.line_starts[number - 1]
        stop = offset if number == last else start + len(source.line(number))
        scanner.line(start, stop)
    return scanner.place(offset)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.frames: list[_Frame] = []
        self.block: int | None = None  # the indentation that a block of text belongs to
        self.value: int | None = None  # where the value of the last key begins
        self.piece = 0  # where the last piece that could be a key begins

    def line(self, start: int, stop: int) -> None:
        text = self.text[start:stop]
        bare = text.lstrip(" ")
        indent = len(text) - len(bare)
        if self.block is not None:
            if not bare.strip() or indent > self.block:
                return
            self.block = self.value = None
        if bare.startswith("#"):
            return
        if self.frames and self.frames[-1].flow:
            top = self.frames[-1]
            begins = bare.startswith("- ") or _KEY.match(bare) is not None
            if indent > top.indent or not begins:
                self.flow(start + indent, stop)
                return
            top.flow.clear()  # a bracket that was never closed
        if not bare.strip():
            self.piece = start + indent
            return
        if self.continues(indent, bare):
            return
        self.entry(start, indent, stop)

    def continues(self, indent: int, bare: str) -> bool:
        """Whether a line goes on with the text of a value."""
        if self.value is None or not self.frames or indent <= self.frames[-1].indent:
            return False
        begun = self.text[self.value :].split("\n", 1)[0].strip()
        return bool(begun) and not begun.startswith("#") and not _KEY.match(bare)

    def entry(self, start: int, indent: int, stop: int) -> None:
        """A line that begins an entry of a mapping or a list, or may become one."""
        at = start + indent
        dash = self.text.startswith("-", at) and self.text[at + 1 : at + 2] in ("", " ", "\n", "\r")
        self.close(indent, dash=dash)
        while self.text[at:stop].startswith("-") and self.text[at + 1 : stop][:1] in ("", " "):
            self.close(at - start, dash=True)
            self.frames.append(_Frame(at - start, ITEM))
            at += 1
            at += len(self.text[at:stop]) - len(self.text[at:stop].lstrip(" "))
        self.value, self.piece = None, at
        found = _KEY.match(self.text[at:stop])
        if found is None:
            if self.text[at : at + 1] in ("{", "[") and at < stop:
                if not self.frames or self.frames[-1].name != ITEM:
                    self.frames.append(_Frame(at - start, ITEM))
                    self.frames[-1].name = ""
                self.flow(at, stop)
            elif self.frames and _BLOCK.match(self.text[at:stop]):
                self.block, self.value = self.frames[-1].indent, at
            return
        self.frames.append(_Frame(at - start, _plain(found["key"])))
        at += found.end()
        at += len(self.text[at:stop]) - len(self.text[at:stop].lstrip(" \t"))
        named = _PROPERTY.match(self.text[at:stop])
        at += named.end() if named else 0
        self.value = at
        if _BLOCK.match(self.text[at:stop]):
            self.block = self.frames[-1].indent
        elif self.text[at : at + 1] in ("{", "[") and at < stop:
            self.flow(at, stop)

    def close(self, indent: int, *, dash: bool) -> None:
        """End what lies deeper than a line that begins at an indentation. A list may stand
        under its key without being indented."""
        while self.frames and (
            self.frames[-1].indent > indent
            or (self.frames[-1].indent == indent and not (dash and self.frames[-1].name != ITEM))
        ):
            self.frames.pop()

    def flow(self, at: int, stop: int) -> None:
        """Follow brackets from one character to another."""
        stack = self.frames[-1].flow
        while at < stop:
            char = self.text[at]
            if char in "{[":
                stack.append(_Flow(char, at + 1))
            elif char in "}]":
                if stack:
                    stack.pop()
                if not stack:
                    self.value = self.piece = at + 1
                    return
            elif char == ",":
                if stack:
                    stack[-1].key, stack[-1].start = None, at + 1
            elif char == ":" and stack and self.text[at + 1 : at + 2] in (" ", "", "\n", "\r"):
                if stack[-1].key is None:
                    stack[-1].key = _plain(self.text[stack[-1].start : at].strip())
                    stack[-1].start = at + 1
            elif char in "\"'" and self.begins(stack, at):
                closed = self.quoted(at, stop)
                if closed is None:
                    return  # the cursor stands in it
                at = closed
                continue
            elif char == "#" and self.text[at - 1 : at] in (" ", "\n", ""):
                return
            at += 1

    def begins(self, stack: list[_Flow], at: int) -> bool:
        return not stack or not self.text[stack[-1].start : at].strip()

    def quoted(self, at: int, stop: int) -> int | None:
        """Where a quoted text ends, or None where that is not before `stop`."""
        quote = self.text[at]
        end = at + 1
        while end < stop:
            if self.text[end] == "\\" and quote == '"':
                end += 1
            elif self.text[end] == quote:
                return end + 1
            end += 1
        return None

    def place(self, offset: int) -> Cursor:
        path = [frame.name for frame in self.frames if frame.name]
        stack = self.frames[-1].flow if self.frames else []
        if stack:
            path += [ITEM if flow.bracket == "[" else flow.key or "" for flow in stack[:-1]]
            top = stack[-1]
            is_key = top.bracket == "{" and top.key is None
            if top.bracket == "[":
                path.append(ITEM)
            elif top.key is not None:
                path.append(top.key)
            start, text = _typed(self.text, top.start, offset)
            return Cursor(tuple(path), text, start, is_key, in_flow=True)
        if self.value is not None and self.value <= offset and not self.fresh_line(offset):
            start, text = _typed(self.text, self.value, offset)
            return Cursor(tuple(path), text, start, is_key=False)
        if self.fresh_line(offset):
            indent = offset - (self.text.rfind("\n", 0, offset) + 1)
            self.close(indent, dash=False)
            path = [frame.name for frame in self.frames if frame.name]
            return Cursor(tuple(path), "", offset, is_key=True)
        start, text = _typed(self.text, self.piece, offset)
        return Cursor(tuple(path), text, start, is_key=True)

    def fresh_line(self, offset: int) -> bool:
        """Whether nothing stands before the cursor on its line, outside a block of text."""
        before = self.text[self.text.rfind("\n", 0, offset) + 1 : offset]
        if self.block is not None and len(before) > self.block:
            return False
        return not before.strip(" \r")


def _typed(text: str, start: int, offset: int) -> tuple[int, str]:
    """What stands between two places, blanks at its beginning left out."""
    piece = text[start:offset]
    bare = piece.lstrip()
    return offset - len(bare), bare


def _plain(key: str) -> str:
    if len(key) > 1 and key[0] == key[-1] and key[0] in "\"'":
        return key[1:-1]
    return key
