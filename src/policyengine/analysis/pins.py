"""That a deal is this one, term by term."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from policyengine.intake import Deal
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.problem import Problem


def pin(problem: Problem, deal: Deal, path: str) -> Bool:
    """That a term is as the deal has it: the value it states, or not stated, listed or not."""
    space = problem.space
    if path in deal.values:
        return bools.both(space.stated(path), space.holds(path, deal.values[path]))
    listed = space.not_applicable(path)
    return bools.both(
        bools.no(space.stated(path)), listed if path in deal.not_applicable else bools.no(listed)
    )


def pins(problem: Problem, deal: Deal, *, but: Container[str] = ()) -> list[Any]:
    """That every term that was encoded is as the deal has it, but for some."""
    return [pin(problem, deal, path) for path in problem.space.paths if path not in but]
