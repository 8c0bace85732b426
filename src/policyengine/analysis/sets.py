"""Smallest sets of parts that are enough for something, by what they have to hit.

Being enough must not be lost by adding parts. A set that is not enough is grown to one that
cannot grow further without being enough; whatever is left out of it, an enough set has to
hold some of. The smallest set that hits all of these, once it is enough, is the smallest
there is (J. Marques-Silva and others, "Computing minimum unsatisfiable subsets", 2015).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from policyengine.values.record import Record


class Smallest(Record):
    """A set of parts in their order. `smallest`: no set of fewer parts is enough; otherwise it
    only holds no part that it could do without."""

    parts: tuple[str, ...]
    smallest: bool


def smallest(
    parts: Sequence[str],
    enough: Callable[[frozenset[str]], bool | None],
    *,
    rounds: int = 200,
) -> Smallest | None:
    """The smallest subset of `parts` that is enough; None where all of them are not.

    `enough` says None where it cannot tell, which counts as not enough and takes the claim of
    being the smallest away.
    """
    unsure = False

    def asks(chosen: Iterable[str]) -> bool:
        nonlocal unsure
        found = enough(frozenset(chosen))
        unsure = unsure or found is None
        return found is True

    if not asks(parts):
        return None
    to_hit: list[frozenset[str]] = []
    for _ in range(rounds):
        chosen = hitting(parts, to_hit)
        if chosen is None:
            break
        if asks(chosen):
            return Smallest(tuple(part for part in parts if part in chosen), not unsure)
        grown = set(chosen)
        for part in parts:
            if part not in grown and not asks(grown | {part}):
                grown.add(part)
        if len(grown) == len(parts):
            break  # a question that stayed open before is answered now: nothing is left to hit
        to_hit.append(frozenset(parts) - grown)
    return Smallest(shrunk(parts, asks), False)


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
    return frozenset(chosen)
