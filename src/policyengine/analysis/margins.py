"""Margins: how far each number of a deal may move before its verdict is another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine.analysis.optimise import beyond
from policyengine.analysis.pins import pins
from policyengine.analysis.setting import At, case
from policyengine.decision import Verdict
from policyengine.engine import Policy, Terms
from policyengine.source import Span
from policyengine.symbolic import bools
from policyengine.symbolic.decoder import amount_of
from policyengine.symbolic.values import Number, amount
from policyengine.symbolic.verifier import document_of
from policyengine.values.record import Record


class Edge(Record):
    """The nearest value at which the verdict is another, and that verdict."""

    value: Any
    verdict: Verdict


class Margin(Record):
    """One number or date of a deal. `below` and `above` are None where no value in that
    direction changes the verdict; `known` is False where the solver does not say."""

    path: str
    value: Any
    below: Edge | None
    above: Edge | None
    known: bool
    span: Span | None


class Margins(Record):
    verdict: Verdict
    margins: tuple[Margin, ...]
    limits: tuple[str, ...]


def margins(policy: Policy, terms: Mapping[str, Any] | Terms, at: At | None = None) -> Margins:
    """Each stated number and date that a rule reads, all else standing.

    The edges are exact in steps of the finest constant the term is held against, and decided
    by the reference. Raises as `Policy.evaluate` does.
    """
    asked = case(policy, terms, at or At())
    problem = asked.problem()
    replay = problem.judge.replay(asked.deal.document)
    assert replay is not None
    other = bools.no(problem.verdict(replay.verdict))
    found = []
    for path in problem.space.paths:
        value = problem.space.raw(path)
        if not isinstance(value, Number) or path not in asked.deal.values:
            continue
        here = amount(asked.deal.values[path])
        assert here is not None
        start = here[1] / value.factor
        fixed = [*pins(problem, asked.deal, but={path}), problem.space.stated(path), other]
        edges: list[Edge | None] = []
        known = start.denominator == 1
        for direction in (-1, 1) if known else ():
            edge = beyond(problem, value.expr, int(start), direction, fixed)
            if edge is None:
                edges.append(None)
                continue
            plain = amount_of(value.kind, (int(start) + direction * edge.value) * value.factor)
            there = problem.judge.replay(document_of({path: plain}, base=asked.deal.document))
            if there is None or there.verdict is replay.verdict or not edge.proved:
                problem.spurious += there is not None and edge.proved
                known = False
                continue
            edges.append(Edge(plain, there.verdict))
        if not known:
            edges = [None, None]
        found.append(
            Margin(
                path,
                asked.deal.values[path],
                edges[0],
                edges[1],
                known and not problem.limits,
                asked.deal.span(path),
            )
        )
    return Margins(replay.verdict, tuple(found), problem.limits)
