"""Keys that a reviewer sees are the keys the engine sees.

Two keys that look alike and are not the same are a way to hide a term, so nothing that is
invisible, reorders text or only looks like a space may stand in a key. In values such
characters are data.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from policyengine.errors import Diagnostics
from policyengine.source import Span, quoted

#: controls, format characters (zero width, bidirectional), surrogates, line separators
_REFUSED_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp", "Zs"))
#: letters, marks and symbols that have no ink: fillers, joiners, variation selectors
_BLANK = frozenset(
    map(
        chr,
        (
            0x034F,
            0x115F,
            0x1160,
            0x17B4,
            0x17B5,
            *range(0x180B, 0x1810),
            0x2800,
            0x3164,
            *range(0xFE00, 0xFE10),
            0xFFA0,
            *range(0xE0100, 0xE01F0),
        ),
    )
)


def refused_character(key: str) -> int | None:
    """The index of the first character that may not stand in a key, or None.

    Callers ask first whether the key is plain ASCII, as nearly all are.
    """
    for index, char in enumerate(key):
        if char == " ":
            continue
        if char in _BLANK or unicodedata.category(char) in _REFUSED_CATEGORIES:
            return index
    return None


def check_key(key: str, span: Callable[[], Span], found: Diagnostics) -> None:
    """Refuse invisible characters in a key; warn where it is not in Unicode's form NFC."""
    if key.isascii() and key.isprintable():
        return
    index = refused_character(key)
    if index is not None:
        char = key[index]
        name = unicodedata.name(char, "control character").lower()
        found.error(
            "key-character",
            f"the key {quoted(key)} contains U+{ord(char):04X} ({name})",
            span(),
            "keys may not contain invisible characters; type the key again",
        )
    elif not unicodedata.is_normalized("NFC", key):
        found.warning(
            "key-not-normalized",
            f"the key {quoted(key)} is not in Unicode normal form NFC",
            span(),
            "it looks like the composed spelling but is a different key; type it again",
        )
