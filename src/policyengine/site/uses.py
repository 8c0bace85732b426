"""What reads what: terms, parameters and derived values, by what is written where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policyengine import core
from policyengine.core import Expr
from policyengine.values.record import Record


class Reads(Record):
    """What something is written with, each name once, in the order written. `derived` are names
    as in `policy.order`: definitions and tables, and scorecards as `score.id`."""

    terms: tuple[str, ...]
    parameters: tuple[str, ...]
    derived: tuple[str, ...]


def reads(exprs: Iterable[Expr]) -> Reads:
    """What expressions read themselves, not through what is derived."""
    terms: dict[str, None] = {}
    parameters: dict[str, None] = {}
    derived: dict[str, None] = {}
    for expr in exprs:
        for node in core.walk(expr):
            match node:
                case core.Term(path=path) | core.Stated(path=path):
                    terms[path] = None
                case core.Parameter(name=name):
                    parameters[name] = None
                case core.Derived(name=name):
                    derived[name] = None
                case core.ScoreOf(id=id_):
                    derived[f"score.{id_}"] = None
    return Reads(tuple(terms), tuple(parameters), tuple(derived))


def of_rule(rule: core.Rule) -> Reads:
    """What a rule's conditions read, and its sentences."""
    return reads(_parts(rule))


def _parts(rule: core.Rule) -> Iterator[Expr]:
    for part in (rule.condition, rule.applies, rule.unless):
        if part is not None:
            yield part
    for template in (rule.because, rule.ask):
        if template is not None:
            yield from (part for part in template.parts if not isinstance(part, str))


def of_derived(policy: core.Policy, name: str) -> Reads:
    """What a definition, a table or a scorecard (`score.id`) reads."""
    definition = policy.definitions.get(name)
    if definition is not None:
        return reads([definition.value])
    card = policy.scorecards[name.removeprefix("score.")]
    return reads(part for item in card.items for part in (item.when, item.points))


def of_interest(interest: core.Interest) -> Reads:
    parts = (interest.served, interest.conflict)
    return reads(part for part in parts if part is not None)
