"""How far a list of objects (or of numbers) is from one at hand, element by element.

Each place of the list either holds an element of the old one, kept or altered, or a new
element; old elements keep their order. Of all ways to read a list so, the cheapest counts:
fewest elements added, dropped and altered, then fewest fields, then the least distance of
numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from policyengine.schema import Shape
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.shapes import exactly
from policyengine.symbolic.solver import Solver
from policyengine.symbolic.values import DATE, Fields, Listing, Number, Slot, Value, amount
from policyengine.symbolic.z import z3
from policyengine.values.record import Record

#: pairs of a place and an old element that are compared; of longer lists, those close by
_PAIRS = 60
#: days after which a date counts as far
FAR_DAYS = 3_650


class Part(Record):
    """What is compared of an element: a field of it, or, unnamed, the whole; `old` is that of
    each old element, None where it has none, and `usual` what a new one is like."""

    name: str
    shape: Shape
    value: Value
    old: tuple[Any, ...]
    usual: Any


class Place(Record):
    """One place of the list: that it holds each old element (by its number), and its parts."""

    slot: Slot
    holds: Mapping[int, Bool]
    parts: tuple[Part, ...]

    @property
    def added(self) -> Bool:
        """That it holds a new element."""
        return bools.both(self.slot.present, bools.no(bools.some(self.holds.values())))

    def like(self, solver: Solver) -> int | None:
        """The old element that it holds in the last instance."""
        return next((number for number, here in self.holds.items() if solver.holds(here)), None)


class Elements:
    """A list beside an old one. `unit` is what an element counts; `today` is what a date is
    near to where no old element has one. `constraints` are to hold; `distance` then is the
    list's, once it is minimised."""

    def __init__(
        self,
        name: str,
        value: Listing,
        old: Sequence[Any],
        shape: Shape,
        codes: Mapping[str, int],
        today: Any,
        far: Fraction,
    ) -> None:
        assert shape.item is not None
        self.old = old
        self.codes = codes
        self.today = today
        self.constraints: list[Bool] = []
        self.places = tuple(self._places(name, value.slots, shape.item))
        count = max(len(place.parts) for place in self.places) if self.places else 1
        self.unit = far / max(len(self.places), 1)
        # all parts of all elements together count less than one element
        self.part = self.unit / (3 * max(len(self.places), 1) * count)
        self.distance: Any = sum(self._costs(), 0)

    def _places(self, name: str, slots: Sequence[Slot], item: Shape) -> Iterator[Place]:
        count = len(self.old)
        near = max(_PAIRS // max(len(slots), 1), 1) if count * len(slots) > _PAIRS else count
        before: list[tuple[int, Bool]] = []
        for number, slot in enumerate(slots):
            old = range(max(0, number - near // 2), min(count, number + near))
            holds = {each: z3.FreshBool(f"{name}[{number + 1}] was {each + 1}") for each in old}
            for each, here in holds.items():
                self.constraints.append(bools.implies(here, slot.present))
                # none is in two places, and the order stays
                beyond = (there for other, there in before if other >= each)
                self.constraints += [bools.no(bools.both(here, there)) for there in beyond]
            self.constraints.append(bools.at_most_one(holds.values()))
            before += holds.items()
            yield Place(slot, holds, tuple(self._parts(slot.value, item)))

    def _parts(self, value: Value, item: Shape) -> Iterator[Part]:
        if isinstance(value, Fields):
            shapes = {name: inner for name, inner, _ in item.fields}
            for name, inner in value.fields.items():
                old = tuple(each.get(name) if each else None for each in self.old)
                yield Part(name, shapes[name], inner, old, self._usual(old, shapes[name]))
        else:
            old = tuple(self.old)
            yield Part("", item, value, old, self._usual(old, item))

    def _usual(self, old: Sequence[Any], shape: Shape) -> Any:
        """What the last old element has, or the least there is."""
        there = [each for each in old if each is not None]
        if there:
            return there[-1]
        if shape.type.kind == "number":
            return shape.minimum if shape.minimum is not None else Decimal(0)
        return self.today if shape.type.kind == DATE else None

    def _costs(self) -> Iterator[Any]:
        unit, part = ceil(self.unit), ceil(self.part)
        for number, each in enumerate(self.old):
            kept = bools.some(place.holds.get(number, False) for place in self.places)
            parts = each.values() if isinstance(each, Mapping) else (each,)
            has = sum(value is not None for value in parts)
            yield bools.choose(kept, 0, unit + 2 * part * has)
        for place in self.places:
            added = place.added
            yield bools.choose(added, unit, 0)
            changed = [self._changed(place, part_, added) for part_ in place.parts]
            kept = bools.some(place.holds.values())
            yield bools.choose(bools.both(kept, bools.some(changed)), unit, 0)
            for part_, other in zip(place.parts, changed, strict=True):
                yield bools.choose(other, part, 0)
                if isinstance(part_.value, Number):
                    yield self._share(place, part_, part_.value, other)

    def _changed(self, place: Place, part: Part, added: Bool) -> Bool:
        """That a part is not as the old element has it, or that a new one has it at all."""
        other = [bools.both(added, part.value.known)]
        for number, here in place.holds.items():
            same = exactly(part.value, part.old[number], self.codes)
            other.append(bools.both(here, bools.no(same)))
        return bools.some(other)

    def _share(self, place: Place, part: Part, value: Number, changed: Bool) -> Any:
        """How far a number moved, in parts of what its change counts: a new variable that is at
        least it, and no more once it is minimised."""
        usual = amount(part.usual)
        if usual is None:
            return 0
        start: Any = int(usual[1] / value.factor)
        for number, here in place.holds.items():
            found = amount(part.old[number])
            if found is not None:
                start = bools.choose(here, int(found[1] / value.factor), start)
        apart = value.expr - start
        span = max(extent(part.shape, value.kind, part.usual), Fraction(1))
        weight = self.part * value.factor / span
        share, most = z3.FreshInt("distance"), ceil(self.part)
        scaled = apart * weight.numerator
        far = bools.every(
            [share * weight.denominator >= scaled, share * weight.denominator >= -scaled]
        )
        self.constraints += [
            share >= 0,
            bools.implies(bools.both(changed, value.known), bools.either(share >= most, far)),
        ]
        return share


def extent(shape: Shape, kind: str, around: Any) -> Fraction:
    """How far it is from one end of a shape's range to the other, in its own kind's unit."""
    if kind == DATE:
        return Fraction(FAR_DAYS)
    if shape.minimum is not None and shape.maximum is not None:
        return Fraction(shape.maximum) - Fraction(shape.minimum)
    found = amount(around)
    return max(abs(found[1]) if found is not None else Fraction(0), Fraction(1))
