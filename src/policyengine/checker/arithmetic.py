"""Typing rules of arithmetic: numbers with their units, dates, times and durations."""

from __future__ import annotations

from policyengine import core
from policyengine.checker.comparisons import Comparisons
from policyengine.checker.wording import named, temporal_hint
from policyengine.core import Const, Expr
from policyengine.operators import arithmetic
from policyengine.source import Span, quoted
from policyengine.types import (
    ANY,
    DATE,
    DATE_TIME,
    DAY_TIME_DURATION,
    DURATION,
    NUMBER,
    STRING,
    TEMPORAL,
    TIME,
    YEAR_MONTH_DURATION,
    Type,
)


class Arithmetic(Comparisons):
    """The four operations, powers, and the minus sign."""

    def arithmetic(self, op: str, left: Expr, right: Expr, span: Span) -> Expr:
        type_ = self.arithmetic_type(op, left, right, span)
        if isinstance(left, Const) and isinstance(right, Const) and type_.kind != "any":
            return self.fold(lambda: arithmetic.OPERATIONS[op](left.value, right.value), span)
        return core.Arith(op, left, right, type_, span)

    def arithmetic_type(self, op: str, left: Expr, right: Expr, span: Span) -> Type:
        mine, other = left.type, right.type
        if "any" in (mine.kind, other.kind):
            return ANY
        kinds = (mine.kind, other.kind)
        if kinds == ("number", "number"):
            if op in ("+", "-"):
                self.same_unit(mine, other, right.span, "added to" if op == "+" else "reduced by")
                return Type("number", unit=mine.unit or other.unit)
            if op == "*":
                return (
                    NUMBER
                    if mine.unit and other.unit
                    else Type("number", unit=mine.unit or other.unit)
                )
            if op == "/":
                return NUMBER if other.unit else mine
            return NUMBER
        found = _TEMPORAL_ARITHMETIC.get((op, *kinds))
        if found is not None:
            return found
        if op == "+" and kinds == ("string", "string"):
            return STRING
        if "number" in kinds and not self._numbers(left, right):
            return ANY
        hint = None
        if op == "+" and "string" in kinds:
            hint = "turn the other side into a text with `string(…)`"
        if op in ("+", "-") and mine.kind in TEMPORAL and other.kind == "number":
            hint = temporal_hint(right, DAY_TIME_DURATION.kind)
        self.error(
            "type-mismatch",
            f"{quoted(op)} cannot join {named(mine)} and {named(other)}",
            span,
            hint,
            self.declared(left, right),
        )
        return ANY

    def _numbers(self, *sides: Expr) -> bool:
        """Whether the texts among these are texts on purpose: not what a parameter holds."""
        texts = [one for one in sides if one.type.kind == "string"]
        held = [self.held(one, NUMBER) for one in texts if isinstance(one, core.Parameter)]
        return all(held)

    def negate(self, of: Expr, span: Span) -> Expr:
        if of.type.kind not in {"number", "any"} | DURATION:
            self.error("type-mismatch", f"`-` cannot turn {named(of.type)} round", of.span)
            return self.broken(span)
        if isinstance(of, Const) and of.value is not None:
            return self.fold(lambda: arithmetic.negate(of.value), span)
        return core.Neg(of, of.type, span)


def _temporal_arithmetic() -> dict[tuple[str, str, str], Type]:
    out: dict[tuple[str, str, str], Type] = {}
    days, months = DAY_TIME_DURATION, YEAR_MONTH_DURATION
    for moment in (DATE, DATE_TIME):
        for duration in (days, months):
            result = moment
            out["+", moment.kind, duration.kind] = result
            out["+", duration.kind, moment.kind] = result
            out["-", moment.kind, duration.kind] = result
        for other in (DATE, DATE_TIME):
            out["-", moment.kind, other.kind] = days
    out["+", "time", days.kind] = out["+", days.kind, "time"] = TIME
    out["-", "time", days.kind] = TIME
    out["-", "time", "time"] = days
    for duration in (days, months):
        for op in ("+", "-"):
            out[op, duration.kind, duration.kind] = duration
        out["*", duration.kind, "number"] = out["*", "number", duration.kind] = duration
        out["/", duration.kind, "number"] = duration
        out["/", duration.kind, duration.kind] = NUMBER
    return out


_TEMPORAL_ARITHMETIC = _temporal_arithmetic()
