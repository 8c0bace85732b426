"""The next question: which open terms settle a deal, in which order, and what each answer means.

A deal is settled where its verdict no longer depends on what is not stated: a reject, an
accept, a conditional with a rule that fails, or no rule that applies. The fewest terms are
those whose answers, whatever they are, settle it while every other open term stays open.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

from policyengine.analysis.answers import Question, question
from policyengine.analysis.limit import Limit
from policyengine.analysis.line import readers, reads
from policyengine.analysis.pins import pin, pins
from policyengine.analysis.proving import Proving
from policyengine.analysis.sets import smallest
from policyengine.analysis.setting import At, Case, case
from policyengine.core import Rule
from policyengine.decision import Level, Outcome, Verdict
from policyengine.engine import Policy, Terms
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.space import required_with
from policyengine.symbolic.verifier import Replay
from policyengine.values.record import Record

#: seconds for the whole question
SECONDS = 30.0


class Questions(Record):
    """`needed` are the fewest terms that settle the deal, in the order to ask; `smallest` says
    that no fewer do. Empty and `settled` where nothing is left to ask; None where even all
    answers do not settle it, or the solver does not say. `cut` says what ended the search
    before its end, if anything did: what is told then is the best found."""

    verdict: Verdict
    settled: bool
    needed: tuple[Question, ...] | None
    smallest: bool
    open: tuple[str, ...]
    limits: tuple[str, ...]
    cut: str | None


def questions(
    policy: Policy,
    terms: Mapping[str, Any] | Terms,
    at: At | None = None,
    *,
    seconds: float | None = SECONDS,
    stop: Callable[[], bool] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Questions:
    """What to ask about a deal. `stop` may call it off between questions to the solver. Raises
    as `Policy.evaluate` does."""
    asked = case(policy, terms, at or At())
    limit = Limit(seconds, stop)
    tell("what to ask: reading the rules")
    proving = Proving(asked, limit)
    problem = proving.stepped
    replay = problem.judge.decide(asked.deal.document)
    if _settled(policy, replay.verdict, replay.outcomes):
        return Questions(replay.verdict, True, (), True, (), (), limit.cut)
    standing = _Standing(asked, proving)
    space, there = problem.space, asked.deal.values
    firm = frozenset(path for path in space.paths if path in there or not space.needing(path))
    asks = 0

    def enough(paths: Container[str], open_: Sequence[str]) -> bool | None:
        """Whether answers to some questions settle the deal, the others left open."""
        nonlocal asks
        asks += 1
        tell(f"what to ask: {asks} sets of questions tried")
        return proving.never(
            lambda view: standing.unsettled(view, paths, open_),
            firm.difference(open_),
            lambda there: not _settled(policy, there.verdict, there.outcomes),
        )

    open_ = _candidates(asked, proving, replay, enough)
    here = proving.holds(lambda view: pins(view, asked.deal))
    likely = {open_[n] for n in proving.core() if n < len(open_)} if (
        here and enough(open_, open_)
    ) else set()  # fmt: skip
    found = smallest(
        open_, lambda paths: enough(paths, open_), likely=likely, over=limit.over
    ) if here else None  # fmt: skip
    if found is None:
        return Questions(
            replay.verdict, False, None, False, tuple(open_), proving.limits, limit.cut
        )
    needed = _with_their_group(asked, found.parts)
    return Questions(
        replay.verdict,
        False,
        _ordered(asked, replay, needed, limit, tell),
        found.smallest and len(needed) == len(found.parts) and not proving.limits,
        tuple(open_),
        proving.limits,
        limit.cut,
    )


def _candidates(
    asked: Case,
    proving: Proving,
    replay: Replay,
    enough: Callable[[Container[str], Sequence[str]], bool | None],
) -> list[str]:
    """Terms worth asking for: what the unsettled rules read, and, while some answers to these
    leave other rules unsettled, what those read."""
    problem = proving.stepped
    found = _read_by(asked, problem, _waiting(asked, replay.outcomes))
    while True:
        if enough(found, found) is True:
            return found
        there = proving.witness()
        more = _read_by(asked, problem, _waiting(asked, there.outcomes if there else {}))
        grown = [path for path in problem.space.paths if path in {*found, *more}]
        if len(grown) == len(found):
            return _read_by(asked, problem, asked.policy.rules)
        found = grown


def _with_their_group(asked: Case, parts: Sequence[str]) -> tuple[str, ...]:
    """Questions, and what has to be stated along with an answer to one of them."""
    schema, deal = asked.policy.schema, asked.deal
    along = {other for path in parts for other in required_with(schema, path)}
    return tuple(
        path for path in schema.terms if path in parts or (path in along - deal.values.keys())
    )


def _waiting(asked: Case, outcomes: Mapping[str, Outcome]) -> list[Rule]:
    """Rules that are unknown and count; all of them where none does, for then none applied."""
    found = [
        rule
        for rule in asked.policy.rules
        if rule.level != Level.ADVISORY.value and outcomes.get(rule.id) is Outcome.UNKNOWN
    ]
    return found or list(asked.policy.rules)


def _read_by(asked: Case, problem: Problem, rules: Iterable[Rule]) -> list[str]:
    """Terms that rules read and the deal does not state, those that silence gives a default
    included: a rule may ask for them to be stated."""
    reads_: set[str] = set()
    for rule in rules:
        reads_ |= reads(asked.policy.core, rule)
    deal = asked.deal
    return [
        path
        for path in problem.space.paths
        if path in reads_ and path not in deal.values and path not in deal.not_applicable
    ]


class _Standing:
    """What is asked of deals in which some terms are open, made once and kept."""

    def __init__(self, asked: Case, proving: Proving) -> None:
        self.asked = asked
        views = (proving.stepped, proving.exact)
        self._unsettled = {view: bools.no(_settled_form(asked, view)) for view in views}
        self._answered: dict[tuple[Problem, str, bool], Bool] = {}
        self._held: dict[tuple[Problem, tuple[str, ...]], list[Bool]] = {}

    def unsettled(
        self, view: Problem, paths: Container[str], open_: Sequence[str]
    ) -> Iterator[Bool]:
        """That some are answered, the others not, all else stands, and nothing is settled; the
        answers come first."""
        for path in open_:
            yield self.answered(view, path, path in paths)
        yield self._unsettled[view]
        key = view, tuple(open_)
        if key not in self._held:
            self._held[key] = list(self._all_else(view, frozenset(open_)))
        yield from self._held[key]

    def answered(self, view: Problem, path: str, yes: bool) -> Bool:
        """That a question is answered, or left open: but for a term without which a group that
        is answered would be no group."""
        found = self._answered.get((view, path, yes))
        if found is None:
            found = stated = view.space.stated(path)
            if not yes:
                needing = map(view.space.stated, view.space.needing(path))
                found = bools.implies(stated, bools.some(needing))
            self._answered[view, path, yes] = found
        return found

    def _all_else(self, view: Problem, open_: Container[str]) -> Iterator[Bool]:
        """That everything but the open terms is as the deal has it."""
        space, deal = view.space, self.asked.deal
        for path in space.paths:
            if path in open_:
                yield bools.no(space.not_applicable(path))
            elif path not in deal.values and path not in deal.not_applicable and (
                space.needing(path)
            ):  # fmt: skip
                yield self.answered(view, path, False)
                yield bools.no(space.not_applicable(path))
            else:
                yield pin(view, deal, path)


def _settled(policy: Policy, verdict: Verdict, outcomes: Mapping[str, Outcome]) -> bool:
    if verdict in (Verdict.REJECT, Verdict.ACCEPT):
        return True
    if verdict is Verdict.UNDETERMINED:
        return all(
            outcomes[rule.id] is Outcome.NOT_APPLICABLE
            for rule in policy.rules
            if rule.level != Level.ADVISORY
        )
    return any(
        rule.level == Level.NEGOTIABLE.value and outcomes[rule.id] is Outcome.FAIL
        for rule in policy.rules
    )


def _settled_form(asked: Case, problem: Problem) -> Any:
    failing = bools.some(
        problem.outcome(rule.id, Outcome.FAIL)
        for rule in asked.policy.rules
        if rule.level == Level.NEGOTIABLE.value
    )
    nothing = bools.every(
        problem.outcome(rule.id, Outcome.NOT_APPLICABLE)
        for rule in asked.policy.rules
        if rule.level != Level.ADVISORY
    )
    return bools.either(
        problem.verdict(Verdict.REJECT, Verdict.ACCEPT),
        nothing,
        bools.both(problem.verdict(Verdict.CONDITIONAL), failing),
    )


def _ordered(
    asked: Case,
    replay: Replay,
    paths: Sequence[str],
    limit: Limit,
    tell: Callable[[str], None],
) -> tuple[Question, ...]:
    """First what is likeliest to settle the deal by itself, then what settles more rules, then
    as the schema has them."""
    reading = readers(asked.policy.core)

    def settled(verdict: Verdict, outcomes: Mapping[str, Outcome]) -> bool:
        return _settled(asked.policy, verdict, outcomes)

    made = []
    for number, path in enumerate(paths, start=1):
        tell(f"what answers mean: {number} of {len(paths)}")
        made.append(question(asked, replay, path, reading.get(path, ()), settled, limit))
    made.sort(key=lambda question: (-question.settling, -question.progress))
    return tuple(made)
