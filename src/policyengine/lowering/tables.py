"""Decision tables to the core: each cell a test on its column's input."""

from __future__ import annotations

from typing import Any

from policyengine import core, nodes
from policyengine.checker import broken, named
from policyengine.core import Expr
from policyengine.document import TableDoc
from policyengine.errors import did_you_mean
from policyengine.lowering.conditions import Conditions
from policyengine.lowering.expressions import lower_text
from policyengine.lowering.operands import operand
from policyengine.lowering.scope import Scope
from policyengine.nodes import Node, Scalar
from policyengine.source import quoted
from policyengine.tables import HIT_POLICIES
from policyengine.types import ANY, BOOLEAN, DATE, NUMBER, STRING, Type, fits, join, list_of

_OUTPUT_TYPES = {"string": STRING, "number": NUMBER, "boolean": BOOLEAN, "date": DATE}
_ON_NUMBERS = ("C+", "C<", "C>")


def lower_table(doc: TableDoc, scope: Scope) -> core.Definition:
    """A table as a derived term."""
    policy = doc.hit_policy.value
    if policy not in HIT_POLICIES:
        scope.diagnostics.error(
            "bad-hit-policy",
            f"{quoted(policy)} is no hit policy; expected one of "
            + ", ".join(f"`{code}`" for code in HIT_POLICIES),
            doc.hit_policy.span,
            _hit_policy_named(policy),
        )
    wanted = _output_type(doc, scope)
    ranking = tuple(operand(value, wanted, scope) for value in doc.values)
    ranked = tuple(value.value for value in ranking if isinstance(value, core.Const))
    if policy in ("P", "O") and not ranked:
        scope.diagnostics.error(
            "unranked-outputs",
            f"hit policy `{policy}` ranks outputs by the order of `values`, which `output` lacks",
            doc.hit_policy.span,
        )
    if wanted.kind == "string" and ranked:
        wanted = Type("string", enum=tuple(str(value) for value in ranked))
    inputs = [lower_text(text.value, text.node, scope, condition=False) for text in doc.inputs]
    names = [" ".join(text.value.split()) for text in doc.inputs]
    rows = []
    for cells, output, span in doc.rows:
        tests: list[Expr] = []
        for cell, subject, name in zip(cells, inputs, names, strict=True):
            tests += _cell(cell, subject, name, scope)
        made = _output_of(output, wanted, ranked, scope)
        rows.append(core.TableRow(core.And(tuple(tests), BOOLEAN, span), made, span))
    default = _output_of(doc.default, wanted, ranked, scope) if doc.default is not None else None
    type_ = _result_type(policy, [row.output for row in rows], default, wanted)
    if policy in _ON_NUMBERS and type_.kind not in ("number", "any"):
        scope.diagnostics.error(
            "type-mismatch", f"hit policy `{policy}` needs numbers as outputs", doc.hit_policy.span
        )
    table = core.Table(doc.id.value, policy, tuple(rows), default, ranked, type_, doc.span)
    return core.Definition(doc.id.value, table, doc.id.span)


def _output_of(node: Node, wanted: Type, ranked: tuple[Any, ...], scope: Scope) -> Expr:
    """What a row gives: of the type of the output, and one of its values where they are listed."""
    made = operand(node, wanted, scope)
    if not fits(made.type, wanted):
        scope.diagnostics.error(
            "type-mismatch",
            f"the output of this table is {named(wanted)}; this is {named(made.type)}",
            node.span,
        )
    elif ranked and isinstance(made, core.Const) and not broken(made) and made.value not in ranked:
        listing = ", ".join(quoted(str(value)) for value in ranked[:12])
        scope.diagnostics.error(
            "not-in-enum",
            f"{quoted(str(made.value))} is not among the `values` of the output: {listing}",
            node.span,
        )
    return made


def _hit_policy_named(word: str) -> str | None:
    """What to write for a hit policy that is given by its name, or in small letters."""
    meant = (word.upper(), word.lower().replace("_", " "))
    found = next((c for c, name in HIT_POLICIES.items() if c in meant or name in meant), None)
    return f"write `{found}`" if found else None


def _output_type(doc: TableDoc, scope: Scope) -> Type:
    if doc.output_type is None:
        return ANY
    found = _OUTPUT_TYPES.get(doc.output_type.value)
    if found is None:
        scope.diagnostics.error(
            "bad-value",
            f"{quoted(doc.output_type.value)} is no type of an output; expected one of "
            + ", ".join(f"`{name}`" for name in _OUTPUT_TYPES),
            doc.output_type.span,
            did_you_mean(doc.output_type.value, _OUTPUT_TYPES),
        )
        return ANY
    return found


def _cell(cell: Node, subject: Expr, name: str, scope: Scope) -> list[Expr]:
    if isinstance(cell, Scalar):
        if cell.value == "-":
            return []
        if cell.value is None:
            scope.diagnostics.error(
                "null-operand", "an empty cell says nothing", cell.span, "write `-` for any value"
            )
            return []
    anchor = Scalar(cell.span, name)
    if isinstance(cell, nodes.Sequence) and not len(cell):
        scope.diagnostics.error("empty-operand", "an empty list of values", cell.span)
        return []
    return Conditions(scope).on_subject(subject, name, anchor, cell, False)


def _result_type(policy: str, outputs: list[Expr], default: Expr | None, wanted: Type) -> Type:
    if policy == "C#":
        return NUMBER
    found = [output.type for output in outputs]
    if default is not None and policy not in ("R", "O", "C"):
        found.append(default.type)
    item = join(found)
    if item.kind != "any" and wanted.kind not in ("any", "number"):
        item = wanted
    return list_of(item) if policy in ("R", "O", "C") else item
