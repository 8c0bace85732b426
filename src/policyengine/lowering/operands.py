"""Operands of tests: constants typed by what they are compared with, `{parameter: name}`,
`{term: path}`, and lists of them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from policyengine import core, nodes
from policyengine.checker import named, type_of
from policyengine.checker.wording import listing
from policyengine.core import Const, Expr
from policyengine.lowering.scope import Scope
from policyengine.nodes import Node, Scalar
from policyengine.source import Span, quoted
from policyengine.types import ANY, DURATION, TEMPORAL, Type, list_of
from policyengine.values.durations import parse_duration
from policyengine.values.temporal import parse_date, parse_date_time, parse_time

_PARSERS = {
    "date": (parse_date, "a date; expected `YYYY-MM-DD`, a day that exists"),
    "time": (parse_time, "a time; expected `hh:mm:ss`"),
    "date and time": (parse_date_time, "a date and time; expected `YYYY-MM-DDThh:mm:ss`"),
    "days and time duration": (parse_duration, "a duration; expected one as in `P30D`"),
    "years and months duration": (parse_duration, "a duration; expected one as in `P1Y6M`"),
}


def operand(node: Node, wanted: Type, scope: Scope) -> Expr:
    """One operand for a subject of type `wanted`: a constant, a parameter or a term."""
    reference = as_reference(node, scope)
    if reference is not None:
        return typed(reference, wanted, scope)
    if isinstance(node, nodes.Sequence):
        item = wanted.item if wanted.kind == "list" and wanted.item else ANY
        return scope.checker.list_of([operand(part, item, scope) for part in node], node.span)
    if isinstance(node, nodes.Mapping):
        scope.diagnostics.error(
            "bad-operand",
            "expected a value, `{parameter: name}` or `{term: path}`",
            node.span,
        )
        return scope.checker.broken(node.span)
    if node.value is None:
        scope.diagnostics.error("null-operand", "a test against null says nothing", node.span)
        return scope.checker.broken(node.span)
    return constant(node.value, wanted, node.span, scope)


def operands(node: Node, item: Type, scope: Scope) -> Expr:
    """A list operand: a list of operands, or a parameter or term that holds one."""
    reference = as_reference(node, scope)
    if reference is not None:
        return typed(reference, list_of(item), scope)
    if not isinstance(node, nodes.Sequence):
        scope.diagnostics.error(
            "bad-operand",
            "expected a list of values, `{parameter: name}` or `{term: path}`",
            node.span,
            _as_list(node, scope),
        )
        return scope.checker.broken(node.span)
    if not len(node):
        scope.diagnostics.error("empty-operand", "an empty list of values", node.span)
        return scope.checker.broken(node.span)
    return scope.checker.list_of([operand(part, item, scope) for part in node], node.span)


def _as_list(node: Node, scope: Scope) -> str | None:
    """What to write for a lone value where a list is asked for."""
    if not isinstance(node, Scalar):
        return None
    name = parameter_name(node.value, scope)
    return f"write it as `[{nodes.plain(node)}]`" if name is None else _refer(name)


def parameter_name(value: Any, scope: Scope) -> str | None:
    """The parameter that a text names, alone or after `parameters.`; None if it names none."""
    name = value.removeprefix("parameters.") if isinstance(value, str) else None
    return name if name in scope.parameters else None


def _refer(name: str) -> str:
    return f"write `{{parameter: {name}}}` for the value of the parameter"


def as_reference(node: Node, scope: Scope) -> Expr | None:
    """`{parameter: name}` or `{term: path}`, or None for anything else."""
    if not isinstance(node, nodes.Mapping) or len(node.entries) != 1:
        return None
    key, value = node.entries[0]
    if key.value not in ("parameter", "term"):
        hint = scope.diagnostics.suggest(str(key.value), ("parameter", "term"))
        if hint is not None:
            scope.diagnostics.error(
                "bad-operand", f"{quoted(key.value)} is no way to name an operand", key.span, hint
            )
            return scope.checker.broken(node.span)
        return None
    if not isinstance(value, Scalar) or not isinstance(value.value, str):
        scope.diagnostics.error("bad-operand", f"`{key.value}` takes a name", value.span)
        return scope.checker.broken(value.span)
    if key.value == "parameter":
        return scope.parameter(value.value.removeprefix("parameters."), value.span)
    names = tuple(value.value.split("."))
    return scope.path(names, (value.span,) * len(names))


def typed(reference: Expr, wanted: Type, scope: Scope) -> Expr:
    """A reference where `wanted` is asked for: a parameter written as a text becomes a date
    or a duration, and its values must be among the subject's."""
    if not isinstance(reference, core.Parameter):
        return reference
    item = wanted.item if wanted.kind == "list" and wanted.item else wanted
    declared = scope.parameters[reference.name]
    values = (
        [value for _, value in declared.value.values]
        if isinstance(declared.value, core.Dated)
        else [declared.value]
    )
    flat = [v for value in values for v in (value if isinstance(value, tuple) else (value,))]
    if item.enum is not None:
        for value in flat:
            if isinstance(value, str) and value not in item.enum:
                scope.diagnostics.error(
                    "not-in-enum",
                    f"the parameter {quoted(reference.name)} holds {quoted(value)}, which is "
                    "not a value of this term",
                    reference.span,
                    scope.diagnostics.suggest(value, item.enum)
                    or "expected one of " + ", ".join(f"`{known}`" for known in item.enum[:12]),
                    [(declared.span, "declared here")],
                )
    if item.kind in TEMPORAL | DURATION and all(isinstance(value, str) for value in flat):
        for value in flat:
            constant(value, item, declared.span, scope)
        return _converted(reference, item)
    return reference


