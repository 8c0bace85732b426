"""Conditions over terms of few or ordered values, decided for every deal at once.

Comparisons with constants cut the values of a term into cells within which no comparison
changes its answer: each value of an enum or boolean, each limit, each stretch between two
limits. One deal from every combination of cells therefore stands for all deals. What is not
such a comparison, or has too many combinations, raises `Unsettled`: nothing is said of it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from policyengine import core
from policyengine.core import Expr
from policyengine.schema import Shape, TermsSchema
from policyengine.values.temporal import Date

Point: TypeAlias = Mapping[str, Any]
_MOST = 20_000
_ORDER = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


class Unsettled(Exception):  # noqa: N818 - an answer, not a fault
    """The conditions are none that cells decide."""


class Cells:
    """The combinations of cells of some conditions.

    `parameters` gives the values of parameters; one that is missing is not decided on.
    """

    def __init__(
        self, conditions: Iterable[Expr], schema: TermsSchema, parameters: Mapping[str, Any]
    ) -> None:
        self.schema = schema
        self.parameters = parameters
        self.cuts: dict[str, dict[Any, None]] = {}
        for condition in conditions:
            self._cut(condition)
        self.values = {
            path: tuple(_values(schema.terms[path].shape, list(cuts)))
            for path, cuts in self.cuts.items()
        }
        size = 1
        for path, values in self.values.items():
            if not values:
                raise Unsettled(path)
            size *= len(values)
        if size > _MOST:
            raise Unsettled("too many combinations")

    def points(self) -> Iterator[Point]:
        """One deal from every combination, in the order of the schema's values."""
        paths = list(self.values)
        for combination in itertools.product(*self.values.values()):
            yield dict(zip(paths, combination, strict=True))

    def holds(self, expr: Expr, point: Point) -> bool:
        """Whether a condition that was cut along is true of a deal that states everything."""
        match expr:
            case core.Leaf(of=of):
                return self.holds(of, point)
            case core.Not(of=of):
                return not self.holds(of, point)
            case core.And(parts=parts):
                return all(self.holds(part, point) for part in parts)
            case core.Or(parts=parts):
                return any(self.holds(part, point) for part in parts)
            case core.AtLeast(count=count, parts=parts):
                return sum(self.holds(part, point) for part in parts) >= count
            case core.Compare(op=op, left=left, right=right):
                sides = (_ordered(self._value(side, point)) for side in (left, right))
                return bool(_ORDER[op](*sides))
            case core.Member(value=value, options=options):
                return self._value(value, point) in self._options(options)
            case core.Const(value=bool() as value):
                return value
            case core.Term(path=path):
                return bool(point[path])
        raise AssertionError(expr)  # pragma: no cover - `_cut` let nothing else pass

    def _value(self, expr: Expr, point: Point) -> Any:
        return point[expr.path] if isinstance(expr, core.Term) else self._constant(expr)

    def _cut(self, expr: Expr) -> None:
        match expr:
            case core.Leaf(of=of) | core.Not(of=of):
                self._cut(of)
            case core.And(parts=parts) | core.Or(parts=parts) | core.AtLeast(parts=parts):
                for part in parts:
                    self._cut(part)
            case core.Compare(op=op, left=left, right=right, unordered=False) if op in _ORDER:
                subject, other = (left, right) if isinstance(left, core.Term) else (right, left)
                self._at(subject, [self._constant(other)])
            case core.Member(value=subject, options=options):
                self._at(subject, self._options(options))
            case core.Const(value=bool()):
                pass
            case core.Term(type=type_) if type_.kind == "boolean":
                self._at(expr, [])
            case _:
                raise Unsettled(type(expr).__name__)

    def _at(self, subject: Expr, values: Iterable[Any]) -> None:
        """Cut the values of a term at some of them."""
        if not isinstance(subject, core.Term) or subject.path not in self.schema.terms:
            raise Unsettled("not a term")
        if subject.type.kind not in ("boolean", "string", "number", "date"):
            raise Unsettled(subject.type.kind)
        cuts = self.cuts.setdefault(subject.path, {})
        for value in values:
            if not isinstance(value, bool | str | Decimal | Date):
                raise Unsettled("another kind of value")
            cuts[value] = None

    def _options(self, options: Expr) -> tuple[Any, ...]:
        if isinstance(options, core.ListOf):
            return tuple(self._constant(item) for item in options.items)
        values = self._constant(options)
        if not isinstance(values, tuple):
            raise Unsettled("not a list")
        return values

    def _constant(self, expr: Expr) -> Any:
        if isinstance(expr, core.Const) and expr.value is not None:
            return expr.value
        if isinstance(expr, core.Parameter) and expr.name in self.parameters:
            return self.parameters[expr.name]
        raise Unsettled("not a constant")


def _ordered(value: Any) -> Any:
    return value.days if isinstance(value, Date) else value


def _values(shape: Shape, cuts: list[Any]) -> Iterator[Any]:
    """One value from each cell of a term."""
    kind = shape.type.kind
    if shape.enum is not None:
        yield from (value for value in shape.enum if value is not None)
    elif kind == "boolean":
        yield from (True, False)
    elif kind == "string":
        yield from cuts
        yield _other(cuts)
    elif kind == "number":
        yield from _numbers(shape, sorted(cuts))
    else:
        days = sorted({cut.days + by for cut in cuts for by in (-1, 0, 1)})
        yield from (Date.from_days(day) for day in days)


def _numbers(shape: Shape, cuts: list[Decimal]) -> Iterator[Decimal]:
    """The limits, and a number on either side of each, of those that the schema allows."""
    low = shape.minimum if shape.minimum is not None else shape.exclusive_minimum
    high = shape.maximum if shape.maximum is not None else shape.exclusive_maximum
    marks = sorted({*cuts, *(mark for mark in (low, high) if mark is not None)})
    if not marks:
        marks = [Decimal(0)]
    tried = [marks[0] - 1]
    for left, right in itertools.pairwise(marks):
        tried += [left, _between(left, right, integer=shape.integer)]
    tried += [marks[-1], marks[-1] + 1]
    if shape.multiple_of is not None and shape.multiple_of != 1:
        raise Unsettled("multiples")
    for number in tried:
        if _allowed(shape, number):
            yield number


def _between(left: Decimal, right: Decimal, *, integer: bool) -> Decimal:
    if not integer:
        return (left + right) / 2
    return left.to_integral_value() + 1 if right - left > 1 else left


def _allowed(shape: Shape, number: Decimal) -> bool:
    return (
        (not shape.integer or number == number.to_integral_value())
        and (shape.minimum is None or number >= shape.minimum)
        and (shape.maximum is None or number <= shape.maximum)
        and (shape.exclusive_minimum is None or number > shape.exclusive_minimum)
        and (shape.exclusive_maximum is None or number < shape.exclusive_maximum)
    )


def _other(cuts: list[Any]) -> str:
    """A text that none of the limits is."""
    other = "another"
    while other in cuts:
        other += " one"
    return other


def shown(point: Point) -> str:
    """A deal for a message: `path` value, in order."""
    return ", ".join(f"`{path}` {_text(value)}" for path, value in point.items())


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)
