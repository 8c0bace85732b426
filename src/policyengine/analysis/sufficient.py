"""Sufficient reasons: the smallest set of facts that alone force a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine.analysis.pins import pin
from policyengine.analysis.sets import smallest
from policyengine.analysis.setting import At, case
from policyengine.decision import Verdict
from policyengine.engine import Policy, Terms
from policyengine.source import Span
from policyengine.symbolic import bools
from policyengine.symbolic.solver import Status
from policyengine.values.record import Record


class Fact(Record):
    """A term as the deal has it: `value` stated, or assumed where it is not, or None where it
    is neither and being open is what counts."""

    path: str
    value: Any
    stated: bool
    span: Span | None


class Sufficient(Record):
    """Whatever all other terms were, these facts give this verdict. `smallest`: no fewer do.
    `facts` is None where the solver does not say."""

    verdict: Verdict
    facts: tuple[Fact, ...] | None
    smallest: bool
    limits: tuple[str, ...]


def sufficient(
    policy: Policy, terms: Mapping[str, Any] | Terms, at: At | None = None
) -> Sufficient:
    """The facts that force a deal's verdict. Raises as `Policy.evaluate` does."""
    asked = case(policy, terms, at or At())
    deal = asked.deal
    problem = asked.problem()
    replay = problem.judge.replay(deal.document)
    assert replay is not None
    other = bools.no(problem.verdict(replay.verdict))
    held = {path: pin(problem, deal, path) for path in problem.space.paths}

    def enough(paths: frozenset[str]) -> bool | None:
        status = problem.ask(other, *(held[path] for path in problem.space.paths if path in paths))
        return None if status is Status.OPEN else status is Status.IMPOSSIBLE

    # what the solver needed first: most terms never matter, and need not be tried
    if problem.ask(other, *held.values()) is not Status.IMPOSSIBLE:
        return Sufficient(replay.verdict, None, False, problem.limits)
    core = problem.solver.core([other, *held.values()])
    order = list(held)
    needed = {order[number - 1] for number in core if number}
    found = smallest([*sorted(needed, key=order.index), *(p for p in order if p not in needed)],
                     enough)  # fmt: skip
    if found is None or problem.limits:
        return Sufficient(replay.verdict, None, False, problem.limits)
    facts = tuple(_fact(asked.setting.assume, policy, deal, path) for path in order
                  if path in found.parts)  # fmt: skip
    return Sufficient(replay.verdict, facts, found.smallest, ())


def _fact(assume: bool, policy: Policy, deal: Any, path: str) -> Fact:
    spec = policy.schema.terms[path]
    stated = path in deal.values
    value = deal.values.get(path)
    if not stated and assume and spec.has_default and path not in deal.not_applicable:
        value = spec.default
    return Fact(path, value, stated, deal.span(path) if stated else None)
