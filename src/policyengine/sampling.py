"""How often conditions hold among given deals, for an order that asks first what settles most."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from policyengine import core
from policyengine.core import Expr
from policyengine.facts import Facts
from policyengine.interpreter import Interpreter

_UNBOUNDED = 1 << 62


def rates(policy: core.Policy, sample: Iterable[Facts]) -> Callable[[Expr, bool], float]:
    """The share of the deals for which a condition has a truth value, by the reference
    interpreter. Each condition is evaluated once; the same deals give the same shares."""
    readers = [Interpreter(policy, facts, decision_steps=_UNBOUNDED) for facts in sample]
    known: dict[Expr, list[object]] = {}

    def rate(expr: Expr, value: bool) -> float:
        if not readers:
            return 0.5
        found = known.get(expr)
        if found is None:
            found = known[expr] = [reader.guarded(expr)[0] for reader in readers]
        return sum(each is value for each in found) / len(found)

    return rate
