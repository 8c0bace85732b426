"""What to state so that a condition can settle: trees of terms, and how they are put together."""

from __future__ import annotations

from policyengine import decision as d
from policyengine.explain.parts import Part
from policyengine.facts import Facts

_DUAL = {"any": "all", "all": "any"}


def missing(part: Part, goal: bool, facts: Facts) -> d.Missing | None:
    """What to state so that an unknown condition can become `goal`."""
    if part.value is not None:
        return None
    if part.kind == "leaf":
        reads, asks = part.outline.reads, part.outline.asks
        open_ = [path for path in reads if _is_missing(path, facts, asked=path in asks)]
        open_ += [] if open_ else _inside(part, facts)
        return group("all", [d.Missing("leaf", path) for path in open_])
    if part.kind == "not":
        return missing(part.parts[0], not goal, facts)
    below = [m for p in part.parts if (m := missing(p, goal, facts)) is not None]
    if part.kind == "some_of":
        count = part.outline.count
        assert count is not None
        true = sum(1 for p in part.parts if p.value is True)
        needed = count - true if goal else true + len(below) - count + 1
        return some(max(1, min(needed, len(below))), below)
    needs_all = (part.kind == "all") is goal
    return group("all" if needs_all else "any", below)


def _is_missing(path: str, facts: Facts, *, asked: bool) -> bool:
    """Whether stating a term could help; a default does not answer whether it is stated."""
    if facts.is_stated(path):
        return False
    return asked or not facts.is_assumed(path)


def _inside(part: Part, facts: Facts) -> list[str]:
    """Fields that elements of stated lists lack, of those the leaf reads: `lines[2].ok`."""
    found = []
    for path in part.outline.reads:
        value = facts.term(path)
        for number, item in enumerate(value if isinstance(value, tuple) else (), 1):
            if item is None:
                found.append(f"{path}[{number}]")
            elif isinstance(item, dict):
                lacking = (name for name in part.outline.fields if name in item)
                found += [f"{path}[{number}].{n}" for n in lacking if item[n] is None]
    return found


def group(kind: str, parts: list[d.Missing]) -> d.Missing | None:
    """A tree node over parts: the part itself where there is one; nested groups of the same
    kind merged, and what another part makes needless dropped: `a` says all of `a or (a and b)`.
    """
    flat: dict[d.Missing, frozenset[d.Missing]] = {}
    for part in parts:
        for one in part.parts if part.kind == kind else (part,):
            inner = one.parts if one.kind == _DUAL.get(kind) else (one,)
            flat[one] = frozenset(inner)
    found = tuple(
        one for one, inner in flat.items() if not any(other < inner for other in flat.values())
    )
    if not found:
        return None
    return found[0] if len(found) == 1 else d.Missing(kind, None, found)


def some(needed: int, parts: list[d.Missing]) -> d.Missing | None:
    if needed == 1 or needed >= len(parts):
        return group("any" if needed == 1 else "all", parts)
    return d.Missing("some_of", None, tuple(parts), needed)
