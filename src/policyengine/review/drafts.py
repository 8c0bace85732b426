"""Drafts of one deal under one policy: which terms changed, and what moved because of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from policyengine import decision as d
from policyengine.decision import Decision, Level, Location, Outcome, Verdict
from policyengine.engine import Policy, Terms
from policyengine.explain import data, place
from policyengine.intake import Deal
from policyengine.review.meaning import value_key
from policyengine.review.replay import Question, Told, tell
from policyengine.schema import TermSpec
from policyengine.values.record import Record


class Given(Record):
    """What a draft makes of a term: `state` is `stated`, `assumed` (silence takes `value`),
    `not_applicable` or `missing`."""

    state: str
    value: Any = None
    at: Location | None = None


class ItemEdit(Record):
    """An element of a list that came (`before` is None), went or changed; `index` counts from
    1 in the draft that has it, the later one where both do."""

    index: int
    before: Any
    after: Any


class TermChange(Record):
    """A term that differs. `kind` is `stated`, `withdrawn` or `changed`; `items` are the
    elements of a list that differ. `labels` are people's words for its values."""

    path: str
    label: str | None
    unit: str | None
    kind: str
    before: Given
    after: Given
    items: tuple[ItemEdit, ...] = ()
    labels: Any = None


class EvidenceChange(Record):
    path: str
    before: Any
    after: Any


class RuleMove(Record):
    """A rule whose outcome is another in the later draft."""

    rule: str
    title: str
    level: Level
    before: Told
    after: Told


class ScoreMove(Record):
    """A score that is another: its value, None while an item is unknown, and its bounds."""

    id: str
    title: str | None
    before: d.Score
    after: d.Score


class DraftChange(Record):
    """What one draft makes of the one before it."""

    before: str
    after: str
    verdicts: tuple[Verdict, Verdict]
    terms: tuple[TermChange, ...]
    evidence: tuple[EvidenceChange, ...]
    rules: tuple[RuleMove, ...]
    missing: tuple[d.MissingTerm, ...]
    settled: tuple[d.MissingTerm, ...]
    scores: tuple[ScoreMove, ...]

    @property
    def changed(self) -> bool:
        return bool(self.terms or self.evidence)


class History(Record):
    """Drafts in order, with the change from each to the next."""

    drafts: tuple[tuple[str, Decision], ...]
    steps: tuple[DraftChange, ...]


def compare(policy: Policy, drafts: Sequence[tuple[str, Terms]], question: Question) -> History:
    """Compare drafts, each with the one before it. `drafts` are their names and terms.

    Raises `TermsError` for one that violates the schema, and as `Policy.evaluate` does.
    """
    made = []
    for name, terms in drafts:
        decision = policy.evaluate(
            terms,
            as_of=question.as_of,
            final=question.final,
            assume=question.assume,
            waivers=question.waivers,
            explain="full",
        )
        made.append((name, terms.check(policy.schema), decision))
    steps = tuple(_step(policy, question, one, two) for one, two in pairwise(made))
    return History(tuple((name, decision) for name, _, decision in made), steps)


def _step(
    policy: Policy,
    question: Question,
    old: tuple[str, Deal, Decision],
    new: tuple[str, Deal, Decision],
) -> DraftChange:
    (before, mine, was), (after, other, now) = old, new
    titles = {rule.id: rule for rule in policy.rules}
    rules = tuple(
        RuleMove(
            id_,
            titles[id_].title,
            Level(titles[id_].level),
            tell(was, id_, was.outcomes[id_]),
            tell(now, id_, outcome),
        )
        for id_, outcome in now.outcomes.items()
        if outcome is not was.outcomes[id_]
    )
    waited, waits = ({term.path for term in made.missing} for made in (was, now))
    return DraftChange(
        before,
        after,
        (was.verdict, now.verdict),
        tuple(_terms(policy, question, mine, other)),
        tuple(_evidence(policy, mine, other)),
        tuple(sorted(rules, key=lambda move: _WEIGHTS.index(move.after.outcome))),
        tuple(term for term in now.missing if term.path not in waited),
        tuple(term for term in was.missing if term.path not in waits),
        tuple(
            ScoreMove(name, score.title, was.scores[name], score)
            for name, score in now.scores.items()
            if _amounts(score) != _amounts(was.scores[name])
        ),
    )


