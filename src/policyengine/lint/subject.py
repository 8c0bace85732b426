"""What checks look at: a policy as written and as meant, its test cases and waivers, a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from pathlib import Path

from policyengine import core
from policyengine.core import Expr, Rule
from policyengine.document import InterestDoc, RuleDoc, ScorecardDoc, TableDoc, WaiverDoc
from policyengine.engine import Policy, Waivers
from policyengine.source import Source
from policyengine.testing import suite
from policyengine.testing.cases import Case


class Subject:
    """A policy and all that is beside it; what takes time is worked out when asked for."""

    def __init__(self, policy: Policy, as_of: date, waivers: Iterable[Path] = ()) -> None:
        self.policy = policy
        self.as_of = as_of
        self._waivers = tuple(dict.fromkeys([*policy.loaded.waivers, *waivers]))

    @cached_property
    def rules(self) -> tuple[tuple[RuleDoc, Rule], ...]:
        """Every rule as written and as meant."""
        written = {doc.id.value: doc for file in self.policy.loaded.files for doc in file.rules}
        return tuple((written[rule.id], rule) for rule in self.policy.core.rules)

    @property
    def tables(self) -> Iterator[tuple[TableDoc, core.Table]]:
        for file in self.policy.loaded.files:
            for doc in file.tables:
                made = self.policy.core.definitions[doc.id.value].value
                if isinstance(made, core.Table):
                    yield doc, made

    @property
    def scorecards(self) -> Iterator[ScorecardDoc]:
        for file in self.policy.loaded.files:
            yield from file.scorecards

    @property
    def interests(self) -> Iterator[InterestDoc]:
        for file in self.policy.loaded.files:
            yield from file.interests

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """Every case beside the rules; raises `PolicyError` for a test file with a mistake."""
        return tuple(located.case for located in suite.load(self.policy).cases)

    @cached_property
    def waivers(self) -> tuple[WaiverDoc, ...]:
        """The waivers of the files beside the rules, which are inert, and of those given."""
        return Waivers.load(*self._waivers).entries

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Every text that a finding can be in."""
        loaded = self.policy.loaded
        spans = [loaded.manifest.span]
        for file in loaded.files:
            spans += [rule.id.span for rule in file.rules]
            spans += [table.id.span for table in file.tables]
            spans += [card.id.span for card in file.scorecards]
            spans += [doc.element.span for doc in file.interests]
        spans += [waiver.span for waiver in self.waivers]
        spans += [case.span for case in self.cases]
        return tuple({span.source.name: span.source for span in spans}.values())

    def conditions(self, rule: Rule) -> Iterator[Expr]:
        """A rule's condition, and what it applies to and what lifts it."""
        yield rule.condition
        if rule.applies is not None:
            yield rule.applies
        if rule.unless is not None:
            yield rule.unless

    def terms_of(self, rule: Rule) -> frozenset[str]:
        """The paths a rule reads, through definitions too."""
        return frozenset(
            path
            for expr in self.conditions(rule)
            for path in core.terms_read(self.policy.core, expr)
        )
