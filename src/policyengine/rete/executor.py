"""A policy on durable-rules, one whole evaluation at a time."""

from __future__ import annotations

import threading

from policyengine import core
from policyengine.decision import Outcome
from policyengine.facts import Facts
from policyengine.rete import library
from policyengine.rete.forms import T
from policyengine.rete.plan import Plan, plan
from policyengine.rete.ruleset import Ruleset, chunks, refused
from policyengine.rete.witness import Witness


class Rete:
    """A policy on durable-rules. Safe to share between threads: one evaluation at a time is
    in the network. Its memory is freed with it."""

    def __init__(self, policy: core.Policy) -> None:
        self._policy = policy
        self._lock = threading.Lock()
        self._plans: dict[bool, Plan] = {}
        self._networks: dict[bool, list[list[Ruleset]]] = {}

    def outcomes(self, facts: Facts) -> tuple[tuple[Outcome, ...], tuple[Outcome, ...]]:
        """Every rule's outcome before waivers, and the reference's to compare them with.

        Raises `UsageError` where durable-rules is not to be had, `BudgetError` as the
        reference does, and `DisagreementError` for an answer that cannot be trusted.
        """
        module = library.load()
        final = facts.final
        with self._lock:
            found = self._plans.get(final)
            if found is None:
                found = self._plans[final] = plan(self._policy, final=final)
        values = [0] * found.variables
        reference = Witness(self._policy, facts, values).outcomes(found.rules)
        with self._lock:
            try:
                network = self._networks.get(final)
                if network is None:
                    network = self._networks[final] = [
                        [Ruleset(module, part) for part in chunks(stratum)]
                        for stratum in found.strata
                    ]
                return _run(network, values, len(found.rules)), reference
            except BaseException:
                # whatever the network was left with goes with it
                for rulesets in self._networks.pop(final, ()):
                    for ruleset in rulesets:
                        ruleset.close()
                raise


def _run(network: list[list[Ruleset]], values: list[int], rules: int) -> tuple[Outcome, ...]:
    outcomes: list[Outcome | None] = [None] * rules
    for stratum in network:
        for ruleset in stratum:
            for target in ruleset.run(values):
                if isinstance(target, int):
                    values[target] = T
                    continue
                number, outcome = target
                if outcomes[number] not in (None, outcome):
                    raise refused("a rule has two outcomes")
                outcomes[number] = outcome
    settled = tuple(outcome for outcome in outcomes if outcome is not None)
    if len(settled) != rules:
        raise refused("a rule has no outcome")
    return settled
