"""What takes turns: iterators and their product, filters, sorting."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from policyengine import core
from policyengine.core import Expr
from policyengine.interpreter.budget import Budget
from policyengine.operators import arithmetic
from policyengine.operators.fault import Fault
from policyengine.values.logic import Truth

#: Elements of a list made so far that one step pays for, where a loop reads `partial`.
_COPIED_A_STEP = 100


class Loops(Budget, ABC):
    """Loops over what `value` and `_truth` say of an expression within a scope."""

    def __init__(self, rule_steps: int, decision_steps: int) -> None:
        super().__init__(rule_steps, decision_steps)
        self.costs: dict[int, tuple[int, ...]] = {}

    @abstractmethod
    def value(self, expr: Expr, scope: Mapping[str, Any]) -> Any: ...

    @abstractmethod
    def _truth(self, expr: Expr, scope: Mapping[str, Any]) -> Truth: ...

    def _for_each(self, expr: core.For, scope: Mapping[str, Any]) -> Any:
        domain, known = self._product(expr.iterators, expr.body, scope)
        made: list[Any] = []
        partial = any(
            isinstance(node, core.Local) and node.name == "partial" for node in core.walk(expr.body)
        )
        for inner in domain:
            if partial:  # what has been made so far; a copy for each turn
                self.step(len(made) // _COPIED_A_STEP)
                inner = {**inner, "partial": tuple(made)}
            made.append(self.value(expr.body, inner))
        return self.made(tuple(made)) if known[0] else None

    def _costs(self, iterators: tuple[tuple[str, Expr], ...], body: Expr) -> tuple[int, ...]:
        """What a turn of each iterator costs, remembered: a loop may stand in a loop."""
        known = self.costs.get(id(body))
        if known is None:
            known = self.costs[id(body)] = core.turn_costs(iterators, body)
        return known

    def _domain(self, over: Expr, scope: Mapping[str, Any]) -> Iterator[Any] | None:
        """What an iterator runs over, made lazily; None for unknown."""
        if isinstance(over, core.Counting):
            low, high = self.value(over.low, scope), self.value(over.high, scope)
            if low is None or high is None:
                return None
            return _count(low, high)
        value = self.value(over, scope)
        return None if value is None else iter(as_list(value))

    def _product(
        self, iterators: tuple[tuple[str, Expr], ...], body: Expr, scope: Mapping[str, Any]
    ) -> tuple[Iterator[dict[str, Any]], list[bool]]:
        """Scopes over the product of the iterators. The list's one element says, once the
        iterator is exhausted, whether every domain was known."""
        known = [True]
        costs = self._costs(iterators, body)

        def product(number: int, inner: dict[str, Any]) -> Iterator[dict[str, Any]]:
            if number == len(iterators):
                yield inner
                return
            name, over = iterators[number]
            domain = self._domain(over, inner)
            if domain is None:
                known[0] = False
                return
            for value in domain:
                self.step(costs[number])
                yield from product(number + 1, {**inner, name: value})

        return product(0, dict(scope)), known

    def _filter(self, expr: core.Filter, scope: Mapping[str, Any]) -> Any:
        value = self.value(expr.of, scope)
        if value is None:
            return None
        kept = []
        unknown = False
        (cost,) = self._costs((), expr.condition)
        for item in as_list(value):
            self.step(cost)
            keep = self._truth(expr.condition, {**scope, expr.name: item})
            unknown = unknown or keep is None
            if keep:
                kept.append(item)
        return None if unknown else tuple(kept)

    def _sort(self, expr: core.SortBy, scope: Mapping[str, Any]) -> Any:
        value = self.value(expr.of, scope)
        if value is None:
            return None
        unknown = False
        (cost,) = self._costs((), expr.precedes)

        def order(left: Any, right: Any) -> int:
            nonlocal unknown
            self.step(cost)
            first, second = expr.names
            before = self._truth(expr.precedes, {**scope, first: left, second: right})
            if before is None:
                unknown = True
                return 0
            if before:
                return -1
            after = self._truth(expr.precedes, {**scope, first: right, second: left})
            unknown = unknown or after is None
            return 1 if after else 0

        made = tuple(sorted(as_list(value), key=cmp_to_key(order)))
        return None if unknown else made


def as_list(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _count(low: Any, high: Any) -> Iterator[Decimal]:
    if not isinstance(low, Decimal) or not isinstance(high, Decimal):
        raise Fault("type-mismatch", "a loop counts from a number to a number")
    step = 1 if low <= high else -1
    current = low
    while (current <= high) if step > 0 else (current >= high):
        yield current
        current = arithmetic.add(current, Decimal(step))
