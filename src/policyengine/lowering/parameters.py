"""Parameters: their values, dated or not, and overrides of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine import core, nodes
from policyengine.checker import named, type_of
from policyengine.document import ParameterDoc, Text, read_parameter
from policyengine.errors import Diagnostics
from policyengine.nodes import Node, Scalar
from policyengine.source import quoted
from policyengine.types import Type, join


def lower_parameters(
    docs: tuple[ParameterDoc, ...],
    overrides: Mapping[str, Node],
    diagnostics: Diagnostics,
) -> dict[str, core.ParameterValue]:
    """Every declared parameter, with overrides in place of what the manifest says.

    An override keeps the declared kind of value; it may be dated.
    """
    declared: dict[str, core.ParameterValue] = {}
    for doc in docs:
        declared[doc.name.value] = _value(doc, diagnostics)
    for name, node in overrides.items():
        before = declared.get(name)
        if before is None:
            diagnostics.error(
                "unknown-parameter",
                f"there is no parameter {quoted(name)}",
                node.span,
                diagnostics.suggest(name, declared),
            )
            continue
        override = read_parameter(Text(name, Scalar(node.span, name)), node, diagnostics)
        if override is None:
            continue
        made = _value(override, diagnostics)
        if not _same_kind(before.type, made.type):
            diagnostics.error(
                "type-mismatch",
                f"the parameter {quoted(name)} is {named(before.type)}; "
                f"its override is {named(made.type)}",
                node.span,
            )
            continue
        declared[name] = made
    return declared


def _same_kind(declared: Type, given: Type) -> bool:
    if declared.kind == "list" and given.kind == "list":
        mine, other = declared.item, given.item
        return not mine or not other or "any" in (mine.kind, other.kind) or mine.kind == other.kind
    return declared.kind == given.kind


def _value(doc: ParameterDoc, diagnostics: Diagnostics) -> core.ParameterValue:
    name = doc.name.value
    if doc.value is not None:
        value = plain_value(doc.value, diagnostics)
        return core.ParameterValue(name, value, type_of(value), doc.name.span)
    rows = tuple((start, plain_value(node, diagnostics)) for start, node in doc.dated)
    type_ = join([type_of(value) for _, value in rows])
    if type_.kind == "any":
        diagnostics.error(
            "type-mismatch",
            f"the dated values of {quoted(name)} are of several types",
            doc.name.span,
        )
    return core.ParameterValue(name, core.Dated(rows), type_, doc.name.span)


def plain_value(node: Node, diagnostics: Diagnostics) -> Any:
    """A node as a value of the engine: lists are tuples; null is refused."""
    if isinstance(node, Scalar):
        if node.value is None:
            diagnostics.error("bad-value", "null is no value for a parameter", node.span)
        return node.value
    if isinstance(node, nodes.Sequence):
        return tuple(plain_value(item, diagnostics) for item in node)
    return {str(key.value): plain_value(value, diagnostics) for key, value in node.entries}
