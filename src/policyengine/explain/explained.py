"""One rule on one deal, explained: its conditions as trees, what decided it, what is missing."""

from __future__ import annotations

from policyengine import combining
from policyengine import decision as d
from policyengine.decision import Outcome
from policyengine.errors import Diagnostic, DisagreementError
from policyengine.explain.missing import group, missing
from policyengine.explain.parts import Part, Values, deciding_leaves, deciding_reads
from policyengine.explain.plan import RulePlan
from policyengine.explain.words import sentence
from policyengine.facts import Facts
from policyengine.interpreter import Interpreter, RuleResult
from policyengine.source import quoted
from policyengine.values.logic import negation


class Explained:
    """Why a rule has its outcome, before waivers. `known` is what became of it where the
    reference has evaluated it already, so that nothing that went over budget does so twice.

    Raises `DisagreementError` where the reference does not come to the outcome: reasons for
    another one than the decision's would be worse than none.
    """

    def __init__(
        self,
        plan: RulePlan,
        facts: Facts,
        outcome: Outcome,
        interpreter: Interpreter,
        known: RuleResult | None,
    ) -> None:
        self.plan = plan
        self.facts = facts
        over = known.over if known is not None else ()
        values = Values(facts, interpreter)
        self.condition = values.tree(plan.condition, over="requirement" in over)
        self.applies = self.unless = None
        if plan.applies is not None:
            self.applies = values.tree(plan.applies, over="applies" in over)
        if plan.unless is not None:
            self.unless = values.tree(plan.unless, over="unless" in over)
        self.in_force = interpreter.in_force(plan.rule)
        result = known or self._by_its_parts(outcome) or interpreter.rule(plan.rule)
        if result.outcome is not outcome:
            raise disagreement(plan.id, outcome, result.outcome, plan)
        self.result = result
        self.deciding = self._deciding() if self.in_force else []
        for part in self.deciding:
            part.mark()
        self.missing = self._missing()

    def _by_its_parts(self, outcome: Outcome) -> RuleResult | None:
        """The result as it follows from the trees, where that is all there is to it."""
        applies = self.applies.value if self.applies is not None else True
        unless = self.unless.value if self.unless is not None else False
        value = self.condition.value
        requirement = value if self.plan.goal else negation(value)
        if self.facts.final and None in (applies, unless, requirement):
            return None
        if self.facts.deal.not_applicable or not self.in_force:
            return None
        found = combining.outcome(applies, unless, requirement)
        if found is not outcome or found not in (Outcome.PASS, Outcome.FAIL):
            return None
        return RuleResult(found, applies, unless, requirement, ())

    def _deciding(self) -> list[Part]:
        """The conditions of the rule on which its outcome rests."""
        condition, applies, result = self.condition, self.applies, self.result
        guards = [part for part in (applies, self.unless) if part is not None]
        if result.outcome is Outcome.NOT_APPLICABLE:
            return [applies] if applies is not None and applies.value is False else []
        if result.outcome is Outcome.PASS:
            return [condition] if result.requirement is True else guards[-1:]
        if result.outcome is Outcome.FAIL:
            return [condition, *guards]
        # unknown: whatever is unknown, and what it would meet once known
        return [part for part in (condition, *guards) if part.value is None]

    def _missing(self) -> d.Missing | None:
        if self.result.outcome is not Outcome.UNKNOWN:
            return None
        ways = [missing(self.condition, self.plan.goal, self.facts)]
        if self.unless is not None:
            ways.append(missing(self.unless, True, self.facts))
        if self.applies is not None:
            ways.append(missing(self.applies, False, self.facts))
        return group("any", [way for way in ways if way is not None])

    # what is shown of it -------------------------------------------------------------------

    def paths(self) -> list[str]:
        """The terms a reason shows: those it rests on, then those its sentence names."""
        return list(dict.fromkeys([*self.deciding_reads(), *self.plan.named]))

    def deciding_reads(self) -> list[str]:
        return [path for part in self.deciding for path in deciding_reads(part)]

    def rests_on(self) -> list[str]:
        """The assumed terms that the outcome rests on, in order."""
        return sorted({path for part in self.deciding for path in rests_on(part, self.facts)})

    def unknown(self) -> str:
        """Why it is unknown, as a sentence."""
        if self.result.faults:
            return "; ".join(dict.fromkeys(fault.message for fault in self.result.faults))
        return f"not stated: {sentence(self.missing)}" if self.missing is not None else "not known"

    def silent(self) -> str | None:
        """Why a final document fails that does not state enough, as a sentence."""
        if self.condition.value is not None:
            return None
        paths = dict.fromkeys(deciding_reads(self.condition))
        unstated = [path for path in paths if not self.facts.is_stated(path)]
        return f"the deal is final and does not state {', '.join(unstated) or 'enough'}"

    def leaves(self) -> str:
        """What fails, by the conditions themselves."""
        texts = [leaf.text or "" for leaf in deciding_leaves(self.condition)]
        lead = "does not hold: " if self.plan.goal else "forbidden, and holds: "
        return lead + "; ".join(texts)


def rests_on(part: Part, facts: Facts) -> frozenset[str]:
    """The assumed terms a value rests on; the fewest where any of several would do."""
    if part.kind == "leaf":
        asks = part.outline.asks
        read = (path for path in part.outline.reads if path not in asks)
        return frozenset(path for path in read if facts.is_assumed(path))
    sets = [rests_on(below, facts) for below in part.deciding()]
    if not sets:
        return frozenset()
    one_settles = (part.kind == "all" and part.value is False) or (
        part.kind == "any" and part.value is True
    )
    if one_settles:
        return min(sets, key=len)
    if part.kind == "some_of" and part.value is True and part.outline.count is not None:
        sets = sorted(sets, key=len)[: part.outline.count]
    return frozenset().union(*sets)


def disagreement(
    rule: str, found: Outcome, reference: Outcome, plan: RulePlan
) -> DisagreementError:
    return DisagreementError(
        Diagnostic(
            "executors-disagree",
            f"the executors disagree on {quoted(rule)}: `{found}` when decided, "
            f"`{reference}` by the reference; there is no verdict",
            plan.rule.span,
            hint="this is a fault of the engine; please report it with this rule",
        )
    )
