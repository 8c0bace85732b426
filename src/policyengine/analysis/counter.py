"""The path to yes: the smallest changes to a deal that reach a verdict.

Fewest terms first, then the least weighted distance, then a canonical choice, so that runs
repeat. Every proposal is decided by the reference before it is shown. That no smaller set of
terms would do is proved over numbers of any fineness, or is not said.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from policyengine.analysis.blocked import Blocked, blocked
from policyengine.analysis.changes import Changes
from policyengine.analysis.optimise import least
from policyengine.analysis.setting import At, Case, case, need_solver
from policyengine.analysis.spread import Spread, spread
from policyengine.decision import Outcome, Verdict
from policyengine.engine import Policy, Terms
from policyengine.errors import Diagnostic, UsageError
from policyengine.source import Span, quoted
from policyengine.symbolic import bools
from policyengine.symbolic.decoder import NoDocumentError, decoded
from policyengine.symbolic.solver import Status
from policyengine.symbolic.verifier import document_of
from policyengine.values.record import Record

TARGETS: Mapping[str, tuple[Verdict, ...]] = {
    "accept": (Verdict.ACCEPT,),
    "conditional": (Verdict.ACCEPT, Verdict.CONDITIONAL),
}
#: seconds for the whole question
SECONDS = 30.0
_ALTERNATIVES = 3


class Change(Record):
    """One term of a proposal. `before` is None where the deal did not state it; `assumed` then
    says what silence meant. `spread` is what else would do, all else as proposed."""

    path: str
    before: Any
    assumed: Any
    after: Any
    spread: Spread
    span: Span | None


class Proposal(Record):
    """A deal that reaches the target. `fewest`: no smaller number of terms can; `nearest`: no
    shorter distance with as many terms. `document` is the whole deal, ready to be written."""

    changes: tuple[Change, ...]
    verdict: Verdict
    outcomes: Mapping[str, Outcome]
    document: Mapping[str, Any]
    fewest: bool
    nearest: bool
    distance: int


class Counter(Record):
    """The answer. Without proposals, `blocked` says what stands in the way, or is None where
    the limit was reached first. `limits` names what the solver left open."""

    verdict: Verdict
    outcomes: Mapping[str, Outcome]
    target: str
    proposals: tuple[Proposal, ...]
    blocked: Blocked | None
    limits: tuple[str, ...]
    #: whether the time ran out before everything asked for was found
    timed_out: bool
    #: answers of the solver that the reference decided otherwise: faults, never shown
    spurious: int


def counter(
    policy: Policy,
    terms: Mapping[str, Any] | Terms,
    at: At | None = None,
    *,
    target: str = "accept",
    locked: Sequence[str] = (),
    unlocked: Sequence[str] = (),
    costs: Mapping[str, Decimal] | None = None,
    alternatives: int = _ALTERNATIVES,
    seconds: float = SECONDS,
    tell: Callable[[str], None] = lambda _: None,
) -> Counter:
    """The smallest changes that reach `accept`, or at least `conditional`.

    Up to `alternatives` proposals, each changing a set of terms that holds none of the sets
    before it. Raises `UsageError` for an unknown target or term, and as `Policy.evaluate`.
    """
    need_solver()
    if target not in TARGETS:
        known = " or ".join(f"`{name}`" for name in TARGETS)
        raise UsageError(
            Diagnostic("bad-target", f"{quoted(target)} is no target; expected {known}")
        )
    search = _Search(case(policy, terms, at or At()), target, locked, unlocked, costs, seconds)
    return search.run(alternatives, tell)


class _Search:
    def __init__(
        self,
        asked: Case,
        target: str,
        locked: Sequence[str],
        unlocked: Sequence[str],
        costs: Mapping[str, Decimal] | None,
        seconds: float,
    ) -> None:
        self.case = asked
        self.target = target
        self.ends = time.monotonic() + seconds
        self.problem = asked.problem()
        self.goal = self.problem.verdict(*TARGETS[target])
        self.changes = Changes(asked, self.problem, locked=locked, unlocked=unlocked, costs=costs)
        self.exact = asked.problem(exact=True)
        self.exact_goal = self.exact.verdict(*TARGETS[target])
        self.exact_changes = Changes(asked, self.exact, locked=locked, unlocked=unlocked)
        for problem, changes in (
            (self.problem, self.changes),
            (self.exact, self.exact_changes),
        ):
            problem.solver.add(changes.rules_of_moving())
            problem.settle()
        self._locked_literals = [self.changes.unchanged[path] for path in self.changes.fixed]

    def run(self, alternatives: int, tell: Callable[[str], None]) -> Counter:
        replay = self.problem.judge.replay(self.case.deal.document)
        assert replay is not None
        self.original = replay
        proposals: list[Proposal] = []
        found_blocked: Blocked | None = None
        timed_out = False
        if replay.verdict not in TARGETS[self.target]:
            fewest = 1
            for number in range(max(alternatives, 1)):
                tell(f"looking for proposal {number + 1}")
                proposal, state = self.next(fewest)
                if proposal is None:
                    timed_out = state is Status.OPEN
                    break
                proposals.append(proposal)
                fewest = len(proposal.changes)
            if not proposals and not timed_out:
                tell("looking for what stands in the way")
                found_blocked = blocked(self.case, self.changes, self.problem, self.target)
        return Counter(
            replay.verdict,
            replay.outcomes,
            self.target,
            tuple(proposals),
            found_blocked,
            tuple(dict.fromkeys((*self.problem.limits, *self.exact.limits))),
            timed_out,
            self.problem.spurious,
        )

    # one proposal ------------------------------------------------------------------------------

    def next(self, fewest: int) -> tuple[Proposal | None, Status]:
        """The next proposal, of at least so many terms; the state says why there is none."""
        changes = self.changes
        base = [self.goal, *self._locked_literals]
        changed = [changes.changed(path) for path in changes.movable]
        if not self._in_time():
            return None, Status.OPEN
        found = self.problem.ask(*base)
        if found is not Status.SATISFIED:
            return None, found
        most = sum(self.problem.solver.holds(each) for each in changed)
        proved = True
        for count in range(fewest, most + 1):
            if not self._in_time():
                return None, Status.OPEN
            at_most = bools.no(bools.at_least(count + 1, changed))
            found = self.problem.ask(*base, at_most)
            if found is Status.SATISFIED:
                return self._nearest(base, at_most, count, proved)
            proved = proved and found is Status.IMPOSSIBLE
        return None, Status.OPEN

    def _nearest(
        self, base: list[Any], at_most: Any, count: int, proved: bool
    ) -> tuple[Proposal | None, Status]:
        changes, problem = self.changes, self.problem
        assumed = [*base, at_most]
        distance = changes.distance()
        shortest = least(problem, distance, assumed)
        assert shortest is not None
        assumed.append(distance <= shortest.value)
        assumed += self._canonical(assumed)
        if problem.ask(*assumed) is not Status.SATISFIED:
            return None, Status.OPEN
        moved = [p for p in changes.movable if problem.solver.holds(changes.changed(p))]
        document = self._document(moved)
        replay = problem.judge.replay(document) if document is not None else None
        if document is None or replay is None or replay.verdict not in TARGETS[self.target]:
            problem.spurious += 1
            self._leave_out(moved)
            return self.next(count)
        fewest = proved and not problem.limits and self._none_smaller(count)
        proposal = Proposal(
            tuple(self._change(path, document) for path in moved),
            replay.verdict,
            replay.outcomes,
            document,
            fewest,
            shortest.proved and not problem.limits,
            shortest.value,
        )
        self._leave_out(moved)
        return proposal, Status.SATISFIED

    def _leave_out(self, moved: list[str]) -> None:
        """Ask for no set of terms again that holds this one."""
        for problem, changes in (
            (self.problem, self.changes),
            (self.exact, self.exact_changes),
        ):
            problem.solver.add([bools.some(changes.unchanged[path] for path in moved)])

    def _none_smaller(self, count: int) -> bool:
        """Whether fewer terms are not enough, over numbers of any fineness."""
        exact = self.exact_changes
        if count == 1:
            return True
        changed = [exact.changed(path) for path in exact.movable]
        fewer = bools.no(bools.at_least(count, changed))
        locked = [exact.unchanged[path] for path in exact.fixed]
        found = self.exact.ask(self.exact_goal, *locked, fewer)
        return found is Status.IMPOSSIBLE and not self.exact.limits

    def _canonical(self, assumed: list[Any]) -> list[Any]:
        """One of several that are as good: the first terms of the schema stay as they are
        where they can, and of values the first will do."""
        made: list[Any] = []
        moved = []
        if self.problem.ask(*assumed) is not Status.SATISFIED:
            return made
        for path in self.changes.movable:
            same = self.changes.unchanged[path]
            if self._can(assumed, made, same):
                made.append(same)
            else:
                made.append(bools.no(same))
                moved.append(path)
        for path in moved:
            self._first_value(path, assumed, made)
        return made

    def _can(self, assumed: list[Any], made: list[Any], more: Any) -> bool:
        """Whether something can hold besides; the instance at hand then is one where it does."""
        if self.problem.solver.holds(more):
            return True
        if self.problem.ask(*assumed, *made, more) is Status.SATISFIED:
            return True
        return self.problem.ask(*assumed, *made) is not Status.SATISFIED

    def _first_value(self, path: str, assumed: list[Any], made: list[Any]) -> None:
        from policyengine.symbolic.values import Listing, Number, Text

        value = self.problem.space.raw(path)
        if isinstance(value, Number):
            found = self._lowest(value.expr, [*assumed, *made])
            made += [] if found is None else [value.expr == found]
            self.problem.ask(*assumed, *made)
        elif isinstance(value, Text):
            for holds in value.cases.values():
                if self._can(assumed, made, holds):
                    made.append(holds)
                    break
        elif isinstance(value, Listing):
            for slot in value.slots:
                absent = bools.no(slot.present)
                made.append(absent if self._can(assumed, made, absent) else slot.present)

    def _lowest(self, expr: Any, assumed: list[Any]) -> int | None:
        """The least of the few values that are as near as each other."""
        if self.problem.ask(*assumed) is not Status.SATISFIED:
            return None
        found = int(self.problem.solver.number(expr))
        while self.problem.ask(*assumed, expr < found) is Status.SATISFIED:
            found = int(self.problem.solver.number(expr))
        return found

    def _document(self, moved: list[str]) -> dict[str, Any] | None:
        try:
            values, _ = decoded(self.problem.space, self.problem.solver)
        except NoDocumentError:
            return None
        return document_of(
            {path: values[path] for path in moved if path in values},
            base=self.case.deal.document,
        )

    def _change(self, path: str, document: Mapping[str, Any]) -> Change:
        from policyengine.intake import check

        case_, spec = self.case, self.case.policy.schema.terms[path]
        after = check(document, case_.policy.schema).values[path]
        before = case_.deal.values.get(path)
        assumed = spec.default if before is None and case_.setting.assume else None
        return Change(
            path,
            before,
            assumed if spec.has_default else None,
            after,
            spread(self.problem, case_, path, document, TARGETS[self.target]),
            case_.deal.span(path) if before is not None else None,
        )

    def _in_time(self) -> bool:
        left = self.ends - time.monotonic()
        for problem in (self.problem, self.exact):
            problem.solver.limit(max(left, 0.001))
        return left > 0
