"""A deal for a gap: existing cases with one or two of the rule's own terms changed.

The values tried are those that cases give, those the schema lists, both sides of limits, and
silence. Whatever is found was really evaluated; what is not found may still exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, combinations, islice, product
from typing import Any

from policyengine import core
from policyengine.errors import PolicyEngineError
from policyengine.facts import Facts
from policyengine.testing.coverage.candidates import Candidates
from policyengine.testing.coverage.deals import Deals, Found, changed
from policyengine.testing.coverage.granularity import allows, moved
from policyengine.testing.coverage.measure import Answer, Coverage, Gap, answers
from policyengine.testing.coverage.parts import Part, by_part
from policyengine.testing.coverage.watcher import Watched, Watcher
from policyengine.testing.suite import Located, Suite
from policyengine.values.record import replace

#: deals tried for the gaps of one part
_TRIES = 2_000
#: of these, deals from which a limit is aimed at
_AIMS = 100

#: the case that a deal comes from, what it reads, and what the changed deal does
_Tried = tuple[Located, Facts, Facts]


def search(suite: Suite, coverage: Coverage) -> dict[Answer, Found]:
    """Deals for the gaps of a coverage, by answer; a gap without one is not in it."""
    finder = Search(Deals(suite))
    found: dict[Answer, Found] = {}
    for part, gaps in by_part(suite.policy.core, coverage.gaps()):
        found |= finder.search(part, gaps)
    return found


class Search:
    """Looks for deals, one part of a policy after another."""

    def __init__(self, deals: Deals) -> None:
        self.deals = deals
        self.policy = deals.policy
        self.meter = deals.meter
        self.candidates = Candidates(deals.policy, [facts for _, facts in deals.starts])

    def search(self, part: Part, gaps: Sequence[Gap]) -> dict[Answer, Found]:
        """Deals for the gaps of one part, by answer."""
        wanted: set[Answer] = {(gap.number, gap.answer) for gap in gaps}
        terms = part.terms
        values = self.candidates.of(terms, part.exprs)
        watched = Watched(part.policy, self.meter.points)
        found: dict[Answer, Found] = {}
        tried = chain(
            islice(self.changed(terms, values), _TRIES),
            islice(self.aimed(part.policy, watched, terms, values, wanted), _TRIES),
        )
        for located, start, facts in tried:
            try:
                given = answers(part.policy, facts, watched)
            except PolicyEngineError:
                continue
            for answer in given:
                if answer in wanted and self.deals.closes(answer, located, facts.deal):
                    found[answer] = self.deals.found(located, start.deal, facts.deal)
                    wanted.discard(answer)
            if not wanted:
                break
        return found

    def changed(
        self,
        terms: list[str],
        values: Mapping[str, tuple[Any, ...]],
        sizes: tuple[int, ...] = (1, 2),
    ) -> Iterator[_Tried]:
        """Deals to try: with one change first, then with two."""
        starts = self.deals.distinct(terms)
        for size in sizes:
            for located, facts in starts:
                for paths in combinations(terms, size):
                    for chosen in product(*(values.get(path, ()) for path in paths)):
                        made = _changed(facts, dict(zip(paths, chosen, strict=True)))
                        if made is not None:
                            yield located, facts, made

    def aimed(
        self,
        sliced: core.Policy,
        watched: Watched,
        terms: list[str],
        values: Mapping[str, tuple[Any, ...]],
        wanted: set[Answer],
    ) -> Iterator[_Tried]:
        """Deals that put one term where a limit is met, as if what is compared were linear in
        it: what is not is found out when the deal is evaluated."""
        limits = {number for number, _ in wanted if self.meter.points[number].kind == "boundary"}
        starts = ((located, facts, facts) for located, facts in self.deals.distinct(terms))
        deals = chain(starts, self.changed(terms, values, sizes=(1,)))
        for located, start, facts in islice(deals if limits else (), _AIMS):
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
                            yield located, start, made


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
    deal = changed(facts.deal, changes)
    return None if deal is None else replace(facts, deal=deal)
