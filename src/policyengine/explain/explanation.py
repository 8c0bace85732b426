"""Everything in a decision beyond its verdict and outcomes, each part when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine import combining
from policyengine import decision as d
from policyengine.core import Expr
from policyengine.decision import Outcome, Presence
from policyengine.decision.lazily import once
from policyengine.decision.wording import Words
from policyengine.explain.rules import STEPS, Rules
from policyengine.explain.scoring import score
from policyengine.explain.words import data, of_term, place
from policyengine.interpreter import Interpreter, Located
from policyengine.values.frozen import FrozenDict
from policyengine.values.logic import Truth


class Explanation:
    """The parts of `decision.Details`, as attributes, each worked out apart from the others.

    `full` adds the rules that pass and those that do not apply to the reasons.
    """

    def __init__(self, rules: Rules, waivers: tuple[d.WaiverUse, ...], *, full: bool) -> None:
        self._rules = rules
        self.waivers = waivers
        self._full = full

    # references ----------------------------------------------------------------------------

    @property
    def policy(self) -> d.PolicyRef:
        return self._rules.plan.ref

    @once
    def deal(self) -> d.DealRef:
        deal = self._rules.facts.deal
        return d.DealRef(deal.id, deal.source, deal.digest(), deal.source_digest)

    @once
    def not_applicable(self) -> tuple[str, ...]:
        return tuple(sorted(self._rules.facts.deal.not_applicable))

    # rules ---------------------------------------------------------------------------------

    @once
    def reasons(self) -> tuple[d.Reason, ...]:
        """Those of rules that fail, are unknown or are waived, mandatory ones first."""
        rules = self._rules
        mandatory: list[d.Reason] = []
        negotiable: list[d.Reason] = []
        plans, reason, applied = rules.plan.by_number, rules.reason, False
        passes, does_not_apply = (None, None) if self._full else (_PASS, _NOT_APPLICABLE)
        for number, outcome in enumerate(rules.outcomes):
            if outcome is passes or outcome is does_not_apply:
                continue
            plan = plans[number] or rules.plan.rule(number)
            if not plan.advises:
                applied = applied or outcome is not _NOT_APPLICABLE
                chosen = mandatory if plan.level is _MANDATORY else negotiable
                chosen.append(reason(number, plan, outcome))
        found = (*mandatory, *negotiable)
        if not applied:
            levels = (rules.plan.rule(number).level for number in range(len(rules.outcomes)))
            if combining.nothing_applied(zip(levels, rules.outcomes, strict=True)):
                return (_NOTHING_APPLIED, *found)
        return found

    def reason(self, number: int) -> d.Reason:
        """The reason of one rule."""
        rules = self._rules
        return rules.reason(number, rules.plan.rule(number), rules.outcomes[number])

    @once
    def advice(self) -> tuple[d.Advice, ...]:
        found = []
        for number, outcome in enumerate(self._rules.outcomes):
            plan = self._rules.plan.rule(number)
            if not plan.advises:
                continue
            rule = plan.rule
            state = Presence.MISSING if rule.id in self._rules.waived else _STATES[outcome]
            found.append(
                d.Advice(
                    rule.id,
                    rule.title,
                    state,
                    self._rules.message(number, plan) if outcome in (_FAIL, _UNKNOWN) else None,
                    rule.focus,
                    rule.action,
                    rule.expected,
                    plan.source,
                    plan.location,
                )
            )
        return tuple(found)

    # over all rules ------------------------------------------------------------------------

    @once
    def missing(self) -> tuple[d.MissingTerm, ...]:
        by_path: dict[str, list[str]] = {}
        for number, outcome in enumerate(self._rules.outcomes):
            if outcome is _UNKNOWN:
                missing = self._rules.explained(number).missing
                for path in missing.paths() if missing is not None else ():
                    by_path.setdefault(path, []).append(self._rules.plan.rule(number).id)
        terms = self._rules.facts.schema.terms
        return tuple(
            d.MissingTerm(path, tuple(rules), terms[path].label if path in terms else None)
            for path, rules in by_path.items()
        )

    @once
    def assumed(self) -> tuple[d.AssumedTerm, ...]:
        facts = self._rules.facts
        taken = frozenset(filter(facts.is_assumed, self._rules.plan.defaulted))
        by_path: dict[str, list[str]] = {}
        for number, rests in self._rules.plan.resting if taken else ():
            if not rests.isdisjoint(taken):
                for path in self._rules.explained(number).rests_on():
                    by_path.setdefault(path, []).append(self._rules.plan.rule(number).id)
        terms = facts.schema.terms
        return tuple(
            d.AssumedTerm(
                path,
                data(of_term(facts.term(path), terms[path])),
                tuple(rules),
                terms[path].label,
                Words(terms[path].labels, terms[path].unit),
            )
            for path, rules in by_path.items()
        )

    @once
    def unread(self) -> tuple[d.UnreadTerm, ...]:
        """In the order of the schema."""
        facts = self._rules.facts
        stated = facts.deal.values.keys() & self._rules.plan.unread
        if not stated:
            return ()
        found = []
        for path, spec in facts.schema.terms.items():
            if path in stated:
                span = facts.deal.span(path)
                found.append(d.UnreadTerm(path, spec.label, place(span) if span else None))
        return tuple(found)

    @once
    def caveats(self) -> tuple[d.Caveat, ...]:
        evidence = self._rules.facts.deal.evidence
        low = {path for path, found in evidence.items() if found.get("confidence") == "low"}
        by_path: dict[str, list[str]] = {}
        for number in range(len(self._rules.outcomes)) if low else ():
            plan = self._rules.plan.rule(number)
            if plan.advises or plan.reads.isdisjoint(low):
                continue
            for path in dict.fromkeys(self._rules.explained(number).deciding_reads()):
                if path in low:
                    by_path.setdefault(path, []).append(plan.id)
        return tuple(
            d.Caveat(path, tuple(rules), FrozenDict(evidence[path]))
            for path, rules in by_path.items()
        )

    @once
    def errors(self) -> tuple[d.EvaluationFault, ...]:
        found = []
        for number, outcome in enumerate(self._rules.outcomes):
            if outcome is _UNKNOWN:
                explained = self._rules.explained(number)
                found += [_fault(fault, explained.plan.id) for fault in explained.result.faults]
        for card in self._rules.plan.policy.scorecards.values():
            found += [_fault(fault, None) for fault in self._settled.scores[card.id][1]]
        return tuple(found)

    # scores, interests and definitions -----------------------------------------------------

    @once
    def _settled(self) -> Interpreter:
        """An interpreter for what is derived, all of which it has settled."""
        return self._rules.evaluated or Interpreter(
            self._rules.plan.policy, self._rules.facts, decision_steps=STEPS
        )

    def _apart(self) -> Interpreter:
        """One to evaluate with: `_settled` may be shared with other threads."""
        return Interpreter(
            self._rules.plan.policy, self._rules.facts, decision_steps=STEPS, settled=self._settled
        )

    @once
    def scores(self) -> Mapping[str, d.Score]:
        cards = self._rules.plan.policy.scorecards
        if not cards:
            return FrozenDict()
        interpreter = self._apart()
        return FrozenDict((card.id, score(card, interpreter)) for card in cards.values())

    @once
    def interests(self) -> tuple[d.Interest, ...]:
        interests = self._rules.plan.policy.interests
        if not interests:
            return ()
        interpreter = self._apart()

        def holds(expr: Expr | None) -> Truth:
            value = interpreter.guarded(expr)[0] if expr is not None else False
            return value if isinstance(value, bool) else None

        return tuple(
            d.Interest(one.element, one.ours, one.theirs, holds(one.served), holds(one.conflict))
            for one in interests
        )

    @once
    def defined(self) -> Mapping[str, Any]:
        if not self._rules.plan.policy.definitions:
            return FrozenDict()
        derived = self._settled.derived
        return FrozenDict((name, data(value)) for name, (value, _) in derived.items())

    @once
    def units(self) -> Words:
        definitions = self._rules.plan.policy.definitions
        units = {name: one.value.type.unit for name, one in definitions.items()}
        return Words({name: unit for name, unit in units.items() if unit is not None})


def _fault(fault: Located, rule: str | None) -> d.EvaluationFault:
    return d.EvaluationFault(fault.code, fault.message, rule, place(fault.span))


# on the way of every decision, where looking up a member of an enum counts
_PASS, _FAIL, _UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
_NOT_APPLICABLE = Outcome.NOT_APPLICABLE
_MANDATORY = d.Level.MANDATORY
_STATES = {
    Outcome.PASS: Presence.PRESENT,
    Outcome.FAIL: Presence.MISSING,
    Outcome.UNKNOWN: Presence.UNKNOWN,
    Outcome.NOT_APPLICABLE: Presence.NOT_APPLICABLE,
}
_NOTHING_APPLIED = d.Reason(
    None,
    "nothing-applied",
    "No rule applies to this deal",
    None,
    None,
    "nothing-applied: no mandatory and no negotiable rule applies, so nothing was checked",
)
