"""Expressions as written: one node per construct of the FEEL grammar (DMN 1.5, 10.3.1.2).

Every node is frozen, hashable and located; nodes that differ only in their spans are equal.
Parentheses leave no trace.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeAlias

from policyengine.source import Span
from policyengine.types import Type
from policyengine.values.record import Record
from policyengine.values.temporal import Date, DateTime, DayTimeDuration, Time, YearMonthDuration

LiteralValue: TypeAlias = Decimal | str | bool | None
Temporal: TypeAlias = Date | Time | DateTime | DayTimeDuration | YearMonthDuration


class Expr(Record):
    """Any node; `span` is where it was written."""

    span: Span


class Literal(Expr):
    """A number (with its sign), string, boolean or null."""

    value: LiteralValue


class AtLiteral(Expr):
    """`@"2026-01-31"`. `value` is None where the text is no date, time or duration, which
    plain FEEL reads as null."""

    text: str
    value: Temporal | None


class Name(Expr):
    """A name in scope; `?` in a unary test."""

    name: str


class ListLiteral(Expr):
    items: tuple[Expr, ...]


class ContextEntry(Expr):
    key: str
    value: Expr


class ContextLiteral(Expr):
    """Entries in order; an entry may use those before it. Keys may repeat (then it is null)."""

    entries: tuple[ContextEntry, ...]


class RangeLiteral(Expr):
    low: Expr
    high: Expr
    low_included: bool
    high_included: bool


class UnaryComparison(Expr):
    """`< 10`, a test on the value at hand; between parentheses also a value.

    `operator` is one of `= != < <= > >=`.
    """

    operator: str
    operand: Expr


class Negate(Expr):
    operand: Expr


class Arithmetic(Expr):
    """`operator` is one of `+ - * / **`."""

    operator: str
    left: Expr
    right: Expr


class Comparison(Expr):
    """`operator` is one of `= != < <= > >=`."""

    operator: str
    left: Expr
    right: Expr


class Between(Expr):
    """`subject between low and high`, both ends included."""

    subject: Expr
    low: Expr
    high: Expr


class In(Expr):
    """`subject in test` or `subject in (test, test)`: true if one of the tests holds.

    A test is a `UnaryComparison` or any expression: a range, a list, or a value to equal;
    one that mentions `?` and is true also holds.
    """

    subject: Expr
    tests: tuple[Expr, ...]


class And(Expr):
    """Two operands or more, in order."""

    operands: tuple[Expr, ...]


class Or(Expr):
    """Two operands or more, in order."""

    operands: tuple[Expr, ...]


class Not(Expr):
    operand: Expr


class If(Expr):
    condition: Expr
    then: Expr
    otherwise: Expr


class Iteration(Expr):
    """`name in source`, or `name in source..until`."""

    name: str
    source: Expr
    until: Expr | None


class For(Expr):
    """The last iterator runs fastest; `partial` names the results so far in the body."""

    iterations: tuple[Iteration, ...]
    body: Expr


class Quantified(Expr):
    """`quantifier` is `some` or `every`."""

    quantifier: str
    iterations: tuple[Iteration, ...]
    condition: Expr


class Filter(Expr):
    """`source[condition]`; a number selects by position, and `item` names the element."""

    source: Expr
    condition: Expr


class Path(Expr):
    """`source.name`."""

    source: Expr
    name: str


class NamedArgument(Expr):
    name: str
    value: Expr


class Call(Expr):
    """A function called by its name, blanks normalised: `list contains(xs, 1)`.

    Arguments are all positional or all named. The name need not be one there is.
    """

    function: str
    arguments: tuple[Expr, ...]
    named: tuple[NamedArgument, ...]


class Apply(Expr):
    """A call of what is not a name: `"abs"(1)`, `x.size()`. Null in plain FEEL."""

    callee: Expr
    arguments: tuple[Expr, ...]
    named: tuple[NamedArgument, ...]


class Parameter(Expr):
    name: str
    type: Type | None


class Lambda(Expr):
    """An inline function, only as an argument (of `sort`, `list replace`)."""

    parameters: tuple[Parameter, ...]
    body: Expr


class InstanceOf(Expr):
    operand: Expr
    type: Type


class UnaryTests(Expr):
    """The tests of a decision-table cell: one must hold, or with `negated` none. No tests
    (`-`): anything passes."""

    tests: tuple[Expr, ...]
    negated: bool


def children(node: Expr) -> Iterator[Expr]:
    """The nodes directly below, in the order they are written."""
    for field in node.__match_args__:
        value: Any = getattr(node, field)
        if isinstance(value, Expr):
            yield value
        elif type(value) is tuple:
            for part in value:
                if isinstance(part, Expr):
                    yield part


def walk(node: Expr) -> Iterator[Expr]:
    """The node and all below it, each before its children; needs no recursion."""
    pending = [node]
    while pending:
        found = pending.pop()
        yield found
        pending.extend(reversed(list(children(found))))
