"""The path to yes: the smallest changes to a deal that reach a verdict.

Fewest terms first, then the least weighted distance, then a canonical choice, so that runs
repeat. Every proposal is decided by the reference before it is shown. That no smaller set of
terms would do is proved over numbers of any fineness, or is not said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

from policyengine.analysis.blocked import Blocked, blocked
from policyengine.analysis.changes import Changes
from policyengine.analysis.choice import Choice, advice, instance
from policyengine.analysis.limit import NOT_SAID, TIME, Limit
from policyengine.analysis.offers import offered
from policyengine.analysis.optimise import least
from policyengine.analysis.scores import ScoreChange, scores
from policyengine.analysis.setting import At, Case, case, need_solver
from policyengine.analysis.spread import Spread, spread
from policyengine.analysis.target import Target, keeping
from policyengine.core import Expr
from policyengine.decision import Outcome, Verdict
from policyengine.engine import Policy, Terms
from policyengine.errors import Diagnostic, UsageError
from policyengine.schema.written import written
from policyengine.source import Span, quoted
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
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
#: decimal places added to the steps of numbers, where these steps may be too coarse
_FINER = (0, 3, 12)
#: elements that a list of objects may come to have besides
_ROOM = 2
#: values tried for a set of terms whose proposal the reference decides otherwise
_TRIES = 5


class Change(Record):
    """One term of a proposal. `before` is None where the deal did not state it; `listed` then
    says that it was listed as not applicable, `assumed` what silence meant. `spread` is what
    else would do, all else as proposed."""

    path: str
    before: Any
    listed: bool
    assumed: Any
    after: Any
    spread: Spread
    span: Span | None


class Proposal(Record):
    """A deal that reaches the target. `fewest`: no smaller number of terms can, but for changes
    of all the terms of an earlier proposal; `nearest`: no shorter distance with as many terms.
    `document` is the whole deal, ready to be written."""

    changes: tuple[Change, ...]
    verdict: Verdict
    outcomes: Mapping[str, Outcome]
    document: Mapping[str, Any]
    fewest: bool
    nearest: bool
    distance: int
    scores: tuple[ScoreChange, ...]


class Counter(Record):
    """The answer. Without proposals, `blocked` says what stands in the way, or is None where
    the limit was reached first. `listed` are terms that stay listed as not applicable, though
    rules read them. `limits` names what the solver left open."""

    verdict: Verdict
    outcomes: Mapping[str, Outcome]
    target: str
    #: whether the deal reaches it as it is
    reached: bool
    proposals: tuple[Proposal, ...]
    blocked: Blocked | None
    listed: tuple[str, ...]
    limits: tuple[str, ...]
    #: what ended the search before everything asked for was found, if anything did
    cut: str | None
    #: answers of the solver that the reference decided otherwise: faults, never shown
    spurious: int

    @property
    def timed_out(self) -> bool:
        """Whether time or work ran out before everything asked for was found."""
        return self.cut in (TIME, NOT_SAID)


def counter(
    policy: Policy,
    terms: Mapping[str, Any] | Terms,
    at: At | None = None,
    *,
    target: str = "accept",
    locked: Sequence[str] = (),
    unlocked: Sequence[str] = (),
    costs: Mapping[str, Decimal] | None = None,
    keep: Sequence[str] = (),
    alternatives: int = _ALTERNATIVES,
    seconds: float = SECONDS,
    stop: Callable[[], bool] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Counter:
    """The smallest changes that reach `accept`, or at least `conditional`.

    Up to `alternatives` proposals, each changing a set of terms that holds none of the sets
    before it, and each a deal of which the conditions to `keep` (FEEL) are true. `stop` may call
    the search off; what was found until then is given. Raises `UsageError` for an unknown target
    or term, `ExpressionError` for a condition that is none, and as `Policy.evaluate`.
    """
    need_solver()
    if target not in TARGETS:
        known = " or ".join(f"`{name}`" for name in TARGETS)
        raise UsageError(
            Diagnostic("bad-target", f"{quoted(target)} is no target; expected {known}")
        )
    at = at or At()
    asked, kept = keeping(case(policy, terms, at), keep)
    limit = Limit(seconds, stop)
    best: Counter | None = None
    for finer in _FINER:
        search = _Search(asked, at, target, kept, locked, unlocked, costs, limit, finer)
        found = search.run(alternatives, tell)
        if best is None or _better(found, best):
            best = found
        if found.blocked is not None or found.cut is not None or not search.finer_may_do:
            break
    assert best is not None
    return best


def _better(found: Counter, than: Counter) -> bool:
    if not found.proposals or not than.proposals:
        return bool(found.proposals) or found.blocked is not None
    return len(found.proposals[0].changes) < len(than.proposals[0].changes)


class Found(Record):
    """An instance: the terms it changes, its document if there is one, that these terms are so,
    and how far it is."""

    moved: tuple[str, ...]
    document: Mapping[str, Any] | None
    same: Bool
    distance: int


class _Search:
    """One search, with numbers in steps."""

    def __init__(
        self,
        asked: Case,
        at: At,
        target: str,
        kept: Mapping[str, Expr],
        locked: Sequence[str],
        unlocked: Sequence[str],
        costs: Mapping[str, Decimal] | None,
        limit: Limit,
        finer: int,
    ) -> None:
        self.case = asked
        self.at = at
        self.name = target
        self.target = Target(TARGETS[target], kept)
        self.limit = limit
        self.problem = asked.problem(finer=finer, room=_ROOM)
        self.original = self.problem.judge.decide(asked.deal.document)
        self.goal = self.target.form(self.problem)
        self.changes = Changes(asked, self.problem, locked=locked, unlocked=unlocked, costs=costs)
        self.exact = asked.problem(exact=True, room=_ROOM)
        self.exact_goal = self.target.form(self.exact)
        self.exact_changes = Changes(asked, self.exact, locked=locked, unlocked=unlocked)
        for problem, changes in (
            (self.problem, self.changes),
            (self.exact, self.exact_changes),
        ):
            problem.solver.add(changes.rules_of_moving())
            problem.settle()
            limit.bind(problem.solver)
        self._locked_literals = [self.changes.unchanged[path] for path in self.changes.fixed]
        self._distance = self.changes.distance()
        passing = [id_ for id_, o in self.original.outcomes.items() if o is Outcome.PASS]
        self._preferred = advice(self.problem, passing)
        self._tries: dict[tuple[str, ...], int] = {}
        #: whether something is possible that these steps are too coarse for
        self.finer_may_do = False

    def run(self, alternatives: int, tell: Callable[[str], None]) -> Counter:
        reached = self.target.reached(self.problem.judge, self.case.deal.document) is not None
        proposals: list[Proposal] = []
        found_blocked: Blocked | None = None
        cut: str | None = None
        if not reached:
            try:
                cut = self._search(proposals, max(alternatives, 1), tell)
                if not proposals and cut is None:
                    tell("looking for what stands in the way")
                    self._in_time()
                    found_blocked = blocked(self.case, self.exact_changes, self.exact, self.target)
                    self.finer_may_do = found_blocked is None
                    cut = None if self._in_time() else self.limit.cut
            except KeyboardInterrupt as pressed:
                cut = self.limit.interrupted(pressed)
        return Counter(
            self.original.verdict,
            self.original.outcomes,
            self.name,
            reached,
            tuple(proposals),
            found_blocked,
            tuple(p for p in self.changes.fixed if p in self.case.deal.not_applicable),
            tuple(dict.fromkeys((*self.problem.limits, *self.exact.limits))),
            cut,
            self.problem.spurious,
        )

    def _search(
        self, proposals: list[Proposal], alternatives: int, tell: Callable[[str], None]
    ) -> str | None:
        """Add proposals to those found; what cut the search off, if anything did."""
        fewest = 1
        while len(proposals) < alternatives:
            tell(f"looking for proposal {len(proposals) + 1}")
            proposal, state = self.next(fewest)
            if proposal is None:
                self._in_time()
                return (self.limit.cut or NOT_SAID) if state is Status.OPEN else None
            proposals.append(proposal)
            fewest = len(proposal.changes)
        return None

    # one proposal ------------------------------------------------------------------------------

    def next(self, fewest: int) -> tuple[Proposal | None, Status]:
        """The next proposal, of at least so many terms; the state says why there is none."""
        while self._in_time():
            status = self._ask()
            if status is not Status.SATISFIED:
                return None, status
            proposal = self._nearest(*self._fewest(fewest, self._found()))
            if proposal is not None:
                return proposal, Status.SATISFIED
        return None, Status.OPEN

    def _ask(self, *more: Any) -> Status:
        return self.problem.ask(self.goal, *self._locked_literals, *more)

    def _at_most(self, count: int) -> Any:
        changed = [self.changes.changed(path) for path in self.changes.movable]
        return bools.no(bools.at_least(count + 1, changed))

    def _fewest(self, low: int, found: Found) -> tuple[Found, bool]:
        """A deal that changes the fewest terms, at least `low`, and whether fewer do not do in
        these steps; the best there was where the limit is reached."""
        proved = True
        while low < len(found.moved) and self._in_time():
            middle = (low + len(found.moved)) // 2
            status = self._ask(self._at_most(middle))
            if status is Status.SATISFIED:
                found = self._found()
            else:
                proved = proved and status is Status.IMPOSSIBLE
                low = middle + 1
        return found, proved and low >= len(found.moved)

    def _nearest(self, found: Found, proved: bool) -> Proposal | None:
        """The nearest of deals that change so many terms; None, and asked no more, where the
        reference decides it otherwise."""
        problem, changes = self.problem, self.changes
        count = len(found.moved)
        base = [self.goal, *self._locked_literals, self._at_most(count)]
        # whatever the limit leaves undone, this much there is
        nearest = False
        shortest = least(problem, self._distance, base)
        if shortest is not None:
            near = [*base, self._distance <= shortest.value]
            if Choice(problem, changes, near, self._preferred).make():
                found, nearest = self._found(), shortest.proved
        document = found.document
        reached = self.target.reached
        replay = reached(problem.judge, document) if document is not None else None
        if document is None or replay is None:
            problem.spurious += 1
            self._try_no_more(found)
            return None
        document = offered(problem, self.case, found.moved, document, self.target, self.limit)
        replay = reached(problem.judge, document) or replay
        fewest = proved and not problem.limits and self._none_smaller(count)
        proposal = Proposal(
            tuple(self._change(path, document) for path in found.moved),
            replay.verdict,
            replay.outcomes,
            document,
            fewest,
            nearest and not problem.limits,
            found.distance,
            scores(self.case, self.at, document),
        )
        for solver, each in ((problem.solver, changes), (self.exact.solver, self.exact_changes)):
            solver.add([bools.some(each.unchanged[path] for path in found.moved)])
        return proposal

    def _found(self) -> Found:
        """The last instance."""
        problem, changes = self.problem, self.changes
        holds, raw = problem.solver.holds, problem.space.raw
        moved = tuple(path for path in changes.movable if holds(changes.changed(path)))
        same = bools.every(instance(problem, raw(path)) for path in moved)
        document = None
        with suppress(NoDocumentError):
            values, _ = decoded(problem.space, problem.solver)
            document = document_of(
                {path: values[path] for path in moved if path in values},
                base=self.case.deal.document,
                schema=self.case.policy.schema,
            )
        return Found(moved, document, same, int(problem.solver.number(self._distance)))

    def _try_no_more(self, found: Found) -> None:
        """Leave out the values of an instance that came to nothing, and after a few of them all
        deals that change these terms: in these steps only, so that no proof rests on it."""
        problem, changes = self.problem, self.changes
        tries = self._tries[found.moved] = self._tries.get(found.moved, 0) + 1
        problem.space.limits.setdefault(
            ", ".join(found.moved), "the reference decided a proposal to change it otherwise"
        )
        if tries < _TRIES:
            problem.solver.add([bools.no(found.same)])
        else:
            problem.solver.add([bools.some(changes.unchanged[path] for path in found.moved)])

    def _none_smaller(self, count: int) -> bool:
        """Whether fewer terms are not enough, over numbers of any fineness."""
        exact = self.exact_changes
        if count == 1:
            return True
        changed = [exact.changed(path) for path in exact.movable]
        fewer = bools.no(bools.at_least(count, changed))
        locked = [exact.unchanged[path] for path in exact.fixed]
        found = self.exact.ask(self.exact_goal, *locked, fewer)
        self.finer_may_do = self.finer_may_do or found is Status.SATISFIED
        return found is Status.IMPOSSIBLE and not self.exact.limits

    def _change(self, path: str, document: Mapping[str, Any]) -> Change:
        from policyengine.intake import check

        case_, spec = self.case, self.case.policy.schema.terms[path]
        after = check(document, case_.policy.schema).values[path]
        before = case_.deal.values.get(path)
        listed = path in case_.deal.not_applicable
        silent = before is None and not listed and case_.setting.assume and spec.has_default
        return Change(
            path,
            written(before, spec.shape),
            listed,
            spec.default if silent else None,
            written(after, spec.shape),
            spread(self.problem.judge, case_, path, document, self.target, self.limit),
            case_.deal.span(path) if before is not None else None,
        )

    def _in_time(self) -> bool:
        over = self.limit.over()
        for problem in (self.problem, self.exact):
            self.limit.bind(problem.solver)
        return not over
