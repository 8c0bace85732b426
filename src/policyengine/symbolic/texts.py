"""Texts by number: one number a text, the same wherever it is spoken of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine.schema import Shape
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.samples import fits


class Texts:
    """Gives texts their numbers, and keeps terms from being texts that they may not be.

    A term may be compared with a text that nothing named before, such as an option of another
    term or a text that was put together: what its shape says of that one counts as well.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._shaped: list[tuple[Any, Shape, list[Bool]]] = []

    @property
    def numbers(self) -> Mapping[str, int]:
        return self._numbers

    @property
    def by_number(self) -> dict[int, str]:
        return {number: text for text, number in self._numbers.items()}

    def number(self, text: str) -> int:
        """The number of a text, a new one where it is named for the first time."""
        found = self._numbers.get(text)
        if found is None:
            found = self._numbers[text] = len(self._numbers)
            for code, shape, constraints in self._shaped:
                if not fits(text, shape):
                    constraints.append(code != found)
        return found

    def keep(self, code: Any, shape: Shape, constraints: list[Bool]) -> None:
        """Let `code` be the number of no text that a shape does not allow, now or later."""
        constraints += [code != n for text, n in self._numbers.items() if not fits(text, shape)]
        self._shaped.append((code, shape, constraints))
