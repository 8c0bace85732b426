"""The reference interpreter at work, and the truth values of leaves that it comes by.

The network is given these leaves and held to these outcomes: a leaf that the reference has
evaluated once need not be evaluated again to be matched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from policyengine import core
from policyengine.core import Expr
from policyengine.decision import Outcome
from policyengine.facts import Facts
from policyengine.interpreter import Interpreter, Located
from policyengine.rete.forms import F, T
from policyengine.rete.plan import BITS, RulePlan, Slot
from policyengine.values.logic import Truth


class Witness(Interpreter):
    """Evaluates rules as the reference does, and puts the value of every variable that is no
    gate into `values`; 0 stays where the reference never looks."""

    def __init__(self, policy: core.Policy, facts: Facts, values: list[int]) -> None:
        self._values = values
        self._slots: Iterator[Slot] = iter(())
        self._open: int | None = None
        self._noted: dict[int, Truth] = {}
        super().__init__(policy, facts)

    def outcomes(self, rules: Iterable[RulePlan]) -> tuple[Outcome, ...]:
        """The outcomes of some rules by the reference; raises `BudgetError` as it does."""
        found = []
        for planned in rules:
            self._values[planned.open] = F
            self._open, self._slots = planned.open, iter(planned.slots)
            found.append(self.rule(planned.rule).outcome)
        return tuple(found)

    def truth(self, expr: Expr | None, *, absent: bool) -> tuple[Truth, tuple[Located, ...]]:
        if self._open is None:  # a scorecard's condition: scores come before rules
            return super().truth(expr, absent=absent)
        # a condition is asked for only while the rule is in force and not disarmed
        values = self._values
        values[self._open] = T
        if expr is None:
            return absent, ()
        slot = next(self._slots)
        noted = self._noted
        noted.clear()
        span = expr.span
        value, faults = super().truth(expr, absent=absent)
        while isinstance(expr, core.Leaf):
            expr = expr.of
        noted[id(expr)] = value
        for use in slot.leaves:
            if (leaf := id(use.expr)) in noted:
                values[use.variable] = BITS[noted[leaf]]
        if slot.spent is not None:
            spent = any(fault.code == "budget-exceeded" and fault.span == span for fault in faults)
            values[slot.spent] = T if spent else F
        if slot.faulty is not None:
            values[slot.faulty] = T if faults else F
        return value, faults

    def _truth(self, expr: Expr, scope: Mapping[str, Any]) -> Truth:
        value = super()._truth(expr, scope)
        while isinstance(expr, core.Leaf):
            expr = expr.of
        self._noted[id(expr)] = value
        return value
