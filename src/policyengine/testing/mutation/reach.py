"""What of a policy a mutant can touch: rules and scorecards, and the terms they read."""

from __future__ import annotations

from collections.abc import Iterable

from policyengine import core
from policyengine.core import Expr
from policyengine.values.record import Record, replace


class Reach(Record):
    """The rules (by id) and scorecards (by id) whose answer may change, and the terms these
    read."""

    rules: tuple[str, ...]
    cards: tuple[str, ...]
    terms: tuple[str, ...]


def reach(policy: core.Policy, kind: str, owner: str) -> Reach:
    """What reads a rule, an item, a table, a definition or a parameter, through whatever lies
    between them."""
    if kind == "rule":
        rules = [rule for rule in policy.rules if rule.id == owner]
        cards: list[core.Scorecard] = []
    else:
        rules = [rule for rule in policy.rules if _reads(policy, _of(rule), kind, owner)]
        cards = [card for card in policy.scorecards.values() if _touches(policy, card, kind, owner)]
    exprs = [expr for rule in rules for expr in _of(rule)]
    exprs += [expr for card in cards for item in card.items for expr in (item.when, item.points)]
    terms = {path for expr in exprs for path in core.terms_read(policy, expr)}
    return Reach(
        tuple(rule.id for rule in rules), tuple(card.id for card in cards), tuple(sorted(terms))
    )


def slice_of(policy: core.Policy, part: Reach) -> core.Policy:
    """The policy with nothing but the rules and scorecards of a reach, and what they use."""
    rules = tuple(rule for rule in policy.rules if rule.id in part.rules)
    exprs = [expr for rule in rules for expr in _of(rule)]
    names = _used(policy, exprs)
    for card in part.cards:
        items = policy.scorecards[card].items
        names |= _used(policy, [e for item in items for e in (item.when, item.points)])
        names.add(f"score.{card}")
    order = tuple(name for name in policy.order if name in names)
    return replace(policy, rules=rules, order=order, interests=())


def _of(rule: core.Rule) -> list[Expr]:
    return [e for e in (rule.applies, rule.unless, rule.requirement) if e is not None]


def _touches(policy: core.Policy, card: core.Scorecard, kind: str, owner: str) -> bool:
    if kind == "item":
        return any(item.id == owner for item in card.items)
    exprs = [expr for item in card.items for expr in (item.when, item.points)]
    return _reads(policy, exprs, kind, owner)


def _reads(policy: core.Policy, exprs: Iterable[Expr], kind: str, owner: str) -> bool:
    exprs = list(exprs)
    names = _used(policy, exprs)
    if kind in ("table", "definition"):
        return owner in names
    if kind == "item":
        cards = (policy.scorecards[n.removeprefix("score.")] for n in names if n[:6] == "score.")
        return any(item.id == owner for card in cards for item in card.items)
    nodes = (node for expr in _all(policy, exprs, names) for node in core.walk(expr))
    return any(isinstance(node, core.Parameter) and node.name == owner for node in nodes)


def _all(policy: core.Policy, exprs: list[Expr], names: set[str]) -> list[Expr]:
    """Expressions with those of the definitions and scorecards they use."""
    found = list(exprs)
    for name in names:
        if name in policy.definitions:
            found.append(policy.definitions[name].value)
        else:
            items = policy.scorecards[name.removeprefix("score.")].items
            found += [expr for item in items for expr in (item.when, item.points)]
    return found


def _used(policy: core.Policy, exprs: Iterable[Expr]) -> set[str]:
    """The names of definitions, and `score.id` of scorecards, that expressions use."""
    used: set[str] = set()
    stack = list(exprs)
    while stack:
        for node in core.walk(stack.pop()):
            if isinstance(node, core.Derived) and node.name not in used:
                used.add(node.name)
                stack.append(policy.definitions[node.name].value)
            elif isinstance(node, core.ScoreOf) and f"score.{node.id}" not in used:
                used.add(f"score.{node.id}")
                items = policy.scorecards[node.id].items
                stack += [part for item in items for part in (item.when, item.points)]
    return used
