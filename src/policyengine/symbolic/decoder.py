"""A solver's instance as a terms document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from policyengine.schema import Shape
from policyengine.symbolic.samples import fits, sample_text
from policyengine.symbolic.solver import Solver
from policyengine.symbolic.space import Space
from policyengine.symbolic.values import (
    DATE,
    DAYS,
    MONTHS,
    Fields,
    Fixed,
    Free,
    Listing,
    Number,
    Text,
    Truth,
    Value,
    day_of,
)
from policyengine.values.durations import DayTimeDuration, YearMonthDuration
from policyengine.values.numbers import CONTEXT


class NoDocumentError(Exception):
    """The instance is one that no document can hold."""


def decoded(
    space: Space, solver: Solver, *, partly: bool = False
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What the last instance states by path, as the engine holds it, and the terms that it
    lists as not applicable. Raises `NoDocumentError`; `partly` leaves out what no document
    holds instead: it may not matter to what was asked, as the replay then shows."""
    decoder = _Decoder(space, solver)
    values = {}
    for path in space.paths:
        if solver.holds(space.stated(path)):
            try:
                values[path] = decoder.term(path)
            except NoDocumentError:
                if not partly:
                    raise
    listed = tuple(path for path in space.paths if solver.holds(space.not_applicable(path)))
    return values, listed


def value_of(space: Space, path: str, solver: Solver) -> Any:
    """A term's value in the last instance, whether stated or assumed."""
    return _Decoder(space, solver).plain(space.raw(path), space.schema.terms[path].shape)


class _Decoder:
    def __init__(self, space: Space, solver: Solver) -> None:
        self.space = space
        self.solver = solver
        #: texts given to numbers that stand for texts nothing names
        self.others: list[tuple[int, str]] = []

    def term(self, path: str) -> Any:
        value = self.space.raw(path)
        given = self.space.given(path)
        if isinstance(value, Free) and given is not None:
            return given
        return self.plain(value, self.space.schema.terms[path].shape)

    def plain(self, value: Value, shape: Shape) -> Any:
        solver = self.solver
        if not solver.holds(value.known):
            return None
        match value:
            case Fixed(value=own):
                return own
            case Truth(true=true):
                return solver.holds(true)
            case Number(expr=expr, factor=factor, kind=kind):
                return amount_of(kind, solver.number(expr) * factor)
            case Text(cases=cases, code=code):
                return self._text(cases, code, shape)
            case Listing(slots=slots, extra=extra):
                item = shape.item
                assert item is not None
                items = [self.plain(s.value, item) for s in slots if solver.holds(s.present)]
                return self._with_more(items, int(solver.number(extra)), shape, item)
            case Fields(fields=fields):
                shapes = {name: inner for name, inner, _ in shape.fields}
                made = {name: self.plain(inner, shapes[name]) for name, inner in fields.items()}
                return {name: inner for name, inner in made.items() if inner is not None}
        raise NoDocumentError(f"values of type {shape.type.kind} have no form")

    def _text(self, cases: Mapping[str, Any], code: Any, shape: Shape) -> str:
        for text, holds in cases.items():
            if self.solver.holds(holds):
                return text
        if code is None:
            raise NoDocumentError("a text is none of those there are")
        number = int(self.solver.number(code))
        named = self.space.texts.by_number
        if number in named:
            return named[number]
        for there, text in self.others:
            if there == number and fits(text, shape):
                return text
        avoid = [*named.values(), *(text for _, text in self.others)]
        shapes = (shape, *self._of_number(number))
        found = [sample_text(each, avoid=avoid) for each in shapes]
        samples = [text for text in found if text is not None]
        # terms of one number may be of shapes that share no text: whether they had to be equal,
        # the replay shows
        samples.sort(key=lambda text: -sum(fits(text, each) for each in shapes))
        for other in samples:
            if fits(other, shape):
                self.others.append((number, other))
                return other
        raise NoDocumentError("no text was found that its pattern allows")

    def _of_number(self, number: int) -> Iterator[Shape]:
        """The shapes of terms whose text has a number."""
        for path in self.space.paths:
            value = self.space.raw(path)
            if isinstance(value, Text) and value.code is not None:
                if self.solver.number(value.code) == number:
                    yield self.space.schema.terms[path].shape

    def _with_more(self, items: list[Any], more: int, shape: Shape, item: Shape) -> Any:
        for _ in range(more):
            if shape.unique or not items:
                text = sample_text(item, avoid=[*items, *self.space.texts.numbers])
                if text is None:
                    raise NoDocumentError("no text was found that its pattern allows")
                items.append(text)
            else:
                items.append(items[0])
        return tuple(items)


def amount_of(kind: str, number: Fraction) -> Any:
    """A number as the engine holds an amount of a kind; raises `NoDocumentError`."""
    if kind == DATE:
        return day_of(int(number))
    if kind == DAYS:
        return DayTimeDuration(int(number))
    if kind == MONTHS:
        return YearMonthDuration(int(number))
    made = CONTEXT.divide(Decimal(number.numerator), Decimal(number.denominator))
    if Fraction(made) != number:
        raise NoDocumentError("a number has no end in decimals")
    return made
