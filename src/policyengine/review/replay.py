"""Deals decided under two policies: whose answer is another, and why.

Only deals whose answer differs are explained, and of these only so many kept: memory does
not grow with the number of deals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from policyengine.decision import (
    Condition,
    Decision,
    Level,
    Location,
    Outcome,
    Reason,
    TermUse,
    Verdict,
)
from policyengine.engine import Policy, Terms
from policyengine.errors import Diagnostic, PolicyEngineError
from policyengine.values.record import Record, replace
from policyengine.waivers import Waivers


class Question(Record):
    """How each deal is decided, under both policies alike."""

    as_of: date
    final: bool = False
    assume: bool = True
    waivers: Waivers | None = None


class Row(Record):
    """One deal to replay: where it stands, and how to read it (which may raise)."""

    source: str
    line: int | None
    read: Callable[[], Terms]


class Met(Record):
    """A test that settled a rule: its text with parameters filled in, its value, and where both
    sides of it are written. `actual` is the value of what it tests, where that is one thing
    (`subject`), and `use` says what is known of that, if it is a term; `reads` are the terms
    that it reads, with their values, None for unknown."""

    text: str
    value: bool | None
    actual: Any = None
    subject: bool = True
    reads: tuple[tuple[str, Any], ...] = ()
    at: Location | None = None
    deal_at: Location | None = None
    assumed: bool = False
    use: TermUse | None = None


class Told(Record):
    """What a policy makes of one rule on a deal; `outcome` is None where it has no such rule."""

    outcome: Outcome | None
    message: str = ""
    tests: tuple[Met, ...] = ()
    at: Location | None = None


class Flip(Record):
    """A rule whose outcome is another; `rule` is its new id."""

    rule: str
    title: str
    level: Level
    before: Told
    after: Told


class Replayed(Record):
    """A deal whose answer is another, or that neither policy could read.

    A verdict is None where there was none: the policy's schema refuses the document, or
    deciding failed; `errors_before` and `errors_after` say why. `flips` and `deal` are those
    of a deal that is kept.
    """

    source: str
    line: int | None
    deal: str | None
    before: Verdict | None
    after: Verdict | None
    flips: tuple[Flip, ...] = ()
    errors_before: tuple[Diagnostic, ...] = ()
    errors_after: tuple[Diagnostic, ...] = ()

    @property
    def flipped(self) -> bool:
        """Whether the verdict is another; a verdict that is gone is one."""
        return self.before is not self.after

    @property
    def unreadable(self) -> bool:
        return self.before is None and self.after is None


class Replay:
    """Replays deals one at a time and counts; `kept` are those to show.

    `limit` bounds how many are kept of each of three sorts: flipped verdicts, flipped
    outcomes under one verdict, and deals that could not be read.
    """

    def __init__(
        self,
        old: Policy,
        new: Policy,
        question: Question,
        *,
        renamed: Mapping[str, str] | None = None,
        limit: int = 200,
    ) -> None:
        self._old, self._new = old, new
        self.question = question
        self._renamed = renamed or {}
        self._limit = limit
        self._fast = self._deciders()
        self._rules = {rule.id: rule for policy in (old, new) for rule in policy.rules}
        self.total = 0
        self.counts: Counter[str] = Counter()
        self._kept: dict[str, list[Replayed]] = {"verdict": [], "outcome": [], "unreadable": []}

    @property
    def kept(self) -> tuple[Replayed, ...]:
        """What is shown: flipped verdicts first."""
        return tuple(row for rows in self._kept.values() for row in rows)

    @property
    def left_out(self) -> int:
        return sum(self.counts[sort] for sort in self._kept) - len(self.kept)

    def run(self, rows: Iterable[Row]) -> Iterator[Replayed | None]:
        """Replay each; what is yielded is None where the answer is the same."""
        for row in rows:
            yield self.one(row)

    def one(self, row: Row) -> Replayed | None:
        self.total += 1
        found = self._one(row)
        if found is None:
            self.counts["unchanged"] += 1
        return found

    def _counted(self, found: Replayed) -> Replayed:
        sort = _sort(found)
        self.counts[sort] += 1
        if len(self._kept[sort]) < self._limit:
            self._kept[sort].append(found)
        return found

    # one deal -----------------------------------------------------------------------------------

    def _one(self, row: Row) -> Replayed | None:
        try:
            terms = row.read()
        except PolicyEngineError as error:
            found = error.diagnostics
            return self._counted(Replayed(row.source, row.line, None, None, None, (), found, found))
        if self._same(terms):
            return None
        before, errors_before = self._decide(self._old, terms)
        after, errors_after = self._decide(self._new, terms)
        made = Replayed(
            row.source,
            row.line,
            None,
            before.verdict if before is not None else None,
            after.verdict if after is not None else None,
            (),
            errors_before,
            errors_after,
        )
        moved: list[tuple[str, str | None]] = []
        if before is not None and after is not None:
            moved = self._moved(before, after)
        if not made.flipped and not made.unreadable and not moved:
            return None
        sort = _sort(made)
        if len(self._kept[sort]) >= self._limit:
            return self._counted(made)  # it is counted only, so nobody reads why
        flips: tuple[Flip, ...] = ()
        if before is not None and after is not None:
            flips = tuple(self._flip(before, after, *ids) for ids in moved)
        return self._counted(replace(made, deal=_id(before, after), flips=flips))

    def _deciders(self) -> tuple[Any, Any] | None:
        """Functions that give outcomes alone, where equal outcomes mean equal answers: the same
        rules at the same levels, so that waivers do alike to both."""

        def rules(policy: Policy, ids: Mapping[str, str]) -> list[tuple[str, str]]:
            return [(ids.get(rule.id, rule.id), rule.level) for rule in policy.rules]

        if self._renamed or rules(self._old, {}) != rules(self._new, {}):
            return None
        asked = self.question
        try:
            old, new = (
                policy.decider(as_of=asked.as_of, final=asked.final, assume=asked.assume)
                for policy in (self._old, self._new)
            )
        except PolicyEngineError:
            return None  # a parameter without a value on that day: each deal says so
        return old, new

    def _same(self, terms: Terms) -> bool:
        if self._fast is None:
            return False
        try:
            return bool(self._fast[0](terms) == self._fast[1](terms))
        except PolicyEngineError:
            return False

    def _decide(
        self, policy: Policy, terms: Terms
    ) -> tuple[Decision | None, tuple[Diagnostic, ...]]:
        asked = self.question
        try:
            made = policy.evaluate(
                terms,
                as_of=asked.as_of,
                final=asked.final,
                assume=asked.assume,
                waivers=asked.waivers,
                explain="full",
            )
        except PolicyEngineError as error:
            return None, error.diagnostics
        return made, ()

    def _moved(self, before: Decision, after: Decision) -> list[tuple[str, str | None]]:
        """Rules whose outcome is another, by the new id and the old one. One that only one
        policy has counts where it could move the verdict: it fails, is unknown or is waived."""
        olds = {self._renamed.get(id_, id_): id_ for id_ in before.outcomes}
        found = []
        for id_ in dict.fromkeys([*after.outcomes, *olds]):
            was = before.outcomes[olds[id_]] if id_ in olds else None
            now = after.outcomes.get(id_)
            if was is now or (was is None and now in _QUIET) or (now is None and was in _QUIET):
                continue
            found.append((id_, olds.get(id_)))
        return found

    def _flip(self, before: Decision, after: Decision, id_: str, old: str | None) -> Flip:
        was = before.outcomes[old] if old is not None else None
        rule = self._rules[id_ if id_ in self._rules else old or id_]
        told = (tell(before, old or id_, was), tell(after, id_, after.outcomes.get(id_)))
        return Flip(id_, rule.title, Level(rule.level), *told)


def _sort(found: Replayed) -> str:
    if found.unreadable:
        return "unreadable"
    return "verdict" if found.flipped else "outcome"


_QUIET = (Outcome.PASS, Outcome.NOT_APPLICABLE)


def _id(before: Decision | None, after: Decision | None) -> str | None:
    made = after if after is not None else before
    return made.deal.id if made is not None else None


def tell(decision: Decision, rule: str, outcome: Outcome | None) -> Told:
    """What a decision says of a rule, with the tests that settled it."""
    try:
        reason = next((one for one in decision.reasons if one.rule == rule), None)
        if reason is None:
            return Told(outcome)
        return Told(outcome, reason.message, _tests(reason, outcome), reason.location)
    except PolicyEngineError:
        return Told(outcome)  # explaining took more steps than deciding may


def _tests(reason: Reason, outcome: Outcome | None) -> tuple[Met, ...]:
    tree = reason.conditions
    if outcome is Outcome.NOT_APPLICABLE:
        tree = reason.applies
    elif outcome is Outcome.PASS and reason.unless is not None and reason.unless.value is True:
        tree = reason.unless
    if tree is None:
        return ()
    uses = {use.path: use for use in reason.terms}
    found = []
    for leaf in _deciding(tree):
        use = next((uses[path] for path in leaf.paths if path in uses), None)
        found.append(
            Met(
                leaf.text or "",
                leaf.value,
                leaf.actual,
                leaf.actual is not None or _is_test(leaf),
                tuple((path, uses[path].value) for path in leaf.paths if path in uses),
                leaf.location,
                use.location if use is not None else None,
                use.assumed if use is not None else False,
                uses.get((leaf.text or "").partition(" ")[0]),
            )
        )
    return tuple(found)


def _is_test(leaf: Condition) -> bool:
    """Whether a leaf tests the one thing that its text begins with."""
    return leaf.text is not None and leaf.text.startswith(tuple(f"{p} " for p in leaf.paths[:1]))


def _deciding(part: Condition) -> list[Condition]:
    if part.kind == "leaf":
        return [part]
    return [leaf for below in part.parts if below.decides for leaf in _deciding(below)]
