"""Limits: `less_than`, `at_most`, `at_least`, `more_than`, `between`; and for dates and
times `before`, `on_or_before`, `after`, `on_or_after`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from policyengine import core, nodes
from policyengine.core import Expr
from policyengine.lowering.operands import operand
from policyengine.lowering.operators.registry import Operator, Test
from policyengine.operators.comparison import compare
from policyengine.operators.fault import Fault
from policyengine.types import BOOLEAN

_AMOUNTS = ("number", "days and time duration", "years and months duration")
_MOMENTS = ("date", "time", "date and time")


def _limit(name: str, op: str, kinds: tuple[str, ...]) -> Callable[[Test], Expr | None]:
    def lower(test: Test) -> Expr | None:
        if not test.expect(name, *kinds):
            return None
        bound = operand(test.operand, test.subject.type, test.scope)
        test.shown = (bound,)
        return test.compare(op, test.subject, bound)

    return lower


def _between(test: Test) -> Expr | None:
    if not test.expect("between", *_AMOUNTS, *_MOMENTS):
        return None
    if not isinstance(test.operand, nodes.Sequence) or len(test.operand) != 2:
        test.error(
            "bad-operand", "`between` takes a list of two bounds, both included", test.operand.span
        )
        return None
    low, high = (operand(item, test.subject.type, test.scope) for item in test.operand)
    test.shown = ("[", low, ", ", high, "]")
    if isinstance(low, core.Const) and isinstance(high, core.Const):
        problem = _problem(low.value, high.value)
        if problem is not None:
            test.error(*problem, test.operand.span)
            return None
    parts = (test.compare(">=", test.subject, low), test.compare("<=", test.subject, high))
    return core.And(parts, BOOLEAN, test.span)


def _problem(low: Any, high: Any) -> tuple[str, str] | None:
    """Why nothing can lie between two constants: a code and a message, or None."""
    if low is None or high is None:
        return None
    try:
        above = compare(low, high) > 0
    except Fault as fault:
        return "bad-operand", f"no value is between these bounds: {fault.message}"
    if above:
        return "empty-range", "nothing lies between these bounds: the first is above the second"
    return None


OPERATORS = (
    Operator("less_than", "is below this limit", "a number", _limit("less_than", "<", _AMOUNTS)),
    Operator("at_most", "is this limit or below", "a number", _limit("at_most", "<=", _AMOUNTS)),
    Operator("at_least", "is this limit or above", "a number", _limit("at_least", ">=", _AMOUNTS)),
    Operator("more_than", "is above this limit", "a number", _limit("more_than", ">", _AMOUNTS)),
    Operator("between", "lies between two bounds, both included", "two bounds", _between),
    Operator("before", "is earlier than this", "a date", _limit("before", "<", _MOMENTS)),
    Operator(
        "on_or_before", "is this date or earlier", "a date", _limit("on_or_before", "<=", _MOMENTS)
    ),
    Operator("after", "is later than this", "a date", _limit("after", ">", _MOMENTS)),
    Operator(
        "on_or_after", "is this date or later", "a date", _limit("on_or_after", ">=", _MOMENTS)
    ),
)
