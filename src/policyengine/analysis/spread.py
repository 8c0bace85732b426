"""What else would do for one term, everything else being as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine.analysis.optimise import beyond
from policyengine.analysis.pins import pins
from policyengine.analysis.setting import Case
from policyengine.analysis.target import Target
from policyengine.intake import Deal, check
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.decoder import amount_of
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.shapes import between
from policyengine.symbolic.solver import Status
from policyengine.symbolic.values import Number, amount
from policyengine.symbolic.verifier import document_of
from policyengine.values.record import Record


class Spread(Record):
    """Other values that keep the verdict: `options` of a term that has few; `low` and `high`
    of a number or a date, None where nothing but the schema bounds it. `shown` is False where
    it could not be worked out."""

    options: tuple[Any, ...] = ()
    low: Any = None
    high: Any = None
    shown: bool = True


def spread(
    problem: Problem,
    exact: Problem,
    case: Case,
    path: str,
    document: Mapping[str, Any],
    target: Target,
) -> Spread:
    """Values of one term, the rest of `document` standing, that reach the target.

    `exact` sees the same deals as `problem`, over numbers of any fineness.
    """
    spec = case.policy.schema.terms[path]
    kind = spec.shape.type.kind
    if kind in ("boolean", "string"):
        options = spec.shape.enum if kind == "string" else (False, True)
        if options is None:
            return Spread(shown=False)
        here = check(document, case.policy.schema).values[path]
        return Spread(
            tuple(
                option
                for option in options
                if option != here and _gives(problem, document, path, option, target)
            )
        )
    if not isinstance(problem.space.raw(path), Number) or problem.limits or exact.limits:
        return Spread(shown=False)
    return _interval(problem, exact, check(document, case.policy.schema), path, target)


def _interval(problem: Problem, exact: Problem, deal: Deal, path: str, target: Target) -> Spread:
    unknown = Spread(shown=False)
    found = amount(deal.values[path])
    value, finest = problem.space.raw(path), exact.space.raw(path)
    assert isinstance(value, Number)
    assert isinstance(finest, Number)
    assert found is not None
    start = found[1] / value.factor
    # a deal that has no form here has no neighbours either
    if start.denominator != 1 or problem.ask(*pins(problem, deal)) is not Status.SATISFIED:
        return unknown
    if exact.ask(*pins(exact, deal)) is not Status.SATISFIED:
        return unknown
    ends: list[Any] = []
    for direction in (-1, 1):
        edge = beyond(
            problem, value.expr, int(start), direction, _turned(problem, deal, path, target)
        )
        if edge is None:
            ends.append(None)
            continue
        end = amount_of(value.kind, (int(start) + direction * (edge.value - 1)) * value.factor)
        # what is shown is decided by the reference, as everything is
        if not edge.proved or not _gives(problem, deal.document, path, end, target):
            return unknown
        ends.append(end)
    low, high = (None if end is None else amount(end) for end in ends)
    within = between(finest, low and low[1], high and high[1])
    if exact.ask(*_turned(exact, deal, path, target), within) is not Status.IMPOSSIBLE:
        return unknown
    return Spread((), ends[0], ends[1])


def _turned(problem: Problem, deal: Deal, path: str, target: Target) -> list[Bool]:
    return [
        *pins(problem, deal, but={path}),
        problem.space.stated(path),
        bools.no(target.form(problem)),
    ]


def _gives(
    problem: Problem,
    document: Mapping[str, Any],
    path: str,
    value: Any,
    target: Target,
) -> bool:
    return target.reached(problem.judge, document_of({path: value}, base=document)) is not None
