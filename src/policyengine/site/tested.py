"""What the cases beside a policy show of it: which touch a rule, and what none does."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from policyengine import core
from policyengine.engine import Policy
from policyengine.testing import CaseResult, Status, Suite, load, run_suite
from policyengine.testing.coverage import Coverage, Gap, Point, measure
from policyengine.testing.coverage.reasons import headline, why

#: kinds of expectation whose subject is a rule
_ON_RULES = ("outcomes", "messages")
OUTCOMES = ("pass", "fail", "unknown", "not_applicable")


class Tested:
    """The cases of a policy, each with its result, and their coverage of the rules."""

    def __init__(self, suite: Suite, results: tuple[CaseResult, ...], coverage: Coverage) -> None:
        self.suite = suite
        self.results = results
        self.coverage = coverage

    @classmethod
    def of(cls, policy: Policy) -> Tested:
        """Runs the cases beside the rules. Raises `PolicyError` where a test file is wrong."""
        suite = load(policy)
        return cls(suite, run_suite(suite).cases, measure(suite))

    def count(self, status: Status) -> int:
        return sum(result.status is status for result in self.results)

    def file(self, result: CaseResult) -> str:
        """The name of a case's file as places in the policy are named: where a bundled policy
        is installed is no news."""
        policy = self.suite.policy
        inside = result.file.removeprefix(f"{policy.path}/")
        if inside == result.file:
            return result.file
        return f"{policy.core.span.file.rpartition('/')[0]}/{inside}"

    @cached_property
    def by_rule(self) -> Mapping[str, tuple[int, ...]]:
        """Rule: the numbers of the cases that expect something of it."""
        found: dict[str, dict[int, None]] = {}
        for number, result in enumerate(self.results):
            for expected in result.case.expectations:
                if expected.kind in _ON_RULES and expected.subject is not None:
                    found.setdefault(expected.subject, {})[number] = None
        return {rule: tuple(numbers) for rule, numbers in found.items()}

    @cached_property
    def points(self) -> Mapping[str, tuple[tuple[int, Point], ...]]:
        """Rule: its points of coverage by number. Points stand in the order of the rules, each
        rule's outcome first."""
        found: dict[str, list[tuple[int, Point]]] = {}
        rule = ""
        for number, point in enumerate(self.coverage.points):
            if point.kind == "outcome":
                rule = point.owner
            if point.owner == rule:
                found.setdefault(rule, []).append((number, point))
            else:
                rule = ""
        return {owner: tuple(points) for owner, points in found.items()}

    def outcomes(self, rule: core.Rule) -> tuple[tuple[str, int, str | None], ...]:
        """Each outcome of a rule with the number of cases that have it, and why it cannot be
        where that is known."""
        for number, point in self.points.get(rule.id, ()):
            if point.kind == "outcome":
                seen = self.coverage.seen
                cannot = dict(point.left_out)
                return tuple((o, seen.get((number, o), 0), cannot.get(o)) for o in OUTCOMES)
        return ()

    def asked(self, rule: core.Rule) -> int:
        """How many answers the coverage of a rule asks for."""
        return sum(len(point.asked) for _, point in self.points.get(rule.id, ()))

    @cached_property
    def _gaps(self) -> Mapping[int, tuple[Gap, ...]]:
        found: dict[int, list[Gap]] = {}
        for gap in self.coverage.gaps():
            found.setdefault(gap.number, []).append(gap)
        return {number: tuple(gaps) for number, gaps in found.items()}

    def gaps(self, rule: core.Rule) -> tuple[tuple[str, str, str], ...]:
        """What no case shows of a rule: (condition, what is missing, what there is instead)."""
        return tuple(
            self.told(gap)
            for number, _ in self.points.get(rule.id, ())
            for gap in self._gaps.get(number, ())
        )

    @cached_property
    def rest(self) -> tuple[Gap, ...]:
        """What no case shows of anything but rules."""
        of_rules = {number for points in self.points.values() for number, _ in points}
        return tuple(gap for gap in self.coverage.gaps() if gap.number not in of_rules)

    def told(self, gap: Gap) -> tuple[str, str, str]:
        said = "the rule" if gap.point.kind == "outcome" else gap.point.text
        return said, headline(gap), why(self.coverage, gap)
