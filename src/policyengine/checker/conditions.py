"""Typing rules of conditions: what is true or false, and how it is joined."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine import core
from policyengine.checker.literals import Literals
from policyengine.checker.wording import named
from policyengine.core import Expr
from policyengine.source import Span
from policyengine.types import BOOLEAN, join


class Conditions(Literals):
    """One method for each connective, and for the choice a condition makes."""

    def condition(self, expr: Expr, what: str = "a condition") -> Expr:
        if expr.type.kind not in ("boolean", "any"):
            hint = None
            if expr.type.kind == "list":
                hint = (
                    "ask about its elements, as in `some x in list satisfies …` or `count(…) > 0`"
                )
            elif expr.type.kind in ("number", "string"):
                hint = "compare it with something"
            self.error(
                "not-a-condition",
                f"{what} is true or false; this is {named(expr.type)}",
                expr.span,
                hint,
                self.declared(expr),
            )
        return expr

    def conjunction(self, parts: Sequence[Expr], span: Span) -> Expr:
        for part in parts:
            self.condition(part, "each side of `and`")
        return core.And(tuple(parts), BOOLEAN, span)

    def disjunction(self, parts: Sequence[Expr], span: Span) -> Expr:
        for part in parts:
            self.condition(part, "each side of `or`")
        return core.Or(tuple(parts), BOOLEAN, span)

    def negation(self, of: Expr, span: Span) -> Expr:
        self.condition(of, "what is negated")
        return core.Not(of, BOOLEAN, span)

    def choice(self, condition: Expr, then: Expr, otherwise: Expr, span: Span) -> Expr:
        self.condition(condition, "what follows `if`")
        return core.If(condition, then, otherwise, join([then.type, otherwise.type]), span)
