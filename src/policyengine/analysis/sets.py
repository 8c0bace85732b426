"""Smallest sets of parts that are enough for something, by what they have to hit.

Being enough must not be lost by adding parts. What is left out of a set that is not enough,
an enough set has to hold some of; the smallest set that hits all of these, once it is enough,
is the smallest there is (J. Marques-Silva and others, "Computing minimum unsatisfiable
subsets", 2015). To begin with, each part is left out: most that cannot be done without are
found so, by one question each.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from policyengine.values.record import Record


class Smallest(Record):
    """A set of parts in their order. `smallest`: no set of fewer parts is enough; otherwise it
    is the best that was found."""

    parts: tuple[str, ...]
    smallest: bool


def smallest(
    parts: Sequence[str],
    enough: Callable[[frozenset[str]], bool | None],
    *,
    likely: Collection[str] = (),
    over: Callable[[], bool] = lambda: False,
    rounds: int = 200,
) -> Smallest | None:
    """The smallest subset of `parts` that is enough; None where all of them are not.

    `enough` says None where it cannot tell, which counts as not enough and takes the claim of
    being the smallest away. `likely` are parts to begin with; once there is no more time
    (`over`), the best set there is is given.
    """
    return _Search(parts, enough, over).run(likely, rounds)


class _Search:
    def __init__(
        self,
        parts: Sequence[str],
        enough: Callable[[frozenset[str]], bool | None],
        over: Callable[[], bool],
    ) -> None:
        self.parts = parts
        self.enough = enough
        self.over = over
        self.unsure = False
        #: the smallest set found so far
        self.kept = list(parts)
        self.to_hit: list[frozenset[str]] = []

    def asks(self, chosen: Iterable[str]) -> bool:
        found = self.enough(frozenset(chosen))
        self.unsure = self.unsure or found is None
        return found is True

    def run(self, likely: Collection[str], rounds: int) -> Smallest | None:
        if not self.asks(self.parts):
            return None
        first = [part for part in self.parts if part in likely]
        if first and len(first) < len(self.parts) and self.asks(first):
            self.kept = first
        self._leave_out()
        for _ in range(rounds):
            chosen = None if self.over() else hitting(self.parts, self.to_hit)
            if chosen is None:
                break
            if chosen == frozenset(self.kept) or self.asks(chosen):
                return self._made(chosen, claimed=not self.unsure)
            if len(chosen) == len(self.kept):
                return self._made(self.kept, claimed=not self.unsure)
            if not self._must_hit(chosen):
                break  # a question that stayed open before is answered now
        return self._made(self.kept, claimed=False)

    def _made(self, chosen: Collection[str], *, claimed: bool) -> Smallest:
        return Smallest(tuple(part for part in self.parts if part in chosen), claimed)

    def _leave_out(self) -> None:
        """Leave out part by part what can be done without; what cannot is to be hit."""
        for part in list(self.kept):
            if self.over():
                return
            rest = [each for each in self.kept if each != part]
            if self.asks(rest):
                self.kept = rest
                continue
            others = [each for each in self.parts if each != part]
            if len(rest) == len(others) or not self.asks(others):
                self.to_hit.append(frozenset({part}))
            else:
                self._must_hit(rest)

    def _must_hit(self, chosen: Iterable[str]) -> bool:
        """Note what is to be hit because these are not enough, as little as can be; False where
        nothing is."""
        grown = set(chosen)
        blocks = [[part for part in self.parts if part not in grown]]
        while blocks and not self.over():
            block = blocks.pop()
            if block and not self.asks(grown.union(block)):
                grown.update(block)
            elif len(block) > 1:
                middle = len(block) // 2
                blocks += [block[middle:], block[:middle]]
        left = frozenset(self.parts) - grown
        if left:
            self.to_hit.append(left)
        return bool(left)


def shrunk(parts: Sequence[str], enough: Callable[[Iterable[str]], bool]) -> tuple[str, ...]:
    """A subset that is enough and holds no part that it could do without."""
    kept = list(parts)
    for part in list(kept):
        rest = [each for each in kept if each != part]
        if enough(rest):
            kept = rest
    return tuple(kept)


def hitting(parts: Sequence[str], sets: Sequence[frozenset[str]]) -> frozenset[str] | None:
    """A smallest set that shares a part with each of these; the first in the order of parts.
    None where the solver does not say."""
    from policyengine.symbolic import bools
    from policyengine.symbolic.solver import Solver, Status
    from policyengine.symbolic.z import z3

    if not sets:
        return frozenset()
    alone = {part for each in sets if len(each) == 1 for part in each}
    sets = [each for each in sets if alone.isdisjoint(each)]
    if not sets:
        return frozenset(alone)
    used = [part for part in parts if any(part in each for each in sets)]
    taken = {part: z3.Bool(part) for part in used}
    solver = Solver()
    solver.add(bools.some(taken[part] for part in used if part in each) for each in sets)
    for count in range(1, len(used) + 1):
        few = bools.no(bools.at_least(count + 1, taken.values()))
        found = solver.ask(few)
        if found is not Status.IMPOSSIBLE:
            break
    if found is not Status.SATISFIED:
        return None
    solver.add([few])
    chosen: list[str] = []
    for part in used:
        if len(chosen) == count:
            break
        found = solver.ask(*(taken[each] for each in (*chosen, part)))
        if found is Status.OPEN:
            return None
        if found is Status.SATISFIED:
            chosen.append(part)
    return frozenset(alone.union(chosen))
