"""A whole policy to the core: documents, schema and overrides in; one frozen policy out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from policyengine import core, nodes
from policyengine.checker import Checker
from policyengine.core import Expr
from policyengine.document import (
    InterestDoc,
    ManifestDoc,
    RuleDoc,
    RulesDoc,
    ScorecardDoc,
    Text,
)
from policyengine.errors import Diagnostics
from policyengine.lowering.conditions import lower_condition
from policyengine.lowering.expressions import lower_text
from policyengine.lowering.operands import operand
from policyengine.lowering.parameters import lower_parameters
from policyengine.lowering.public import lower_public
from policyengine.lowering.scope import Scope
from policyengine.lowering.tables import lower_table
from policyengine.lowering.templates import lower_template
from policyengine.nodes import Node
from policyengine.schema import SCOPE_NAMES, TermsSchema
from policyengine.source import Span, quoted
from policyengine.types import BOOLEAN, NUMBER
from policyengine.values import jsontext
from policyengine.values.frozen import FrozenDict


def lower_policy(
    manifest: ManifestDoc,
    files: tuple[RulesDoc, ...],
    schema: TermsSchema,
    diagnostics: Diagnostics,
    overrides: Mapping[str, Node] | None = None,
) -> core.Policy:
    """The core of a policy; what is wrong is added to `diagnostics`."""
    parameters, written = lower_parameters(manifest.parameters, overrides or {}, diagnostics)
    scope = _scope(manifest, files, schema, parameters, written, diagnostics)
    # in document order, so that messages come in it too; each pulls in what it uses
    for name in list(scope.pending):
        _define(scope, name)
    for name in list(scope.pending_scores):
        scope.score(name, scope.places[f"score.{name}"])
    scope.used_definitions.clear()
    for definition in scope.definitions.values():
        _mark_used(scope, definition.value)
    for card in scope.scorecards.values():
        for item in card.items:
            _mark_used(scope, item.when)
    interests = tuple(_interest(doc, scope) for file in files for doc in file.interests)
    rules = tuple(_rule(doc, scope) for file in files for doc in file.rules)
    _unique(files, diagnostics)
    # while something is wrong, rules that were not read may be missing
    if not rules and not diagnostics.errors:
        diagnostics.error(
            "no-rules",
            f"the policy {quoted(manifest.id.value)} has no rules, so it can decide nothing",
            manifest.id.span,
        )
    if not diagnostics.errors:
        _unused(manifest, files, scope)
    policy = core.Policy(
        manifest.id.value,
        manifest.version.value,
        manifest.title.value if manifest.title is not None else None,
        FrozenDict(parameters),
        FrozenDict(scope.definitions),
        FrozenDict(scope.scorecards),
        tuple(scope.order),
        interests,
        rules,
        manifest.span,
    )
    return core.with_digest(policy, digest_of(manifest, files, schema, parameters))


def digest_of(
    manifest: ManifestDoc,
    files: tuple[RulesDoc, ...],
    schema: TermsSchema,
    parameters: Mapping[str, core.ParameterValue],
) -> str:
    """SHA-256 over what the policy says: rules, schema and effective parameters.

    Layout, comments and file names do not enter; every key and value does.
    """
    rules = [
        {
            "rules": [nodes.plain(doc.node) for doc in file.rules],
            "rest": [repr_plain(doc) for doc in (*file.scorecards, *file.interests, *file.tables)],
        }
        for file in files
    ]
    return jsontext.digest(
        {
            "policy": manifest.id.value,
            "version": manifest.version.value,
            "define": {name.value: text.value for name, text in manifest.definitions},
            "parameters": {name: _effective(value) for name, value in parameters.items()},
            "rules": rules,
            "terms": schema.data,
            **({"beside": schema.beside} if schema.beside else {}),
        }
    )


def repr_plain(value: Any) -> Any:
    """A document object as plain data, places left out."""
    if isinstance(value, nodes.Scalar | nodes.Sequence | nodes.Mapping):
        return nodes.plain(value)
    if isinstance(value, Text):
        return value.value
    if isinstance(value, tuple):
        return [repr_plain(item) for item in value if not isinstance(item, Span)]
    slots = getattr(type(value), "__slots__", None)
    if slots and not isinstance(value, str):
        return {
            name: repr_plain(getattr(value, name))
            for name in slots
            if not isinstance(getattr(value, name), Span)
        }
    return value


def _effective(value: core.ParameterValue) -> Any:
    if isinstance(value.value, core.Dated):
        return [{"from": str(start), "value": row} for start, row in value.value.values]
    return value.value


# names --------------------------------------------------------------------------------------


def _scope(
    manifest: ManifestDoc,
    files: tuple[RulesDoc, ...],
    schema: TermsSchema,
    parameters: Mapping[str, core.ParameterValue],
    written: Mapping[str, tuple[Node, ...]],
    diagnostics: Diagnostics,
) -> Scope:
    checker = Checker(diagnostics, written)
    scope = Scope(schema, diagnostics, checker, parameters, {}, {}, {})
    places: dict[str, Span] = {}

    def claim(name: Text, what: str) -> bool:
        taken = places.get(name.value)
        if taken is not None:
            diagnostics.error(
                "duplicate-name",
                f"{quoted(name.value)} is defined twice",
                name.span,
                related=[(taken, "first defined here")],
            )
            return False
        if name.value in schema.root.members or name.value in SCOPE_NAMES:
            diagnostics.error(
                "reserved-name",
                f"{what} cannot be named {quoted(name.value)}: that is a term, a group, or a name "
                "with a meaning of its own",
                name.span,
            )
            return False
        places[name.value] = name.span
        return True

    for name, text in manifest.definitions:
        if claim(name, "a definition"):
            scope.pending[name.value] = partial(_definition, name, text, scope)
    for file in files:
        for table in file.tables:
            if claim(table.id, "a table"):
                scope.pending[table.id.value] = partial(lower_table, table, scope)
        for card in file.scorecards:
            if f"score.{card.id.value}" in places:
                diagnostics.error(
                    "duplicate-name",
                    f"the scorecard {quoted(card.id.value)} is defined twice",
                    card.id.span,
                    related=[(places[f"score.{card.id.value}"], "first defined here")],
                )
                continue
            places[f"score.{card.id.value}"] = card.id.span
            scope.pending_scores[card.id.value] = partial(_scorecard, card, scope)
    scope.places = places
    return scope


def _define(scope: Scope, name: str) -> None:
    if name not in scope.definitions:
        scope.definition(name, scope.places[name])


def _mark_used(scope: Scope, expr: Expr) -> None:
    for node in core.walk(expr):
        if isinstance(node, core.Derived):
            scope.used_definitions.add(node.name)


# parts --------------------------------------------------------------------------------------


def _definition(name: Text, text: Text, scope: Scope) -> core.Definition:
    value = lower_text(text.value, text.node, scope, condition=False)
    return core.Definition(name.value, value, name.span)


def _scorecard(doc: ScorecardDoc, scope: Scope) -> core.Scorecard:
    items = []
    for item in doc.items:
        when = lower_condition(item.when, scope)
        points = operand(item.points, NUMBER, scope)
        if points.type.kind not in ("number", "any") or not isinstance(
            points, core.Const | core.Parameter
        ):
            scope.diagnostics.error(
                "type-mismatch",
                "points are a number, or a parameter that is one",
                item.points.span,
                "what a deal states belongs into `when`",
            )
        items.append(
            core.ScoreItem(
                item.id.value, item.title.value, item.side, item.aspect, when, points, item.span
            )
        )
    title = doc.title.value if doc.title is not None else None
    return core.Scorecard(doc.id.value, title, tuple(items), doc.span)


def _interest(doc: InterestDoc, scope: Scope) -> core.Interest:
    conflict = lower_condition(doc.conflict, scope) if doc.conflict is not None else None
    return core.Interest(
        doc.element.value,
        doc.ours.value,
        doc.theirs.value,
        lower_condition(doc.served, scope),
        conflict,
        doc.span,
    )


def _rule(doc: RuleDoc, scope: Scope) -> core.Rule:
    forbids = doc.form == "forbid"
    condition = lower_condition(doc.condition, scope, negated=forbids)
    requirement = core.Not(condition, BOOLEAN, condition.span) if forbids else condition
    source = None
    if doc.source is not None:
        ref, quote, file = (
            text.value if text is not None else None
            for text in (doc.source.ref, doc.source.quote, doc.source.file)
        )
        source = core.SourceRef(ref, quote, file)
    return core.Rule(
        doc.id.value,
        doc.title.value,
        doc.level,
        doc.form,
        condition,
        requirement,
        lower_condition(doc.applies, scope) if doc.applies is not None else None,
        lower_condition(doc.unless, scope) if doc.unless is not None else None,
        doc.effective_from,
        doc.effective_until,
        lower_template(doc.because, scope),
        lower_template(doc.ask, scope),
        source,
        doc.tags,
        doc.focus,
        doc.action,
        doc.expected,
        jsontext.digest(nodes.plain(doc.node)),
        doc.id.span,
        lower_public(doc, scope),
    )


# whole-policy checks --------------------------------------------------------------------------


def _unique(files: tuple[RulesDoc, ...], diagnostics: Diagnostics) -> None:
    seen: dict[str, Span] = {}
    for file in files:
        ids = [rule.id for rule in file.rules]
        ids += [item.id for card in file.scorecards for item in card.items]
        for id_ in ids:
            first = seen.setdefault(id_.value, id_.span)
            if first is not id_.span:
                diagnostics.error(
                    "duplicate-id",
                    f"the id {quoted(id_.value)} is used twice",
                    id_.span,
                    related=[(first, "first used here")],
                )


def _unused(manifest: ManifestDoc, files: tuple[RulesDoc, ...], scope: Scope) -> None:
    for parameter in manifest.parameters:
        if parameter.name.value not in scope.used_parameters:
            scope.diagnostics.warning(
                "unused-parameter",
                f"no rule uses the parameter {quoted(parameter.name.value)}",
                parameter.name.span,
            )
    tables = [table.id for file in files for table in file.tables]
    for name in [*(name for name, _ in manifest.definitions), *tables]:
        if name.value in scope.definitions and name.value not in scope.used_definitions:
            scope.diagnostics.warning(
                "unused-definition", f"no rule uses {quoted(name.value)}", name.span
            )
