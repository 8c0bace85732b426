"""One random source, and the few ways it is asked."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, TypeVar

T = TypeVar("T")


class Chance:
    """Draws from a seed, so that every policy and deal can be made again."""

    def __init__(self, seed: int | str) -> None:
        self.random = random.Random(seed)

    def pick(self, options: Sequence[T]) -> T:
        return self.random.choice(options)

    def happens(self, share: float) -> bool:
        return self.random.random() < share

    def some(self, options: Sequence[T], least: int, most: int) -> list[T]:
        """Different ones of the options, in any order."""
        return self.random.sample(options, self.number(least, min(most, len(options))))

    def many(self, options: Sequence[T], least: int, most: int) -> list[T]:
        """Options that may repeat."""
        return [self.pick(options) for _ in range(self.number(least, most))]

    def number(self, least: int, most: int) -> int:
        return self.random.randint(least, most)

    def weighted(self, options: Sequence[tuple[float, T]]) -> T:
        weights = [weight for weight, _ in options]
        found: Any = self.random.choices([option for _, option in options], weights)[0]
        chosen: T = found
        return chosen
