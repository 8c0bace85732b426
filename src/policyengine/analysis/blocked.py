"""Why no change helps: smallest sets of locked terms and rules that stand in the way, and which
locks would have to give."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.analysis.changes import Changes
from policyengine.analysis.setting import Case
from policyengine.analysis.target import Target
from policyengine.decision import Level, Outcome, Verdict
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.solver import Status
from policyengine.values.record import Record

#: obstacles that are told, each of other terms and rules
_OBSTACLES = 6
#: locked terms are freed together up to so many
_FREED = 8


class Obstacle(Record):
    """Terms that may not move and rules that cannot all be met while they do not. `smallest`:
    without any one of them the others could be."""

    terms: tuple[str, ...]
    rules: tuple[str, ...]
    kept: tuple[str, ...]
    smallest: bool


class Blocked(Record):
    """What stands in the way: each of `obstacles` alone is enough, and no two have a term or a
    rule in common. `free` are the fewest of the locked terms that would have to move for there
    to be a path, or None where that is not known or no lock is to blame."""

    obstacles: tuple[Obstacle, ...]
    free: tuple[str, ...] | None


#: what has to hold: its kind, its name, and that it does
_Part = tuple[str, str, Bool]


def blocked(case: Case, changes: Changes, problem: Problem, target: Target) -> Blocked | None:
    """None where the solver does not say. `problem` is over numbers of any fineness."""
    parts: list[_Part] = [
        ("rule", rule.id, _met(problem, rule.id, Level(rule.level), target))
        for rule in case.policy.rules
        if rule.level != "advisory"
    ]
    parts.append(("applies", "", _some_apply(case, problem)))
    parts += [("kept", text, holds) for text, holds in target.parts(problem).items()]
    # terms in order of how likely they are to matter last, so that few of them stay
    parts += [("term", path, changes.unchanged[path]) for path in changes.fixed]
    obstacles: list[Obstacle] = []
    while len(obstacles) < _OBSTACLES:
        core = _core(problem, parts)
        if core is None:
            break
        kept, smallest = core
        obstacles.append(
            Obstacle(
                tuple(name for kind, name, _ in kept if kind == "term"),
                tuple(name for kind, name, _ in kept if kind == "rule"),
                tuple(name for kind, name, _ in kept if kind == "kept"),
                smallest and not problem.limits,
            )
        )
        parts = [part for part in parts if part not in kept]
    if not obstacles:
        return None
    locked = any(each.terms for each in obstacles)
    return Blocked(
        tuple(obstacles), _free(changes, problem, target.form(problem)) if locked else None
    )


def _core(problem: Problem, parts: Sequence[_Part]) -> tuple[list[_Part], bool] | None:
    """Parts that cannot all hold, and whether without any one of them the others could."""
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
    return kept, smallest


def _free(changes: Changes, problem: Problem, goal: Bool) -> tuple[str, ...] | None:
    """The fewest locked terms with which there is a path, those that only the call locks before
    those that the schema does; the reference decides the deal."""
    terms = changes.case.policy.schema.terms
    stay = [changes.unchanged[path] for path in changes.fixed if terms[path].fixed]
    for kept in ([stay] if stay else []) + [[]]:
        moved = [changes.changed(path) for path in changes.fixed]
        for count in range(1, min(_FREED, len(moved)) + 1):
            status = problem.ask(goal, *kept, bools.no(bools.at_least(count + 1, moved)))
            if status is Status.SATISFIED:
                found = tuple(
                    path
                    for path, change in zip(changes.fixed, moved, strict=True)
                    if problem.solver.holds(change)
                )
                return found if problem.witness() is not None else None
            if status is Status.OPEN:
                return None
    return None


def _met(problem: Problem, rule: str, level: Level, target: Target) -> Bool:
    if level is Level.NEGOTIABLE and Verdict.CONDITIONAL in target.verdicts:
        return True
    form = problem.form.rule(rule)
    return bools.no(form.is_(Outcome.FAIL, Outcome.UNKNOWN))


def _some_apply(case: Case, problem: Problem) -> Bool:
    return bools.some(
        bools.no(problem.form.rule(rule.id).is_(Outcome.NOT_APPLICABLE))
        for rule in case.policy.rules
        if rule.level != "advisory"
    )
