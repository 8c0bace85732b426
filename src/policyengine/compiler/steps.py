"""How many steps an expression can take, from the lengths of lists alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine import core
from policyengine.core import Expr


def steps(expr: Expr, length: int, parameters: Mapping[str, Any]) -> int:
    """At most how many steps a node takes when no list is longer than `length`."""
    below = sum(steps(child, length, parameters) for child in core.children(expr))
    match expr:
        case core.Quantified(iterators=iterators, condition=condition):
            runs = 1
            total = 0
            costs = core.turn_costs(iterators, condition)
            for (_, over), cost in zip(iterators, costs, strict=True):
                runs *= _length(over, length, parameters)
                total += runs * cost
            return total + runs * steps(condition, length, parameters) + below
        case core.ListOf(items=items):
            return below + len(items)
        case core.Member(options=options):
            return below + _length(options, length, parameters)
        case core.Call(args=args):
            return below + sum(_length(arg, length, parameters) for arg in args)
        case core.Field(of=of) if of.type.kind == "list":
            return below + length
    return below


def _length(expr: Expr, length: int, parameters: Mapping[str, Any]) -> int:
    """At most how many elements a list has."""
    match expr:
        case core.Const(value=tuple() as value):
            return len(value)
        case core.Parameter(name=name):
            held = parameters.get(name)
            return len(held) if isinstance(held, tuple) else 1
        case core.ListOf(items=items):
            return len(items)
    return length if expr.type.kind in ("list", "any") else 1
