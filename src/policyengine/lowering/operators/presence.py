"""`stated`: whether the document gives a value, whatever silence would mean."""

from __future__ import annotations

from policyengine import core
from policyengine.core import Expr
from policyengine.lowering.operators.registry import Operator, Test
from policyengine.nodes import Scalar
from policyengine.types import BOOLEAN


def _stated(test: Test) -> Expr | None:
    if not isinstance(test.operand, Scalar) or not isinstance(test.operand.value, bool):
        test.error("bad-operand", "`stated` takes `true` or `false`", test.operand.span)
        return None
    test.shown = (str(test.operand.value).lower(),)
    made: Expr
    if isinstance(test.subject, core.Term):
        made = core.Stated(test.subject.path, BOOLEAN, test.span)
    elif isinstance(test.subject, core.Field | core.Local):
        made = test.negation(core.IsNull(test.subject, BOOLEAN, test.span))
    else:
        test.error("operator-type", "`stated` asks about a term of the document", test.span)
        return None
    return made if test.operand.value else test.negation(made)


OPERATORS = (
    Operator("stated", "the document gives a value for the term", "true or false", _stated),
)
