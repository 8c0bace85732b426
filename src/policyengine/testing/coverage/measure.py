"""Coverage of a suite: every case evaluated by the reference, its answers kept by point."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from policyengine import core
from policyengine.engine import Policy, Terms
from policyengine.errors import PolicyEngineError
from policyengine.facts import Facts
from policyengine.testing.cases import Case
from policyengine.testing.coverage.points import KINDS, Point, points_of
from policyengine.testing.coverage.silence import Silence
from policyengine.testing.coverage.watcher import Watched, Watcher
from policyengine.testing.pool import numbered
from policyengine.testing.suite import Located, Suite
from policyengine.values.record import Record

#: (number of the point, answer)
Answer = tuple[int, str]
#: (number of the point, distance from its limit, value)
_Distance = tuple[int, Decimal, Any]


class Gap(Record):
    """An answer that no case gives."""

    point: Point
    answer: str
    number: int


class Coverage(Record):
    """The points of a policy with the answers seen: `seen` maps each to the number of cases
    that give it. `nearest` has, by limit, the values nearest to it as (distance, value)."""

    points: tuple[Point, ...]
    seen: Mapping[Answer, int]
    nearest: Mapping[int, tuple[tuple[Decimal, Any], ...]]

    def asked(self, kind: str | None = None) -> int:
        """How many answers are asked for, of one kind of point or of all."""
        return sum(len(self._wanted(n, p)) for n, p in enumerate(self.points) if _of(p, kind))

    def covered(self, kind: str | None = None) -> int:
        return sum(
            (number, answer) in self.seen
            for number, point in enumerate(self.points)
            if _of(point, kind)
            for answer in self._wanted(number, point)
        )

    def percent(self, kind: str | None = None) -> Fraction:
        """Percent of what is asked; 100 where nothing is."""
        asked = self.asked(kind)
        return Fraction(100 * self.covered(kind), asked) if asked else Fraction(100)

    def gaps(self) -> tuple[Gap, ...]:
        """What is asked for and was not seen, in the order of the points."""
        return tuple(
            Gap(point, answer, number)
            for number, point in enumerate(self.points)
            for answer in point.asked
            if (number, answer) not in self.seen
        )

    def kinds(self) -> tuple[str, ...]:
        return tuple(kind for kind in KINDS if self.asked(kind))

    def _wanted(self, number: int, point: Point) -> tuple[str, ...]:
        """What is asked, and what came out although it was left out: then it was possible."""
        also = (answer for answer, _ in point.left_out if (number, answer) in self.seen)
        return (*point.asked, *also)


def _of(point: Point, kind: str | None) -> bool:
    return kind is None or point.kind == kind


def measure(suite: Suite, *, jobs: int = 1) -> Coverage:
    """Evaluate every case by the reference interpreter. A case that cannot be decided covers
    nothing."""
    meter = Meter(suite.policy)
    seen: dict[Answer, int] = {}
    nearest: dict[int, dict[bool, tuple[Decimal, Any]]] = {}
    for given, distances in numbered(lambda n: meter.case(suite.cases[n]), len(suite.cases), jobs):
        for answer in given:
            seen[answer] = seen.get(answer, 0) + 1
        for number, apart, value in distances:
            ends = nearest.setdefault(number, {})
            if (apart > 0) not in ends or abs(apart) < abs(ends[apart > 0][0]):
                ends[apart > 0] = apart, value
    return Coverage(meter.points, seen, {n: tuple(ends.values()) for n, ends in nearest.items()})


class Meter:
    """Measures deals on one policy, with whatever parameters a case sets."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.points = points_of(policy.core, Silence(policy.core, policy.schema))
        self._variants: dict[str, tuple[Policy, Watched]] = {
            "": (policy, Watched(policy.core, self.points))
        }

    def case(self, located: Located) -> tuple[tuple[Answer, ...], tuple[_Distance, ...]]:
        """What a case covers, and how far it stays from limits; nothing where there is no
        decision."""
        case = located.case
        try:
            policy, watched = self.variant(case)
            watcher = Watcher(policy.core, facts_of(policy, case, located.file), watched)
            outcomes = _outcomes(watcher)
        except PolicyEngineError:
            return (), ()
        given = tuple(dict.fromkeys(watcher.answers(outcomes)))
        return given, tuple(watcher.distances(outcomes))

    def variant(self, case: Case) -> tuple[Policy, Watched]:
        """The policy with the parameters of a case, and its nodes; raises `ParameterError`."""
        key = repr(case.parameters) if case.parameters else ""
        if key not in self._variants:
            policy = self.policy.with_parameters(case.parameters)
            # the same documents, so the same points in the same order
            points = points_of(policy.core, Silence(policy.core, policy.schema))
            self._variants[key] = policy, Watched(policy.core, points)
        return self._variants[key]


def facts_of(policy: Policy, case: Case, file: str) -> Facts:
    """What the decision of a case reads; raises as `Policy.evaluate` does."""
    terms = Terms(case.terms, node=case.node, name=file, data=None)
    return policy.facts(terms, as_of=case.as_of, final=case.final, assume=case.assume)


def answers(policy: core.Policy, facts: Facts, watched: Watched) -> tuple[Answer, ...]:
    """Every answer that one evaluation gives, each once, in the order of the points."""
    watcher = Watcher(policy, facts, watched)
    return tuple(dict.fromkeys(watcher.answers(_outcomes(watcher))))


def _outcomes(watcher: Watcher) -> dict[str, str]:
    return {rule.id: watcher.rule(rule).outcome.value for rule in watcher.policy.rules}
