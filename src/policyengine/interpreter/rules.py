"""Rules, definitions and scores: what of an evaluation is asked for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from policyengine import combining, core
from policyengine.core import Expr
from policyengine.decision import Outcome
from policyengine.facts import DECISION_STEPS, RULE_STEPS, Facts
from policyengine.interpreter.budget import OutOfStepsError
from policyengine.interpreter.expressions import Expressions, Located, not_a_condition
from policyengine.operators import arithmetic
from policyengine.operators.fault import Fault
from policyengine.values.logic import Truth
from policyengine.values.record import Record


class RuleResult(Record):
    """What became of a rule, before waivers, and the truth values it follows from.

    `faults` holds the errors that left it unknown; it is empty for every other outcome. `over`
    names those of `applies`, `unless` and `requirement` that ran out of steps.
    """

    outcome: Outcome
    applies: Truth
    unless: Truth
    requirement: Truth
    faults: tuple[Located, ...]
    over: tuple[str, ...] = ()


class Interpreter(Expressions):
    """Evaluates one policy on one set of facts. Definitions and scores are worked out first,
    unless another interpreter on the same facts has `settled` them."""

    def __init__(
        self,
        policy: core.Policy,
        facts: Facts,
        settled: Interpreter | None = None,
        *,
        rule_steps: int = RULE_STEPS,
        decision_steps: int = DECISION_STEPS,
    ) -> None:
        super().__init__(facts, rule_steps, decision_steps)
        self.policy = policy
        #: whether what was evaluated last ran out of a rule's steps
        self.spent = False
        #: what became of the rules evaluated so far, by id
        self.results: dict[str, RuleResult] = {}
        if settled is not None:
            self.derived, self.scores = settled.derived, settled.scores
            return
        for name in policy.order:
            if name in policy.definitions:
                self.derived[name] = self.guarded(policy.definitions[name].value)
            else:
                card = policy.scorecards[name.removeprefix("score.")]
                self.scores[card.id] = self._score(card)

    def rule(self, rule: core.Rule) -> RuleResult:
        """The outcome of a rule before waivers, worked out once. Raises `BudgetError` for the
        decision's."""
        known = self.results.get(rule.id)
        if known is None:
            known = self.results[rule.id] = self._rule(rule)
        return known

    def _rule(self, rule: core.Rule) -> RuleResult:
        if not self.in_force(rule) or self.disarmed(rule):
            return RuleResult(Outcome.NOT_APPLICABLE, False, False, None, ())
        self.steps = 0
        over: list[str] = []
        applies, applies_faults = self._part(rule.applies, "applies", over, absent=True)
        unless, unless_faults = self._part(rule.unless, "unless", over, absent=False)
        requirement, faults = self._part(rule.requirement, "requirement", over, absent=True)
        if self.facts.final:
            # what is still unknown counts against the deal; an error stays unknown
            applies = True if applies is None and not applies_faults else applies
            unless = False if unless is None and not unless_faults else unless
            requirement = False if requirement is None and not faults else requirement
        outcome = combining.outcome(applies, unless, requirement)
        shown = applies_faults + unless_faults + faults if outcome is Outcome.UNKNOWN else ()
        return RuleResult(outcome, applies, unless, requirement, shown, tuple(over))

    def _part(
        self, expr: Expr | None, name: str, over: list[str], *, absent: bool
    ) -> tuple[Truth, tuple[Located, ...]]:
        self.spent = False
        value, faults = self.truth(expr, absent=absent)
        if self.spent:
            over.append(name)
        return value, faults

    def in_force(self, rule: core.Rule) -> bool:
        """Whether the as-of date lies in the rule's `effective` dates, both included."""
        if rule.effective_from is None and rule.effective_until is None:
            return True
        as_of = self.facts.as_of
        assert as_of is not None, "the engine asks for an as-of date where a policy needs one"
        day = as_of.to_python()
        if rule.effective_from is not None and day < rule.effective_from:
            return False
        return rule.effective_until is None or day <= rule.effective_until

    def disarmed(self, rule: core.Rule) -> bool:
        """Whether the requirement reads nothing but terms listed as not applicable."""
        listed = self.facts.deal.not_applicable
        if not listed:
            return False
        reads = core.terms_read(self.policy, rule.requirement)
        return bool(reads) and reads <= listed

    def truth(self, expr: Expr | None, *, absent: bool) -> tuple[Truth, tuple[Located, ...]]:
        """The truth value of a condition, and the errors met in it; `absent` if there is none."""
        if expr is None:
            return absent, ()
        value, faults = self.guarded(expr, keep_steps=True)
        if value is None or isinstance(value, bool):
            return value, faults
        return None, (*faults, not_a_condition(expr))

    def guarded(self, expr: Expr, *, keep_steps: bool = False) -> tuple[Any, tuple[Located, ...]]:
        """A value and the errors met on the way; over budget it is unknown with an error."""
        if not keep_steps:
            self.steps = 0
        outer, self.faults = self.faults, []
        try:
            value = self.value(expr, {})
        except OutOfStepsError:
            value = None
            self.spent = True
            message = f"took more than {self.rule_steps} steps"
            self.faults.append(Located("budget-exceeded", message, expr.span))
        faults, self.faults = tuple(dict.fromkeys(self.faults)), outer
        return value, faults

    def _score(self, card: core.Scorecard) -> tuple[Decimal | None, tuple[Located, ...]]:
        total: Decimal | None = Decimal(0)
        faults: list[Located] = []
        for item in card.items:
            points, more = self.guarded(item.points)
            self.steps = 0
            holds, also = self.truth(item.when, absent=True)
            faults += [*more, *also]
            if holds is None or points is None:
                total = None
            elif holds and total is not None:
                try:
                    total = arithmetic.add(total, points)
                except Fault as fault:
                    faults.append(Located(fault.code, fault.message, item.span))
                    total = None
        return total, tuple(faults)
