"""What a policy says together with each term: the texts and numbers that matter to it.

A text that no rule mentions is as good as any other such text, and a number moves in steps
as fine as the finest constant it may be held against. Conservative: everything read by one
condition, definitions and scorecards included, counts as said together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from policyengine import core
from policyengine.core import Expr
from policyengine.values.numbers import CONTEXT
from policyengine.values.record import Record


class Mentions(Record):
    """By term: texts and numbers in the order of the policy, and the most decimal places."""

    texts: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, tuple[Decimal, ...]]
    places: Mapping[str, int]


def mentions(policy: core.Policy, parameters: Mapping[str, Any]) -> Mentions:
    """`parameters` are the values in force."""
    texts: dict[str, dict[str, None]] = {}
    numbers: dict[str, dict[Decimal, None]] = {}
    places: dict[str, int] = {}
    for expr in _conditions(policy):
        found = list(_constants(policy, expr, parameters))
        said = [value for value in found if isinstance(value, str)]
        amounts = [value for value in found if isinstance(value, Decimal)]
        finest = max(map(decimal_places, amounts), default=0)
        for path in core.terms_read(policy, expr):
            texts.setdefault(path, {}).update(dict.fromkeys(said))
            numbers.setdefault(path, {}).update(dict.fromkeys(amounts))
            places[path] = max(places.get(path, 0), finest)
    return Mentions(
        {path: tuple(said) for path, said in texts.items()},
        {path: tuple(said) for path, said in numbers.items()},
        places,
    )


def merged(one: Mentions, other: Mentions) -> Mentions:
    """What two policies say together with each term."""

    def both(left: Mapping[str, tuple[Any, ...]], right: Mapping[str, tuple[Any, ...]]) -> Any:
        return {
            path: tuple(dict.fromkeys((*left.get(path, ()), *right.get(path, ()))))
            for path in dict.fromkeys((*left, *right))
        }

    places = {
        path: max(one.places.get(path, 0), other.places.get(path, 0))
        for path in dict.fromkeys((*one.places, *other.places))
    }
    return Mentions(both(one.texts, other.texts), both(one.numbers, other.numbers), places)


def _conditions(policy: core.Policy) -> Iterator[Expr]:
    for rule in policy.rules:
        for expr in (rule.applies, rule.unless, rule.requirement):
            if expr is not None:
                yield expr
    for card in policy.scorecards.values():
        for item in card.items:
            yield item.when
    for interest in policy.interests:
        yield interest.served


def _constants(policy: core.Policy, expr: Expr, parameters: Mapping[str, Any]) -> Iterator[Any]:
    seen: set[str] = set()
    stack = [expr]
    while stack:
        for node in core.walk(stack.pop()):
            if isinstance(node, core.Const):
                yield from _plain(node.value)
            elif isinstance(node, core.Parameter):
                yield from _plain(parameters.get(node.name))
            elif isinstance(node, core.Table):
                yield from _plain(node.ranking)
            elif isinstance(node, core.Derived) and node.name not in seen:
                seen.add(node.name)
                stack.append(policy.definitions[node.name].value)
            elif isinstance(node, core.ScoreOf) and "score." + node.id not in seen:
                seen.add("score." + node.id)
                for item in policy.scorecards[node.id].items:
                    stack += [item.when, item.points]


def _plain(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        for item in value:
            yield from _plain(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _plain(item)
    else:
        yield value


def decimal_places(value: Decimal) -> int:
    """Decimal places of a number, trailing zeros apart."""
    # in the engine's own context: the one of a thread rounds to 28 digits
    exponent = value.normalize(CONTEXT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
