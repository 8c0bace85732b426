"""Typing rules: one method for each core node, given typed parts.

Each gives the typed node, or reports what is wrong and gives a node of type any, so that one
mistake is reported once. Units, enums and constants are checked here; what is constant is
folded, so that an operation that can only fail is found before any deal is seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from policyengine import core
from policyengine.core import Const, Expr
from policyengine.errors import Diagnostics, did_you_mean
from policyengine.feel.builtins import BUILTINS, Builtin, Signature
from policyengine.operators import arithmetic
from policyengine.operators.access import PROPERTIES
from policyengine.operators.fault import Fault
from policyengine.operators.kinds import kind_of
from policyengine.operators.membership import compare_by
from policyengine.operators.regex import pattern_problem, replacement_problem
from policyengine.source import Span, quoted
from policyengine.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAY_TIME_DURATION,
    DURATION,
    NULL,
    NUMBER,
    ORDERED,
    STRING,
    TEMPORAL,
    TIME,
    YEAR_MONTH_DURATION,
    Type,
    context_of,
    fits,
    join,
    list_of,
)
from policyengine.values.durations import DayTimeDuration, YearMonthDuration
from policyengine.values.temporal import Date, DateTime, Time

_PLAIN_TYPES: Mapping[type, Type] = {
    type(None): NULL,
    bool: BOOLEAN,
    Decimal: NUMBER,
    str: STRING,
    Date: DATE,
    Time: TIME,
    DateTime: DATE_TIME,
    DayTimeDuration: DAY_TIME_DURATION,
    YearMonthDuration: YEAR_MONTH_DURATION,
}
#: a date without quotes, which reads as a subtraction; a number of days
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE = re.compile(r"\d{1,6}")
_ARTICLES = {"any": "anything", "null": "null", "boolean": "true or false"}


def type_of(value: Any) -> Type:
    """The type of a value; of a list, the join of its elements' types."""
    plain = _PLAIN_TYPES.get(type(value))
    if plain is not None:
        return plain
    if isinstance(value, tuple):
        return list_of(join([type_of(item) for item in value]) if value else ANY)
    if isinstance(value, dict):
        return context_of((key, type_of(item)) for key, item in value.items())
    return Type(kind_of(value))


def named(type_: Type) -> str:
    """A type for a message, with its article."""
    text = _ARTICLES.get(type_.kind) or str(type_)
    if type_.kind in _ARTICLES:
        return text
    return f"an {text}" if text[0] in "aeiou" else f"a {text}"


def broken(*parts: Const) -> bool:
    """Whether one of these stands where an error was reported."""
    return any(part.value is None and part.type.kind == "any" for part in parts)


