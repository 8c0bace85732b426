"""Trees of what to state, put together."""

from __future__ import annotations

from policyengine import decision as d


def group(kind: str, parts: list[d.Missing]) -> d.Missing | None:
    """A tree node over parts: the part itself where there is one; nested groups of the same
    kind merged and repeats dropped."""
    flat: dict[d.Missing, None] = {}
    for part in parts:
        flat.update(dict.fromkeys(part.parts if part.kind == kind else (part,)))
    found = tuple(flat)
    if not found:
        return None
    return found[0] if len(found) == 1 else d.Missing(kind, None, found)


def some(needed: int, parts: list[d.Missing]) -> d.Missing | None:
    if needed == 1 or needed >= len(parts):
        return group("any" if needed == 1 else "all", parts)
    return d.Missing("some_of", None, tuple(parts), needed)
