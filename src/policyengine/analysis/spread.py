"""What else would do for one term, everything else being as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from policyengine.analysis.optimise import beyond
from policyengine.analysis.setting import Case
from policyengine.decision import Verdict
from policyengine.intake import check
from policyengine.symbolic import bools
from policyengine.symbolic.decoder import amount_of
from policyengine.symbolic.problem import Problem
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
    case: Case,
    path: str,
    document: Mapping[str, Any],
    verdicts: Sequence[Verdict],
) -> Spread:
    """Values of one term, the rest of `document` standing, that give one of the verdicts."""
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
                if option != here and _gives(problem, document, path, option, verdicts)
            )
        )
    value = problem.space.raw(path)
    if not isinstance(value, Number):
        return Spread(shown=False)
    return _interval(problem, case, path, document, verdicts, value)


def _interval(
    problem: Problem,
    case: Case,
    path: str,
    document: Mapping[str, Any],
    verdicts: Sequence[Verdict],
    value: Number,
) -> Spread:
    deal = check(document, case.policy.schema)
    found = amount(deal.values[path])
    assert found is not None
    start = found[1] / value.factor
    if start.denominator != 1:
        return Spread(shown=False)
    pins = []
    for other in problem.space.paths:
        if other == path:
            continue
        if other in deal.values:
            pins += [problem.space.stated(other), problem.space.holds(other, deal.values[other])]
        else:
            pins.append(bools.no(problem.space.stated(other)))
    pins += [problem.space.stated(path), bools.no(problem.verdict(*verdicts))]
    ends: list[Any] = []
    for direction in (-1, 1):
        edge = beyond(problem, value.expr, int(start), direction, pins)
        if edge is None:
            ends.append(None)
            continue
        steps = int(start) + direction * (edge.value - 1)
        end = amount_of(value.kind, steps * value.factor)
        # what is shown is decided by the reference, as everything is
        if not edge.proved or not _gives(problem, document, path, end, verdicts):
            return Spread(shown=False)
        ends.append(end)
    return Spread((), ends[0], ends[1])


def _gives(
    problem: Problem,
    document: Mapping[str, Any],
    path: str,
    value: Any,
    verdicts: Sequence[Verdict],
) -> bool:
    replay = problem.judge.replay(document_of({path: value}, base=document))
    return replay is not None and replay.verdict in verdicts
