"""Sufficient reasons: the smallest set of facts that alone force a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine.analysis.pins import pin
from policyengine.analysis.proving import Proving
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
    proving = Proving(asked)
    problem = proving.stepped
    replay = problem.judge.decide(deal.document)
    other = {view: bools.no(view.verdict(replay.verdict)) for view in (problem, proving.exact)}
    held = {
        view: {path: pin(view, deal, path) for path in view.space.paths}
        for view in (problem, proving.exact)
    }
    order = list(held[problem])

    def enough(paths: frozenset[str]) -> bool | None:
        return proving.never(
            lambda view: [other[view], *(held[view][path] for path in order if path in paths)]
        )

    here = proving.holds(lambda view: held[view].values())
    if not here or problem.ask(other[problem], *held[problem].values()) is not Status.IMPOSSIBLE:
        return Sufficient(replay.verdict, None, False, proving.limits)
    # what the solver needed first: most terms never matter, and need not be tried
    core = problem.solver.core([other[problem], *held[problem].values()])
    needed = {order[number - 1] for number in core if number}
    found = smallest([*sorted(needed, key=order.index), *(p for p in order if p not in needed)],
                     enough)  # fmt: skip
    if found is None or proving.limits:
        return Sufficient(replay.verdict, None, False, proving.limits)
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
