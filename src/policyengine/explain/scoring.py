"""Scorecards of one deal: the points of each item, and what their sum can still be.

What is still open of an item that waits for one enum or boolean is worked out for each option:
items that read the same term hold for the same option, and two that exclude each other never
count together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from policyengine import core
from policyengine import decision as d
from policyengine.core import Expr
from policyengine.facts import Facts
from policyengine.interpreter import Interpreter
from policyengine.operators import arithmetic
from policyengine.operators.fault import Fault
from policyengine.values.record import replace

#: options of a term that are tried
_OPTIONS = 64
#: what takes turns, or is worked out before the rest
_NOT_TRIED = (core.Derived, core.ScoreOf, core.Quantified, core.For, core.Filter)
_Range = tuple[Decimal, Decimal]


def score(card: core.Scorecard, interpreter: Interpreter) -> d.Score:
    """A score with its items, and the least and the most it can still be."""
    items = []
    ranges: list[_Range] = []
    waiting: dict[str, list[int]] = {}
    for number, item in enumerate(card.items):
        points, value = _item(item, interpreter)
        items.append(d.ScoreItem(item.id, item.title, item.side, item.aspect, points, value))
        ranges.append(core.points_range(points, value))
        path = _waits_for(item.when, interpreter.facts) if value is None else None
        if path is not None:
            waiting.setdefault(path, []).append(number)
    for path, numbers in waiting.items():
        if len(numbers) > 1:
            together = _together([card.items[n] for n in numbers], path, interpreter)
            for number in numbers:
                ranges[number] = (Decimal(0), Decimal(0))
            ranges[numbers[0]] = together
    low, high = _summed(ranges)
    total = interpreter.scores[card.id][0]
    return d.Score(total, low, high, card.title, tuple(items))


def _item(item: core.ScoreItem, interpreter: Interpreter) -> tuple[Decimal, bool | None]:
    points = interpreter.guarded(item.points)[0]
    value = interpreter.guarded(item.when)[0]
    return (
        points if isinstance(points, Decimal) else Decimal(0),
        value if isinstance(value, bool) else None,
    )


def _waits_for(when: Expr, facts: Facts) -> str | None:
    """The one term of few options that a condition waits for, if it is one."""
    found: str | None = None
    for node in core.walk(when):
        if isinstance(node, _NOT_TRIED):
            return None
        if isinstance(node, core.Term | core.Stated) and facts.term(node.path) is None:
            if found not in (None, node.path) or node.path in facts.deal.not_applicable:
                return None
            found = node.path
    return found if found is not None and 0 < len(_options(found, facts)) <= _OPTIONS else None


def _options(path: str, facts: Facts) -> Sequence[Any]:
    shape = facts.schema.terms[path].shape
    if shape.type.kind == "boolean":
        return shape.enum or (False, True)
    return shape.enum or () if shape.type.kind == "string" else ()


def _together(items: Iterable[core.ScoreItem], path: str, interpreter: Interpreter) -> _Range:
    """The least and the most that items come to over the options of a term."""
    facts, found = interpreter.facts, []
    for option in _options(path, facts):
        deal = replace(facts.deal, values={**facts.deal.values, path: option})
        there = Interpreter(interpreter.policy, replace(facts, deal=deal), settled=interpreter)
        found.append(_summed(core.points_range(*_item(item, there)) for item in items))
    return min(low for low, _ in found), max(high for _, high in found)


def _summed(ranges: Iterable[_Range]) -> _Range:
    low = high = Decimal(0)
    for least, most in ranges:
        low, high = _sum(low, least), _sum(high, most)
    return low, high


def _sum(total: Decimal, points: Decimal) -> Decimal:
    try:
        found: Decimal = arithmetic.add(total, points)
    except Fault:
        return total  # an error of the score, which is reported as such
    return found
