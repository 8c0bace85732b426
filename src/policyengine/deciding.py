"""Outcomes to a decision: waivers applied, the verdict, and reasons when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from policyengine import combining, core
from policyengine import waivers as waivers_
from policyengine.decider import Reference
from policyengine.decision import (
    Decision,
    Level,
    Outcome,
    Settings,
    Verdict,
    WaiverStatus,
    WaiverUse,
)
from policyengine.facts import Facts
from policyengine.intake import Deal
from policyengine.loading import plain
from policyengine.schema import TermsSchema
from policyengine.values.frozen import FrozenDict
from policyengine.waivers import Waivers

if TYPE_CHECKING:
    from policyengine.document import WaiverDoc
    from policyengine.explain import Explanation, Plan, Rules
    from policyengine.interpreter import Interpreter

#: plans of explanations and settings kept for a policy
_KEPT = 64


class Judge:
    """Makes the decisions of one policy; `overrides` are the parameters that were given."""

    def __init__(
        self,
        policy: core.Policy,
        schema: TermsSchema,
        overrides: Mapping[str, Any],
        *,
        by_date: bool,
    ) -> None:
        self.policy = policy
        self.schema = schema
        self.overrides = overrides
        self.by_date = by_date
        self._ids = tuple(rule.id for rule in policy.rules)
        self._levels = tuple(Level(rule.level) for rule in policy.rules)
        # what explaining needs by date, and settings by how the question was put
        self._plans: dict[date | None, Plan] = {}
        self._explanation: type[Explanation]
        self._rules: type[Rules]
        self._asked: dict[Any, Settings] = {}

    def decision(
        self,
        facts: Facts,
        day: date | None,
        verdict: Verdict | None,
        outcomes: tuple[Outcome, ...],
        waivers: Waivers | None,
        reference: Reference,
        *,
        full: bool,
    ) -> Decision:
        """The decision over outcomes, waivers applied; its reasons are worked out when asked."""
        if waivers is not None:
            return self._waived(facts, day, outcomes, waivers, reference, full=full)
        if verdict is None:
            verdict = combining.verdict(zip(self._levels, outcomes, strict=True))
        return Decision(
            verdict,
            FrozenDict(zip(self._ids, outcomes, strict=True)),
            self._settings(facts, day),
            lambda: self.explained(facts, day, outcomes, reference.made, full=full),
        )

    def _waived(
        self,
        facts: Facts,
        day: date | None,
        outcomes: tuple[Outcome, ...],
        waivers: Waivers,
        reference: Reference,
        *,
        full: bool,
    ) -> Decision:
        valid, uses = in_force(self.policy, waivers, facts.deal, day)
        final = dict(zip(self._ids, outcomes, strict=True))
        applied: dict[str, WaiverUse] = {}
        for rule, waiver in valid.items():
            waived = combining.waive(final[rule])
            use = waivers_.use(
                waiver,
                WaiverStatus.APPLIED if waived is Outcome.WAIVED else WaiverStatus.NOT_NEEDED,
            )
            uses.append(use)
            if waived is Outcome.WAIVED:
                final[rule], applied[rule] = waived, use
        verdict = combining.verdict(zip(self._levels, final.values(), strict=True))
        used = tuple(uses)
        return Decision(
            verdict,
            final,
            self._settings(facts, day),
            lambda: self.explained(
                facts, day, outcomes, reference.made, waived=applied, waivers=used, full=full
            ),
        )

    def explained(
        self,
        facts: Facts,
        day: date | None,
        outcomes: tuple[Outcome, ...],
        evaluated: Interpreter | None = None,
        *,
        waived: Mapping[str, WaiverUse] = MappingProxyType({}),
        waivers: tuple[WaiverUse, ...] = (),
        full: bool = False,
    ) -> Explanation:
        """The explanation of outcomes before waivers; see `explain.Explanation` and
        `explain.Rules`."""
        key = day if self.by_date else None
        plan = self._plans.get(key)
        if plan is None:
            plan = self._planned(key)
        rules = self._rules(plan, facts, outcomes, waived, evaluated)
        return self._explanation(rules, waivers, full=full)

    def _planned(self, key: date | None) -> Plan:
        # imported here: where nobody asks for reasons, nothing of it is loaded
        from policyengine.explain import Explanation, Plan, Rules

        self._explanation, self._rules = Explanation, Rules
        if len(self._plans) >= _KEPT:
            self._plans.clear()
        return self._plans.setdefault(key, Plan(self.policy, self.schema))

    def _settings(self, facts: Facts, day: date | None) -> Settings:
        """How the question was put, worked out once for each way of putting it."""
        key = (day, facts.final, facts.assume)
        known = self._asked.get(key)
        if known is None:
            if len(self._asked) >= _KEPT:
                self._asked.clear()
            overrides = FrozenDict((name, plain(value)) for name, value in self.overrides.items())
            shown = day.isoformat() if day is not None else None
            made = Settings(shown, facts.final, facts.assume, overrides)
            known = self._asked.setdefault(key, made)
        return known


def in_force(
    policy: core.Policy, waivers: Waivers | None, deal: Deal, day: date | None
) -> tuple[dict[str, WaiverDoc], list[WaiverUse]]:
    """The waivers in force for a deal by rule, and a report on those that are not."""
    valid: dict[str, WaiverDoc] = {}
    uses: list[WaiverUse] = []
    if waivers is None or day is None:
        return valid, uses
    known = {rule.id for rule in policy.rules}
    for waiver in waivers.for_deal(deal):
        status = waivers_.status(waiver, deal, day)
        if waiver.rule not in known:
            uses.append(waivers_.use(waiver, WaiverStatus.NO_SUCH_RULE))
        elif status is not None:
            uses.append(waivers_.use(waiver, status))
        else:
            valid.setdefault(waiver.rule, waiver)
    return valid, uses
