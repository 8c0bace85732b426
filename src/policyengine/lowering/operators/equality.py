"""`equals` and `is_not`: one value; on a list whose order means nothing, as sets."""

from __future__ import annotations

from policyengine.core import Expr
from policyengine.lowering.operands import operand
from policyengine.lowering.operators.registry import Operator, Test


def _equals(test: Test) -> Expr | None:
    value = operand(test.operand, test.subject.type, test.scope)
    test.shown = (value,)
    return test.compare("=", test.subject, value, unordered=test.subject.type.unordered)


def _is_not(test: Test) -> Expr | None:
    value = operand(test.operand, test.subject.type, test.scope)
    test.shown = (value,)
    return test.compare("!=", test.subject, value, unordered=test.subject.type.unordered)


OPERATORS = (
    Operator("equals", "is this value", "a value", _equals),
    Operator("is_not", "is another value than this", "a value", _is_not),
)
