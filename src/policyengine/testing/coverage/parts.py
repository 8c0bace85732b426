"""One part of a policy by itself: a rule, an item of a scorecard, a table or a definition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from policyengine import core
from policyengine.core import Expr
from policyengine.testing.coverage.measure import Gap
from policyengine.testing.coverage.points import Point
from policyengine.values.record import Record, replace

_DAY = timedelta(days=1)


class Part(Record):
    """The policy with nothing but one part and what it uses: a `rule`, or else the definition
    or score `name`, as in `policy.order`. `exprs` are the conditions of the part."""

    policy: core.Policy
    exprs: tuple[Expr, ...]
    rule: core.Rule | None = None
    name: str = ""

    @property
    def nodes(self) -> tuple[Expr, ...]:
        """Every node that the part evaluates, those of what it uses included."""
        exprs = list(self.exprs)
        for name in self.policy.order:
            if name in self.policy.definitions:
                exprs.append(self.policy.definitions[name].value)
            else:
                items = self.policy.scorecards[name.removeprefix("score.")].items
                exprs += [expr for item in items for expr in (item.when, item.points)]
        return tuple(node for expr in exprs for node in core.walk(expr))

    @property
    def terms(self) -> list[str]:
        """The paths that the part reads, sorted."""
        return sorted({path for e in self.exprs for path in core.terms_read(self.policy, e)})

    def periods(self) -> tuple[date, ...]:
        """The first day of each period in which the part is the same, and one before them all;
        none where it is the same on every date."""
        starts: set[date] = set()
        if self.rule is not None and self.rule.effective_from is not None:
            starts.add(self.rule.effective_from)
        if self.rule is not None and self.rule.effective_until not in (None, date.max):
            assert self.rule.effective_until is not None
            starts.add(self.rule.effective_until + _DAY)
        for node in self.nodes:
            if isinstance(node, core.Parameter):
                value = self.policy.parameters[node.name].value
                dated = value.values if isinstance(value, core.Dated) else ()
                starts |= {first for first, _ in dated}
        if not starts:
            return ()
        first = min(starts)
        return (*((first - _DAY,) if first > date.min else ()), *sorted(starts))


def by_part(policy: core.Policy, gaps: Iterable[Gap]) -> list[tuple[Part, list[Gap]]]:
    """Gaps by the part that they are about, in the order of the first of each."""
    found: dict[int, tuple[Part, list[Gap]]] = {}
    for gap in gaps:
        part = part_of(policy, gap.point)
        found.setdefault(id(part.exprs[0]), (part, []))[1].append(gap)
    return list(found.values())


def part_of(policy: core.Policy, point: Point) -> Part:
    """The part that a point of a policy is about."""
    for part in _named(policy, point.owner):
        if point.node is None or any(
            node is point.node for expr in part.exprs for node in core.walk(expr)
        ):
            return part
    raise LookupError(point.owner)


def _named(policy: core.Policy, owner: str) -> Iterator[Part]:
    for rule in policy.rules:
        if rule.id == owner:
            exprs = tuple(e for e in (rule.applies, rule.unless, rule.condition) if e is not None)
            order = _needed(policy, exprs)
            yield Part(replace(policy, rules=(rule,), order=order, interests=()), exprs, rule)
    for card in policy.scorecards.values():
        for item in card.items:
            if item.id == owner:
                name = f"score.{card.id}"
                order = (*_needed(policy, (item.when, item.points)), name)
                cards = {**policy.scorecards, card.id: replace(card, items=(item,))}
                whole = replace(policy, rules=(), order=order, scorecards=cards, interests=())
                yield Part(whole, (item.when,), name=name)
    definition = policy.definitions.get(owner)
    if definition is not None:
        order = tuple(dict.fromkeys((*_needed(policy, (definition.value,)), owner)))
        whole = replace(policy, rules=(), order=order, interests=())
        yield Part(whole, (definition.value,), name=owner)


def _needed(policy: core.Policy, exprs: Iterable[Expr]) -> tuple[str, ...]:
    """The definitions and scores that expressions use, in the order of the policy."""
    used = core.derived_used(policy, exprs)
    return tuple(name for name in policy.order if name in used)
