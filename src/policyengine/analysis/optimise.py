"""Least and nearest values by bisection: few questions, the same answer on every run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from policyengine.symbolic.bools import Bool
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.solver import Status
from policyengine.values.record import Record


class Least(Record):
    """The least value found, and whether it is proved to be the least."""

    value: int
    proved: bool


def least(problem: Problem, expr: Any, assumed: Sequence[Bool]) -> Least | None:
    """The least value of a whole number that is never below 0, over the deals of which
    something holds; None where there is none, or none was found."""
    if isinstance(expr, int):
        return Least(expr, True)
    if problem.ask(*assumed) is not Status.SATISFIED:
        return None
    high = int(problem.solver.number(expr))
    low = 0
    proved = True
    while low < high:
        middle = (low + high) // 2
        found = problem.ask(*assumed, expr <= middle)
        if found is Status.SATISFIED:
            high = int(problem.solver.number(expr))
        else:
            proved = proved and found is Status.IMPOSSIBLE
            low = middle + 1
    return Least(high, proved)


def beyond(
    problem: Problem, expr: Any, start: int, direction: int, assumed: Sequence[Bool]
) -> Least | None:
    """How far above (`direction` 1) or below (-1) `start` the nearest value lies of which
    something holds, in steps; None where there is none. Not `proved`, the value says nothing."""
    apart = (expr - start) * direction
    further = [*assumed, apart >= 1]
    status = problem.ask(*further)
    if status is not Status.SATISFIED:
        return None if status is Status.IMPOSSIBLE else Least(0, False)
    return least(problem, apart, further) or Least(0, False)