class Checker:
    """Builds typed core nodes, reporting to `diagnostics`."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics

    def error(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        self.diagnostics.error(code, message, span, hint)

    # leaves --------------------------------------------------------------------------------

    def const(self, value: Any, span: Span) -> Const:
        return Const(value, type_of(value), span)

    def broken(self, span: Span) -> Const:
        """Stands where an error was reported: fits everywhere, says nothing."""
        return Const(None, ANY, span)

    # conditions ----------------------------------------------------------------------------

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

    # comparison ----------------------------------------------------------------------------

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

    def comparable(self, left: Expr, right: Expr) -> bool:
        """Whether two values can be compared at all: kind, unit, enum."""
        mine, other = left.type, right.type
        if "any" in (mine.kind, other.kind) or "null" in (mine.kind, other.kind):
            return True
        if mine.kind != other.kind or not fits(mine, other):
            self.error(
                "type-mismatch",
                f"{named(mine)} is compared with {named(other)}",
                right.span,
                _mismatch_hint(left, right),
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
                "the one may be " + _listing(enum) + "; the other " + _listing(other),
            )
            return False
        return True

    def one_of_enum(self, value: Any, enum: tuple[str, ...], span: Span) -> bool:
        if not isinstance(value, str) or value in enum:
            return True
        self.error(
            "not-in-enum",
            f"{quoted(value)} is not a value of this term; expected one of {_listing(enum)}",
            span,
            did_you_mean(value, enum),
        )
        return False

    # arithmetic ------------------------------------------------------------------------------

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
        hint = None
        if op == "+" and "string" in kinds:
            hint = "turn the other side into a text with `string(…)`"
        if op in ("+", "-") and mine.kind in TEMPORAL and other.kind == "number":
            hint = _temporal_hint(right, DAY_TIME_DURATION.kind)
        self.error(
            "type-mismatch",
            f"{quoted(op)} cannot join {named(mine)} and {named(other)}",
            span,
            hint,
        )
        return ANY

    def negate(self, of: Expr, span: Span) -> Expr:
        if of.type.kind not in {"number", "any"} | DURATION:
            self.error("type-mismatch", f"`-` cannot turn {named(of.type)} round", of.span)
            return self.broken(span)
        if isinstance(of, Const) and of.value is not None:
            return self.fold(lambda: arithmetic.negate(of.value), span)
        return core.Neg(of, of.type, span)

    def fold(self, compute: Callable[[], Any], span: Span) -> Expr:
        """A constant worked out now; an error in it is a mistake in the rule."""
        try:
            value = compute()
        except Fault as fault:
            self.error("constant-error", f"this always fails: {fault.message}", span)
            return self.broken(span)
        if value is None:
            self.error("constant-error", "this is always null, so it is never known", span)
            return self.broken(span)
        return self.const(value, span)

    # membership, lists -----------------------------------------------------------------------

    def member(self, value: Expr, options: Expr, span: Span) -> Expr:
        """`value` is an element of `options`."""
        if options.type.kind not in ("list", "any"):
            self.error(
                "type-mismatch",
                f"expected a list of values here; this is {named(options.type)}",
                options.span,
            )
            return core.Member(value, options, BOOLEAN, span)
        if isinstance(options, core.ListOf) and not options.items:
            self.error("empty-operand", "an empty list of values", options.span)
        item = options.type.item or ANY
        probe = core.Local("item", item, options.span)
        if isinstance(options, core.ListOf):
            for option in options.items:
                if not self.comparable(value, option):
                    break
        elif self.comparable(value, probe):
            self.in_enum(value, options)
            self.in_enum(probe, value)
        return core.Member(value, options, BOOLEAN, span)

    def list_of(self, items: Sequence[Expr], span: Span) -> Expr:
        type_ = list_of(join([item.type for item in items]) if items else ANY)
        if items and all(isinstance(item, Const) and item.value is not None for item in items):
            return Const(
                tuple(item.value for item in items if isinstance(item, Const)), type_, span
            )
        return core.ListOf(tuple(items), type_, span)

    def field(self, of: Expr, name: str, span: Span) -> Expr:
        type_ = of.type
        if type_.kind == "list" and type_.item is not None:
            inner = self.field_type(type_.item, name, span)
            return core.Field(of, name, list_of(inner), span)
        return core.Field(of, name, self.field_type(type_, name, span), span)

    def field_type(self, type_: Type, name: str, span: Span) -> Type:
        if type_.kind == "any" or (type_.kind == "context" and type_.fields is None):
            return ANY
        if type_.kind == "context":
            found = type_.field(name)
            if found is None:
                known = [field for field, _ in type_.fields or ()]
                self.error(
                    "unknown-field",
                    f"there is no field {quoted(name)}; expected one of {_listing(tuple(known))}",
                    span,
                    did_you_mean(name, known),
                )
                return ANY
            return found
        properties = _PROPERTY_TYPES.get(type_.kind, {})
        if name not in properties:
            hint = did_you_mean(name, properties)
            if properties and hint is None:
                hint = "it has " + _listing(tuple(properties))
            self.error("unknown-field", f"{named(type_)} has no {quoted(name)}", span, hint)
            return ANY
        return properties[name]

    def index(self, of: Expr, index: Expr, span: Span) -> Expr:
        item = of.type.item if of.type.kind == "list" else of.type
        return core.Index(of, index, item or ANY, span)

    def filter(self, of: Expr, name: str, condition: Expr, span: Span) -> Expr:
        self.condition(condition, "a filter")
        type_ = of.type if of.type.kind in ("list", "any") else list_of(of.type)
        return core.Filter(of, name, condition, type_, span)

    def choice(self, condition: Expr, then: Expr, otherwise: Expr, span: Span) -> Expr:
        self.condition(condition, "what follows `if`")
        return core.If(condition, then, otherwise, join([then.type, otherwise.type]), span)

    # functions ---------------------------------------------------------------------------------

    def call(
        self, name: str, args: Sequence[Expr], named_args: Mapping[str, Expr], span: Span
    ) -> Expr:
        builtin = BUILTINS.get(name)
        if builtin is None:
            self.error(
                "unknown-function",
                f"there is no function {quoted(name)}",
                span.source.span(span.start, min(span.end, span.start + len(name))),
                did_you_mean(name, BUILTINS),
            )
            return self.broken(span)
        return self.call_builtin(builtin, args, named_args, span)

    def call_builtin(
        self, builtin: Builtin, args: Sequence[Expr], named_args: Mapping[str, Expr], span: Span
    ) -> Expr:
        """The typed call of a function: a signature that takes these arguments is chosen."""
        nothing = Const(None, NULL, span)
        candidates: list[tuple[Signature, list[Expr]]] = []
        for signature in builtin.signatures:
            if named_args:
                arranged = signature.arranged(named_args, nothing)
                if arranged is not None:
                    candidates.append((signature, arranged))
            elif signature.takes(len(args)):
                candidates.append((signature, list(args)))
        if not candidates:
            self._wrong_arguments(builtin, args, named_args, span)
            return self.broken(span)
        for signature, arranged in candidates:
            if all(_takes(signature, i, arg.type) for i, arg in enumerate(arranged)):
                type_ = _refined(builtin.name, signature, [arg.type for arg in arranged])
                return self._called(builtin, arranged, type_, span)
        signature, arranged = candidates[0]
        at = next(i for i, a in enumerate(arranged) if not _takes(signature, i, a.type))
        wanted = " or ".join(named(type_) for type_ in signature.parameter(at).types)
        self.error(
            "type-mismatch",
            f"argument {at + 1} of {quoted(builtin.name)} must be {wanted}; "
            f"this is {named(arranged[at].type)}",
            arranged[at].span,
            f"the function is `{signature.text}`",
        )
        return self.broken(span)

    def _called(self, builtin: Builtin, args: list[Expr], type_: Type, span: Span) -> Expr:
        if builtin.name in _PATTERN_SECOND and not self.pattern(builtin.name, *args[1:]):
            return self.broken(span)
        values = [arg.value for arg in args if isinstance(arg, Const) and arg.value is not None]
        if args and len(values) == len(args) and all(arg.type.kind != "any" for arg in args):
            return self.fold(lambda: builtin.apply(values), span)
        return core.Call(builtin.name, tuple(args), type_, span)

    def pattern(self, name: str, pattern: Expr, *rest: Expr) -> bool:
        """Whether a pattern, and what replaces it, can be used where they are constants; flags
        stand last, if at all."""
        replacement = rest[0] if name == "replace" else None
        given = rest if replacement is None else rest[1:]
        flags = given[0] if given else Const("", STRING, pattern.span)
        if not isinstance(flags, Const) or not isinstance(flags.value, str | None):
            return True
        how = flags.value or ""
        if isinstance(pattern, Const) and isinstance(pattern.value, str):
            problem = pattern_problem(pattern.value, how, divides=name != "matches")
            if problem is not None:
                message = f"the pattern {quoted(pattern.value)} is refused: {problem}"
                self.error("bad-pattern", message, pattern.span)
                return False
        if isinstance(replacement, Const) and isinstance(replacement.value, str):
            problem = replacement_problem(replacement.value, how)
            if problem is not None:
                self.error("constant-error", f"this always fails: {problem}", replacement.span)
                return False
        return True

    def _wrong_arguments(
        self, builtin: Builtin, args: Sequence[Expr], named_args: Mapping[str, Expr], span: Span
    ) -> None:
        known = {p.name for signature in builtin.signatures for p in signature.parameters}
        unknown = [name for name in named_args if name not in known]
        signatures = ", or ".join(f"`{signature.text}`" for signature in builtin.signatures)
        if unknown:
            self.error(
                "bad-arguments",
                f"{quoted(builtin.name)} has no parameter {quoted(unknown[0])}",
                span,
                did_you_mean(unknown[0], known) or f"the function is {signatures}",
            )
            return
        count = len(args) + len(named_args)
        self.error(
            "bad-arguments",
            f"{quoted(builtin.name)} does not take {count} argument{'' if count == 1 else 's'}",
            span,
            f"the function is {signatures}",
        )


def _takes(signature: Signature, position: int, given: Type) -> bool:
    return any(fits(given, wanted) for wanted in signature.parameter(position).types)


#: functions whose second argument is a regular expression, and whose last may be its flags
_PATTERN_SECOND = frozenset({"matches", "replace", "split"})
#: functions that give a list of what they are given, and those that give one of it
_SAME_LIST = frozenset(
    {
        "append",
        "concatenate",
        "distinct values",
        "insert before",
        "remove",
        "reverse",
        "sublist",
        "union",
        "list replace",
        "mode",
    }
)
_SAME_ITEM = frozenset({"min", "max", "sum", "mean", "median", "stddev", "abs", "round half up"})
_SAME_ITEM_ROUND = frozenset(
    {"floor", "ceiling", "round up", "round down", "round half down", "decimal", "modulo"}
)


def _refined(name: str, signature: Signature, args: list[Type]) -> Type:
    """A function's result type, carrying over the element type or unit of its arguments."""
    first = args[0] if args else signature.result
    if name in _SAME_LIST and first.kind == "list":
        items = [a.item if a.kind == "list" and a.item else a for a in args]
        if name in ("append", "concatenate", "union"):
            return list_of(join(items))
        if name in ("insert before", "list replace"):
            return list_of(join([items[0], items[-1]]))
        return list_of(first.item or ANY)
    if name in _SAME_ITEM | _SAME_ITEM_ROUND:
        item = first.item if first.kind == "list" and first.item else join(args)
        if item.kind == "number":
            return Type("number", unit=item.unit)
        if signature.result.kind == "any":
            return item
    return signature.result


