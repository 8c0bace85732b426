"""The rules of a policy on one deal: each explained, and given its reason, when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine import core
from policyengine import decision as d
from policyengine.core import Expr
from policyengine.decision import Outcome
from policyengine.decision.parts import reason_with_rest
from policyengine.decision.wording import NO_WORDS, Words
from policyengine.explain.explained import Explained
from policyengine.explain.outline import Sentence
from policyengine.explain.plan import Plan, RulePlan
from policyengine.explain.words import data, of_term, place
from policyengine.facts import DECISION_STEPS, Facts
from policyengine.interpreter import Interpreter, RuleResult
from policyengine.values.frozen import FrozenDict

#: explaining a rule evaluates once more what was within the decision's budget
STEPS = 20 * DECISION_STEPS


class Rules:
    """`outcomes` are those before waivers, in file order, and `waived` the waivers that were
    applied, by rule; `evaluated` gives the reference interpreter where it had to decide, or
    None.

    Reasons refer to it for what is worked out later, and it to no reason: a decision that
    nobody holds is gone at once, and leaves nothing to the garbage collector.
    """

    __slots__ = ("_explained", "evaluated", "facts", "outcomes", "plan", "waived")

    def __init__(
        self,
        plan: Plan,
        facts: Facts,
        outcomes: tuple[Outcome, ...],
        waived: Mapping[str, d.WaiverUse],
        evaluated: Interpreter | None,
    ) -> None:
        self.plan = plan
        self.facts = facts
        self.outcomes = outcomes
        self.waived = waived
        self.evaluated = evaluated
        self._explained: dict[int, Explained] = {}

    def reason(self, number: int, plan: RulePlan, outcome: Outcome) -> d.Reason:
        """The reason of a rule, given its plan and its outcome before waivers."""
        waiver = None
        if self.waived:
            waiver = self.waived.get(plan.id)
            outcome = Outcome.WAIVED if waiver is not None else outcome
        because, ask = plan.because, plan.ask
        message = because.fixed if outcome is _FAIL and because is not None else None
        if message is None or self.facts.final:
            message = self.message(number, plan)
        return reason_with_rest(
            plan.fixed,
            _CODES[outcome],
            outcome,
            message,
            ask if ask is None else ask.fixed or self._filled(plan, ask),
            waiver,
            (self._rest, number),
        )

    def _rest(self, number: int) -> dict[str, Any]:
        found = self.explained(number)
        return {
            "terms": tuple(map(self._term_use, found.paths())),
            "conditions": found.condition.frozen(),
            "applies": found.applies.frozen() if found.applies is not None else None,
            "unless": found.unless.frozen() if found.unless is not None else None,
            "missing": found.missing,
        }

    def explained(self, number: int) -> Explained:
        found = self._explained.get(number)
        if found is None:
            plan = self.plan.rule(number)
            made = Explained(
                plan,
                self.facts,
                self.outcomes[number],
                self._interpreter(plan),
                self._known(plan),
            )
            found = self._explained.setdefault(number, made)
        return found

    def _known(self, plan: RulePlan) -> RuleResult | None:
        """What became of a rule, where the reference decided it."""
        return self.evaluated.results.get(plan.id) if self.evaluated is not None else None

    def _interpreter(self, plan: RulePlan) -> Interpreter:
        """An interpreter for one rule; nobody else's, since it counts steps."""
        settled = self.evaluated or (_NOTHING if not plan.focused.order else None)
        return Interpreter(plan.focused, self.facts, decision_steps=STEPS, settled=settled)

    def message(self, number: int, plan: RulePlan) -> str:
        """Why a rule has its outcome, in a sentence."""
        outcome = self.outcomes[number]
        if outcome is _FAIL:
            if self.facts.final:
                silent = self.explained(number).silent()
                if silent is not None:
                    return silent
            filled = self._filled(plan, plan.because)
            return filled if filled is not None else self.explained(number).leaves()
        if outcome is Outcome.UNKNOWN:
            return self.explained(number).unknown()
        if not self.explained(number).in_force:
            return "not in force on the date of the decision"
        return "holds" if outcome is Outcome.PASS else "does not apply"

    def _filled(self, plan: RulePlan, sentence: Sentence | None) -> str | None:
        if sentence is None:
            return None
        if sentence.fixed is not None:
            return sentence.fixed

        def value(expr: Expr) -> Any:
            if type(expr) is core.Term:
                return self.facts.term(expr.path)
            return self._interpreter(plan).guarded(expr)[0]

        return sentence.fill(value)

    def _term_use(self, path: str) -> d.TermUse:
        facts = self.facts
        spec = facts.schema.terms.get(path)
        stated = facts.is_stated(path)
        span = facts.deal.span(path) if stated else None
        evidence = facts.deal.evidence.get(path)
        return d.TermUse(
            path,
            data(of_term(facts.term(path), spec)),
            stated,
            facts.is_assumed(path),
            spec.label if spec else None,
            spec.unit if spec else None,
            place(span) if span is not None else None,
            FrozenDict(evidence) if evidence is not None else None,
            Words(spec.labels) if spec and spec.labels else NO_WORDS,
        )


class _Nothing:
    """In place of an interpreter that has settled everything where nothing is derived."""

    derived: Mapping[str, Any] = FrozenDict()
    scores: Mapping[str, Any] = FrozenDict()


_NOTHING: Any = _Nothing()
# on the way of every decision, where looking up a member of an enum counts
_FAIL = Outcome.FAIL
_CODES = {outcome: f"rule-{outcome.value.replace('_', '-')}" for outcome in Outcome}
