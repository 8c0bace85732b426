"""What a proposal says where the deal left something open: what can be offered, not what a
solver happened to find first.

That a concession may run up to 49 years is an offer; that it should run for 0 years is none.
Of options that all would do, one is written that advice and interests are served by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any

from policyengine.analysis.limit import Limit
from policyengine.analysis.setting import Case
from policyengine.analysis.spread import Spread, gives, spread
from policyengine.analysis.target import Target
from policyengine.decision import Level, Outcome
from policyengine.intake import check
from policyengine.symbolic.decoder import amount_of
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.values import Number, Text, Truth, amount
from policyengine.symbolic.verifier import document_of


def offered(
    problem: Problem,
    case: Case,
    moved: Sequence[str],
    document: Mapping[str, Any],
    target: Target,
    limit: Limit,
) -> Mapping[str, Any]:
    """The document with what the deal neither stated nor means by its silence: each number and
    date at the limit that rules set to it, each option the one that is liked best, one after
    another, each within what the others leave. Every step is one that the reference decided."""
    for path in moved:
        spec = case.policy.schema.terms[path]
        if path in case.deal.values or spec.has_default:
            continue
        value = problem.space.raw(path)
        if not isinstance(value, Number | Truth | Text):
            continue
        found = spread(problem.judge, case, path, document, target, limit)
        if isinstance(value, Number):
            better = _limit(found, value)
            if better is None or not gives(problem.judge, document, path, better, target):
                continue
        else:
            here = check(document, case.policy.schema).values[path]
            better = _liked(problem, case, path, document, (here, *found.options))
        document = document_of({path: better}, base=document, schema=case.policy.schema)
    return document


def _limit(found: Spread, number: Number) -> Any:
    """The last value before a limit, in the steps that the number moves in; None without one."""
    low = found.low is not None
    end = found.low if low else found.high
    if not found.shown or end is None:
        return None
    there = amount(end)
    assert there is not None
    steps = there[1] / number.factor
    if low:
        steps = Fraction(floor(steps) + 1 if found.open_low else ceil(steps))
    else:
        steps = Fraction(ceil(steps) - 1 if found.open_high else floor(steps))
    return amount_of(number.kind, steps * number.factor)


def _liked(
    problem: Problem, case: Case, path: str, document: Mapping[str, Any], options: Sequence[Any]
) -> Any:
    """Of options that reach the target, the one that the fewest negotiable rules, then the
    least advice stand against, and that serves the most interests; of equal ones a pledge that
    is given, then the first."""
    shape = case.policy.schema.terms[path].shape
    order = (True, False) if shape.enum is None else shape.enum
    ranked = sorted(options, key=order.index)
    if len(ranked) < 2:
        return options[0]
    policy = case.policy.core

    def dislike(option: Any) -> list[int]:
        there = document_of({path: option}, base=document)
        replay = problem.judge.replay(there)
        assert replay is not None  # it reaches the target
        counts = [
            sum(
                rule.level == level.value and replay.outcomes[rule.id] is outcome
                for rule in policy.rules
            )
            for level in (Level.NEGOTIABLE, Level.ADVISORY)
            for outcome in (Outcome.FAIL, Outcome.UNKNOWN)
        ]
        served = problem.judge.values(there, [each.served for each in policy.interests]) or ()
        conflicts = [each.conflict for each in policy.interests if each.conflict is not None]
        against = problem.judge.values(there, conflicts) or ()
        return [*counts, sum(each is True for each in against) - sum(e is True for e in served)]

    return min(ranked, key=dislike)
