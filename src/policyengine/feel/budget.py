"""Steps: what bounds the time and the memory of an evaluation, the same on every machine."""

from __future__ import annotations

from typing import Any

from policyengine.errors import BudgetError, Diagnostic
from policyengine.feel import ast

#: Steps an evaluation may take unless it is told otherwise.
MAX_STEPS = 200_000
#: Elements that a list or a context may hold at all depths together, shared ones counted
#: each time they occur: what it would cost to walk it.
MAX_SIZE = 1_000_000

_NODES_A_STEP = 10
_CHARACTERS_A_STEP = 100


class Budget:
    """Counts down; raises `BudgetError` at the end.

    An iteration costs a step for every ten nodes of what it evaluates, an element of a list
    handed to a function one, a hundred characters of a text made one.
    """

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.left = steps
        self._bodies: dict[int, int] = {}
        # The value is kept beside its size so that its id stays its own.
        self._sizes: dict[int, tuple[Any, int]] = {}

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise BudgetError(
                Diagnostic("feel-budget", f"the expression takes more than {self.steps} steps")
            )

    def cost(self, body: ast.Expr) -> int:
        """Steps that one evaluation of a body takes, iterations inside it apart."""
        known = self._bodies.get(id(body))
        if known is None:
            known = 1 + sum(1 for _ in ast.walk(body)) // _NODES_A_STEP
            self._bodies[id(body)] = known
        return known

    def text(self, value: str) -> str:
        """Pay for a text that was made."""
        self.spend(len(value) // _CHARACTERS_A_STEP)
        return value

    def made(self, value: Any) -> Any:
        """Pay for a list or context that was made, and refuse one too large to walk."""
        if isinstance(value, tuple | dict):
            self.spend(len(value))
            if self.size(value) > MAX_SIZE:
                raise BudgetError(
                    Diagnostic("feel-budget", f"a value holds more than {MAX_SIZE} elements")
                )
        return value

    def size(self, value: Any) -> int:
        """The elements of a value at all depths; remembered, so that sharing costs nothing."""
        if not isinstance(value, tuple | dict):
            return 1
        known = self._sizes.get(id(value))
        if known is None:
            parts = value.values() if isinstance(value, dict) else value
            known = value, 1 + sum(map(self.size, parts))
            self._sizes[id(value)] = known
        return known[1]
