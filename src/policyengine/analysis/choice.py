"""One of several deals that are as good as each other: the same on every run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from policyengine.analysis.changes import Changes
from policyengine.analysis.elements import Elements, Part
from policyengine.analysis.optimise import least
from policyengine.core import terms_read
from policyengine.decision import Outcome
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.encoder import Encoder
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.rules import PolicyForm
from policyengine.symbolic.shapes import exactly
from policyengine.symbolic.solver import Status
from policyengine.symbolic.values import Fields, Listing, Number, Text, Truth, Value, amount
from policyengine.symbolic.z import z3


class _LimitError(Exception):
    """The solver does not say."""


class Choice:
    """A choice among the deals of which something holds.

    What is `preferred` holds if it can, one after the other; then the first terms of the
    schema stay as they are where they can, and of values the first will do, of numbers the
    nearest to what is there.
    """

    def __init__(
        self,
        problem: Problem,
        changes: Changes,
        assumed: Iterable[Bool],
        preferred: Iterable[Bool] = (),
    ) -> None:
        self.problem = problem
        self.changes = changes
        self.assumed = list(assumed)
        self.preferred = preferred

    def make(self) -> bool:
        """Whether it could be made: the last instance then is it."""
        try:
            self._must()
            for each in self.preferred:
                self._keep(each)
            moved = []
            for path in self.changes.movable:
                same = self.changes.unchanged[path]
                if not self._keep(same):
                    self.assumed.append(bools.no(same))
                    moved.append(path)
            for path in moved:
                self._value(path)
            self._must()
        except _LimitError:
            return False
        return True

    def _must(self) -> None:
        """Make the last instance one of the deals that are left."""
        if self.problem.ask(*self.assumed) is not Status.SATISFIED:
            raise _LimitError

    def _keep(self, more: Bool) -> bool:
        """Assume something besides if it can hold. The last instance then is one where it
        does, and one of those that are left if not."""
        if not self.problem.solver.holds(more):
            found = self.problem.ask(*self.assumed, more)
            if found is not Status.SATISFIED:
                self._must()
                return False
        self.assumed.append(more)
        return True

    def _value(self, path: str) -> None:
        elements = self.changes.elements.get(path)
        if elements is not None:
            self._elements(elements)
        else:
            self._plain(self.problem.space.raw(path), self.changes.start(path))

    def _elements(self, elements: Elements) -> None:
        """Old elements as far to the front as can be, and each part nearest to what it was."""
        for place in elements.places:
            if not self._keep(bools.no(place.added)):
                self.assumed.append(place.added)
            for holds in place.holds.values():
                if self._keep(holds):
                    break
            old = place.like(self.problem.solver)
            if not self._keep(bools.no(place.slot.present)):
                for part in place.parts:
                    before = part.old[old] if old is not None else None
                    self._part(part, before, elements.codes)

    def _part(self, part: Part, before: Any, codes: Mapping[str, int]) -> None:
        if before is not None and self._keep(exactly(part.value, before, codes)):
            return
        if self._keep(bools.no(part.value.known)):
            return
        start = before if before is not None else part.usual
        if start is None or not self._keep(exactly(part.value, start, codes)):
            self._plain(part.value, start)

    def _plain(self, value: Value, start: Any) -> None:
        if isinstance(value, Number):
            self._nearest(value, start)
        elif isinstance(value, Truth):
            self._keep(value.false if start is False else value.true)
        elif isinstance(value, Text):
            for holds in value.cases.values():
                if self._keep(holds):
                    break
        elif isinstance(value, Listing):
            for slot in value.slots:
                if not self._keep(bools.no(slot.present)):
                    self.assumed.append(slot.present)

    def _nearest(self, value: Number, start: Any) -> None:
        """A distance is measured in parts of a range; of numbers in one part, the nearest."""
        found = amount(start)
        there = int(found[1] / value.factor) if found is not None else 0
        apart = z3.If(value.expr >= there, value.expr - there, there - value.expr)
        shortest = least(self.problem, apart, self.assumed)
        if shortest is None:
            raise _LimitError
        self.assumed.append(apart <= shortest.value)
        self._must()
        self._keep(value.expr <= there)


def advice(problem: Problem, passing: Iterable[str]) -> list[Bool]:
    """For each advisory rule that passes now: that it does not come to fail.

    Of rules that read nothing but terms that count anyway, and have a form; no proof rests on
    them.
    """
    setting = problem.setting
    made = []
    for rule in setting.policy.rules:
        if rule.level != "advisory" or rule.id not in set(passing):
            continue
        parts = [part for part in (rule.applies, rule.unless, rule.requirement) if part is not None]
        reads = {path for part in parts for path in terms_read(setting.policy, part)}
        if reads <= set(problem.space.paths):
            encoder = Encoder(setting.policy, problem.space, setting.parameters, setting.as_of,
                              final=setting.final)  # fmt: skip
            fails = PolicyForm(encoder).rule(rule.id).is_(Outcome.FAIL)
            if not encoder.open:
                made.append(bools.no(fails))
    return made


def instance(problem: Problem, value: Value) -> Bool:
    """That a value is what it is in the last instance."""
    solver = problem.solver

    def here(part: Bool) -> Bool:
        return part if solver.holds(part) else bools.no(part)

    match value:
        case Truth(true=true):
            return here(true)
        case Number(expr=expr):
            return True if isinstance(expr, int) else expr == _in(problem, expr)
        case Text(cases=cases, code=code):
            if code is not None:
                return code == _in(problem, code)
            return bools.every(map(here, cases.values()))
        case Listing(slots=slots, extra=extra):
            inside = [part for s in slots for part in (here(s.present), instance(problem, s.value))]
            more = True if isinstance(extra, int) else extra == _in(problem, extra)
            return bools.every([*inside, more])
        case Fields(fields=fields):
            return bools.every(
                part
                for inner in fields.values()
                for part in (here(inner.known), instance(problem, inner))
            )
    return True


def _in(problem: Problem, expr: Any) -> Any:
    found = problem.solver.number(expr)
    return z3.Q(found.numerator, found.denominator) if expr.is_real() else int(found)
