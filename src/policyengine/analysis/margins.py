"""Margins: how far each number of a deal may move before its verdict is another."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from policyengine.analysis.optimise import beyond
from policyengine.analysis.pins import pins
from policyengine.analysis.proving import Proving
from policyengine.analysis.setting import At, Case, case
from policyengine.decision import Verdict
from policyengine.engine import Policy, Terms
from policyengine.source import Span
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.decoder import amount_of
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.shapes import between
from policyengine.symbolic.solver import Status
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
    by the reference; that no number before them turns the verdict is proved, however fine.
    Raises as `Policy.evaluate` does.
    """
    asked = case(policy, terms, at or At())
    proving = Proving(asked)
    problem = proving.stepped
    replay = problem.judge.decide(asked.deal.document)
    for view in (problem, proving.exact):
        view.verdict(replay.verdict)
    found = []
    here = proving.holds(lambda view: pins(view, asked.deal))
    for path in problem.space.paths:
        value = problem.space.raw(path)
        if isinstance(value, Number) and path in asked.deal.values:
            edges = _Edges(asked, proving, replay.verdict, path).both() if here else None
            below, above = edges or (None, None)
            known = edges is not None and not proving.limits
            stated = asked.deal.values[path]
            found.append(Margin(path, stated, below, above, known, asked.deal.span(path)))
    return Margins(replay.verdict, tuple(found), proving.limits)


class _Edges:
    """Where the verdict turns as one term moves."""

    def __init__(self, asked: Case, proving: Proving, verdict: Verdict, path: str) -> None:
        self.asked = asked
        self.proving = proving
        self.verdict = verdict
        self.path = path

    def both(self) -> tuple[Edge | None, Edge | None] | None:
        """Below and above; None where the solver does not say."""
        try:
            return self._edge(-1), self._edge(1)
        except _OpenError:
            return None

    def _edge(self, direction: int) -> Edge | None:
        problem = self.proving.stepped
        value = problem.space.raw(self.path)
        assert isinstance(value, Number)
        here = amount(self.asked.deal.values[self.path])
        assert here is not None
        start = here[1] / value.factor
        if start.denominator != 1:
            raise _OpenError
        found = beyond(problem, value.expr, int(start), direction, self._turned(problem))
        if found is None:
            self._steady(here[1], None, direction)
            return None
        if not found.proved:
            raise _OpenError
        steps = int(start) + direction * found.value
        # between two steps the verdict may turn anywhere, but before that it may not
        self._steady(here[1], (steps - direction) * value.factor, direction)
        plain = amount_of(value.kind, steps * value.factor)
        document = document_of({self.path: plain}, base=self.asked.deal.document)
        there = problem.judge.replay(document)
        if there is None or there.verdict is self.verdict:
            raise _OpenError
        return Edge(plain, there.verdict)

    def _steady(self, start: Fraction, end: Fraction | None, direction: int) -> None:
        """Raises `_OpenError` unless it is proved that no number up to an end turns it."""
        exact = self.proving.exact
        value = exact.space.raw(self.path)
        assert isinstance(value, Number)
        low, high = (start, end) if direction > 0 else (end, start)
        if exact.ask(*self._turned(exact), between(value, low, high)) is not Status.IMPOSSIBLE:
            raise _OpenError

    def _turned(self, problem: Problem) -> list[Bool]:
        return [
            *pins(problem, self.asked.deal, but={self.path}),
            problem.space.stated(self.path),
            bools.no(problem.verdict(self.verdict)),
        ]


class _OpenError(Exception):
    """The solver does not say."""
