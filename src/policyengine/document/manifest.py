"""The manifest: a policy and its version, schema, parameters and definitions."""

from __future__ import annotations

import datetime as dt

from policyengine import nodes
from policyengine.document.entries import NAME, Entries, Text, day, text
from policyengine.document.model import MANIFEST_KEYS, RULES_KEYS, ManifestDoc, ParameterDoc
from policyengine.errors import Diagnostics
from policyengine.nodes import Node, Scalar
from policyengine.source import quoted


def read_manifest(
    node: nodes.Mapping, diagnostics: Diagnostics, *, with_rules: bool
) -> ManifestDoc | None:
    """A manifest; `with_rules` where the same file holds the rules."""
    keys = MANIFEST_KEYS + (RULES_KEYS if with_rules else ())
    entries = Entries(node, "a policy", keys, diagnostics)
    id_ = entries.identifier("policy")
    version = entries.text("version", required=True)
    title = entries.text("title")
    terms = entries.get("terms", required=True)
    parameters = _parameters(entries.get("parameters"), diagnostics)
    definitions = _definitions(entries.get("define"), diagnostics)
    if id_ is None or version is None or terms is None:
        return None
    return ManifestDoc(id_, version, title, terms, parameters, definitions, node.span)


def _parameters(node: Node | None, diagnostics: Diagnostics) -> tuple[ParameterDoc, ...]:
    if node is None:
        return ()
    if not isinstance(node, nodes.Mapping):
        diagnostics.error("bad-shape", "`parameters` maps names to values", node.span)
        return ()
    out = []
    for key, value in node.entries:
        name = _name(key, "a parameter", diagnostics)
        if name is not None:
            found = read_parameter(name, value, diagnostics)
            if found is not None:
                out.append(found)
    return tuple(out)


def read_parameter(name: Text, value: Node, diagnostics: Diagnostics) -> ParameterDoc | None:
    """A parameter's value, or its dated values: a list of mappings with `from` and `value`."""
    if not isinstance(value, nodes.Sequence) or not any(
        isinstance(item, nodes.Mapping) for item in value
    ):
        if isinstance(value, Scalar) and value.value is None:
            diagnostics.error(
                "bad-value", f"the parameter {quoted(name.value)} has no value", name.span
            )
            return None
        return ParameterDoc(name, value, ())
    rows: list[tuple[dt.date, Node]] = []
    for item in value:
        if not isinstance(item, nodes.Mapping):
            diagnostics.error(
                "bad-shape", "every row of a dated parameter has `from` and `value`", item.span
            )
            continue
        entries = Entries(item, "a dated value", ("from", "value"), diagnostics)
        from_node = entries.get("from", required=True)
        row = entries.get("value", required=True)
        start = day(from_node, "`from`", diagnostics) if from_node is not None else None
        if start is None or row is None:
            continue
        if rows and start <= rows[-1][0]:
            diagnostics.error(
                "bad-order",
                "dated values stand in the order of their dates; "
                f"{start} is not after {rows[-1][0]}",
                item.span,
            )
        rows.append((start, row))
    return ParameterDoc(name, None, tuple(rows)) if rows else None


def _definitions(node: Node | None, diagnostics: Diagnostics) -> tuple[tuple[Text, Text], ...]:
    if node is None:
        return ()
    if not isinstance(node, nodes.Mapping):
        diagnostics.error("bad-shape", "`define` maps names to expressions", node.span)
        return ()
    out = []
    for key, value in node.entries:
        name = _name(key, "a definition", diagnostics)
        if (
            isinstance(value, Scalar)
            and not isinstance(value.value, str)
            and value.value is not None
        ):
            value = Scalar(value.span, value.span.text, value.style, None, value.span.start)
        expression = text(value, f"the definition of {quoted(key.value)}", diagnostics)
        if name is not None and expression is not None:
            out.append((name, expression))
    return tuple(out)


def _name(key: Scalar, what: str, diagnostics: Diagnostics) -> Text | None:
    name = str(key.value)
    if not NAME.fullmatch(name):
        diagnostics.error(
            "bad-name",
            f"{quoted(name)} is not a name for {what}; expected letters, digits and `_`",
            key.span,
        )
        return None
    return Text(name, key)
