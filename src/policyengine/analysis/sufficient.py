"""Sufficient reasons: the smallest set of facts that alone force a verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from policyengine.analysis.limit import Limit
from policyengine.analysis.pins import pin
from policyengine.analysis.proving import Proving
from policyengine.analysis.sets import smallest
from policyengine.analysis.setting import At, case
from policyengine.decision import Verdict
from policyengine.engine import Policy, Terms
from policyengine.source import Span
from policyengine.symbolic import bools
from policyengine.values.record import Record

#: seconds for the whole question
SECONDS = 30.0


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
    #: why the search ended before its end, if it did
    cut: str | None


def sufficient(
    policy: Policy,
    terms: Mapping[str, Any] | Terms,
    at: At | None = None,
    *,
    seconds: float | None = SECONDS,
    stop: Callable[[], bool] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Sufficient:
    """The facts that force a deal's verdict. Where the time is up, or `stop` calls it off, the
    best set that is proved, if there is one. Raises as `Policy.evaluate` does."""
    asked = case(policy, terms, at or At())
    deal = asked.deal
    limit = Limit(seconds, stop)
    tell("what forces the verdict: reading the rules")
    proving = Proving(asked, limit)
    problem = proving.stepped
    replay = problem.judge.decide(deal.document)
    views = (problem, proving.exact)
    other = {view: bools.no(view.verdict(replay.verdict)) for view in views}
    held = {view: {path: pin(view, deal, path) for path in view.space.paths} for view in views}
    order = list(held[problem])
    asks = 0

    def enough(paths: frozenset[str]) -> bool | None:
        nonlocal asks
        asks += 1
        tell(f"what forces the verdict: {asks} sets of facts tried")
        return proving.never(
            lambda view: [other[view], *(held[view][path] for path in order if path in paths)],
            paths,
            lambda there: there.verdict is not replay.verdict,
        )

    here = proving.holds(lambda view: held[view].values())
    if not here or enough(frozenset(order)) is not True:
        return Sufficient(replay.verdict, None, False, proving.limits, limit.cut)
    # what the solver needed first: most terms never matter, and need not be tried
    needed = {order[number - 1] for number in proving.core() if number}
    parts = [*(path for path in order if path in needed), *(p for p in order if p not in needed)]
    found = smallest(parts, enough, likely=needed, over=limit.over)
    if found is None or proving.limits:
        return Sufficient(replay.verdict, None, False, proving.limits, limit.cut)
    facts = tuple(
        _fact(asked.setting.assume, policy, deal, path) for path in order if path in found.parts
    )
    return Sufficient(replay.verdict, facts, found.smallest, (), limit.cut)


def _fact(assume: bool, policy: Policy, deal: Any, path: str) -> Fact:
    spec = policy.schema.terms[path]
    stated = path in deal.values
    value = deal.values.get(path)
    if not stated and assume and spec.has_default and path not in deal.not_applicable:
        value = spec.default
    return Fact(path, value, stated, deal.span(path) if stated else None)
