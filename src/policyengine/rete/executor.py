"""The executor: leaves by the reference, outcomes by durable-rules."""

from __future__ import annotations

import threading
from typing import Any, Protocol

from policyengine import core
from policyengine.decision import Outcome
from policyengine.rete import library
from policyengine.rete.forms import F, T, U
from policyengine.rete.plan import BITS, Plan, Slot, plan
from policyengine.rete.ruleset import Ruleset, chunks, refused


class Leaves(Protocol):
    """What of the reference interpreter evaluates leaves."""

    steps: int

    @property
    def rule_steps(self) -> int: ...

    def in_force(self, rule: core.Rule) -> bool: ...

    def disarmed(self, rule: core.Rule) -> bool: ...

    def guarded(self, expr: core.Expr, *, keep_steps: bool = ...) -> tuple[Any, Any]: ...


class Rete:
    """A policy on durable-rules. Safe to share between threads: one evaluation at a time is
    in the network. Its memory is freed with it."""

    def __init__(self, policy: core.Policy) -> None:
        self._policy = policy
        self._lock = threading.Lock()
        self._plans: dict[bool, Plan] = {}
        self._networks: dict[bool, list[list[Ruleset]]] = {}

    def outcomes(self, leaves: Leaves, *, final: bool) -> tuple[Outcome, ...]:
        """Every rule's outcome before waivers, to be compared with the reference.

        Raises `UsageError` where durable-rules is not to be had, `BudgetError` as the
        reference does, and `DisagreementError` for an answer that cannot be trusted.
        """
        module = library.load()
        with self._lock:
            found = self._plans.get(final)
            if found is None:
                found = self._plans[final] = plan(self._policy, final=final)
        values = _values(found, leaves)
        with self._lock:
            try:
                network = self._networks.get(final)
                if network is None:
                    network = self._networks[final] = [
                        [Ruleset(module, part) for part in chunks(stratum)]
                        for stratum in found.strata
                    ]
                return _run(network, values, len(found.rules))
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


def _values(found: Plan, leaves: Leaves) -> list[int]:
    """The value of every variable but the gates, 0 for what is not asked."""
    values = [0] * found.variables
    known: dict[int, tuple[Any, bool]] = {}
    for rule in found.rules:
        if not leaves.in_force(rule.rule) or leaves.disarmed(rule.rule):
            values[rule.open] = F
            continue
        values[rule.open] = T
        leaves.steps = 0
        for slot in rule.slots:
            _evaluate(slot, leaves, values, known)
    return values


def _evaluate(
    slot: Slot, leaves: Leaves, values: list[int], known: dict[int, tuple[Any, bool]]
) -> None:
    """The leaves of a condition, in order, until it runs out of steps."""
    faulty = spent = False
    for use in slot.leaves:
        if use.stepping or use.variable not in known:
            value, faults = leaves.guarded(use.expr, keep_steps=True)
            known[use.variable] = value, bool(faults)
            values[use.variable] = BITS[value] if isinstance(value, bool) else U
            spent = leaves.steps > leaves.rule_steps and any(
                fault.code == "budget-exceeded" and fault.span == use.expr.span for fault in faults
            )
        value, failed = known[use.variable]
        # a condition that is no truth value is an error
        mistyped = value is not None and not isinstance(value, bool)
        faulty = faulty or failed or mistyped
        if spent:
            break
    if slot.spent is not None:
        values[slot.spent] = T if spent else F
    if slot.faulty is not None:
        values[slot.faulty] = T if faulty else F
