"""`one_of` and `none_of`: a value among others."""

from __future__ import annotations

from policyengine.core import Expr
from policyengine.lowering.operands import operands
from policyengine.lowering.operators.registry import Operator, Test

_KINDS = (
    "string",
    "number",
    "boolean",
    "date",
    "time",
    "date and time",
    "days and time duration",
    "years and months duration",
)


def _one_of(test: Test) -> Expr | None:
    if not test.expect("one_of", *_KINDS):
        return None
    options = operands(test.operand, test.subject.type, test.scope)
    test.shown = (options,)
    return test.member(test.subject, options)


def _none_of(test: Test) -> Expr | None:
    if not test.expect("none_of", *_KINDS):
        return None
    options = operands(test.operand, test.subject.type, test.scope)
    test.shown = (options,)
    return test.negation(test.member(test.subject, options))


OPERATORS = (
    Operator("one_of", "is one of these values", "a list of values", _one_of),
    Operator("none_of", "is none of these values", "a list of values", _none_of),
)
