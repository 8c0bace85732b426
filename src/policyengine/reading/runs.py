"""Where in the source each character of a scalar's value was written.

The result is `Scalar.runs` (see `nodes.Scalar`). Nothing here decides what a value is: the
parser did; this walks the same text again to say where its characters came from.
"""

from __future__ import annotations

import re

from policyengine.nodes import Runs

_BREAK = re.compile(r"\r\n?|\n")
_BLANK = re.compile(r"[ \t\r\n]*")
_NEWLINES = re.compile(r"\n*")
_ESCAPE = r"\\(?:x..|u....|U........|\r\n|[\s\S])"
_SPECIAL = {
    "plain": _BREAK,
    "single": re.compile(r"''|\r\n?|\n"),
    "double": re.compile(_ESCAPE + r"|\r\n?|\n"),
    "json": re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u....|\\."),
}


def flow_runs(text: str, start: int, end: int, style: str) -> Runs:
    """Runs of a plain, quoted or JSON scalar whose content is `text[start:end]`."""
    runs: list[tuple[int, int, int]] = []
    special = _SPECIAL[style]
    at, value = start, 0
    while match := special.search(text, at, end):
        mark = match[0]
        first, after, size = match.start(), match.end(), 1
        escaped = mark[0] == "\\" and mark[-1] in "\r\n"
        if escaped or mark[0] in "\r\n":
            if not escaped:  # white space before a break is not content
                first = at + len(text[at:first].rstrip(" \t"))
            blank = _BLANK.match(text, after, end)
            after = blank.end() if blank else after
            breaks = len(_BREAK.findall(text, first, after))
            size = breaks - 1 if escaped or breaks > 1 else 1
        if first > at:
            runs.append((value, at, 0))
            value += first - at
        if size:
            runs.append((value, first, after - first))
            value += size
        at = after
    if at < end:
        runs.append((value, at, 0))
    return tuple(runs)


def block_runs(text: str, start: int, end: int, value: str, style: str) -> Runs:
    """Runs of a literal or folded scalar written as `text[start:end]`, its header included."""
    lines: list[tuple[int, int, int]] = []  # where a line begins, its break, what follows it
    at = start
    while at < end:
        found = _BREAK.search(text, at, end)
        stop, after = found.span() if found else (end, end)
        lines.append((at, stop, after))
        at = after
    leading = _newlines(value, 0)
    if leading == len(value):
        return _blank_runs(lines[1:], leading)
    # Line breaks that lead are kept in both styles, so the first line with content is known,
    # and how far it is indented is what the value lacks of its leading spaces.
    first_line = lines[1 + leading]
    indent = _spaces(text, first_line[0], first_line[1]) - _spaces(value, leading, len(value))
    runs = list(_blank_runs(lines[1:], leading))
    offset = leading
    broken = -1  # where the last content ended, in the source
    for begin, stop, after in lines[1 + leading :]:
        begin += indent
        if begin < stop:
            if broken >= 0 and style == "folded":
                runs.append((offset, broken, begin - broken))
                offset += 1 if value[offset : offset + 1] == " " else _newlines(value, offset)
            runs.append((offset, begin, 0))
            offset += stop - begin
            broken = stop
        if style == "literal" and offset < len(value):
            runs.append((offset, stop, max(1, after - stop)))
            offset += 1
    if offset < len(value):
        runs.append((offset, broken, max(1, end - broken)))
    return tuple(runs)


def _blank_runs(lines: list[tuple[int, int, int]], count: int) -> Runs:
    """One run for each of the line breaks that a value begins with."""
    return tuple(
        (index, stop, max(1, after - stop)) for index, (_, stop, after) in enumerate(lines[:count])
    )


def _newlines(value: str, start: int) -> int:
    found = _NEWLINES.match(value, start)
    return found.end() - start if found else 0


def _spaces(text: str, start: int, end: int) -> int:
    at = start
    while at < end and text[at] == " ":
        at += 1
    return at - start
