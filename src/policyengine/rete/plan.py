"""From a policy to the alternatives that give each rule's outcome, and the leaves they rest on.

What a connective is, and what an outcome is, is not written down a second time here: the
first follows Kleene's tables as `policyengine.values.logic` has them, the second is read off
`combining.outcome`, case by case.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import product
from typing import TypeAlias

from policyengine import combining, core
from policyengine.core import Expr
from policyengine.decision import Outcome
from policyengine.rete.forms import ANY, FALSE, TRUE, F, Form, Forms, T, U
from policyengine.values.logic import Truth
from policyengine.values.record import Record

#: what an alternative gives: the variable of a gate, or a rule by number and its outcome
Target: TypeAlias = int | tuple[int, Outcome]
#: masks of a rule's applies, unless and requirement
Cube: TypeAlias = tuple[int, int, int]
#: parts of a count, times how many of them decide it, up to which the network counts
COUNTED = 120
BITS: dict[Truth, int] = {True: T, False: F, None: U}


class LeafUse(Record):
    """A leaf in a condition, and the variable that has its value."""

    variable: int
    expr: Expr


class Slot(Record):
    """One of a rule's conditions: its leaves in the order the reference evaluates them.

    `spent` is `T` when the condition ran out of steps, else `F`; `faulty` whether an error
    was met in it. Both are None where nothing asks.
    """

    leaves: tuple[LeafUse, ...]
    spent: int | None
    faulty: int | None


class RulePlan(Record):
    """A rule; `open` is `T` while it is in force and not disarmed, else `F`."""

    rule: core.Rule
    open: int
    slots: tuple[Slot, ...]


class Alternative(Record):
    """A durable rule to be: when all atoms hold, the target does."""

    atoms: tuple[tuple[int, int], ...]
    target: Target


class Plan(Record):
    """A policy for one way to read what is unknown. `strata` are alternatives in order, each
    stratum using only gates of those before it."""

    variables: int
    rules: tuple[RulePlan, ...]
    strata: tuple[tuple[Alternative, ...], ...]


def plan(policy: core.Policy, *, final: bool) -> Plan:
    return _Planner(final).plan(policy)


class _Planner:
    def __init__(self, final: bool) -> None:
        self.final = final
        self.forms = Forms()
        self.shared: dict[Expr, int] = {}
        self.leaves: list[LeafUse] = []
        self.private: dict[int, int] = {}

    def plan(self, policy: core.Policy) -> Plan:
        rules = []
        found: list[tuple[int, Alternative]] = []
        for number, rule in enumerate(policy.rules):
            made, outcomes = self.rule(rule)
            rules.append(made)
            for outcome, form in outcomes.items():
                stratum = self.forms.stratum(form)
                found += [(stratum, _alternative(part, (number, outcome))) for part in form]
        for gate in self.forms.gates:
            stratum = self.forms.strata[gate.variable]
            found += [(stratum, _alternative(part, gate.variable)) for part in gate.alternatives]
        strata = tuple(
            tuple(alternative for stratum, alternative in found if stratum == wanted)
            for wanted in sorted({stratum for stratum, _ in found})
        )
        return Plan(len(self.forms.strata), tuple(rules), strata)

    def rule(self, rule: core.Rule) -> tuple[RulePlan, dict[Outcome, Form]]:
        forms = self.forms
        opened = forms.variable()
        conditions = [
            self.slot(rule.applies, absent=True, unknown=True),
            self.slot(rule.unless, absent=False, unknown=False),
            self.slot(rule.requirement, absent=True, unknown=False),
        ]
        outcomes = {}
        for outcome, cubes in _cubes().items():
            form = forms.disjunction(
                forms.conjunction(
                    [of[mask] for (_, of), mask in zip(conditions, cube, strict=True)]
                )
                for cube in cubes
            )
            form = forms.conjunction([forms.atom(opened, T), form])
            if outcome is Outcome.NOT_APPLICABLE:
                form = forms.disjunction([forms.atom(opened, F), form])
            outcomes[outcome] = form
        slots = tuple(slot for slot, _ in conditions if slot is not None)
        return RulePlan(rule, opened, slots), outcomes

    def slot(
        self, expr: Expr | None, *, absent: bool, unknown: bool
    ) -> tuple[Slot | None, dict[int, Form]]:
        """A condition, and the form of each mask of its values; in a final document what is
        unknown without an error becomes `unknown`."""
        forms = self.forms
        if expr is None:
            return None, {mask: TRUE if mask & BITS[absent] else FALSE for mask in range(ANY + 1)}
        self.leaves = []
        self.private = {}
        self.find_leaves(expr)
        of = {mask: self.form(expr, mask) for mask in (T, F, F | U, T | U)}
        spent = faulty = None
        if any(isinstance(node, _STEPPING) for node in core.walk(expr)):
            spent = forms.variable()
            for mask, form in of.items():
                if mask & U:
                    of[mask] = forms.disjunction([form, forms.atom(spent, T)])
                else:
                    of[mask] = forms.conjunction([form, forms.atom(spent, F)])
        of[U] = forms.conjunction([of[F | U], of[T | U]])
        if self.final:
            faulty = forms.variable()
            settled, other = (T, F) if unknown else (F, T)
            silent = forms.conjunction([of[U], forms.atom(faulty, F)])
            of[U] = forms.conjunction([of[U], forms.atom(faulty, T)])
            of[settled] = forms.disjunction([of[settled], silent])
            of[other | U] = forms.disjunction([of[other], of[U]])
        of[T | F] = forms.disjunction([of[T], of[F]])
        of[ANY] = TRUE
        return Slot(tuple(self.leaves), spent, faulty), of

    def find_leaves(self, expr: Expr) -> None:
        """Give every leaf of a condition its variable, in the order of evaluation.

        A leaf that pays steps is its condition's own, so that steps are counted as the
        reference does; any other is shared by all conditions that have it.
        """
        match expr:
            case core.Leaf(of=of):
                self.find_leaves(of)
            case core.Not(of=of):
                self.find_leaves(of)
            case core.And(parts=parts) | core.Or(parts=parts):
                for part in parts:
                    self.find_leaves(part)
            case core.AtLeast(count=count, parts=parts) if _counted(count, parts):
                for part in parts:
                    self.find_leaves(part)
            case core.Const(value=value) if value is None or isinstance(value, bool):
                pass
            case _ if any(isinstance(node, _STEPPING) for node in core.walk(expr)):
                if id(expr) not in self.private:
                    self.private[id(expr)] = self.forms.variable()
                self.leaves.append(LeafUse(self.private[id(expr)], expr))
            case _:
                if expr not in self.shared:
                    self.shared[expr] = self.forms.variable()
                self.leaves.append(LeafUse(self.shared[expr], expr))

    def form(self, expr: Expr, mask: int) -> Form:
        """When a condition's value is among those of a mask: `T`, `F`, `F | U` or `T | U`."""
        forms = self.forms
        match expr:
            case core.Leaf(of=of):
                return self.form(of, mask)
            case core.Not(of=of):
                return self.form(of, mask & U | (mask & T) << 1 | (mask & F) >> 1)
            case core.And(parts=parts):
                # true, or not false, as all parts are; false, or not true, as one part is
                combine = forms.conjunction if mask & T else forms.disjunction
                return combine([self.form(part, mask) for part in parts])
            case core.Or(parts=parts):
                combine = forms.disjunction if mask & T else forms.conjunction
                return combine([self.form(part, mask) for part in parts])
            case core.AtLeast(count=count, parts=parts) if _counted(count, parts):
                wanted = count if mask & T else len(parts) - count + 1
                return forms.at_least(wanted, [self.form(part, mask) for part in parts])
            case core.Const(value=value) if value is None or isinstance(value, bool):
                return TRUE if mask & BITS[value] else FALSE
        variable = self.private.get(id(expr))
        return forms.atom(self.shared[expr] if variable is None else variable, mask)


