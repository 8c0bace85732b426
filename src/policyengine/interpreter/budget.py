"""Steps: what a rule and a decision may take, and how large a value may be."""

from __future__ import annotations

from typing import Any

from policyengine.errors import BudgetError, Diagnostic

#: Lists and contexts that a value may hold within each other.
MAX_DEPTH = 64


class OutOfStepsError(Exception):
    """A rule, a definition or a score has spent its steps."""


class Budget:
    """Counts steps against two budgets: a rule's, begun anew for each, and the decision's."""

    def __init__(self, rule_steps: int, decision_steps: int) -> None:
        self.rule_steps = rule_steps
        self.left = decision_steps
        self.steps = 0
        #: the size of each list and context met; kept with it, so that its id stays its own
        self.sizes: dict[int, tuple[tuple[int, int], Any]] = {}

    def step(self, count: int = 1) -> None:
        """Pay for steps; raises when the rule's or the decision's budget is spent."""
        self.steps += count
        self.left -= count
        if self.left < 0:
            raise BudgetError(
                Diagnostic(
                    "decision-budget-exceeded",
                    "the decision took more steps than it may; there is no verdict",
                    hint="shorten the lists that rules loop over",
                )
            )
        if self.steps > self.rule_steps:
            raise OutOfStepsError

    def made(self, value: Any) -> Any:
        """A value that was made; a list or context too large to walk is out of budget."""
        size, depth = self._size(value)
        if size - 1 > self.rule_steps or depth > MAX_DEPTH:
            raise OutOfStepsError
        return value

    def _size(self, value: Any) -> tuple[int, int]:
        """The elements of a value at all depths, shared ones each time they occur, and how
        deep it is; remembered, so that sharing costs nothing to count."""
        if not isinstance(value, tuple | dict):
            return 1, 0
        known = self.sizes.get(id(value))
        if known is None:
            below = list(map(self._size, value.values() if isinstance(value, dict) else value))
            size = 1 + sum(part for part, _ in below)
            known = (size, 1 + max((depth for _, depth in below), default=0)), value
            self.sizes[id(value)] = known
        return known[0]
