"""People's words for the values of a term, which its schema gives under `x-labels`; its unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from policyengine.values.numbers import to_text


class Words(Mapping[str, str]):
    """Words by value as a document writes it, and the unit of numbers. Like a place they are
    no part of a thing's identity: any two are equal."""

    __slots__ = ("_found", "unit")

    def __init__(self, found: Mapping[str, str], unit: str | None = None) -> None:
        self._found = found
        self.unit = unit

    def __getitem__(self, code: str) -> str:
        return self._found[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Words)

    def __hash__(self) -> int:
        return 0

    def __reduce__(self) -> tuple[Any, ...]:
        return Words, (dict(self._found), self.unit)


NO_WORDS = Words({})


def in_words(value: Any, labels: Mapping[str, str]) -> Any:
    """A value of a term in its labels, each item of a list apart; what has none stays."""
    if not labels:
        return value
    if isinstance(value, tuple | list):
        return tuple(in_words(item, labels) for item in value)
    if isinstance(value, bool):
        return labels.get("true" if value else "false") or value
    if isinstance(value, str):
        return labels.get(value) or value
    return labels.get(to_text(value)) or value if isinstance(value, Decimal) else value
