"""A deal for a gap: existing cases with one or two of the rule's own terms changed.

The values tried are those that cases give, those the schema lists, both sides of limits, and
silence. Whatever is found was really evaluated; what is not found may still exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain, combinations, islice, product
from typing import Any

from policyengine import core
from policyengine.errors import PolicyEngineError
from policyengine.facts import Facts
from policyengine.intake import Deal
from policyengine.testing.coverage.candidates import Candidates
from policyengine.testing.coverage.granularity import allows, moved
from policyengine.testing.coverage.measure import Answer, Coverage, Gap, Meter, answers, facts_of
from policyengine.testing.coverage.points import Point
from policyengine.testing.coverage.watcher import Watched, Watcher
from policyengine.testing.documents import document_of
from policyengine.testing.suite import Located, Suite
from policyengine.values.record import Record, replace

#: deals tried for the gaps of one rule
_TRIES = 2_000
#: of these, deals from which a limit is aimed at
_AIMS = 100
#: existing deals to start from
_STARTS = 16


class Found(Record):
    """A deal that closes a gap: the case it starts from and the terms that differ, None for
    one to leave out; `not_applicable` are terms to list as such. `document` is the deal whole."""

    start: Located
    changes: Mapping[str, Any]
    not_applicable: tuple[str, ...]
    document: Mapping[str, Any]


def search(suite: Suite, coverage: Coverage) -> dict[Answer, Found]:
    """Deals for the gaps of a coverage, by answer; a gap without one is not in it."""
    finder = _Finder(suite, coverage)
    found: dict[Answer, Found] = {}
    owners: dict[tuple[str, str], list[Gap]] = {}
    for gap in coverage.gaps():
        owners.setdefault(_owner(gap.point), []).append(gap)
    for owner, gaps in owners.items():
        found |= finder.search(owner, gaps)
    return found


def _owner(point: Point) -> tuple[str, str]:
    return ("row" if point.kind == "row" else "", point.owner)


#: the case that a deal comes from, what differs, and what its decision reads
_Deal = tuple[Located, dict[str, Any], Facts]


class _Finder:
    def __init__(self, suite: Suite, coverage: Coverage) -> None:
        self.policy = suite.policy
        self.coverage = coverage
        self.meter = Meter(suite.policy)
        self.starts: list[tuple[Located, Facts]] = []
        for located in suite.cases:
            if not located.case.parameters:
                try:
                    facts = facts_of(suite.policy, located.case, located.file)
                except PolicyEngineError:
                    continue
                self.starts.append((located, facts))
        self.candidates = Candidates(suite.policy, [facts for _, facts in self.starts])

    def search(self, owner: tuple[str, str], gaps: list[Gap]) -> dict[Answer, Found]:
        wanted: set[Answer] = {(gap.number, gap.answer) for gap in gaps}
        part = _part(self.policy.core, owner[1])
        if part is None:
            return {}
        sliced, exprs = part
        terms = sorted({path for e in exprs for path in core.terms_read(self.policy.core, e)})
        values = self.candidates.of(terms, exprs)
        watched = Watched(sliced, self.meter.points)
        found: dict[Answer, Found] = {}
        tried = chain(
            islice(self.deals(terms, values), _TRIES),
            islice(self.aimed(sliced, watched, terms, values, wanted), _TRIES),
        )
        for located, changes, facts in tried:
            try:
                given = answers(sliced, facts, watched)
            except PolicyEngineError:
                continue
            for answer in given:
                if answer in wanted and (made := self.confirmed(answer, located, changes, facts)):
                    found[answer] = made
                    wanted.discard(answer)
            if not wanted:
                break
        return found

    def deals(
        self,
        terms: list[str],
        values: Mapping[str, tuple[Any, ...]],
        sizes: tuple[int, ...] = (1, 2),
    ) -> Iterator[_Deal]:
        """Deals to try: with one change first, then with two."""
        starts = self.distinct(terms)
        for size in sizes:
            for located, facts in starts:
                for paths in combinations(terms, size):
                    for chosen in product(*(values.get(path, ()) for path in paths)):
                        changes = dict(zip(paths, chosen, strict=True))
                        made = _changed(facts, changes)
                        if made is not None:
                            yield located, changes, made

    def aimed(
        self,
        sliced: core.Policy,
        watched: Watched,
        terms: list[str],
        values: Mapping[str, tuple[Any, ...]],
        wanted: set[Answer],
    ) -> Iterator[_Deal]:
        """Deals that put one term where a limit is met, as if what is compared were linear in
        it: what is not is found out when the deal is evaluated."""
        limits = {number for number, _ in wanted if self.meter.points[number].kind == "boundary"}
        starts: Iterator[_Deal] = ((located, {}, facts) for located, facts in self.distinct(terms))
        deals = chain(starts, self.deals(terms, values, sizes=(1,)))
        for located, changes, facts in islice(deals if limits else (), _AIMS):
            limits &= {number for number, _ in wanted}
            apart = _distances(sliced, facts, watched)
            for number in sorted(limits & apart.keys()):
                width = self.meter.points[number].step or Decimal(1)
                for path in terms:
                    aimed = _aimed(sliced, facts, watched, number, path, apart[number], width)
                    for value in aimed:
                        made = _changed(facts, {path: value})
                        spec = self.policy.schema.terms[path]
                        if made is not None and allows(spec.shape, value):
                            yield located, {**changes, path: value}, made

    def distinct(self, terms: list[str]) -> list[tuple[Located, Facts]]:
        """Cases that differ in what the rule reads, evenly drawn from all of them."""
        seen: dict[str, tuple[Located, Facts]] = {}
        for located, facts in self.starts:
            case = located.case
            key = repr(([facts.deal.values.get(path) for path in terms], case.final, case.as_of))
            seen.setdefault(key, (located, facts))
        kept = list(seen.values())
        return kept[:: max(1, len(kept) // _STARTS)][:_STARTS]

    def confirmed(
        self, answer: Answer, located: Located, changes: Mapping[str, Any], facts: Facts
    ) -> Found | None:
        """The deal as a document, read and evaluated whole; None where that says otherwise."""
        document = document_of(facts.deal.values, facts.deal.not_applicable)
        case = replace(located.case, terms=document, node=None)
        try:
            again = facts_of(self.policy, case, located.file)
            policy, watched = self.meter.variant(case)
            if answer not in answers(policy.core, again, watched):
                return None
        except PolicyEngineError:
            return None
        plain = {path: None if v is Candidates.NOT_APPLICABLE else v for path, v in changes.items()}
        listed = tuple(sorted(facts.deal.not_applicable))
        return Found(located, plain, listed, document)


def _distances(policy: core.Policy, facts: Facts, watched: Watched) -> dict[int, Decimal]:
    """How far a deal is from each limit, by number of the point."""
    try:
        watcher = Watcher(policy, facts, watched)
        for rule in policy.rules:
            watcher.rule(rule)
    except PolicyEngineError:
        return {}
    return {number: apart for number, apart, _ in watcher.distances({})}


def _aimed(
    policy: core.Policy,
    facts: Facts,
    watched: Watched,
    number: int,
    path: str,
    apart: Decimal,
    width: Decimal,
) -> Iterator[Any]:
    """Values of a term that bring a deal to a limit and to both sides of it."""
    value = facts.term(path)
    nudged = moved(value, Decimal(1))
    if nudged is None:
        return
    made = _changed(facts, {path: nudged})
    after = _distances(policy, made, watched).get(number) if made is not None else None
    if after is None or after == apart:
        return
    slope = after - apart
    for goal in (Decimal(0), -width, width):
        try:
            yield moved(value, ((goal - apart) / slope).normalize())
        except (ArithmeticError, ValueError):
            return


def _changed(facts: Facts, changes: Mapping[str, Any]) -> Facts | None:
    """The facts with some terms changed; None where nothing changes."""
    values = dict(facts.deal.values)
    listed = set(facts.deal.not_applicable)
    for path, value in changes.items():
        values.pop(path, None)
        listed.discard(path)
        if value is Candidates.NOT_APPLICABLE:
            listed.add(path)
        elif value is not None:
            values[path] = value
    if values == facts.deal.values and listed == facts.deal.not_applicable:
        return None
    deal = facts.deal
    made = Deal(values, {}, frozenset(listed), deal.id, {})
    return replace(facts, deal=made)


def _part(policy: core.Policy, owner: str) -> tuple[core.Policy, tuple[core.Expr, ...]] | None:
    """The policy with nothing but one rule, scorecard item, table or definition, and what it
    reads; None for an owner there is not."""
    for rule in policy.rules:
        if rule.id == owner:
            exprs = tuple(e for e in (rule.applies, rule.unless, rule.condition) if e is not None)
            order = _needed(policy, exprs)
            return replace(policy, rules=(rule,), order=order, interests=()), exprs
    for card in policy.scorecards.values():
        for item in card.items:
            if item.id == owner:
                order = (*_needed(policy, (item.when,)), f"score.{card.id}")
                cards = {**policy.scorecards, card.id: replace(card, items=(item,))}
                part = replace(policy, rules=(), order=order, scorecards=cards, interests=())
                return part, (item.when,)
    definition = policy.definitions.get(owner)
    if definition is None:
        return None
    order = tuple(dict.fromkeys((*_needed(policy, (definition.value,)), owner)))
    return replace(policy, rules=(), order=order, interests=()), (definition.value,)


def _needed(policy: core.Policy, exprs: Iterable[core.Expr]) -> tuple[str, ...]:
    """The definitions and scores that expressions use, in the order of the policy."""
    used: set[str] = set()
    stack = list(exprs)
    while stack:
        for node in core.walk(stack.pop()):
            if isinstance(node, core.Derived) and node.name not in used:
                used.add(node.name)
                stack.append(policy.definitions[node.name].value)
            elif isinstance(node, core.ScoreOf) and f"score.{node.id}" not in used:
                used.add(f"score.{node.id}")
                items = policy.scorecards[node.id].items
                stack += [part for item in items for part in (item.when, item.points)]
    return tuple(name for name in policy.order if name in used)
