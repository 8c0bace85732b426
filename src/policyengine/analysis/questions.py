"""The next question: which open terms settle a deal, in which order, and what each answer means.

A deal is settled where its verdict no longer depends on what is not stated: a reject, an
accept, a conditional with a rule that fails, or no rule that applies. The fewest terms are
those whose answers, whatever they are, settle it while every other open term stays open.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from policyengine.analysis.pins import pin, pins
from policyengine.analysis.proving import Proving
from policyengine.analysis.sets import smallest
from policyengine.analysis.setting import At, Case, case
from policyengine.core import Rule, terms_read
from policyengine.decision import Level, Outcome, Verdict
from policyengine.engine import Policy, Terms
from policyengine.symbolic import bools
from policyengine.symbolic.mentions import mentions
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.space import required_with
from policyengine.symbolic.verifier import Replay, document_of
from policyengine.values.record import Record

#: answers of one question that are tried out
_ANSWERS = 24


class Answer(Record):
    """What one answer would mean at once, everything else still open: the verdict, whether it
    is settled, and the rules that it moves."""

    value: Any
    verdict: Verdict
    settled: bool
    moved: Mapping[str, Outcome]


class Question(Record):
    """One open term. `rules` are the unsettled ones that read it. Of the answers tried, each
    counting the same, `settling` is the share that settle the deal at once, and `progress` the
    share of unsettled rules that an answer settles."""

    path: str
    rules: tuple[str, ...]
    answers: tuple[Answer, ...]
    settling: float
    progress: float


class Questions(Record):
    """`needed` are the fewest terms that settle the deal, in the order to ask; `smallest` says
    that no fewer do. Empty and `settled` where nothing is left to ask; None where even all
    answers do not settle it, or the solver does not say."""

    verdict: Verdict
    settled: bool
    needed: tuple[Question, ...] | None
    smallest: bool
    open: tuple[str, ...]
    limits: tuple[str, ...]


def questions(
    policy: Policy,
    terms: Mapping[str, Any] | Terms,
    at: At | None = None,
    *,
    tell: Callable[[str], None] = lambda _: None,
) -> Questions:
    """What to ask about a deal. Raises as `Policy.evaluate` does."""
    asked = case(policy, terms, at or At())
    proving = Proving(asked)
    problem = proving.stepped
    replay = problem.judge.decide(asked.deal.document)
    if _settled(policy, replay):
        return Questions(replay.verdict, True, (), True, (), ())
    unsettled = {view: bools.no(_settled_form(asked, view)) for view in (problem, proving.exact)}

    def enough(paths: Container[str], open_: Sequence[str]) -> bool | None:
        """Whether answers to some questions settle the deal, the others left open."""
        return proving.never(
            lambda view: [
                unsettled[view],
                *_standing(asked, view, open_),
                *(_answered(view, path, paths) for path in open_),
            ]
        )

    open_ = _candidates(asked, proving, replay, enough)
    tell(f"{len(open_)} terms are open")
    here = proving.holds(lambda view: pins(view, asked.deal))
    found = smallest(open_, lambda paths: enough(paths, open_)) if here else None
    if found is None:
        return Questions(replay.verdict, False, None, False, tuple(open_), proving.limits)
    needed = _with_their_group(asked, found.parts)
    return Questions(
        replay.verdict,
        False,
        _ordered(asked, problem, replay, needed),
        found.smallest and len(needed) == len(found.parts) and not proving.limits,
        tuple(open_),
        proving.limits,
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


def _answered(problem: Problem, path: str, paths: Container[str]) -> Any:
    """That a question is answered, or left open: but for a term without which a group that is
    answered would be no group."""
    stated = problem.space.stated(path)
    if path in paths:
        return stated
    return bools.implies(stated, bools.some(map(problem.space.stated, problem.space.needing(path))))


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
    reads: set[str] = set()
    for rule in rules:
        reads |= _reads(asked.policy, rule)
    deal = asked.deal
    return [
        path
        for path in problem.space.paths
        if path in reads and path not in deal.values and path not in deal.not_applicable
    ]


def _reads(policy: Policy, rule: Rule) -> frozenset[str]:
    parts = (rule.applies, rule.unless, rule.requirement)
    return frozenset().union(*(terms_read(policy.core, e) for e in parts if e is not None))


def _standing(asked: Case, problem: Problem, open_: Sequence[str]) -> list[Any]:
    """That everything but the open terms is as the deal has it."""
    space, deal = problem.space, asked.deal
    made: list[Any] = [bools.no(space.not_applicable(path)) for path in open_]
    for path in space.paths:
        if path in set(open_):
            continue
        if path not in deal.values and path not in deal.not_applicable and space.needing(path):
            made += [_answered(problem, path, ()), bools.no(space.not_applicable(path))]
        else:
            made.append(pin(problem, deal, path))
    return made


def _settled(policy: Policy, replay: Replay) -> bool:
    if replay.verdict in (Verdict.REJECT, Verdict.ACCEPT):
        return True
    if replay.verdict is Verdict.UNDETERMINED:
        return all(
            replay.outcomes[rule.id] is Outcome.NOT_APPLICABLE
            for rule in policy.rules
            if rule.level != Level.ADVISORY
        )
    return any(
        rule.level == Level.NEGOTIABLE.value and replay.outcomes[rule.id] is Outcome.FAIL
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


# the order -----------------------------------------------------------------------------------


def _ordered(
    asked: Case, problem: Problem, replay: Replay, paths: Sequence[str]
) -> tuple[Question, ...]:
    """First what is likeliest to settle the deal by itself, then what settles more rules, then
    as the schema has them."""
    made = [_question(asked, problem, replay, path) for path in paths]
    made.sort(key=lambda question: (-question.settling, -question.progress))
    return tuple(made)


def _question(asked: Case, problem: Problem, replay: Replay, path: str) -> Question:
    policy = asked.policy
    waiting = [
        rule
        for rule in policy.rules
        if rule.level != Level.ADVISORY.value and replay.outcomes[rule.id] is Outcome.UNKNOWN
    ]
    reading = tuple(rule.id for rule in waiting if path in _reads(policy, rule))
    answers: list[Answer] = []
    for value in answers_to(asked, path):
        there = problem.judge.replay(document_of({path: value}, base=asked.deal.document))
        if there is None:
            continue
        moved = {
            rule: outcome
            for rule, outcome in there.outcomes.items()
            if outcome is not replay.outcomes[rule]
        }
        answers.append(Answer(value, there.verdict, _settled(policy, there), moved))
    tried = max(len(answers), 1)
    settling = sum(answer.settled for answer in answers) / tried
    progress = sum(rule.id in answer.moved for rule in waiting for answer in answers)
    return Question(
        path, reading, tuple(answers), settling, progress / (tried * max(len(waiting), 1))
    )


def answers_to(asked: Case, path: str) -> Iterator[Any]:
    """Answers worth trying: every option of a term that has few; of a number its bounds, and
    each constant it is held against with its neighbours."""
    spec = asked.policy.schema.terms[path]
    shape = spec.shape
    kind = shape.type.kind
    if kind == "boolean":
        yield from (True, False)
    elif shape.enum is not None:
        yield from shape.enum[:_ANSWERS]
    elif kind == "number":
        yield from _numbers(asked, path)
    elif kind == "list" and shape.item is not None and shape.item.enum is not None:
        yield ()
        for option in shape.item.enum[:_ANSWERS]:
            yield (option,)


def _numbers(asked: Case, path: str) -> Iterator[Decimal]:
    setting = asked.setting
    said = mentions(setting.policy, setting.parameters)
    shape = asked.policy.schema.terms[path].shape
    step = Decimal(1).scaleb(-said.places.get(path, 0)) if not shape.integer else Decimal(1)
    ends = [bound for bound in (shape.minimum, shape.maximum) if bound is not None]
    around = [n + d for n in said.numbers.get(path, ()) for d in (-step, Decimal(0), step)]
    seen = []
    for number in sorted({*ends, *around, Decimal(0)}):
        inside = (shape.minimum is None or number >= shape.minimum) and (
            shape.maximum is None or number <= shape.maximum
        )
        if inside and number not in seen:
            seen.append(number)
    yield from seen[:_ANSWERS]
