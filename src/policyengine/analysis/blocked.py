"""Why no change helps: the smallest set of locked terms and rules that stands in the way."""

from __future__ import annotations

from typing import Any

from policyengine.analysis.changes import Changes
from policyengine.analysis.setting import Case
from policyengine.decision import Level, Outcome
from policyengine.symbolic import bools
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.solver import Status
from policyengine.values.record import Record


class Blocked(Record):
    """Terms that may not move and rules that cannot all be met while they do not. `smallest`
    says that with any one of them out of the way there would be a path."""

    terms: tuple[str, ...]
    rules: tuple[str, ...]
    smallest: bool


def blocked(case: Case, changes: Changes, problem: Problem, target: str) -> Blocked | None:
    """None where the solver does not say. `problem` is over numbers of any fineness."""
    parts: list[tuple[str, str, Any]] = [
        ("rule", rule.id, _met(problem, rule.id, Level(rule.level), target))
        for rule in case.policy.rules
        if rule.level != "advisory"
    ]
    parts.append(("applies", "", _some_apply(case, problem)))
    # terms in order of how likely they are to matter last, so that few of them stay
    parts += [("term", path, changes.unchanged[path]) for path in changes.fixed]
    if problem.ask(*(each for _, _, each in parts)) is not Status.IMPOSSIBLE:
        return None
    kept = [parts[n] for n in problem.solver.core([each for _, _, each in parts])]
    smallest = True
    for part in list(kept):
        rest = [each for each in kept if each is not part]
        found = problem.ask(*(each for _, _, each in rest))
        if found is Status.IMPOSSIBLE:
            kept = rest
        elif found is not Status.SATISFIED or problem.witness() is None:
            smallest = False
    return Blocked(
        tuple(name for kind, name, _ in kept if kind == "term"),
        tuple(name for kind, name, _ in kept if kind == "rule"),
        smallest and not problem.limits,
    )


def _met(problem: Problem, rule: str, level: Level, target: str) -> Any:
    if level is Level.NEGOTIABLE and target == "conditional":
        return True
    form = problem.form.rule(rule)
    return bools.no(form.is_(Outcome.FAIL, Outcome.UNKNOWN))


def _some_apply(case: Case, problem: Problem) -> Any:
    return bools.some(
        bools.no(problem.form.rule(rule.id).is_(Outcome.NOT_APPLICABLE))
        for rule in case.policy.rules
        if rule.level != "advisory"
    )
