"""A symbolic value for each shape of the terms schema, with the bounds it has to keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import count
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from policyengine.schema import Shape
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.mentions import decimal_places
from policyengine.symbolic.samples import fits, sample_text
from policyengine.symbolic.values import (
    AMOUNTS,
    DATE,
    DAYS,
    DIGITS,
    ENDS,
    MONTHS,
    NUMBER,
    Another,
    Fields,
    Fixed,
    Free,
    Listing,
    Number,
    Slot,
    Text,
    Truth,
    Value,
    amount,
    only_where,
    ordinal,
    shared_factor,
)
from policyengine.symbolic.z import z3
from policyengine.values.durations import parse_duration
from policyengine.values.numbers import DIGITS as NUMBER_DIGITS
from policyengine.values.temporal import parse_date

if TYPE_CHECKING:
    from policyengine.symbolic.space import Space

_DAY = 86_400 * 10**9
_UNITS = {DATE: Fraction(1), DAYS: Fraction(_DAY), MONTHS: Fraction(1)}
#: the first and the last day of the years of four digits
_WRITTEN = (1, 3_652_059)


class Shapes:
    """Makes the variables of one term; `constraints` go to the space."""

    def __init__(self, space: Space, path: str) -> None:
        self.space = space
        self.path = path

    def fresh(self, name: str, shape: Shape, given: tuple[Any, ...] = ()) -> Value:
        """A value of a shape, known throughout; each of `given` is one that must have a form."""
        kind = shape.type.kind
        if kind == "boolean":
            proposition = z3.Bool(name)
            if shape.enum is not None and len(set(shape.enum)) == 1:
                self.require(bools.same(proposition, bool(shape.enum[0])))
            return Truth(proposition, bools.no(proposition))
        if kind in AMOUNTS:
            return self._amount(name, kind, shape, given)
        if kind == "string":
            return self._text(name, shape, given)
        if kind == "list" and shape.item is not None:
            return self._list(name, shape, given)
        if kind == "context":
            return self._fields(name, shape, given)
        self.limit(f"values of type {kind} are left open")
        return Free(True)

    def require(self, proposition: Bool) -> None:
        self.space.constraints.append(proposition)

    def limit(self, why: str) -> None:
        self.space.limits.setdefault(self.path, why)

    # amounts ---------------------------------------------------------------------------------

    def _amount(self, name: str, kind: str, shape: Shape, given: tuple[Any, ...]) -> Value:
        if any(amount(value) is None for value in given):
            self.limit("a value this far from one is left open")
            return Free(True)
        factor = self._step(kind, shape, given)
        whole = not self.space.exact or kind != NUMBER or shape.integer or shape.multiple_of
        expr = z3.Int(name) if whole else z3.Real(name)
        if not whole:
            factor = Fraction(1)
        options = [_option(option, kind) for option in shape.enum or ()]
        for bound, strict, below in self._bounds(kind, shape, (*given, *options)):
            edge = bound / factor
            if whole:
                self.require(
                    expr >= _int(floor(edge) + 1 if strict else ceil(edge))
                    if below
                    else expr <= _int(ceil(edge) - 1 if strict else floor(edge))
                )
            else:
                limit = z3.Q(edge.numerator, edge.denominator)
                self.require(
                    (expr > limit if strict else expr >= limit)
                    if below
                    else (expr < limit if strict else expr <= limit)
                )
        if kind == NUMBER and not self.space.exact:
            self._written(expr, factor, shape, given)
        made = Number(True, expr, factor, kind)
        if shape.enum is not None:
            self.require(bools.some(exactly(made, option, {}) for option in options))
        return made

    def _written(self, expr: Any, factor: Fraction, shape: Shape, given: tuple[Any, ...]) -> None:
        """No number of steps has more digits than a number may, or than there are already."""
        there = (*given, *(shape.enum or ()))
        steps = [abs(Fraction(value) / factor) for value in there if isinstance(value, Decimal)]
        places = next(n for n in count() if (factor * 10**n).denominator == 1)
        most = max((10**NUMBER_DIGITS - 1) // int(factor * 10**places), *map(ceil, steps), 0)
        if shape.maximum is None or shape.maximum > most * factor:
            self.require(expr <= _int(most))
        if shape.minimum is None or shape.minimum < -most * factor:
            self.require(expr >= _int(-most))

    def _bounds(
        self, kind: str, shape: Shape, told: tuple[Any, ...]
    ) -> list[tuple[Fraction, bool, bool]]:
        """(edge, excluded, from below) of each bound."""
        if kind == NUMBER:
            ends = (
                (shape.minimum, False, True),
                (shape.exclusive_minimum, True, True),
                (shape.maximum, False, False),
                (shape.exclusive_maximum, True, False),
            )
            return [(Fraction(e), strict, below) for e, strict, below in ends if e is not None]
        first, last = ENDS[kind]
        if kind == DATE and not self.space.exact:
            # a deal that is shown has dates as people write them, or as its document has
            days = [*_WRITTEN, *map(ordinal, told)]
            first, last = min(days), max(days)
        return [(Fraction(first), False, True), (Fraction(last), False, False)]

    def _step(self, kind: str, shape: Shape, given: tuple[Any, ...]) -> Fraction:
        """How finely an amount moves."""
        if kind == DAYS:
            # any duration in a proof; for a deal whole days do, or what a document gives
            spans = (amount(value) for value in given)
            fine = (found[1] for found in spans if found is not None and found[1])
            return Fraction(1) if self.space.exact else shared_factor((_UNITS[DAYS], *fine))
        if kind != NUMBER:
            return _UNITS[kind]
        if shape.multiple_of:
            return Fraction(shape.multiple_of)
        if shape.integer:
            return Fraction(1)
        ends = (shape.minimum, shape.maximum, shape.exclusive_minimum, shape.exclusive_maximum)
        # a constant finer than numbers of a usual size can be is left to numbers of any fineness
        places = min(self.space.places(self.path), NUMBER_DIGITS)
        for value in (*given, *ends, *(shape.enum or ())):
            if isinstance(value, Decimal):
                places = max(places, decimal_places(value))
        return Fraction(1, 10 ** min(places, DIGITS))

    # texts -----------------------------------------------------------------------------------

    def _text(self, name: str, shape: Shape, given: tuple[Any, ...]) -> Text:
        if shape.enum is not None:
            texts = [option for option in shape.enum if isinstance(option, str)]
            options = [option for option in texts if fits(option, shape)]
            cases: dict[str, Bool] = {option: z3.Bool(f"{name} is {option}") for option in options}
            if len(cases) == 1:
                cases = dict.fromkeys(cases, True)
            self.require(bools.some(cases.values()))
            self.require(bools.at_most_one(cases.values()))
            return Text(True, cases)
        code = z3.Int(f"{name} text")
        known = dict.fromkeys((*self.space.mentioned(self.path), *_texts(given)))
        cases = {text: code == _int(self.space.code(text)) for text in known if fits(text, shape)}
        for text in known:
            self.space.code(text)
        if sample_text(shape, avoid=known) is None:
            self.limit("texts other than those mentioned are left out: its pattern is not solved")
            if cases:
                self.require(bools.some(cases.values()))
        self.require(code >= 0)
        self.space.texts.keep(code, shape, self.space.constraints)
        return Text(True, cases, code)

    # lists and contexts ------------------------------------------------------------------------

    def _list(self, name: str, shape: Shape, given: tuple[Any, ...]) -> Listing | Free:
        item = shape.item
        assert item is not None
        if item.type.kind == "string" and not item.nullable:
            return self._set(name, shape, item, given)
        return self._slots(name, shape, item, given)

    def _set(self, name: str, shape: Shape, item: Shape, given: Any) -> Listing | Free:
        """A list of texts: one slot a text, and a count of what else there is."""
        mentioned = dict.fromkeys((*self.space.mentioned(self.path), *_texts(given)))
        if item.enum is not None:
            texts = [option for option in item.enum if isinstance(option, str)]
        else:
            texts = list(mentioned)
        texts = [text for text in texts if fits(text, item)]
        slots = [Slot(z3.Bool(f"{name} has {text}"), Fixed(text)) for text in texts]
        if item.enum is None:
            other = sample_text(item, avoid=texts)
            if other is None:
                self.limit("texts other than those mentioned are left out: the pattern of its "
                           "elements is not solved")  # fmt: skip
                if len(slots) < (shape.min_items or 0):
                    return Free(True)
            else:
                another = Another(other, frozenset(mentioned))
                slots.append(Slot(z3.Bool(f"{name} has another"), another))
        extra: Any = 0
        if not shape.unique or item.enum is None:
            extra = z3.Int(f"{name} more")
            self.require(extra >= 0)
            source = slots if not shape.unique else slots[-1:] if item.enum is None else []
            self.require(bools.either(extra == 0, bools.some(s.present for s in source)))
        made = Listing(True, tuple(slots), extra)
        size = length(made)
        if shape.min_items is not None:
            self.require(_least(size, shape.min_items))
        if shape.max_items is not None:
            self.require(_most(size, shape.max_items))
        return made

    def _slots(self, name: str, shape: Shape, item: Shape, given: Any) -> Listing:
        """A list of anything else: a bounded number of slots, taken from the first."""
        bound = max(self.space.list_length, shape.min_items or 0, *map(len, given))
        if shape.max_items is None or shape.max_items > bound:
            looked_at = self.space.lengths.get(self.path, bound)
            self.space.lengths[self.path] = min(looked_at, bound)
        else:
            bound = shape.max_items
        if shape.unique:
            self.limit("elements that repeat each other are not ruled out")
        # an element may stand in any place: each has a form for what any of them is
        here = _known(element for values in given for element in values)
        slots: list[Slot] = []
        for number in range(1, bound + 1):
            present: Bool = z3.Bool(f"{name} has {number}")
            if shape.min_items is not None and number <= shape.min_items:
                present = True
            if slots:
                self.require(bools.implies(present, slots[-1].present))
            value = self._element(f"{name}[{number}]", item, here)
            slots.append(Slot(present, value))
        return Listing(True, tuple(slots), positional=True)

    def _element(self, name: str, shape: Shape, given: tuple[Any, ...]) -> Value:
        value = self.fresh(name, shape, given)
        return only_where(z3.Bool(f"{name} given"), value) if shape.nullable else value

    def _fields(self, name: str, shape: Shape, given: tuple[Any, ...]) -> Fields:
        fields: dict[str, Value] = {}
        for field, inner, required in shape.fields:
            here = _known(value.get(field) for value in given)
            value = self.fresh(f"{name}.{field}", inner, here)
            if not required or inner.nullable:
                value = only_where(z3.Bool(f"{name}.{field} given"), value)
            fields[field] = value
        return Fields(True, fields)


def length(listing: Listing) -> Any:
    """The number of elements of a list, as a linear expression."""
    return sum((bools.choose(s.present, 1, 0) for s in listing.slots), 0) + listing.extra


def exactly(value: Value, plain: Any, codes: Mapping[str, int]) -> Bool:
    """That a symbolic value is this plain one; None is unknown."""
    if plain is None:
        return bools.no(value.known)
    match value:
        case Fixed(value=own):
            return type(own) is type(plain) and bool(own == plain)
        case Truth(true=true, false=false):
            return (true if plain else false) if isinstance(plain, bool) else False
        case Number(known=known, expr=expr, factor=factor, kind=kind):
            found = amount(plain)
            if found is None or found[0] != kind:
                return False
            multiple = found[1] / factor
            if z3.is_expr(expr) and expr.is_real():
                wanted = z3.Q(multiple.numerator, multiple.denominator)
            elif multiple.denominator == 1:
                wanted = _int(int(multiple))
            else:
                return False
            return bools.both(known, expr == wanted)
        case Text(known=known, cases=cases, code=code):
            if plain in cases:
                return bools.both(known, cases[plain])
            if code is None or plain not in codes:
                return False
            return bools.both(known, code == _int(codes[plain]))
        case Listing(known=known, slots=slots, extra=extra, positional=positional):
            if not isinstance(plain, tuple):
                return False
            if positional:
                return _exactly_slots(known, slots, plain, codes)
            parts = [known]
            texts = set(plain)
            for slot in slots:
                has = isinstance(slot.value, Fixed) and slot.value.value in texts
                parts.append(slot.present if has else bools.no(slot.present))
                texts -= {slot.value.value} if isinstance(slot.value, Fixed) else set()
            if texts:
                return False
            repeated = len(plain) - len(set(plain))
            parts.append(extra == repeated)
            return bools.every(parts)
        case Fields(known=known, fields=fields):
            if not isinstance(plain, Mapping):
                return False
            inside = [exactly(inner, plain.get(name), codes) for name, inner in fields.items()]
            return bools.every([known, *inside])
        case Free(known=known):
            # of the document's own value as of any other, nothing more is said
            return known


def between(value: Number, low: Fraction | None, high: Fraction | None) -> Bool:
    """That an amount lies between two numbers in its kind's own unit, both included; None is
    no end."""
    parts: list[Bool] = []
    real = z3.is_expr(value.expr) and value.expr.is_real()
    for bound, whole, below in ((low, ceil, True), (high, floor, False)):
        if bound is not None:
            edge = bound / value.factor
            limit = z3.Q(edge.numerator, edge.denominator) if real else _int(whole(edge))
            parts.append(value.expr >= limit if below else value.expr <= limit)
    return bools.every(parts)


def _exactly_slots(
    known: Bool, slots: tuple[Slot, ...], plain: tuple[Any, ...], codes: Mapping[str, int]
) -> Bool:
    if len(plain) > len(slots):
        return False
    parts = [known]
    for number, slot in enumerate(slots):
        if number < len(plain):
            parts += [slot.present, exactly(slot.value, plain[number], codes)]
        else:
            parts.append(bools.no(slot.present))
    return bools.every(parts)


def _option(option: Any, kind: str) -> Any:
    """A value of an enum as the engine holds it."""
    if isinstance(option, str):
        return parse_date(option) if kind == DATE else parse_duration(option)
    return option


def _known(given: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(value for value in given if value is not None)


def _texts(given: Any) -> tuple[str, ...]:
    """Texts within a value that a document gives."""
    if isinstance(given, str):
        return (given,)
    if isinstance(given, tuple):
        return tuple(text for item in given for text in _texts(item))
    if isinstance(given, Mapping):
        return tuple(text for item in given.values() for text in _texts(item))
    return ()


def _int(value: int) -> Any:
    return z3.IntVal(value)


def _least(size: Any, bound: int) -> Bool:
    return size >= bound


def _most(size: Any, bound: int) -> Bool:
    return size <= bound
