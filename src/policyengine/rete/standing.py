"""A policy's network between the steps of a negotiation.

Every rule, and every gate, has a ruleset of its own, and its fact stays between steps. A step
evaluates the leaves of the rules that read the changed term; of these rules, and of the gates
below them, a fact is replaced where another atom holds now. Nothing else is touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policyengine import core
from policyengine.decision import Outcome
from policyengine.errors import Diagnostic, DisagreementError
from policyengine.facts import DECISION_STEPS, Facts
from policyengine.rete import library
from policyengine.rete.forms import T
from policyengine.rete.plan import Alternative, Plan, Target, plan
from policyengine.rete.ruleset import Ruleset, chunks, refused
from policyengine.rete.witness import Witness
from policyengine.source import quoted


class Standing:
    """A policy on durable-rules for one session; not for several threads at once.

    Its rulesets are made when they are first needed. After an error, or `close`, they are
    made anew: what they hold saves work and is never needed for an answer.
    """

    def __init__(self, policy: core.Policy, *, final: bool) -> None:
        self._module = library.load()
        self._plan: Plan = plan(policy, final=final)
        self._values = [0] * self._plan.variables
        self._rules, self._gates = _owned(self._plan)
        self._rulesets: dict[tuple[str, int], list[Ruleset]] = {}

    def outcomes(
        self, part: core.Policy, facts: Facts, numbers: Sequence[int]
    ) -> tuple[tuple[Outcome, ...], int]:
        """The outcomes of rules, given by number, and how many steps they took. `part` is the
        policy with at least these rules and what they use.

        Raises `BudgetError` as the reference does, and `DisagreementError` for an answer that
        cannot be trusted or is not that of the reference.
        """
        rules = [self._plan.rules[number] for number in numbers]
        for rule in rules:
            for slot in rule.slots:
                for use in slot.leaves:
                    self._values[use.variable] = 0
        witness = Witness(part, facts, self._values)
        reference = witness.outcomes(rules)
        try:
            for gate in self._below(numbers):
                holds = self._hold(("gate", gate), self._gates[gate])
                self._values[gate] = T if holds else 0
            found = tuple(map(self._outcome, numbers))
            for rule, mine, other in zip(rules, found, reference, strict=True):
                if mine is not other:
                    raise _disagreement(rule.rule, mine, other)
        except BaseException:
            # whatever it was left with goes with it
            self.close()
            raise
        return found, DECISION_STEPS - witness.left

    def close(self) -> None:
        """Free the rulesets."""
        for rulesets in self._rulesets.values():
            for ruleset in rulesets:
                ruleset.close()
        self._rulesets.clear()

    def _outcome(self, number: int) -> Outcome:
        found = self._hold(("rule", number), self._rules[number])
        if len(found) != 1:
            raise refused(f"a rule has {len(found)} outcomes")
        [target] = found
        assert not isinstance(target, int), "a gate is no rule's"
        return target[1]

    def _hold(self, key: tuple[str, int], alternatives: list[Alternative]) -> frozenset[Target]:
        rulesets = self._rulesets.get(key)
        if rulesets is None:
            rulesets = [Ruleset(self._module, chunk) for chunk in chunks(alternatives)]
            self._rulesets[key] = rulesets
        return frozenset(target for each in rulesets for target in each.hold(self._values))

    def _below(self, numbers: Sequence[int]) -> list[int]:
        """The gates that some rules rest on, each after those that it rests on itself."""
        found: dict[int, None] = {}
        for number in numbers:
            for gate in self._gates_in(self._rules[number]):
                found[gate] = None
        return [gate for gate in self._gates if gate in found]

    def _gates_in(self, alternatives: list[Alternative]) -> Iterator[int]:
        stack, seen = [alternatives], set()
        while stack:
            for alternative in stack.pop():
                for variable, _ in alternative.atoms:
                    if variable in self._gates and variable not in seen:
                        seen.add(variable)
                        stack.append(self._gates[variable])
                        yield variable


def _owned(found: Plan) -> tuple[dict[int, list[Alternative]], dict[int, list[Alternative]]]:
    """The alternatives of each rule by its number, and of each gate by its variable; a gate
    comes after the gates it uses."""
    rules: dict[int, list[Alternative]] = {}
    gates: dict[int, list[Alternative]] = {}
    for stratum in found.strata:
        for alternative in stratum:
            target = alternative.target
            if isinstance(target, int):
                gates.setdefault(target, []).append(alternative)
            else:
                rules.setdefault(target[0], []).append(alternative)
    return rules, gates


def _disagreement(rule: core.Rule, found: Outcome, reference: Outcome) -> DisagreementError:
    message = (
        f"the executors disagree on {quoted(rule.id)}: `{found}` on durable-rules, "
        f"`{reference}` by the reference; there is no verdict"
    )
    hint = "this is a fault of the engine; please report it with this rule"
    return DisagreementError(Diagnostic("executors-disagree", message, rule.span, hint=hint))