_WEIGHTS: tuple[Outcome | None, ...] = (
    Outcome.FAIL, Outcome.UNKNOWN, Outcome.WAIVED, Outcome.PASS, Outcome.NOT_APPLICABLE, None,
)  # fmt: skip


def _amounts(score: d.Score) -> tuple[Decimal | None, Decimal, Decimal]:
    return score.value, score.low, score.high


def _terms(policy: Policy, question: Question, old: Deal, new: Deal) -> list[TermChange]:
    found = []
    for path, spec in policy.schema.terms.items():
        before, after = (_given(path, spec, deal, question) for deal in (old, new))
        same = before.state == after.state and value_key(before.value) == value_key(after.value)
        if same or (spec.shape.unique and _as_set(before) == _as_set(after)):
            continue
        kind = "changed"
        if after.state == "stated" != before.state:
            kind = "stated"
        elif before.state == "stated" != after.state:
            kind = "withdrawn"
        items = _items(before.value, after.value, unordered=spec.shape.unique)
        one, two = (Given(g.state, _stated(g.value), g.at) for g in (before, after))
        found.append(
            TermChange(path, spec.label, spec.unit, kind, one, two, items, dict(spec.labels))
        )
    return found


def _given(path: str, spec: TermSpec, deal: Deal, question: Question) -> Given:
    if path in deal.values:
        span = deal.span(path)
        return Given("stated", deal.values[path], place(span) if span is not None else None)
    if path in deal.not_applicable:
        return Given("not_applicable")
    if spec.has_default and question.assume and spec.default is not None:
        return Given("assumed", spec.default)
    return Given("missing")


def _as_set(given: Given) -> Any:
    """A list whose order has no meaning, as stated."""
    if given.state != "stated" or not isinstance(given.value, tuple):
        return object()  # equal to nothing
    return sorted(map(repr, map(value_key, given.value)))


def _items(before: Any, after: Any, *, unordered: bool) -> tuple[ItemEdit, ...]:
    """The elements of two lists that differ; empty unless both are lists."""
    if not isinstance(before, tuple) or not isinstance(after, tuple):
        return ()
    old, new = ([repr(value_key(item)) for item in side] for side in (before, after))
    found = []
    if unordered:
        gone = [(n, before[n]) for n in range(len(old)) if old[n] not in new]
        come = [(n, after[n]) for n in range(len(new)) if new[n] not in old]
        found += [ItemEdit(n + 1, _stated(item), None) for n, item in gone]
        found += [ItemEdit(n + 1, None, _stated(item)) for n, item in come]
        return tuple(found)
    for tag, a, b, c, e in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for n in range(max(b - a, e - c)):
            one = _stated(before[a + n]) if a + n < b else None
            two = _stated(after[c + n]) if c + n < e else None
            found.append(ItemEdit((c + n if two is not None else a + n) + 1, one, two))
    return tuple(found)


def _stated(value: Any) -> Any:
    """A value as plain data, without the fields that a document leaves out."""
    if isinstance(value, dict):
        return {name: _stated(item) for name, item in value.items() if item is not None}
    return tuple(map(_stated, value)) if isinstance(value, tuple) else data(value)


def _evidence(policy: Policy, old: Deal, new: Deal) -> list[EvidenceChange]:
    return [
        EvidenceChange(path, old.evidence.get(path), new.evidence.get(path))
        for path in policy.schema.terms
        if old.evidence.get(path) != new.evidence.get(path)
    ]