def _mismatch_hint(left: Expr, right: Expr) -> str | None:
    kinds = {left.type.kind, right.type.kind}
    if "string" in kinds and kinds & (TEMPORAL | DURATION):
        constant = left if left.type.kind == "string" else right
        shown = constant.value if isinstance(constant, Const) else "…"
        return f'write a date, time or duration as `@"{shown}"`'
    if "number" in kinds and kinds & (TEMPORAL | DURATION):
        number, other = (left, right) if left.type.kind == "number" else (right, left)
        return _temporal_hint(number, other.type.kind)
    if kinds == {"string", "number"}:
        return "a number in quotes is a text"
    if "list" in kinds:
        return "ask about the elements: `list contains(list, x)`, or `some x in list satisfies …`"
    if kinds == {"boolean", "string"}:
        return "`true` and `false` stand without quotes"
    return None


def _temporal_hint(number: Expr, wanted: str) -> str | None:
    """What to write for a number beside a date, time or duration."""
    if not isinstance(number, Const):
        return None
    if wanted in TEMPORAL:
        written = "".join(number.span.text.split())
        return f'write a date as `@"{written}"`' if _DAY.fullmatch(written) else None
    if wanted in DURATION and _WHOLE.fullmatch(str(number.value)):
        unit = "D" if wanted == DAY_TIME_DURATION.kind else "M"
        return f'a duration has a unit, as in `@"P{number.value}{unit}"`'
    return None


def _listing(values: tuple[str, ...], limit: int = 12) -> str:
    shown = ", ".join(quoted(value) for value in values[:limit])
    return shown + (f" and {len(values) - limit} more" if len(values) > limit else "")


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


def _property_types() -> dict[str, dict[str, Type]]:
    special = {
        "time offset": DAY_TIME_DURATION,
        "timezone": STRING,
        "start": ANY,
        "end": ANY,
        "start included": BOOLEAN,
        "end included": BOOLEAN,
    }
    out: dict[str, dict[str, Type]] = {}
    for kind, properties in PROPERTIES.items():
        type_ = _PLAIN_TYPES.get(kind)
        name = type_.kind if type_ is not None else "range"
        out[name] = {prop: special.get(prop, NUMBER) for prop in properties}
    return out


_PROPERTY_TYPES = _property_types()
