"""Everything in a decision beyond its verdict and outcomes, each part when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from policyengine import combining, core
from policyengine import decision as d
from policyengine.core import Expr
from policyengine.decision import Outcome, Presence
from policyengine.decision.lazily import once
from policyengine.decision.parts import reason_with_rest
from policyengine.explain.explained import Explained
from policyengine.explain.outline import Sentence
from policyengine.explain.plan import Plan, RulePlan
from policyengine.explain.words import data, place
from policyengine.facts import DECISION_STEPS, Facts
from policyengine.interpreter import Interpreter, Located, RuleResult
from policyengine.operators import arithmetic
from policyengine.operators.fault import Fault
from policyengine.values.frozen import FrozenDict
from policyengine.values.logic import Truth

#: explaining a rule evaluates once more what was within the decision's budget
STEPS = 20 * DECISION_STEPS


class Explanation:
    """The parts of `decision.Details`, as attributes, each worked out apart from the others.

    `outcomes` are those before waivers, in file order, and `waived` the waivers that were
    applied, by rule; `evaluated` gives the reference interpreter where it had to decide, or
    None. `full` adds the rules that pass and those that do not apply to the reasons.
    """

    def __init__(
        self,
        plan: Plan,
        facts: Facts,
        outcomes: tuple[Outcome, ...],
        *,
        waived: Mapping[str, d.WaiverUse],
        waivers: tuple[d.WaiverUse, ...],
        evaluated: Interpreter | None,
        full: bool,
    ) -> None:
        self._plan = plan
        self._facts = facts
        self._outcomes = outcomes
        self._waived = waived
        self.waivers = waivers
        self._evaluated = evaluated
        self._full = full
        self._rules: dict[int, Explained] = {}

    # references ----------------------------------------------------------------------------

    @property
    def policy(self) -> d.PolicyRef:
        return self._plan.ref

    @once
    def deal(self) -> d.DealRef:
        deal = self._facts.deal
        return d.DealRef(deal.id, deal.source, deal.digest(), deal.source_digest)

    @once
    def not_applicable(self) -> tuple[str, ...]:
        return tuple(sorted(self._facts.deal.not_applicable))

    # rules ---------------------------------------------------------------------------------

    @once
    def reasons(self) -> tuple[d.Reason, ...]:
        """Those of rules that fail, are unknown or are waived, mandatory ones first."""
        mandatory: list[d.Reason] = []
        negotiable: list[d.Reason] = []
        plans, reason, applied = self._plan.by_number, self._reason, False
        passes, does_not_apply = (None, None) if self._full else (_PASS, _NOT_APPLICABLE)
        for number, outcome in enumerate(self._outcomes):
            if outcome is passes or outcome is does_not_apply:
                continue
            plan = plans[number] or self._plan.rule(number)
            if not plan.advises:
                applied = applied or outcome is not _NOT_APPLICABLE
                chosen = mandatory if plan.level is _MANDATORY else negotiable
                chosen.append(reason(number, plan, outcome))
        found = (*mandatory, *negotiable)
        if not applied:
            levels = (self._plan.rule(number).level for number in range(len(self._outcomes)))
            if combining.nothing_applied(zip(levels, self._outcomes, strict=True)):
                return (_NOTHING_APPLIED, *found)
        return found

    def reason(self, number: int) -> d.Reason:
        """The reason of one rule."""
        return self._reason(number, self._plan.rule(number), self._outcomes[number])

    def _reason(self, number: int, plan: RulePlan, outcome: Outcome) -> d.Reason:
        waiver = None
        if self._waived:
            waiver = self._waived.get(plan.id)
            outcome = Outcome.WAIVED if waiver is not None else outcome
        because, ask = plan.because, plan.ask
        message = because.fixed if outcome is _FAIL and because is not None else None
        if message is None or self._facts.final:
            message = self._message(number, plan)
        return reason_with_rest(
            plan.fixed,
            _CODES[outcome],
            outcome,
            message,
            ask if ask is None else ask.fixed or self._filled(plan, ask),
            waiver,
            lambda: self._rest(number),
        )

    def _rest(self, number: int) -> dict[str, Any]:
        found = self._explained(number)
        return {
            "terms": tuple(map(self._term_use, found.paths())),
            "conditions": found.condition.frozen(),
            "applies": found.applies.frozen() if found.applies is not None else None,
            "unless": found.unless.frozen() if found.unless is not None else None,
            "missing": found.missing,
        }

    def _explained(self, number: int) -> Explained:
        found = self._rules.get(number)
        if found is None:
            plan = self._plan.rule(number)
            made = Explained(
                plan,
                self._facts,
                self._outcomes[number],
                self._interpreter(plan),
                self._known(plan),
            )
            found = self._rules.setdefault(number, made)
        return found

    def _known(self, plan: RulePlan) -> RuleResult | None:
        """What became of a rule, where the reference decided it."""
        return self._evaluated.results.get(plan.id) if self._evaluated is not None else None

    def _interpreter(self, plan: RulePlan) -> Interpreter:
        """An interpreter for one rule; nobody else's, since it counts steps."""
        settled = self._evaluated or (_NOTHING if not plan.focused.order else None)
        return Interpreter(plan.focused, self._facts, decision_steps=STEPS, settled=settled)

    def _message(self, number: int, plan: RulePlan) -> str:
        outcome = self._outcomes[number]
        if outcome is _FAIL:
            if self._facts.final:
                silent = self._explained(number).silent()
                if silent is not None:
                    return silent
            filled = self._filled(plan, plan.because)
            return filled if filled is not None else self._explained(number).leaves()
        if outcome is _UNKNOWN:
            return self._explained(number).unknown()
        if not self._explained(number).in_force:
            return "not in force on the date of the decision"
        return "holds" if outcome is Outcome.PASS else "does not apply"

    def _filled(self, plan: RulePlan, sentence: Sentence | None) -> str | None:
        if sentence is None:
            return None
        if sentence.fixed is not None:
            return sentence.fixed

        def value(expr: Expr) -> Any:
            if type(expr) is core.Term:
                return self._facts.term(expr.path)
            return self._interpreter(plan).guarded(expr)[0]

        return sentence.fill(value)

    def _term_use(self, path: str) -> d.TermUse:
        facts = self._facts
        spec = facts.schema.terms.get(path)
        stated = facts.is_stated(path)
        span = facts.deal.span(path) if stated else None
        evidence = facts.deal.evidence.get(path)
        return d.TermUse(
            path,
            data(facts.term(path)),
            stated,
            facts.is_assumed(path),
            spec.label if spec else None,
            spec.unit if spec else None,
            place(span) if span is not None else None,
            FrozenDict(evidence) if evidence is not None else None,
        )

    @once
    def advice(self) -> tuple[d.Advice, ...]:
        found = []
        for number, outcome in enumerate(self._outcomes):
            plan = self._plan.rule(number)
            if not plan.advises:
                continue
            rule = plan.rule
            state = Presence.MISSING if rule.id in self._waived else _STATES[outcome]
            found.append(
                d.Advice(
                    rule.id,
                    rule.title,
                    state,
                    self._message(number, plan) if outcome in (_FAIL, _UNKNOWN) else None,
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
        for number, outcome in enumerate(self._outcomes):
            if outcome is _UNKNOWN:
                missing = self._explained(number).missing
                for path in missing.paths() if missing is not None else ():
                    by_path.setdefault(path, []).append(self._plan.rule(number).id)
        terms = self._facts.schema.terms
        return tuple(
            d.MissingTerm(path, tuple(rules), terms[path].label if path in terms else None)
            for path, rules in by_path.items()
        )

    @once
    def assumed(self) -> tuple[d.AssumedTerm, ...]:
        facts = self._facts
        taken = frozenset(filter(facts.is_assumed, self._plan.defaulted))
        by_path: dict[str, list[str]] = {}
        for number, rests in self._plan.resting if taken else ():
            if not rests.isdisjoint(taken):
                for path in self._explained(number).rests_on():
                    by_path.setdefault(path, []).append(self._plan.rule(number).id)
        terms = facts.schema.terms
        return tuple(
            d.AssumedTerm(path, data(facts.term(path)), tuple(rules), terms[path].label)
            for path, rules in by_path.items()
        )

    @once
    def caveats(self) -> tuple[d.Caveat, ...]:
        evidence = self._facts.deal.evidence
        low = {path for path, found in evidence.items() if found.get("confidence") == "low"}
        by_path: dict[str, list[str]] = {}
        for number in range(len(self._outcomes)) if low else ():
            plan = self._plan.rule(number)
            if plan.advises or plan.reads.isdisjoint(low):
                continue
            for path in dict.fromkeys(self._explained(number).deciding_reads()):
                if path in low:
                    by_path.setdefault(path, []).append(plan.id)
        return tuple(
            d.Caveat(path, tuple(rules), FrozenDict(evidence[path]))
            for path, rules in by_path.items()
        )

    @once
    def errors(self) -> tuple[d.EvaluationFault, ...]:
        found = []
        for number, outcome in enumerate(self._outcomes):
            if outcome is _UNKNOWN:
                explained = self._explained(number)
                found += [_fault(fault, explained.plan.id) for fault in explained.result.faults]
        for card in self._plan.policy.scorecards.values():
            found += [_fault(fault, None) for fault in self._settled.scores[card.id][1]]
        return tuple(found)

    # scores, interests and definitions -----------------------------------------------------

    @once
    def _settled(self) -> Interpreter:
        """An interpreter for what is derived, all of which it has settled."""
        return self._evaluated or Interpreter(self._plan.policy, self._facts, decision_steps=STEPS)

    def _apart(self) -> Interpreter:
        """One to evaluate with: `_settled` may be shared with other threads."""
        return Interpreter(
            self._plan.policy, self._facts, decision_steps=STEPS, settled=self._settled
        )

    @once
    def scores(self) -> Mapping[str, d.Score]:
        cards = self._plan.policy.scorecards
        if not cards:
            return FrozenDict()
        interpreter = self._apart()
        return FrozenDict((card.id, _score(card, interpreter)) for card in cards.values())

    @once
    def interests(self) -> tuple[d.Interest, ...]:
        interests = self._plan.policy.interests
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
        if not self._plan.policy.definitions:
            return FrozenDict()
        derived = self._settled.derived
        return FrozenDict((name, data(value)) for name, (value, _) in derived.items())


def _score(card: core.Scorecard, interpreter: Interpreter) -> d.Score:
    low = high = Decimal(0)
    items = []
    for item in card.items:
        points = interpreter.guarded(item.points)[0]
        points = points if isinstance(points, Decimal) else Decimal(0)
        value = interpreter.guarded(item.when)[0]
        value = value if isinstance(value, bool) else None
        least, most = core.points_range(points, value)
        low, high = _sum(low, least), _sum(high, most)
        items.append(d.ScoreItem(item.id, item.title, item.side, item.aspect, points, value))
    total = interpreter.scores[card.id][0]
    return d.Score(total, low, high, card.title, tuple(items))


def _sum(total: Decimal, points: Decimal) -> Decimal:
    try:
        found: Decimal = arithmetic.add(total, points)
    except Fault:
        return total  # an error of the score, which is reported as such
    return found


def _fault(fault: Located, rule: str | None) -> d.EvaluationFault:
    return d.EvaluationFault(fault.code, fault.message, rule, place(fault.span))


class _Nothing:
    """In place of an interpreter that has settled everything where nothing is derived."""

    derived: Mapping[str, Any] = FrozenDict()
    scores: Mapping[str, Any] = FrozenDict()


_NOTHING: Any = _Nothing()
# on the way of every decision, where looking up a member of an enum counts
_PASS, _FAIL, _UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
_NOT_APPLICABLE = Outcome.NOT_APPLICABLE
_MANDATORY = d.Level.MANDATORY
_CODES = {outcome: f"rule-{outcome.value.replace('_', '-')}" for outcome in Outcome}
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
