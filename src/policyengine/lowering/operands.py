"""Operands of tests: constants typed by what they are compared with, `{parameter: name}`,
`{term: path}`, and lists of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from policyengine import core, nodes
from policyengine.checker import type_of
from policyengine.core import Const, Expr
from policyengine.lowering.scope import Scope
from policyengine.nodes import Node, Scalar
from policyengine.source import Span, quoted
from policyengine.types import ANY, TEMPORAL, Type, list_of
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
    """A reference where `wanted` is asked for: what a parameter holds is checked as if it stood
    here; written as a text, it becomes a date or a duration."""
    if not isinstance(reference, core.Parameter):
        return reference
    before = scope.diagnostics.error_count
    values = list(scope.checker.values(reference, wanted))
    for leaf, type_ in values:
        if type_.kind in _PARSERS and isinstance(leaf.value, str):
            _moment(leaf.value, type_, leaf.span, scope, scope.checker.used(reference))
    scope.checker.held(reference, wanted)
    if scope.diagnostics.error_count > before:
        return scope.checker.broken(reference.span)
    item = wanted.item if wanted.kind == "list" and wanted.item else wanted
    return _converted(reference, item) if item.kind in _PARSERS and values else reference


def _converted(reference: core.Parameter, item: Type) -> Expr:
    name = item.kind if item.kind in TEMPORAL else "duration"
    if reference.type.kind == "list":
        local = core.Local("item", reference.type.item or ANY, reference.span)
        body = core.Call(name, (local,), item, reference.span)
        return core.For((("item", reference),), body, list_of(item), reference.span)
    return core.Call(name, (reference,), item, reference.span)


def constant(value: Any, wanted: Type, span: Span, scope: Scope) -> Const:
    """A constant as the type asked for; reports what does not fit."""
    if wanted.kind in _PARSERS and isinstance(value, str):
        return _moment(value, wanted, span, scope)
    name = parameter_name(value, scope)
    if name is not None and wanted.enum is not None and value not in wanted.enum:
        message = f"{quoted(value)} is not a value of this term"
        scope.diagnostics.error("not-in-enum", message, span, _refer(name))
        return scope.checker.broken(span)
    if not scope.checker.literal(value, wanted, span, hint=None if name is None else _refer(name)):
        return scope.checker.broken(span)
    return Const(value, type_of(value), span)


def _moment(
    value: str, wanted: Type, span: Span, scope: Scope, used: Sequence[tuple[Span, str]] = ()
) -> Const:
    """A date, a time or a duration written as a text; reports one that is none."""
    parse, expected = _PARSERS[wanted.kind]
    try:
        return Const(parse(value), wanted, span)
    except ValueError:
        name = parameter_name(value, scope)
        hint = None if name is None else _refer(name)
        message = f"{quoted(value)} is not {expected}"
        scope.diagnostics.error("bad-date", message, span, hint, used)
        return scope.checker.broken(span)