def _converted(reference: core.Parameter, item: Type) -> Expr:
    name = item.kind if item.kind in TEMPORAL else "duration"
    if reference.type.kind == "list":
        local = core.Local("item", reference.type.item or ANY, reference.span)
        body = core.Call(name, (local,), item, reference.span)
        return core.For((("item", reference),), body, list_of(item), reference.span)
    return core.Call(name, (reference,), item, reference.span)


def constant(value: Any, wanted: Type, span: Span, scope: Scope) -> Const:
    """A constant as the type asked for; reports what does not fit."""
    kind = wanted.kind
    if kind in _PARSERS and isinstance(value, str):
        parse, expected = _PARSERS[kind]
        try:
            return Const(parse(value), wanted, span)
        except ValueError:
            name = parameter_name(value, scope)
            hint = None if name is None else _refer(name)
            scope.diagnostics.error("bad-date", f"{quoted(value)} is not {expected}", span, hint)
            return scope.checker.broken(span)
    found = type_of(value)
    if kind not in ("any", found.kind):
        hint = None
        name = parameter_name(value, scope)
        if name is not None:
            hint = _refer(name)
        elif kind == "number" and isinstance(value, str):
            hint = _number_hint(value, span)
        elif kind == "string" and isinstance(value, bool | Decimal):
            written = str(value).lower()
            if not wanted.enum or written in wanted.enum:
                hint = f'put it in quotes: "{written}"'
        elif kind == "boolean" and isinstance(value, str):
            hint = "write `true` or `false`"
        elif kind == "list":
            hint = "say `contains` to ask about one element"
        expected = f"one of {listing(wanted.enum)}" if wanted.enum else named(wanted)
        scope.diagnostics.error(
            "type-mismatch", f"expected {expected}; found {_shown(value)}", span, hint
        )
        return scope.checker.broken(span)
    name = parameter_name(value, scope)
    if wanted.enum is not None and name is not None and value not in wanted.enum:
        message = f"{quoted(value)} is not a value of this term"
        scope.diagnostics.error("not-in-enum", message, span, _refer(name))
        return scope.checker.broken(span)
    if wanted.enum is not None and not scope.checker.one_of_enum(value, wanted.enum, span):
        return scope.checker.broken(span)
    return Const(value, found, span)


#: digits with what people put between and behind them: `1_000`, `1 000`, `5 USD`, `10%`
_SEPARATED = re.compile(r"[-+]?\d{1,3}(?:[_' ,]\d{3})+(?:\.\d+)?")
_MEASURED = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*(?:%|[^\W\d_].*|[$€£¥])")


def _number_hint(value: str, span: Span) -> str | None:
    """What to write for a text where a number is asked for."""
    written = value.strip()
    if _SEPARATED.fullmatch(written):
        digits = re.sub(r"[_' ,]", "", written)
        return f"write the digits without separators: `{digits}`"
    measured = _MEASURED.fullmatch(written)
    if measured is not None:
        return f"the unit comes from the terms schema; write the number alone: `{measured[1]}`"
    if span.text[:1] in ('"', "'"):
        return "a number stands without quotes"
    return None


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    return f"the number {quoted(value)}"
