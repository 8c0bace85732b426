"""What it is for a deal to change: which terms may, which did, and how far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from policyengine.analysis.elements import Elements, extent
from policyengine.analysis.locks import Locks, named
from policyengine.analysis.setting import Case
from policyengine.schema import RESERVED, TermSpec
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.values import Listing, Number, Text, Value, amount, ordinal
from policyengine.symbolic.z import z3
from policyengine.values.temporal import Date

#: the distance between the ends of a term's range, or of one option from its opposite
FAR = 1_000_000


class Changes:
    """The deals that differ from one at hand in terms that may move.

    A term that is stated stays stated, and one listed as not applicable stays listed unless it
    is unlocked: then it may be stated instead. `locked` and `unlocked` are patterns as `Locks`
    takes them. `costs` weigh the distance of a term. Raises `UsageError` for a pattern that
    names no term.
    """

    def __init__(
        self,
        case: Case,
        problem: Problem,
        *,
        locked: Sequence[str] = (),
        unlocked: Sequence[str] = (),
        costs: Mapping[str, Decimal] | None = None,
    ) -> None:
        self.case = case
        self.problem = problem
        space = problem.space
        terms = case.policy.schema.terms
        self._locks = Locks(terms, locked, unlocked)
        self._costs = {
            path: cost
            for pattern, cost in (costs or {}).items()
            for path in named(terms, (pattern,), "cost")
        }
        #: terms that rules read, in the order of the schema
        self.paths = space.paths
        #: of lists of objects whose distance was asked for
        self.elements: dict[str, Elements] = {}
        self.unchanged: dict[str, Bool] = {path: self._unchanged(path) for path in self.paths}
        self.movable = tuple(path for path in self.paths if self._may_move(path))
        self.fixed = tuple(path for path in self.paths if path not in set(self.movable))

    def _may_move(self, path: str) -> bool:
        if path in RESERVED:
            return False
        if self._locks.said(path) is None and path in self.case.deal.not_applicable:
            return False
        return not self._locks.held(path)

    def _unchanged(self, path: str) -> Bool:
        space, deal = self.problem.space, self.case.deal
        if path in deal.values:
            return bools.both(space.stated(path), space.holds(path, deal.values[path]))
        if path in deal.not_applicable:
            return space.not_applicable(path)
        return bools.no(space.stated(path))

    def rules_of_moving(self) -> list[Bool]:
        """What holds of every deal that this one may become."""
        space, deal = self.problem.space, self.case.deal
        made = []
        for path in self.paths:
            if path in deal.values:
                made.append(space.stated(path))
            listed = space.not_applicable(path)
            if path in deal.not_applicable:
                made.append(bools.either(listed, space.stated(path)))
            else:
                made.append(bools.no(listed))
        return made

    def changed(self, path: str) -> Bool:
        return bools.no(self.unchanged[path])

    def distance(self) -> Any:
        """How far a deal is from the one at hand, over all terms, weighted."""
        return sum((self.distance_of(path) for path in self.movable), 0)

    def distance_of(self, path: str) -> Any:
        """How far one term moved: nothing where it did not, at most about `FAR` times its
        cost within its bounds."""
        cost = Fraction(self._costs.get(path, Decimal(1)))
        value = self.problem.space.raw(path)
        moved = self._moved(value, self._from(path), self.case.policy.schema.terms[path], cost)
        return bools.choose(self.changed(path), moved, 0)

    def start(self, path: str) -> Any:
        """What a term moves from: what is stated, or silence means, or the least there is."""
        from_ = self._from(path)
        return from_ if from_ is not None else _least(self.case.policy.schema.terms[path])

    def _from(self, path: str) -> Any:
        stated = self.case.deal.values.get(path)
        spec = self.case.policy.schema.terms[path]
        if stated is None and self.case.setting.assume and spec.has_default:
            return spec.default
        return stated

    def _moved(self, value: Value, from_: Any, spec: TermSpec, cost: Fraction) -> Any:
        flat = ceil(FAR * cost)
        if from_ is None:
            # stating what was open: nearer to the least there is, so that runs repeat
            least = _least(spec)
            return flat // 2 + (
                self._moved(value, least, spec, cost / 2) if least is not None else 0
            )
        if isinstance(value, Number):
            found = amount(from_)
            assert found is not None
            steps = found[1] / value.factor
            size = max(extent(spec.shape, value.kind, from_) / value.factor, Fraction(1))
            return self._share(value.expr - int(steps), FAR * cost / size)
        if isinstance(value, Text) and value.code is None and from_ in value.cases:
            options = list(value.cases)
            here = options.index(from_)
            unit = Fraction(flat, max(len(options) - 1, 1))
            return sum(
                (
                    bools.choose(holds, ceil(unit * abs(number - here)), 0)
                    for number, holds in enumerate(value.cases.values())
                ),
                0,
            )
        if isinstance(value, Listing) and value.positional and isinstance(from_, tuple):
            return self._elements(spec, value, from_, FAR * cost).distance
        if isinstance(value, Listing) and isinstance(from_, tuple):
            unit = Fraction(flat, max(len(value.slots), 1))
            texts = set(from_)
            total: Any = 0
            for slot in value.slots:
                was = getattr(slot.value, "value", None) in texts
                differs = bools.no(slot.present) if was else slot.present
                total = total + bools.choose(differs, ceil(unit), 0)
            return total + value.extra * ceil(unit)
        return flat

    def _elements(
        self, spec: TermSpec, value: Listing, old: tuple[Any, ...], far: Fraction
    ) -> Elements:
        made = self.elements.get(spec.path)
        if made is None:
            codes = self.problem.space.texts.numbers
            made = Elements(spec.path, value, old, spec.shape, codes, self._today(), far)
            self.elements[spec.path] = made
            self.problem.space.constraints += made.constraints
        return made

    def _today(self) -> Any:
        """The day of the decision, or the last that the deal names."""
        dates = [each for each in self.case.deal.values.values() if isinstance(each, Date)]
        return self.case.setting.as_of or max(dates, key=ordinal, default=None)

    def _share(self, apart: Any, weight: Fraction) -> Any:
        """A distance in steps as a whole number of parts of `FAR`, rounded up: a new variable
        that is at least it, and no more once it is minimised."""
        share = z3.FreshInt("distance")
        scaled = apart * weight.numerator
        self.problem.space.constraints += [
            share * weight.denominator >= scaled,
            share * weight.denominator >= -scaled,
            share >= 0,
        ]
        return share


def _least(spec: TermSpec) -> Any:
    bound = spec.shape.minimum
    if spec.shape.type.kind == "number":
        return bound if bound is not None else Decimal(0)
    if spec.shape.type.kind == "list":
        return ()
    if spec.shape.type.kind == "string" and spec.shape.enum:
        return spec.shape.enum[0]
    return None
