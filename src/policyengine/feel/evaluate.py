"""Plain FEEL: the value of an expression, where an absent name is null and so is an error."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from policyengine.errors import Diagnostic, ExpressionError
from policyengine.feel import ast
from policyengine.feel.budget import MAX_STEPS, Budget
from policyengine.feel.inputs import from_outside
from policyengine.feel.parser import parse

_parsed = lru_cache(maxsize=256)(parse)


def evaluate(
    expression: str, context: Mapping[str, Any] | None = None, *, max_steps: int = MAX_STEPS
) -> Any:
    """The value of a FEEL expression as the standard defines it.

    `context` gives the names their values, Python's or FEEL's (`inputs.from_outside`, which
    says what it raises for others). The result is a `Decimal`, `str`, `bool`, None, `tuple`,
    `dict`, or one of the classes in `policyengine.values`. An operation that has no value
    gives None. Raises `ExpressionError` where the text is no expression, and `BudgetError`
    where it takes more than `max_steps` steps.
    """
    tree = _parsed(expression)
    names = from_outside(dict(context or {}))
    return evaluate_tree(tree, names, max_steps=max_steps)


def evaluate_tree(tree: ast.Expr, names: Mapping[str, Any], *, max_steps: int = MAX_STEPS) -> Any:
    """As `evaluate`, of a tree and FEEL values."""
    from policyengine.feel.evaluator import Evaluator, Scope  # brings all functions with it

    try:
        found = Evaluator(Budget(max_steps)).value(tree, Scope(names))
    except RecursionError:
        raise ExpressionError(
            Diagnostic("feel-too-deep", "the expression is nested too deeply here", tree.span)
        ) from None
    return found
