"""Where the engine may round and a formula does not.

Sums and multiples of decimals keep 34 digits in the engine, and are exact in a formula. A proof
that rests on one speaks of numbers whose sums 34 digits hold, and says so, unless no number
that its terms may be has a longer one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from policyengine import core
from policyengine.core import Expr
from policyengine.schema import Shape, TermsSchema
from policyengine.symbolic.setting import Setting
from policyengine.symbolic.values import Value
from policyengine.values.numbers import CONTEXT, DIGITS
from policyengine.values.record import Record

#: what a proof covers then, as a reader is told
EXACT = "arithmetic: sums and multiples that 34 digits hold are looked at"
#: digits of how many elements a list has at most
_COUNT = 9


class _Size(Record):
    """How long numbers are: below `10 ** high`, and multiples of `10 ** low`."""

    high: int
    low: int

    @property
    def fits(self) -> bool:
        return self.high - self.low <= DIGITS


_NONE = _Size(0, 0)
#: numbers of any length
_ANY = _Size(10**6, -(10**6))


def may_round(setting: Setting, exprs: Iterable[Expr]) -> bool:
    """Whether some expression, or what it uses, may calculate what 34 digits do not hold."""
    reader = _Reader(setting.policy, setting.schema, setting.parameters)
    for expr in exprs:
        reader.size(expr, {})
    return reader.rounds


class _Reader:
    """How long the numbers in each value are, and whether some sum may be too long.

    A list or a context is as long as the longest number within it, and what is no number counts
    as zero.
    """

    def __init__(
        self, policy: core.Policy, schema: TermsSchema, parameters: Mapping[str, Any]
    ) -> None:
        self.policy = policy
        self.schema = schema
        self.parameters = parameters
        self.rounds = False
        self._derived: dict[str, _Size] = {}

    def size(self, expr: Expr, scope: Mapping[str, _Size]) -> _Size:
        match expr:
            case core.Const(value=value):
                return _of_value(value)
            case core.Parameter(name=name):
                return _of_value(self.parameters.get(name))
            case core.Term(path=path):
                return _of_shape(self.schema.terms[path].shape)
            case core.Local(name=name):
                return scope.get(name, _ANY)
            case core.Derived(name=name):
                return self._used(name)
            case core.ScoreOf(id=id_):
                return self._used(f"score.{id_}")
        return self._made(expr, self._parts(expr, scope))

    def _parts(self, expr: Expr, scope: Mapping[str, _Size]) -> list[_Size]:
        """The sizes of what a node is made of; those of conditions do not count."""
        inner = dict(scope)
        match expr:
            case (
                core.Quantified(iterators=iterators, condition=body)
                | core.For(iterators=iterators, body=body)
            ):
                for name, over in iterators:
                    inner[name] = self.size(over, inner)
                return [self.size(body, inner)]
            case core.Filter(of=of, name=name, condition=condition):
                inner[name] = self.size(of, inner)
                self.size(condition, inner)
                return [inner[name]]
            case core.ContextOf(entries=entries):
                for name, entry in entries:
                    inner[name] = self.size(entry, inner)
                return [inner[name] for name, _ in entries]
        sizes = [(part, self.size(part, inner)) for part in core.children(expr)]
        return [size for part, size in sizes if part.type.kind != "boolean"]

    def _made(self, expr: Expr, parts: list[_Size]) -> _Size:
        longest = _longest(parts)
        match expr:
            case core.Arith():
                return self._calculated(expr, parts)
            case core.Call(name=name):
                return self._called(name, longest)
            case core.Field(of=of) if of.type.kind not in ("context", "list"):
                return _ANY  # a property, such as the year of a date
            case core.Table(hit_policy="C+"):
                return self._held(_Size(longest.high + _COUNT, longest.low))
            case core.Table(hit_policy="C#"):
                return _Size(_COUNT, 0)
        return longest

    def _calculated(self, expr: core.Arith, parts: list[_Size]) -> _Size:
        if expr.type.kind not in ("number", "any"):
            return _NONE  # durations and dates are counted in wholes
        left, right = parts
        if expr.op in ("+", "-"):
            longest = _longest(parts)
            return self._held(_Size(longest.high + 1, longest.low))
        if expr.op == "/":
            right = _inverse(self._constant(expr.right))
        elif expr.op != "*":
            right = _ANY
        return self._held(_Size(left.high + right.high, left.low + right.low))

    def _called(self, name: str, longest: _Size) -> _Size:
        if name in ("abs", "absolute value", "min", "max"):
            return longest
        if name == "sum":
            return self._held(_Size(longest.high + _COUNT, longest.low))
        return _Size(_COUNT, 0) if name == "count" else _ANY

    def _used(self, name: str) -> _Size:
        found = self._derived.get(name)
        if found is None:
            if name in self.policy.definitions:
                found = self.size(self.policy.definitions[name].value, {})
            else:
                items = self.policy.scorecards[name.removeprefix("score.")].items
                for item in items:
                    self.size(item.when, {})
                points = _longest([self.size(item.points, {}) for item in items])
                found = self._held(_Size(points.high + _COUNT, points.low))
            self._derived[name] = found
        return found

    def _constant(self, expr: Expr) -> Any:
        if isinstance(expr, core.Leaf | core.Neg):
            return self._constant(expr.of)
        if isinstance(expr, core.Parameter):
            return self.parameters.get(expr.name)
        return expr.value if isinstance(expr, core.Const) else None

    def _held(self, size: _Size) -> _Size:
        self.rounds = self.rounds or not size.fits
        return size


def _longest(sizes: Iterable[_Size]) -> _Size:
    found = list(sizes)
    return _Size(
        max((size.high for size in found), default=0), min((size.low for size in found), default=0)
    )


def _of_value(value: Any) -> _Size:
    if isinstance(value, tuple):
        return _longest(map(_of_value, value))
    if isinstance(value, Mapping):
        return _longest(map(_of_value, value.values()))
    if isinstance(value, Value):
        return _ANY  # one of many values, as of a parameter that is asked about
    if not isinstance(value, Decimal) or not value:
        return _NONE
    exponent = value.normalize(CONTEXT).as_tuple().exponent
    assert isinstance(exponent, int)
    return _Size(value.adjusted() + 1, exponent)


def _of_shape(shape: Shape) -> _Size:
    """Of the numbers that a shape allows."""
    if shape.item is not None:
        return _of_shape(shape.item)
    if shape.fields:
        return _longest(_of_shape(inner) for _, inner, _ in shape.fields)
    if shape.type.kind != "number":
        return _NONE
    if shape.enum is not None:
        return _longest(map(_of_value, shape.enum))
    step = shape.multiple_of or (Decimal(1) if shape.integer else None)
    low = shape.minimum if shape.minimum is not None else shape.exclusive_minimum
    high = shape.maximum if shape.maximum is not None else shape.exclusive_maximum
    if step is None or low is None or high is None:
        return _ANY
    ends = _longest(map(_of_value, (low, high)))
    return _Size(ends.high, _of_value(step).low)


def _inverse(divisor: Any) -> _Size:
    """Of one over a number, where that has an end in decimals."""
    if isinstance(divisor, Decimal) and divisor:
        inverse = 1 / Fraction(divisor)
        for places in range(DIGITS + 1):
            if (inverse * 10**places).denominator == 1:
                return _Size(len(str(abs(int(inverse)))), -places)
    return _ANY
