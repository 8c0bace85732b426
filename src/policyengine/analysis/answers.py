"""Answers to one open question, and what each would mean at once, all else still open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from policyengine.analysis.limit import Limit
from policyengine.analysis.line import Line, moves
from policyengine.analysis.ranges import Range, ranges
from policyengine.analysis.setting import Case
from policyengine.core import Rule
from policyengine.decision import Level, Outcome, Verdict
from policyengine.symbolic.mentions import mentions
from policyengine.symbolic.verifier import Replay
from policyengine.values.record import Record

#: answers of one question that are tried out
_ANSWERS = 24
#: whether a verdict with these outcomes no longer depends on what is open
Settled = Callable[[Verdict, Mapping[str, Outcome]], bool]


class Answer(Record):
    """What one answer would mean at once, everything else still open: the verdict, whether it
    is settled, and the rules that it moves. Of a number or a date, all values of `range` mean
    the same, and `value` is one of them."""

    value: Any
    verdict: Verdict
    settled: bool
    moved: Mapping[str, Outcome]
    range: Range | None = None


class Question(Record):
    """One open term. `rules` are the unsettled ones that read it. Of the answers, each
    counting the same, `settling` is the share that settle the deal at once, and `progress` the
    share of unsettled rules that an answer settles. Where `why` says why, answers are none, or
    only some of those there are."""

    path: str
    rules: tuple[str, ...]
    answers: tuple[Answer, ...]
    settling: float
    progress: float
    why: str | None = None


def question(
    asked: Case, base: Replay, path: str, reading: Iterable[Rule], settled: Settled, limit: Limit
) -> Question:
    """A question with its answers. `base` is the decision without any, `reading` are the rules
    that read the term."""
    counting = [rule for rule in reading if rule.level != Level.ADVISORY.value]
    waiting = [rule for rule in asked.policy.rules if _waits(rule, base)]
    here = tuple(rule.id for rule in counting if _waits(rule, base))
    if limit.over():
        return Question(path, here, (), 0, 0, limit.cut)
    line = Line(asked, base, path, counting, limit)
    why = None
    answers: list[Answer] = []
    if moves(asked, path):
        found = ranges(line)
        why = found.why
        for each in found.ranges:
            moved = _moved(base, each.outcomes)
            ends = settled(each.verdict, each.outcomes)
            answers.append(Answer(each.value, each.verdict, ends, moved, each))
    if not answers:
        for value in answers_to(asked, path):
            outcomes = line.outcomes(value)
            if outcomes is not None:
                verdict = line.verdict(outcomes)
                ends = settled(verdict, outcomes)
                answers.append(Answer(value, verdict, ends, _moved(base, outcomes)))
    tried = max(len(answers), 1)
    settling = sum(answer.settled for answer in answers) / tried
    progress = sum(rule.id in answer.moved for rule in waiting for answer in answers)
    return Question(
        path, here, tuple(answers), settling, progress / (tried * max(len(waiting), 1)), why
    )


def _waits(rule: Rule, base: Replay) -> bool:
    return rule.level != Level.ADVISORY.value and base.outcomes[rule.id] is Outcome.UNKNOWN


def _moved(base: Replay, outcomes: Mapping[str, Outcome]) -> dict[str, Outcome]:
    return {rule: each for rule, each in outcomes.items() if each is not base.outcomes[rule]}


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
