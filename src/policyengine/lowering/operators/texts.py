"""Texts: `starts_with`, `ends_with`, `matches` (linear-time regular expressions)."""

from __future__ import annotations

from collections.abc import Callable

from policyengine import core
from policyengine.core import Expr
from policyengine.lowering.operands import operand
from policyengine.lowering.operators.registry import Operator, Test
from policyengine.operators.regex import pattern_problem
from policyengine.source import quoted
from policyengine.types import STRING


def _part(name: str, function: str) -> Callable[[Test], Expr | None]:
    def lower(test: Test) -> Expr | None:
        if not test.expect(name, "string"):
            return None
        part = operand(test.operand, STRING, test.scope)
        test.shown = (part,)
        return test.checker.call(function, (test.subject, part), {}, test.span)

    return lower


def _matches(test: Test) -> Expr | None:
    if not test.expect("matches", "string"):
        return None
    pattern = operand(test.operand, STRING, test.scope)
    test.shown = (pattern,)
    if isinstance(pattern, core.Const) and isinstance(pattern.value, str):
        problem = pattern_problem(pattern.value)
        if problem is not None:
            test.error(
                "bad-pattern",
                f"the pattern {quoted(pattern.value)} is refused: {problem}",
                test.operand.span,
            )
            return None
    return test.checker.call("matches", (test.subject, pattern), {}, test.span)


OPERATORS = (
    Operator(
        "starts_with", "the text begins with this", "a text", _part("starts_with", "starts with")
    ),
    Operator("ends_with", "the text ends with this", "a text", _part("ends_with", "ends with")),
    Operator(
        "matches", "a part of the text matches this pattern", "a regular expression", _matches
    ),
)
