"""Walks over expressions: what is below a node, and which terms it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policyengine.core.expressions import (
    And,
    Arith,
    AtLeast,
    Call,
    Compare,
    ContextOf,
    Counting,
    Derived,
    Expr,
    Field,
    Filter,
    For,
    If,
    Index,
    InstanceOf,
    IsNull,
    Leaf,
    ListOf,
    Member,
    Neg,
    Not,
    Or,
    Quantified,
    RangeOf,
    ScoreOf,
    SortBy,
    Stated,
    Table,
    Term,
)
from policyengine.core.policy import Policy, Rule


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


#: nodes that one step pays for
_NODES_A_STEP = 4


def turn_cost(body: Expr) -> int:
    """Steps of one turn of a loop: one, and one more for every four nodes it evaluates."""
    return 1 + sum(1 for _ in walk(body)) // _NODES_A_STEP


def turn_costs(iterators: tuple[tuple[str, Expr], ...], body: Expr) -> tuple[int, ...]:
    """What a turn of each of several iterators costs: it evaluates the domain of the next one,
    and the innermost the body."""
    return tuple(turn_cost(each) for each in (*(over for _, over in iterators[1:]), body))


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


def written(rule: Rule) -> Iterator[Expr]:
    """Every expression of a rule: its conditions, and those that its sentences show."""
    for expr in (rule.condition, rule.requirement, rule.applies, rule.unless):
        if expr is not None:
            yield expr
    for template in (rule.because, rule.ask):
        if template is not None:
            yield from (part for part in template.parts if not isinstance(part, str))


def derived_used(policy: Policy, exprs: Iterable[Expr]) -> frozenset[str]:
    """The names, as in `policy.order`, of what expressions use, also through one another."""
    found: set[str] = set()
    stack = list(exprs)
    while stack:
        for node in walk(stack.pop()):
            if isinstance(node, Leaf):
                # what an explanation shows of it, which is not among its children
                stack += [part for part in node.text if not isinstance(part, str)]
                if node.subject is not None:
                    stack.append(node.subject)
            elif isinstance(node, Derived) and node.name not in found:
                found.add(node.name)
                stack.append(policy.definitions[node.name].value)
            elif isinstance(node, ScoreOf) and f"score.{node.id}" not in found:
                found.add(f"score.{node.id}")
                for item in policy.scorecards[node.id].items:
                    stack += [item.when, item.points]
    return frozenset(found)
