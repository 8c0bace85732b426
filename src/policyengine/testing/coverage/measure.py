"""Coverage of a suite: every case evaluated by the reference, its answers kept by point."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

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


class Gap(Record):
    """An answer that no case gives."""

    point: Point
    answer: str
    number: int


class Coverage(Record):
    """The points of a policy with the answers seen; `seen` maps an answer to the number of
    the first case that gives it."""

    points: tuple[Point, ...]
    seen: Mapping[Answer, int]

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
    answers = numbered(lambda n: meter.answers(suite.cases[n]), len(suite.cases), jobs)
    for number, found in enumerate(answers):
        for answer in found:
            seen.setdefault(answer, number)
    return Coverage(meter.points, seen)


class Meter:
    """Measures deals on one policy, with whatever parameters a case sets."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.points = points_of(policy.core, Silence(policy.core, policy.schema))
        self._variants: dict[str, tuple[Policy, Watched]] = {
            "": (policy, Watched(policy.core, self.points))
        }

    def answers(self, located: Located) -> tuple[Answer, ...]:
        """What a case covers; nothing where there is no decision."""
        case = located.case
        try:
            policy, watched = self.variant(case)
            facts = facts_of(policy, case, located.file)
            return answers(policy.core, facts, watched)
        except PolicyEngineError:
            return ()

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
    outcomes = {rule.id: watcher.rule(rule).outcome.value for rule in policy.rules}
    return tuple(dict.fromkeys(watcher.answers(outcomes)))
