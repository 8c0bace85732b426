"""Parameters: their values, dated or not, and overrides of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine import core, nodes
from policyengine.checker import named, type_of
from policyengine.checker.wording import refusal
from policyengine.document import ParameterDoc, Text, read_parameter
from policyengine.errors import Diagnostics
from policyengine.nodes import Node, Scalar
from policyengine.source import quoted
from policyengine.types import join


def lower_parameters(
    docs: tuple[ParameterDoc, ...],
    overrides: Mapping[str, Node],
    diagnostics: Diagnostics,
) -> tuple[dict[str, core.ParameterValue], dict[str, tuple[Node, ...]]]:
    """Every declared parameter, with overrides in place of what the manifest says; and the
    values of each as written, those of every date.

    An override keeps the declared kind of value; it may be dated.
    """
    declared: dict[str, core.ParameterValue] = {}
    written: dict[str, tuple[Node, ...]] = {}
    for doc in docs:
        made = _value(doc, diagnostics)
        declared[doc.name.value] = made
        # values of several types were reported; what they are used for adds nothing
        written[doc.name.value] = doc.values if made.type.kind != "any" else ()
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
        if not _as_declared(before, override, diagnostics):
            continue
        made = _value(override, diagnostics)
        declared[name] = made
        written[name] = override.values
    return declared, written


def _as_declared(
    declared: core.ParameterValue, override: ParameterDoc, diagnostics: Diagnostics
) -> bool:
    """Whether an override is of the declared kind, and so is each item of a list; reports what
    is not."""
    before = diagnostics.error_count
    for node in override.values:
        given = type_of(plain_value(node, Diagnostics()))
        if given.kind == "null":
            continue
        if declared.type.kind not in ("any", given.kind):
            hint = refusal(nodes.plain(node), declared.type, node.span)[2]
            diagnostics.error(
                "type-mismatch",
                f"the parameter {quoted(declared.name)} is {named(declared.type)}; "
                f"its override is {named(given)}",
                node.span,
                None if declared.type.kind == "list" else hint,
                [(declared.span, "declared here")],
            )
        item = declared.type.item
        if not isinstance(node, nodes.Sequence) or item is None or item.kind == "any":
            continue
        for part in node:
            value = plain_value(part, Diagnostics())
            if value is not None and type_of(value).kind != item.kind:
                expected, found, hint = refusal(value, item, part.span)
                diagnostics.error(
                    "type-mismatch",
                    f"expected {expected} in the parameter {quoted(declared.name)}; found {found}",
                    part.span,
                    hint,
                    [(declared.span, "declared here")],
                )
    return diagnostics.error_count == before


def _value(doc: ParameterDoc, diagnostics: Diagnostics) -> core.ParameterValue:
    name = doc.name.value
    if doc.value is not None:
        value = plain_value(doc.value, diagnostics)
        return core.ParameterValue(name, value, type_of(value), doc.name.span)
    rows = tuple((start, plain_value(node, diagnostics)) for start, node in doc.dated)
    types = [type_of(value) for _, value in rows]
    type_ = join(types)
    if type_.kind == "any":
        first = next(one for one in types if one.kind != "null")
        other = next(n for n, one in enumerate(types) if one.kind not in (first.kind, "null"))
        expected, found, hint = refusal(rows[other][1], first, doc.values[other].span)
        diagnostics.error(
            "type-mismatch",
            f"the dated values of {quoted(name)} are of several types: expected {expected}, "
            f"as the first is; found {found}",
            doc.values[other].span,
            hint,
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
