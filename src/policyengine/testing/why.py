"""Why a decision is what it is: the parts it rests on, with places in rules and deal."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine import core
from policyengine.decision import Decision, Level, Outcome
from policyengine.engine import Policy
from policyengine.explain import Explainer, Part, deciding_leaves, of_term, place, words
from policyengine.facts import Facts
from policyengine.interpreter import RuleResult

_STEPS = 2_000_000
#: lines about one rule; more would bury the reason
_LEAVES = 8
_RULES = 6


class Why:
    """Explains one evaluated case, its interpreter made when first asked for."""

    def __init__(self, policy: Policy, facts: Facts) -> None:
        self.policy = policy
        self.facts = facts
        self.explainer = Explainer(policy.core, facts, _STEPS)

    def rule(self, id_: str) -> tuple[str, ...]:
        """The conditions that decided a rule: value, text, actual value, and where each stands."""
        rule = self.policy.rule(id_)
        interpreter = self.explainer.interpreter
        if not interpreter.in_force(rule):
            return (f"{rule.id} is not in force on {self.facts.as_of} ({place_of(rule)})",)
        if interpreter.disarmed(rule):
            return (f"{rule.id} reads only terms listed as not applicable ({place_of(rule)})",)
        result = interpreter.rule(rule)
        lines = [line for expr in _deciding(rule, result) for line in self._leaves(expr)]
        lines += [f"error {fault.code}: {fault.message}" for fault in result.faults]
        left_out = len(lines) - _LEAVES
        more = (f"and {left_out} more",) if left_out > 0 else ()
        return (*lines[:_LEAVES], *more)

    def verdict(self, decision: Decision) -> tuple[str, ...]:
        """The rules that a verdict rests on, and why each came out as it did."""
        order = (Outcome.FAIL, Outcome.UNKNOWN)
        levels = (Level.MANDATORY, Level.NEGOTIABLE)
        found = [
            rule
            for level in levels
            for outcome in order
            for rule in self.policy.rules
            if Level(rule.level) is level and decision.outcomes[rule.id] is outcome
        ]
        lines: list[str] = []
        for rule in found[:_RULES]:
            outcome = decision.outcomes[rule.id]
            lines.append(f"{rule.id} ({rule.level}) is {outcome} ({place_of(rule)})")
            lines += [f"  {line}" for line in self.rule(rule.id)]
        if len(found) > _RULES:
            lines.append(f"and {len(found) - _RULES} more rules")
        return tuple(lines) or ("no mandatory and no negotiable rule fails or is unknown",)

    def _leaves(self, expr: core.Expr) -> Iterator[str]:
        for leaf in deciding_leaves(self.explainer.tree(expr).mark()):
            yield f"{_truth(leaf)}: {leaf.text}{self._actual(leaf)}"

    def _actual(self, leaf: Part) -> str:
        at = place(leaf.span)
        where = [f"rule at {at.file}:{at.line}"] if at is not None else []
        for path in leaf.reads:
            span = self.facts.deal.span(path) if self.facts.is_stated(path) else None
            found = place(span) if span is not None else None
            terms = self.policy.schema.terms
            value = words(of_term(self.facts.term(path), terms.get(path)))
            if found is not None:
                where.append(f"{path} is {value} at {found.file}:{found.line}")
            elif self.facts.is_assumed(path):
                where.append(f"{path} is assumed to be {value}")
            else:
                where.append(f"{path} is not stated")
        return f" ({'; '.join(where)})" if where else ""


def _deciding(rule: core.Rule, result: RuleResult) -> list[core.Expr]:
    """The conditions of a rule that its outcome rests on."""
    if result.applies is False and rule.applies is not None:
        return [rule.applies]
    if result.unless is True and rule.unless is not None:
        return [rule.unless]
    found = [rule.condition]
    if result.outcome is Outcome.UNKNOWN:
        found = [rule.condition] if result.requirement is None else []
        found += [rule.applies] if rule.applies is not None and result.applies is None else []
        found += [rule.unless] if rule.unless is not None and result.unless is None else []
    return found


def _truth(leaf: Part) -> str:
    return "unknown" if leaf.value is None else str(leaf.value).lower()


def place_of(thing: core.Rule) -> str:
    return f"{thing.span.file}:{thing.span.line}"
