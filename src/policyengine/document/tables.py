"""Decision tables as written."""

from __future__ import annotations

from policyengine import nodes
from policyengine.document.entries import NAME, Entries, Text, texts
from policyengine.document.model import TableDoc
from policyengine.errors import Diagnostics
from policyengine.nodes import Node
from policyengine.source import quoted


def read_table(node: nodes.Mapping, diagnostics: Diagnostics) -> TableDoc | None:
    keys = ("id", "title", "hit_policy", "inputs", "output", "rules", "default")
    entries = Entries(node, "a table", keys, diagnostics)
    id_ = entries.text("id", required=True)
    if id_ is not None and not NAME.fullmatch(id_.value):
        entries.error(
            "bad-name",
            f"{quoted(id_.value)} is not a name for a table; expected letters, digits and `_`",
            id_.span,
        )
    hit_policy = entries.text("hit_policy", required=True)
    inputs = texts(entries, "inputs")
    output_type, values = _output(entries.get("output"), diagnostics)
    rows = []
    rules = entries.get("rules", required=True)
    if rules is not None and not isinstance(rules, nodes.Sequence):
        entries.error("bad-shape", "the `rules` of a table are a list of rows", rules.span)
    for row in rules if isinstance(rules, nodes.Sequence) else ():
        if not inputs:
            break  # reported
        if not isinstance(row, nodes.Sequence) or len(row) != len(inputs) + 1:
            entries.error(
                "bad-row",
                "a row of this table is a list of "
                f"{len(inputs)} cell{'' if len(inputs) == 1 else 's'} and the output",
                row.span,
            )
            continue
        rows.append((row.items[:-1], row.items[-1], row.span))
    if isinstance(rules, nodes.Sequence) and not len(rules):
        entries.error("empty-list", "a table has at least one row", rules.span)
    if id_ is None or hit_policy is None:
        return None
    title = entries.text("title")
    default = entries.get("default")
    return TableDoc(
        id_, title, hit_policy, inputs, output_type, values, tuple(rows), default, node.span
    )


def _output(node: Node | None, diagnostics: Diagnostics) -> tuple[Text | None, tuple[Node, ...]]:
    if node is None:
        return None, ()
    if not isinstance(node, nodes.Mapping):
        diagnostics.error("bad-shape", "`output` has a `type` and its `values`", node.span)
        return None, ()
    entries = Entries(node, "an output", ("type", "values"), diagnostics)
    values = entries.get("values")
    if values is not None and not isinstance(values, nodes.Sequence):
        diagnostics.error("bad-shape", "`values` is a list, best first", values.span)
        values = None
    return entries.text("type"), values.items if isinstance(values, nodes.Sequence) else ()
