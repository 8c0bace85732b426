"""What would have to change: a failing condition as a tree of things to undo.

A requirement has to become true, a prohibition false. Where one of several changes is
enough the tree says `either`; where all are needed it says `each`.
"""

from __future__ import annotations

from dataclasses import dataclass

from policyengine.decision import Condition, Missing


@dataclass(frozen=True, slots=True)
class Fix:
    """`leaf` (a condition that has to take the value `wanted`), `each`, `either`, or
    `some` (`count` of the parts)."""

    kind: str
    leaf: Condition | None = None
    wanted: bool = True
    parts: tuple[Fix, ...] = ()
    count: int = 1


def fixes(condition: Condition, wanted: bool) -> Fix | None:
    """The changes that give a condition the wanted value; None if it has it already."""
    if condition.value is wanted:
        return None
    if condition.kind == "leaf":
        return Fix("leaf", condition, wanted)
    if condition.kind == "not":
        return fixes(condition.parts[0], not wanted)
    parts = tuple(f for part in condition.parts if (f := fixes(part, wanted)) is not None)
    if condition.kind == "some_of":
        return _some(condition, wanted, parts)
    return _group("each" if (condition.kind == "all") is wanted else "either", parts)


def _some(condition: Condition, wanted: bool, parts: tuple[Fix, ...]) -> Fix | None:
    """`some_of` lacks parts to reach its number, or has too many to stay under it."""
    number = condition.at_least or 1
    total = len(condition.parts)
    needed = number - (total - len(parts)) if wanted else len(parts) - (number - 1)
    needed = max(1, min(needed, len(parts)))
    if needed == len(parts):
        return _group("each", parts)
    return _group("either", parts) if needed == 1 else Fix("some", parts=parts, count=needed)


def _group(kind: str, parts: tuple[Fix, ...]) -> Fix | None:
    flat: list[Fix] = []
    for part in parts:
        flat.extend(part.parts if part.kind == kind else (part,))
    if not flat:
        return None
    return flat[0] if len(flat) == 1 else Fix(kind, parts=tuple(flat))


def silent(leaf: Condition) -> bool:
    """Whether a condition is open for want of the one term that it reads. One that reads
    several may have some of them."""
    return leaf.value is None and len(leaf.paths) == 1


def enough(kind: str, number: int, count: int = 1) -> str:
    """The words over a group of changes."""
    if kind == "some":
        return f"any {count} of these {number} are enough"
    if kind == "either":
        return "either is enough" if number == 2 else "any one of these is enough"
    return "both are needed" if number == 2 else "all of these are needed"


def group_of(missing: Missing) -> str:
    """The kind of group, in the words of `enough`, that a tree of missing terms is."""
    return {"all": "each", "any": "either", "some_of": "some"}[missing.kind]
