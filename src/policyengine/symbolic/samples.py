"""Texts that a shape allows: for what no rule mentions, one example is as good as another."""

from __future__ import annotations

from collections.abc import Iterable

from policyengine.operators.regex import search
from policyengine.schema import Shape

_CANDIDATES = (
    "another",
    "ANOTHER",
    "another-1",
    "Another one",
    "X",
    "XX",
    "XXX",
    "XXXX",
    "x",
    "xx",
    "xxx",
    "A1",
    "a1",
    "0",
    "00",
    "000",
    "0000",
    "https://example.org/another",
    "another@example.org",
    "2000-01-01",
)


def fits(text: str, shape: Shape) -> bool:
    """Whether a text keeps to a shape's length and pattern."""
    if shape.min_length is not None and len(text) < shape.min_length:
        return False
    if shape.max_length is not None and len(text) > shape.max_length:
        return False
    return shape.pattern is None or bool(search(shape.pattern, text))


def sample_text(shape: Shape, *, avoid: Iterable[str] = ()) -> str | None:
    """A text of a shape that is none of `avoid`, or None where none was found."""
    taken = set(avoid)
    for number in range(len(taken) + 1):
        for candidate in _CANDIDATES:
            text = candidate if not number else f"{candidate}{number + 1}"
            padded = text + "x" * max(0, (shape.min_length or 0) - len(text))
            cut = padded[: shape.max_length] if shape.max_length is not None else padded
            if cut not in taken and fits(cut, shape):
                return cut
    return None
