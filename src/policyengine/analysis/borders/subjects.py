"""What has borders: rules, and items of scorecards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from policyengine import core
from policyengine.analysis.audit.inquiry import asks_for_statement, conditions, counts_more
from policyengine.analysis.audit.parts import Part, parts, parts_of
from policyengine.core import Rule
from policyengine.decision import Outcome
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.verifier import Judge
from policyengine.values.record import replace

#: the outcomes of every rule in a deal; None where that has no decision
Outcomes: TypeAlias = Callable[[Mapping[str, Any]], Mapping[str, Outcome] | None]
#: what becomes of a subject, and whether it objects
Said: TypeAlias = tuple[str, bool]


class OfRule:
    """A rule, which fails the one deal and passes the other. One that asks for a statement
    objects in a draft by being open; what says whether a rule applies has it not apply to the
    other. `others` are to be silent, so that the deal rests on this rule."""

    card: str | None = None

    def __init__(self, policy: core.Policy, rule: Rule, outcomes: Outcomes) -> None:
        self.id = rule.id
        self.parts = parts(rule)
        self.others = [o.id for o in policy.rules if o.id != rule.id and counts_more(rule, o)]
        self._outcomes = outcomes
        asks = any(asks_for_statement(policy, expr) for expr in conditions(rule))
        self._bad = (Outcome.FAIL, Outcome.UNKNOWN) if asks else (Outcome.FAIL,)

    def sides(self, part: Part, here: Problem, there: Problem) -> tuple[Bool, Bool]:
        """That the rule objects to one deal, and not to another."""
        return here.outcome(self.id, *self._bad), there.outcome(self.id, *_good(part))

    def said(self, part: Part, document: Mapping[str, Any]) -> Said | None:
        """What becomes of the rule in a deal; None where that is on neither side."""
        found = self._outcomes(document)
        if found is None or found[self.id] not in (*self._bad, *_good(part)):
            return None
        return found[self.id].value, found[self.id] in self._bad


def _good(part: Part) -> tuple[Outcome, ...]:
    skipped = (Outcome.NOT_APPLICABLE,) if part.field == "applies" else ()
    return (Outcome.PASS, *skipped)


class OfItem:
    """An item of a scorecard, which counts in the one deal and not in the other."""

    def __init__(self, card: core.Scorecard, item: core.ScoreItem, whole: Judge) -> None:
        self.id = item.id
        self.card: str | None = card.id
        self.parts = parts_of("when", item.when)
        self.others: list[str] = []
        self._when = item.when
        used = core.derived_used(whole.policy, (item.when,))
        order = tuple(name for name in whole.policy.order if name in used)
        alone = replace(whole.policy, rules=(), order=order, interests=())
        self._judge = Judge(
            alone,
            whole.schema,
            whole.parameters,
            whole.as_of,
            final=whole.final,
            assume=whole.assume,
        )

    def sides(self, _part: Part, here: Problem, there: Problem) -> tuple[Bool, Bool]:
        """That the item counts in one deal, and not in another."""
        counts, not_ = (each.encoder.truth_of(self._when)[0] for each in (here, there))
        return counts.true, not_.false

    def said(self, _part: Part, document: Mapping[str, Any]) -> Said | None:
        """Whether the item counts in a deal; None where that is open."""
        values = self._judge.values(document, [self._when])
        if not values or values[0] is None:
            return None
        return ("counts", True) if values[0] else ("does not count", False)


Subject: TypeAlias = OfRule | OfItem


def subjects(policy: core.Policy, judge: Judge, outcomes: Outcomes) -> Iterator[Subject]:
    """Everything that has borders, in the order of the policy."""
    for rule in policy.rules:
        yield OfRule(policy, rule, outcomes)
    for card in policy.scorecards.values():
        for item in card.items:
            yield OfItem(card, item, judge)
