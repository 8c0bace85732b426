"""What a name means, in Markdown: a term, a parameter, an operator, a rule, a key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from policyengine import core
from policyengine.languageserver.index import Symbol
from policyengine.languageserver.model import Model
from policyengine.languageserver.pointed import Pointed, term_of
from policyengine.lowering.operators import OPERATORS
from policyengine.output import markup
from policyengine.schema import TermSpec
from policyengine.schema.words import shown
from policyengine.types import DURATION, TEMPORAL, Type

_MOST = 12
_AMOUNTS = frozenset({"number"}) | DURATION
_SINGLE = frozenset({"string", "number", "boolean"}) | TEMPORAL | DURATION
_ANY = frozenset({"list", "context"}) | _SINGLE
#: the kinds of term that an operator tests
TESTS: dict[str, frozenset[str]] = {
    "equals": _ANY,
    "is_not": _ANY,
    "stated": _ANY,
    **dict.fromkeys(("less_than", "at_most", "at_least", "more_than"), _AMOUNTS),
    **dict.fromkeys(("before", "on_or_before", "after", "on_or_after"), TEMPORAL),
    "between": _AMOUNTS | TEMPORAL,
    **dict.fromkeys(("one_of", "none_of"), _SINGLE),
    "contains": frozenset({"list", "string"}),
    **dict.fromkeys(
        ("contains_any", "contains_all", "contains_none", "contains_only", "count"),
        frozenset({"list"}),
    ),
    **dict.fromkeys(("every", "some", "none"), frozenset({"list"})),
    **dict.fromkeys(("starts_with", "ends_with", "matches"), frozenset({"string"})),
}


def hover(at: Pointed, model: Model | None) -> str | None:
    """What is known of what stands at a place, or None."""
    if at.operator is not None:
        return operator_text(at.operator)
    if at.key is not None:
        return f"**{at.key.title}** `{at.key.name}`\n\n{at.key.description}"
    if at.symbol is None or model is None:
        return None
    return _of_symbol(at.symbol, model)


def _of_symbol(symbol: Symbol, model: Model) -> str | None:
    policy = model.policy.core if model.policy is not None else None
    if symbol.kind == "term":
        term = term_of(model, symbol.name)
        return term_text(term, model) if term is not None else None
    if policy is None:
        return f"{symbol.kind} `{symbol.name}`"
    if symbol.kind == "parameter" and symbol.name in policy.parameters:
        return _parameter(policy.parameters[symbol.name], model)
    if symbol.kind == "rule":
        found = next((rule for rule in policy.rules if rule.id == symbol.name), None)
        return _rule(found) if found is not None else None
    if symbol.kind == "definition" and symbol.name in policy.definitions:
        value = policy.definitions[symbol.name].value
        what = "decision table" if isinstance(value, core.Table) else "derived term"
        body = "" if isinstance(value, core.Table) else f"\n\n{_code(value.span.text)}"
        return f"{what} `{symbol.name}`: {value.type}{body}{_read_by(symbol, model)}"
    if symbol.kind == "score" and symbol.name in policy.scorecards:
        card = policy.scorecards[symbol.name]
        title = f"**{_md(card.title)}**\n\n" if card.title else ""
        return f"{title}scorecard `score.{card.id}`, {len(card.items)} items" + _read_by(
            symbol, model
        )
    return None


def operator_text(name: str) -> str:
    """What an operator of the test notation does, and for which terms."""
    operator = OPERATORS[name]
    kinds = ", ".join(sorted(TESTS[name])) if TESTS[name] != _ANY else "every type"
    return f"**{name}**: {_md(operator.summary)}\n\nTakes {operator.operand}. Tests {kinds}."


def term_text(term: TermSpec, model: Model | None) -> str:
    lines = [f"**{_md(term.title)}**" if term.title else "", f"`{term.path}`: {term.type}"]
    if term.description:
        lines.append(_md(term.description))
    if term.type.kind == "list" and term.type.item is not None and term.type.item.enum:
        lines.append("Items:\n\n" + _values(term.type.item.enum, term))
    elif term.type.enum:
        lines.append("Values:\n\n" + _values(term.type.enum, term))
    if term.has_default:
        lines.append(f"Silence means `{shown(term.default)}`.")
    elif term.required:
        lines.append("Every deal states it.")
    else:
        lines.append("Silence means nothing: without a value it is unknown.")
    if term.may_not_apply:
        lines.append("A deal may list it under `not_applicable`.")
    told = "\n\n".join(line for line in lines if line)
    return told + (_read_by(Symbol("term", term.path), model) if model is not None else "")


def _values(values: Iterable[str], term: TermSpec) -> str:
    return "\n".join(
        f"- `{value}`" + (f" {_md(term.labels[value])}" if value in term.labels else "")
        for value in values
    )


def _parameter(parameter: core.ParameterValue, model: Model) -> str:
    value = parameter.value
    if isinstance(value, core.Dated):
        rows = "\n".join(f"- from {day}: `{_value(each)}`" for day, each in value.values)
        told = f"parameter `{parameter.name}`: {parameter.type}\n\n{rows}"
    else:
        told = f"parameter `{parameter.name}`: {parameter.type} = `{_value(value)}`"
    return told + _read_by(Symbol("parameter", parameter.name), model)


def _rule(rule: core.Rule) -> str:
    lines = [f"**{_md(rule.title)}**", f"rule `{rule.id}`, {rule.level}, {rule.form}"]
    if rule.source is not None and (rule.source.quote or rule.source.ref):
        lines.append("> " + _md(rule.source.quote or rule.source.ref or ""))
    return "\n\n".join(lines)


def _read_by(symbol: Symbol, model: Model) -> str:
    readers = model.index.readers.get(symbol, [])
    if not model.valid:
        return ""  # who reads it is known again once the policy has no errors
    if not readers:
        return "\n\nNo rule reads it."
    more = f" and {len(readers) - _MOST} more" if len(readers) > _MOST else ""
    return f"\n\nRead by {', '.join(f'`{rule}`' for rule in readers[:_MOST])}{more}."


def _value(value: Any) -> str:
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return shown(value).replace("`", "'")


def _code(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.strip().splitlines()[:_MOST])


def _md(text: str) -> str:
    """A text of a document, which Markdown shall show as it is."""
    return markup.text(" ".join(text.split()))


def tests(type_: Type) -> list[str]:
    """The operators that test a term of a type, the likeliest first."""
    return [name for name, kinds in TESTS.items() if type_.kind in kinds or type_.kind == "any"]
