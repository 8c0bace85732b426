"""Several deals where there is room for some: counted, the worst kept, the next ones named.

A reader of a page that shows a hundred of a thousand deals must not take the hundred for all.
What is left out is what is well, for as long as there is room for the rest; where there is
not, it is counted by its answer and named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Generic, NamedTuple, TypeVar

from policyengine.decision import Decision

T = TypeVar("T")


class Standing(NamedTuple):
    """The answer of one among several: its rank, 0 the worst, and its word."""

    rank: int
    word: str


NO_VERDICT = Standing(0, "no verdict")
_VERDICTS = ("reject", "undetermined", "conditional", "accept")
VERDICTS = {word: Standing(rank, word) for rank, word in enumerate(_VERDICTS, 1)}
#: of a report of another command
FAILED, PASSED = Standing(1, "failed"), Standing(4, "passed")
#: of a statement for the other side, which tells no verdict
NO_STATEMENT = Standing(0, "without a statement")
POINTS = Standing(1, "with points")
NO_POINT = Standing(4, "without a point")
_GOOD = 4
_RANKS = range(_GOOD + 1)


def name_of(decision: Decision) -> str:
    """The id of a deal, and its place where that is another text."""
    name, source = decision.deal.id or "", decision.deal.source or ""
    if not name or name == source:
        return source or "a deal without an id"
    return f"{name} ({source})" if source else name


class Worst(Generic[T]):
    """The worst of what comes, in the order of rank, within a rank as it came.

    At most `most` things are kept, whose sizes are `room` in all: always those that come first
    in that order, so that memory does not grow with what comes.
    """

    def __init__(self, most: int, room: int | None = None) -> None:
        self._most = most
        self._room = room
        self._kept: list[list[tuple[T, int]]] = [[] for _ in _RANKS]
        self._number = 0
        self._size = 0
        self._bar = len(_RANKS)  # the best rank of which something was dropped

    def wants(self, rank: int) -> bool:
        """Whether one more of this rank may still be kept."""
        if rank >= self._bar:
            return False
        return self._number < self._most or any(self._kept[rank + 1 :])

    def add(self, rank: int, thing: T, size: int = 0) -> None:
        if not self.wants(rank):
            self._bar = min(self._bar, rank)
            return
        self._kept[rank].append((thing, size))
        self._number += 1
        self._size += size
        while self._number > self._most or (self._room is not None and self._size > self._room):
            last = max(rank for rank in _RANKS if self._kept[rank])
            _, freed = self._kept[last].pop()
            self._number -= 1
            self._size -= freed
            self._bar = min(self._bar, last)

    def __len__(self) -> int:
        return self._number

    def __iter__(self) -> Iterator[T]:
        return (thing for kept in self._kept for thing, _ in kept)


class Several:
    """How many there are of each answer, and the names of those that are not good.

    `named` is the number of names kept. They are in the order of `Worst`, so that the first
    names are of what a `Worst` of its own shows, and the next ones of what is left out.
    """

    def __init__(self, named: int) -> None:
        self._counts: Counter[Standing] = Counter()
        self._names: Worst[tuple[Standing, str]] = Worst(named)

    def add(self, standing: Standing, name: str) -> None:
        self._counts[standing] += 1
        if standing.rank < _GOOD:
            self._names.add(standing.rank, (standing, name))

    @property
    def total(self) -> int:
        return self._counts.total()

    def counts(self) -> str:
        """`1 reject, 600 accept`: the worst first."""
        return _said(self._counts)

    def left_out(self, shown: int, write: Callable[[str], str], room: int) -> list[str]:
        """What is left out where the first `shown` are shown: how many of each answer, then
        for each that is not good the names, as `write` makes them, in `room` characters."""
        left = self._after(shown)
        if not left:
            return []
        out = [f"and {left.total()} more: {_said(left)}"]
        names = [*self._names][shown:]
        for standing, number in left.items():
            if standing.rank < _GOOD:
                fit: list[str] = []
                for name in (write(name) for of, name in names if of == standing):
                    room -= len(name) + 2
                    if room < 0:
                        break
                    fit.append(name)
                rest = [f"{number - len(fit)} not named"] if number > len(fit) else []
                out.append(f"{standing.word}: {', '.join(fit + rest)}")
        return out

    def _after(self, shown: int) -> Counter[Standing]:
        left: Counter[Standing] = Counter()
        for standing in sorted(self._counts):
            number = self._counts[standing]
            taken = min(shown, number)
            shown -= taken
            if number > taken:
                left[standing] = number - taken
        return left


def _said(counts: Counter[Standing]) -> str:
    return ", ".join(f"{counts[standing]} {standing.word}" for standing in sorted(counts))
