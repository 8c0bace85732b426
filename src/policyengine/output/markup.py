"""Texts made safe for GitHub's and GitLab's Markdown, and small pieces built of them.

Whatever is active in Markdown is escaped; what the two hosts act on afterwards, in the text
itself (mentions, references, addresses, emoji, formulas), is parted by a zero-width space,
written as `&#8203;`. A slash at the start of a line would be a command to GitLab.
"""

from __future__ import annotations

import re

from policyengine.output.text import neutral
from policyengine.source import visible

_GAP = "&#8203;"
_ACTIVE = re.compile(r"[\\`*_\[\]|~]")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;" + _GAP, "@": "@" + _GAP,
         "#": "\\#" + _GAP}  # fmt: skip
_SPECIAL = re.compile(r"[&<>$@#]")
# References: !1, %1, ^alert, GH-1; addresses: http://, www.; emoji: :word:
_PARTED = re.compile(
    r"(?<=[!%^])(?=[\w\"])|(?i:(?<=GH-)(?=\d)|(?<=www\.)|(?<=[a-z]:)(?=//)|(?<=mailto:)|(?<=xmpp:))"
    r"|(?<=:)(?=[\w+-]*[^\W\d][\w+-]*(?::|$))"
)
_START = re.compile(r"^(?:([-+=/])|(\d+)([.)]))")


def text(said: str, limit: int = 600) -> str:
    """One line of text that means nothing to a reader of Markdown, in a table or anywhere."""
    made = visible(said, limit).strip()
    parts = _PARTED.split(made)
    return _START.sub(_mark, _GAP.join(map(_escape, parts)))


def _escape(part: str) -> str:
    escaped = _ACTIVE.sub(r"\\\g<0>", part)
    return _SPECIAL.sub(lambda found: _HTML[found[0]], escaped)


def _mark(found: re.Match[str]) -> str:
    return f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}"


def code(said: str, limit: int = 300) -> str:
    """A code span; of a text that would end one or a table's cell, the text itself."""
    made = neutral(visible(said, limit).strip())
    if not made or re.search(r"[`|\\]", made):
        return text(said, limit)
    return f"`{made}`"


def strong(said: str, limit: int = 600) -> str:
    made = text(said, limit)
    return f"**{made}**" if made and made[0].isalnum() and made[-1].isalnum() else made


def row(cells: tuple[str, ...] | list[str]) -> str:
    """A row of a table, of cells that are made already."""
    return f"| {' | '.join(cells)} |"


def fence(said: str) -> str:
    """A block of text laid out already; no run of backticks in it can end the block."""
    lines = [neutral(visible(line, 300)) for line in said.split("\n")]
    longest = max((len(run) for run in re.findall(r"`+", "\n".join(lines))), default=0)
    ticks = "`" * max(3, longest + 1)
    return "\n".join([f"{ticks}text", *lines, ticks])
