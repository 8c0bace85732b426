"""Expressions of the core: one frozen, located node for each operation."""

from __future__ import annotations

from typing import Any, TypeAlias

from policyengine.source import Span
from policyengine.types import BOOLEAN, Type
from policyengine.values.record import Record


class Const(Record):
    """A value that is known; `None` is the literal null."""

    value: Any
    type: Type
    span: Span

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Const)
            and type(self.value) is type(other.value)
            and bool(self.value == other.value)
        )

    def __hash__(self) -> int:
        return hash(repr(self.value))


class Term(Record):
    """What the deal states at a path, or the default that silence takes."""

    path: str
    type: Type
    span: Span


class Derived(Record):
    """A defined name or a table, computed once for a decision."""

    name: str
    type: Type
    span: Span


class Parameter(Record):
    """A parameter's value in force on the as-of date."""

    name: str
    type: Type
    span: Span


class ScoreOf(Record):
    """The total of a scorecard."""

    id: str
    type: Type
    span: Span


class AsOf(Record):
    """The date of the decision."""

    type: Type
    span: Span


class Local(Record):
    """A name bound by a quantifier, a loop or a filter around it."""

    name: str
    type: Type
    span: Span


class Field(Record):
    """A field or property of a value: a context's entry, a date's `year`. On a list, the
    list of that field of each element."""

    of: Expr
    name: str
    type: Type
    span: Span


class Stated(Record):
    """Whether the document gives a value at a path; unknown while it does not, false when
    the document is final."""

    path: str
    type: Type
    span: Span


class IsNull(Record):
    """`x = null`: false for a value, unknown for none, true for none in a final document."""

    of: Expr
    type: Type
    span: Span


class And(Record):
    parts: tuple[Expr, ...]
    type: Type
    span: Span


class Or(Record):
    parts: tuple[Expr, ...]
    type: Type
    span: Span


class Not(Record):
    of: Expr
    type: Type
    span: Span


class AtLeast(Record):
    """Whether `count` or more of the parts are true."""

    count: int
    parts: tuple[Expr, ...]
    type: Type
    span: Span


class Leaf(Record):
    """A condition as a person wrote it, which is a leaf of an explanation.

    Transparent to evaluation. `text` is words and expressions in turn, the expressions shown
    as their values; `subject` is what the condition tests, where it tests one thing.
    """

    of: Expr
    text: tuple[str | Expr, ...]
    subject: Expr | None
    type: Type
    span: Span


class Compare(Record):
    """`=`, `!=`, `<`, `<=`, `>` or `>=` of two values; `unordered` compares lists as sets."""

    op: str
    left: Expr
    right: Expr
    type: Type
    span: Span
    unordered: bool = False


class Arith(Record):
    """`+`, `-`, `*`, `/` or `**` of two values."""

    op: str
    left: Expr
    right: Expr
    type: Type
    span: Span


class Neg(Record):
    of: Expr
    type: Type
    span: Span


class Member(Record):
    """Whether a value equals an element of a list: settled by one element that equals it,
    whatever the unknown others."""

    value: Expr
    options: Expr
    type: Type
    span: Span


class ListOf(Record):
    items: tuple[Expr, ...]
    type: Type
    span: Span


class RangeOf(Record):
    """A range value; an absent bound is open to that side."""

    low: Expr | None
    high: Expr | None
    low_included: bool
    high_included: bool
    type: Type
    span: Span


class ContextOf(Record):
    """A context value; an entry may use those before it, as locals."""

    entries: tuple[tuple[str, Expr], ...]
    type: Type
    span: Span


class Call(Record):
    """A built-in function on positional arguments."""

    name: str
    args: tuple[Expr, ...]
    type: Type
    span: Span


class If(Record):
    """Unknown when the condition is; only the chosen branch is evaluated."""

    condition: Expr
    then: Expr
    otherwise: Expr
    type: Type
    span: Span


class Counting(Record):
    """The numbers from `low` to `high`, counting up or down by one: what a loop iterates."""

    low: Expr
    high: Expr
    type: Type
    span: Span


class Quantified(Record):
    """`some` or `every`, over the product of the iterators; an iterator may use the names
    of those before it."""

    kind: str
    iterators: tuple[tuple[str, Expr], ...]
    condition: Expr
    type: Type
    span: Span


class For(Record):
    """The list of `body` over the product of the iterators; `partial` names the list so far."""

    iterators: tuple[tuple[str, Expr], ...]
    body: Expr
    type: Type
    span: Span


class Filter(Record):
    """The elements for which the condition is true, bound to `name`; unknown if it is
    unknown for one."""

    of: Expr
    name: str
    condition: Expr
    type: Type
    span: Span


class Index(Record):
    """One element of a list, from 1, or from -1 backwards."""

    of: Expr
    index: Expr
    type: Type
    span: Span


class SortBy(Record):
    """A list in the order of an inline function of two elements."""

    of: Expr
    names: tuple[str, str]
    precedes: Expr
    type: Type
    span: Span


class InstanceOf(Record):
    of: Expr
    wanted: Type
    type: Type
    span: Span


class TableRow(Record):
    condition: Expr
    output: Expr
    span: Span


class Table(Record):
    """A decision table. `hit_policy` is one of DMN's; `ranking` orders the outputs for P and
    O, best first."""

    id: str
    hit_policy: str
    rows: tuple[TableRow, ...]
    default: Expr | None
    ranking: tuple[Any, ...]
    type: Type
    span: Span


Expr: TypeAlias = (
    Const
    | Term
    | Derived
    | Parameter
    | ScoreOf
    | AsOf
    | Local
    | Field
    | Stated
    | IsNull
    | And
    | Or
    | Not
    | AtLeast
    | Leaf
    | Compare
    | Arith
    | Neg
    | Member
    | ListOf
    | RangeOf
    | ContextOf
    | Call
    | If
    | Counting
    | Quantified
    | For
    | Filter
    | Index
    | SortBy
    | InstanceOf
    | Table
)


def true(span: Span) -> Const:
    return Const(True, BOOLEAN, span)


def false(span: Span) -> Const:
    return Const(False, BOOLEAN, span)
