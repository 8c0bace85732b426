"""The core: what a policy means, as one typed, located, three-valued expression language.

Both notations of the rule language lower to these nodes; executors, analysis and
explanation read nothing else. Nodes are frozen; equality ignores where they were written.
`type` is what the checker found; a node of type boolean has one of three values at run
time, true, false or unknown (`None`), and every other node a value or unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from policyengine.source import Span
from policyengine.types import BOOLEAN, Type
from policyengine.values.record import Record, replace


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


class Template(Record):
    """A sentence with placeholders: texts and expressions in turn."""

    parts: tuple[str | Expr, ...]
    span: Span


class Dated(Record):
    """Values by the date from which each is in force, earliest first."""

    values: tuple[tuple[date, Any], ...]

    def at(self, day: date) -> Any:
        """The value in force on a day; raises LookupError before the first."""
        found: Any = _NONE
        for start, value in self.values:
            if start <= day:
                found = value
        if found is _NONE:
            raise LookupError(self.values[0][0])
        return found


_NONE = object()


class ParameterValue(Record):
    """A declared parameter; `value` is `Dated` where it depends on the as-of date."""

    name: str
    value: Any
    type: Type
    span: Span


class SourceRef(Record):
    """Where a condition comes from, as its author cites it."""

    ref: str | None
    quote: str | None
    file: str | None


class Rule(Record):
    """One rule.

    `requirement` must hold (a prohibition is negated here); `condition` is the same as
    written, for explanation, and `form` says which of the two was written.
    """

    id: str
    title: str
    level: str
    form: str
    condition: Expr
    requirement: Expr
    applies: Expr | None
    unless: Expr | None
    effective_from: date | None
    effective_until: date | None
    because: Template | None
    ask: Template | None
    source: SourceRef | None
    tags: tuple[str, ...]
    focus: str | None
    action: str | None
    expected: str | None
    text_digest: str
    span: Span


class ScoreItem(Record):
    id: str
    title: str
    side: str | None
    aspect: str | None
    when: Expr
    points: Expr
    span: Span


class Scorecard(Record):
    id: str
    title: str | None
    items: tuple[ScoreItem, ...]
    span: Span


class Interest(Record):
    element: str
    ours: str
    theirs: str
    served: Expr
    conflict: Expr | None
    span: Span


class Definition(Record):
    """A derived term: its expression; `table` where it came from a decision table."""

    name: str
    value: Expr
    span: Span


class Policy(Record):
    """A whole policy. `order` names the definitions, and the scorecards as `score.id`, so that
    each uses only those before it."""

    id: str
    version: str
    title: str | None
    parameters: Mapping[str, ParameterValue]
    definitions: Mapping[str, Definition]
    scorecards: Mapping[str, Scorecard]
    order: tuple[str, ...]
    interests: tuple[Interest, ...]
    rules: tuple[Rule, ...]
    span: Span
    digest: str = ""


def children(expr: Expr) -> Iterator[Expr]:
    """The direct sub-expressions of a node, in the order they were written."""
    match expr:
        case Field(of=of) | IsNull(of=of) | Not(of=of) | Neg(of=of) | InstanceOf(of=of):
            yield of
        case Leaf(of=of):
            yield of
        case And(parts=parts) | Or(parts=parts) | AtLeast(parts=parts):
            yield from parts
        case Compare(left=left, right=right) | Arith(left=left, right=right):
            yield left
            yield right
        case Member(value=value, options=options):
            yield value
            yield options
        case ListOf(items=items):
            yield from items
        case RangeOf(low=low, high=high):
            if low is not None:
                yield low
            if high is not None:
                yield high
        case Counting(low=start, high=stop):
            yield start
            yield stop
        case ContextOf(entries=entries):
            for _, entry in entries:
                yield entry
        case Call(args=args):
            yield from args
        case If(condition=condition, then=then, otherwise=otherwise):
            yield condition
            yield then
            yield otherwise
        case Quantified(iterators=iterators, condition=condition):
            for _, over in iterators:
                yield over
            yield condition
        case For(iterators=iterators, body=body):
            for _, over in iterators:
                yield over
            yield body
        case Filter(of=of, condition=condition):
            yield of
            yield condition
        case Index(of=of, index=index):
            yield of
            yield index
        case SortBy(of=of, precedes=precedes):
            yield of
            yield precedes
        case Table(rows=rows, default=default):
            for row in rows:
                yield row.condition
                yield row.output
            if default is not None:
                yield default
        case _:
            return


def walk(expr: Expr) -> Iterator[Expr]:
    """A node and everything below it, depth first, in the order written."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(tuple(children(node))))


def points_range(points: Decimal, value: bool | None) -> tuple[Decimal, Decimal]:
    """The least and the most an item can still add to its score."""
    if value is True:
        return points, points
    if value is False:
        return Decimal(0), Decimal(0)
    return min(points, Decimal(0)), max(points, Decimal(0))


def terms_read(policy: Policy, expr: Expr) -> frozenset[str]:
    """Every term an expression reads, also through definitions and scorecards."""
    found: set[str] = set()
    seen: set[tuple[str, str]] = set()
    stack: list[Expr] = [expr]
    while stack:
        for node in walk(stack.pop()):
            if isinstance(node, Term | Stated):
                found.add(node.path)
            elif isinstance(node, Derived) and ("d", node.name) not in seen:
                seen.add(("d", node.name))
                stack.append(policy.definitions[node.name].value)
            elif isinstance(node, ScoreOf) and ("s", node.id) not in seen:
                seen.add(("s", node.id))
                for item in policy.scorecards[node.id].items:
                    stack += [item.when, item.points]
    return frozenset(found)


def with_digest(policy: Policy, digest: str) -> Policy:
    """The same policy with its digest."""
    return replace(policy, digest=digest)
