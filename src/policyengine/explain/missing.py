"""Trees of what to state, put together."""

from __future__ import annotations

from policyengine import decision as d

_DUAL = {"any": "all", "all": "any"}


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
