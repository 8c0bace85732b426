"""How a scalar is written: plain where it can be, quoted where it must, folded where long."""

from __future__ import annotations

import re

from policyengine.formatting.tree import Leaf
from policyengine.reading.core_schema import resolve
from policyengine.values.numbers import NumeralError

#: what YAML 1.1 reads as something other than a text; quotes around it are kept
_OLDER = re.compile(
    r"[yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|=|<<|"
    r"[-+]?0[0-7_]+|[-+]?0b[01_]+|[-+]?0x[0-9a-fA-F_]+|[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|"
    r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|"
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?"
)
_OUTSIDE = re.compile(r": |:$| #|\s$|^\s|[\x00-\x1f\x7f]|^(?:---|\.\.\.)(?:\s|$)")
_INSIDE = re.compile(r"[,\[\]{}]|:(?=[,\[\]{}])|^[-?:](?![A-Za-z0-9])")
_FIRST = frozenset("-?:,[]{}#&*!|>'\"%@`")
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def line(leaf: Leaf, *, flow: bool) -> str:
    """A scalar on one line; what is no text is left as it was written."""
    anchor = f"&{leaf.anchor} " if leaf.anchor else ""
    if leaf.style == "alias":
        return leaf.raw
    if leaf.style == "plain" and not _is_text(leaf.text):
        if not leaf.raw and (flow or anchor):
            return f"{anchor}null"
        return anchor + leaf.raw
    return anchor + _text(leaf, flow=flow)


def _text(leaf: Leaf, *, flow: bool) -> str:
    text = leaf.text
    marks = text.startswith(("---", "..."))  # of a document, at the beginning of a line
    as_it_was = leaf.style == "plain" and leaf.in_flow == flow and leaf.raw == text
    if as_it_was and not marks and not (flow and _is_open(text)):
        return text
    if leaf.style != "plain" and _OLDER.fullmatch(text):
        return quote(text)
    return text if _plain(text, flow=flow) else quote(text)


def _is_text(text: str) -> bool:
    try:
        return isinstance(resolve(text), str)
    except NumeralError:
        return False


def _plain(text: str, *, flow: bool) -> bool:
    """Whether a text without quotes reads as itself."""
    if not text or not text.isprintable() or not _is_text(text):
        return False
    if text[0] in _FIRST and not (text[0] in "-?:" and re.match(r".[^\s,\[\]{}]", text)):
        return False
    return not (_OUTSIDE.search(text) or (flow and (_INSIDE.search(text) or _is_open(text))))


def _is_open(text: str) -> bool:
    """Whether a `(` is not closed, so that a comma after the text would seem to cut it."""
    return text.count("(") > text.count(")")


def quote(text: str) -> str:
    """A text in quotes: double ones, unless only single ones spare it escapes."""
    if text.isprintable() and ('"' in text or "\\" in text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    if char.isprintable():
        return char
    point = ord(char)
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


# blocks -------------------------------------------------------------------------------------


def block(leaf: Leaf, indent: int, width: int, *, long: bool) -> tuple[str, list[str]] | None:
    """The header and the lines (unindented) of a text that is written as a block, or None.

    A text that was a block stays one; `long` makes one of any other that can be folded.
    """
    text = leaf.text
    if leaf.style not in ("literal", "folded") and not long:
        return None
    if leaf.style == "alias" or (leaf.style == "plain" and not _is_text(text)):
        return None
    body = text.removesuffix("\n")
    if not body.strip() or body.endswith("\n"):
        return None
    chomp = "" if text.endswith("\n") else "-"
    anchor = f"&{leaf.anchor} " if leaf.anchor else ""
    if leaf.style == "literal":
        lines = body.split("\n")
        fits = not any(_odd(part) for part in lines) and lines[0][:1] not in ("", " ", "\t")
        return (f"{anchor}|{chomp}", lines) if fits else None
    if not _foldable(body) or (long and leaf.style != "folded" and " " not in body):
        return None
    return f"{anchor}>{chomp}", _lines(leaf, body, width - indent)


def _odd(part: str) -> bool:
    return bool(part) and (not part.strip() or not part.replace("\t", " ").isprintable())


def _foldable(body: str) -> bool:
    """Whether no line would be taken for one that keeps its indentation."""
    return body[0] != "\n" and all(
        not part or (part.isprintable() and part == part.strip()) for part in body.split("\n")
    )


def _lines(leaf: Leaf, body: str, room: int) -> list[str]:
    """The lines as they were broken, if they say the same and none is too long; else filled."""
    if leaf.style == "folded":
        written = leaf.raw.split("\n")[1:]
        while written and not written[-1].strip():
            written.pop()
        deep = min((len(w) - len(w.lstrip(" ")) for w in written if w.strip()), default=0)
        kept = [w[deep:] if w.strip() else "" for w in written]
        if kept and all(len(w) <= room for w in kept) and _folded(kept) == body:
            return kept
    out: list[str] = []
    for number, paragraph in enumerate(body.split("\n")):
        if number:
            out.append("")
        out.extend(_filled(paragraph, room) if paragraph else [])
    return out


def _folded(lines: list[str]) -> str | None:
    """What folded lines say; None where one keeps its indentation."""
    text = lines[0]
    empty = 0
    for part in lines[1:]:
        if part[:1] in (" ", "\t"):
            return None
        if not part:
            empty += 1
            continue
        text += ("\n" * empty if empty else " ") + part
        empty = 0
    return text


def _filled(paragraph: str, room: int) -> list[str]:
    """A paragraph in lines of at most `room` characters, broken at single spaces only."""
    lines: list[str] = []
    current = ""
    for word in re.split(r"(?<! ) (?! )", paragraph):
        if current and len(current) + 1 + len(word) > room:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    return [*lines, current]
