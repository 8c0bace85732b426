"""`range("[1..10]")`: ranges by their literals."""

from __future__ import annotations

from typing import Any

from policyengine.errors import ExpressionError
from policyengine.feel import ast
from policyengine.feel.parser import parse
from policyengine.operators.comparison import compare
from policyengine.operators.fault import Fault
from policyengine.source import quoted
from policyengine.values.ranges import Range

_CONSTRUCTORS = frozenset({"date", "time", "date and time", "duration"})


def parse_range(text: str) -> Range:
    """The range that a literal with constant ends stands for.

    Raises `Fault("bad-conversion")` for any other text, for ends of different types and
    where the low end is above the high one.
    """
    try:
        node = parse(text)
    except ExpressionError:
        raise _refused(text) from None
    if not isinstance(node, ast.RangeLiteral):
        raise _refused(text)
    low, high = _constant(node.low, text), _constant(node.high, text)
    try:
        backwards = compare(low, high) > 0
    except Fault:
        raise _refused(text) from None
    if backwards:
        raise _refused(text)
    return Range(low, high, node.low_included, node.high_included)


def _constant(node: ast.Expr, text: str) -> Any:
    value: Any = None
    if isinstance(node, ast.Literal | ast.AtLiteral):
        value = node.value
    elif isinstance(node, ast.Call) and node.function in _CONSTRUCTORS and not node.named:
        from policyengine.feel.builtins import BUILTINS

        parts = [a.value for a in node.arguments if isinstance(a, ast.Literal)]
        if len(parts) == len(node.arguments):
            value = BUILTINS[node.function].call(parts)
    if value is None:
        raise _refused(text)
    return value


def _refused(text: str) -> Fault:
    return Fault("bad-conversion", f"{quoted(text)} is not a range with constant ends")
