"""Typing rules of comparison: kinds, units, and values that an enum does not have."""

from __future__ import annotations

from typing import Any

from policyengine import core
from policyengine.checker.constants import broken
from policyengine.checker.literals import Literals
from policyengine.checker.wording import listing, mismatch_hint, named
from policyengine.core import Const, Expr
from policyengine.operators.membership import compare_by
from policyengine.source import Span, quoted
from policyengine.types import ANY, BOOLEAN, ORDERED, Type, fits, list_of


class Comparisons(Literals):
    """Two values side by side, or one among others."""

    def compare(
        self, op: str, left: Expr, right: Expr, span: Span, *, unordered: bool = False
    ) -> Expr:
        if op in ("=", "!="):
            for side, other in ((left, right), (right, left)):
                if isinstance(other, Const) and other.type.kind == "null":
                    made: Expr = core.IsNull(side, BOOLEAN, span)
                    return made if op == "=" else core.Not(made, BOOLEAN, span)
        else:
            for side in (left, right):
                if side.type.kind not in ORDERED | {"any", "null"}:
                    self.error(
                        "not-ordered",
                        f"{quoted(op)} orders numbers, texts, dates, times and durations; "
                        f"this is {named(side.type)}",
                        side.span,
                    )
                    return core.Compare(op, left, right, BOOLEAN, span)
        self.comparable(left, right)
        if isinstance(left, Const) and isinstance(right, Const) and not broken(left, right):
            return self.fold(lambda: compare_by(op, left.value, right.value), span)
        return core.Compare(op, left, right, BOOLEAN, span, unordered)

    def member(self, value: Expr, options: Expr, span: Span) -> Expr:
        """`value` is an element of `options`."""
        if options.type.kind not in ("list", "any"):
            self.error(
                "type-mismatch",
                f"expected a list of values here; this is {named(options.type)}",
                options.span,
                self.as_list(options),
                self.declared(options),
            )
            return core.Member(value, options, BOOLEAN, span)
        if isinstance(options, core.ListOf) and not options.items:
            self.error("empty-operand", "an empty list of values", options.span)
        item = options.type.item or ANY
        probe = core.Local("item", item, options.span)
        if isinstance(options, core.Parameter) and not self.held(options, list_of(value.type)):
            return core.Member(value, options, BOOLEAN, span)
        if isinstance(options, core.ListOf):
            for option in options.items:
                if not self.comparable(value, option):
                    break
        elif self.comparable(value, probe):
            self.in_enum(value, options)
            self.in_enum(probe, value)
        return core.Member(value, options, BOOLEAN, span)

    def comparable(self, left: Expr, right: Expr) -> bool:
        """Whether two values can be compared at all: kind, unit, enum."""
        mine, other = left.type, right.type
        if "any" in (mine.kind, other.kind) or "null" in (mine.kind, other.kind):
            return self.parameters_held(left, right)
        if not self.parameters_held(left, right):
            return False
        if mine.kind != other.kind or not fits(mine, other):
            self.error(
                "type-mismatch",
                f"{named(mine)} is compared with {named(other)}",
                right.span,
                mismatch_hint(left, right),
                self.declared(left, right),
            )
            return False
        if mine.kind == "number":
            return self.same_unit(mine, other, right.span, "compared with")
        if mine.kind == "list" and mine.item and other.item:
            probe = core.Local("item", mine.item, left.span)
            return self.in_enum(probe, right) and self.in_enum(
                core.Local("item", other.item, right.span), left
            )
        return self.in_enum(left, right) and self.in_enum(right, left)

    def parameters_held(self, left: Expr, right: Expr) -> bool:
        """Whether what a parameter holds may be compared with the other side, which is none."""
        for parameter, other in ((left, right), (right, left)):
            if isinstance(parameter, core.Parameter) and not isinstance(
                other, core.Parameter | Const
            ):
                return self.held(parameter, other.type)
        return True

    def same_unit(self, mine: Type, other: Type, span: Span, verb: str) -> bool:
        if mine.unit and other.unit and mine.unit != other.unit:
            self.error(
                "unit-mismatch",
                f"{named(mine)} is {verb} {named(other)}",
                span,
                "convert one of them",
            )
            return False
        return True

    def in_enum(self, subject: Expr, operand: Expr) -> bool:
        """Whether a constant (or each constant in a list) is one of the subject's values."""
        enum = subject.type.enum
        if enum is None:
            return True
        if isinstance(operand, Const):
            values = operand.value if isinstance(operand.value, tuple) else (operand.value,)
            # all of them are checked, so that all that are wrong are reported
            checked = [self.one_of_enum(value, enum, operand.span) for value in values]
            return all(checked)
        if isinstance(operand, core.ListOf):
            checked = [self.in_enum(subject, item) for item in operand.items]
            return all(checked)
        other = operand.type.enum or (operand.type.item.enum if operand.type.item else None)
        if other is not None and not set(other) & set(enum):
            self.error(
                "not-in-enum",
                "the two sides share no value: they can never be equal",
                operand.span,
                "the one may be " + listing(enum) + "; the other " + listing(other),
            )
            return False
        return True

    def one_of_enum(self, value: Any, enum: tuple[str, ...], span: Span) -> bool:
        if not isinstance(value, str) or value in enum:
            return True
        self.error(
            "not-in-enum",
            f"{quoted(value)} is not a value of this term; expected one of {listing(enum)}",
            span,
            self.diagnostics.suggest(value, enum),
        )
        return False
