"""Text for XML and HTML: nothing in it can end a value, name a forbidden character or act.

XML 1.0 has no way to write most control characters, not even as references, so they are
made visible (`\\x1b`) as on a terminal; so are bidirectional marks and lone surrogates.
"""

from __future__ import annotations

import re

from policyengine.source import visible

_TABLE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_HASHES = re.compile(r"#(?=#)")
_COLONS = re.compile(r"^([ \t]*):(?=:)")
#: characters of one text from a document; beyond, an ellipsis
LONG = 1_000


def escape(text: str, limit: int = LONG) -> str:
    """One line of text, for content and for attribute values alike."""
    made = visible(text, limit).translate(_TABLE)
    # `##[…]`, `##vso[…]`: commands to some CI runners, anywhere in what they log
    return _HASHES.sub("&#35;", made) if "##" in made else made


def lines(text: str, limit: int = LONG) -> str:
    """A text of several lines, for content."""
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    # `::error::` is a command at the start of a line
    return "\n".join(_COLONS.sub(r"\1&#58;", escape(line)) for line in text.split("\n"))
