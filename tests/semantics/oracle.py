"""A second, obvious account of the semantics, to hold the first to.

An unknown is worked out by asking what every way to settle it would give: if all agree, that
is the answer, else it is unknown. Nothing here is shared with the engine but its data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

Truth = bool | None
TRUTHS: tuple[Truth, ...] = (True, False, None)
VIOLATED = "violated"


def settled(inputs: Sequence[Truth], decide: Callable[..., Any]) -> Any:
    """What a function of two-valued inputs gives whichever way the unknown ones go, or None."""
    options = [(True, False) if value is None else (value,) for value in inputs]
    answers = [decide(*way) for way in product(*options)]
    return answers[0] if all(answer == answers[0] for answer in answers) else None


def outcome(applies: Truth, unless: Truth, requirement: Truth) -> str:
    """LANGUAGE section 6, as it is written."""
    if applies is False:
        return "not_applicable"
    if unless is True or requirement is True:
        return "pass"
    if applies is True and unless is False and requirement is False:
        return "fail"
    return "unknown"


def verdict(rules: Sequence[tuple[str, str]]) -> str:
    """The first row of the table of verdicts whose condition holds, for (level, outcome)."""

    def some(level: str, *outcomes: str) -> bool:
        return any(of == level and found in outcomes for of, found in rules)

    anything = any(
        of in ("mandatory", "negotiable") and found != "not_applicable" for of, found in rules
    )
    if some("mandatory", "fail"):
        return "reject"
    if some("mandatory", "unknown") or not anything:
        return "undetermined"
    if some("negotiable", "fail", "unknown"):
        return "conditional"
    return "accept"


def table(
    policy: str, ranking: Sequence[Any], default: Any, matched: Sequence[bool], out: Sequence[Any]
) -> Any:
    """A decision table whose rows are all settled and whose outputs are all known."""
    hits = [output for hit, output in zip(matched, out, strict=True) if hit]
    if not hits:
        return VIOLATED if default is None else default
    if policy == "U":
        return hits[0] if len(hits) == 1 else VIOLATED
    if policy == "A":
        return hits[0] if len(set(hits)) == 1 else VIOLATED
    if policy == "F":
        return hits[0]
    if policy == "P":
        return min(hits, key=ranking.index)
    if policy == "O":
        return tuple(sorted(hits, key=ranking.index))
    if policy == "C+":
        return sum(hits)
    if policy == "C<":
        return min(hits)
    if policy == "C>":
        return max(hits)
    if policy == "C#":
        return len(hits)
    return tuple(hits)


def table_ways(
    policy: str, ranking: Sequence[Any], default: Any, matched: Sequence[Truth], out: Sequence[Any]
) -> list[Any]:
    """What a table gives for every way to settle its unknown rows and outputs."""
    rows = product(*[(True, False) if hit is None else (hit,) for hit in matched])
    ways = list(product(*[ranking if output is None else (output,) for output in out]))
    return [table(policy, ranking, default, row, outputs) for row in rows for outputs in ways]