def _counted(count: int, parts: Sequence[Expr]) -> bool:
    """Whether a count is left to the network; a long one takes alternatives without end, and
    is a leaf instead."""
    return len(parts) * min(count, len(parts) - count + 1) <= COUNTED


def _alternative(atoms: frozenset[tuple[int, int]], target: Target) -> Alternative:
    return Alternative(tuple(sorted(atoms)), target)


@cache
def _cubes() -> dict[Outcome, list[Cube]]:
    """For each outcome the masks of applies, unless and requirement that give it, as few and
    as wide as can be: read off `combining.outcome`."""
    table = {
        (BITS[applies], BITS[unless], BITS[requirement]): combining.outcome(
            applies, unless, requirement
        )
        for applies, unless, requirement in product((True, False, None), repeat=3)
    }
    masks = range(1, ANY + 1)
    cubes: list[Cube] = list(product(masks, masks, masks))
    cubes.sort(key=lambda cube: -sum(mask.bit_count() for mask in cube))
    found: dict[Outcome, list[Cube]] = {}
    for cube in cubes:
        inside = {table[case] for case in table if _within(case, cube)}
        if len(inside) == 1:
            (outcome,) = inside
            widest = found.setdefault(outcome, [])
            if not any(_within(cube, wider) for wider in widest):
                widest.append(cube)
    return found


def _within(cube: Cube, wider: Cube) -> bool:
    return all(mask & ~other == 0 for mask, other in zip(cube, wider, strict=True))


#: nodes that pay steps where they are evaluated
_STEPPING = (
    core.Field,
    core.ListOf,
    core.Call,
    core.Counting,
    core.Quantified,
    core.For,
    core.Filter,
    core.SortBy,
)
