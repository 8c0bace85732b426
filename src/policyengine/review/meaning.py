"""When two expressions mean the same: keys that are equal for what answers every deal alike.

A key leaves out where and in which words a thing was written: places, what an explanation
shows, the order in which the parts of `all`, `any` and `some_of` stand, and double negation.
It is sound, not complete: `a > 1` and `not (a <= 1)` have different keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias

from policyengine import core
from policyengine.core import Expr
from policyengine.values.record import Record

#: what a policy names: `("parameter", "small_loan_usd")`; kinds are parameter, definition,
#: score and term
Name: TypeAlias = tuple[str, str]
#: names of the old policy and what the new one calls the same
Names: TypeAlias = Mapping[Name, str]

SAME: Names = MappingProxyType({})
#: hit policies under which the order of rows has a meaning
ORDERED = ("F", "R", "C")
_NOWHERE = ("type", "span")


def key(expr: Expr | None, names: Names = SAME) -> Any:
    """The key of an expression, None for none; of the old policy's, with the new names."""
    match expr:
        case None:
            return None
        case core.Leaf(of=of):
            return key(of, names)
        case core.Not(of=of):
            inner = key(of, names)
            return inner[1] if inner[0] == "Not" else ("Not", inner)
        case core.And(parts=parts) | core.Or(parts=parts):
            return _joined(type(expr).__name__, [key(part, names) for part in parts])
        case core.AtLeast(count=count, parts=parts):
            return ("AtLeast", count, _sorted(key(part, names) for part in parts))
        case core.Const(value=value):
            return ("Const", value_key(value))
        case core.Parameter(name=name):
            return ("Parameter", names.get(("parameter", name), name))
        case core.Derived(name=name):
            return ("Derived", names.get(("definition", name), name))
        case core.ScoreOf(id=id_):
            return ("ScoreOf", names.get(("score", id_), id_))
        case core.Member(value=value, options=options):
            return ("Member", key(value, names), _options(options, names))
        case core.Table(hit_policy=hit, rows=rows, default=default, ranking=ranking):
            made = [(key(row.condition, names), key(row.output, names)) for row in rows]
            kept = tuple(made) if hit in ORDERED else _sorted(made)
            return ("Table", hit, kept, key(default, names), value_key(ranking))
    return _fields(expr, names)


def _fields(node: Record, names: Names) -> tuple[Any, ...]:
    def of(value: Any) -> Any:
        if isinstance(value, Record):
            return key(value, names)  # type: ignore[arg-type]  # a node has nothing but nodes
        return tuple(map(of, value)) if isinstance(value, tuple) else value

    found = (of(getattr(node, name)) for name in type(node).__fields__ if name not in _NOWHERE)
    return (type(node).__name__, *found)


def _joined(kind: str, keys: list[Any]) -> tuple[Any, ...]:
    """A combinator: what is the same one within it taken in, each part once, in one order."""
    flat: list[Any] = []
    for one in keys:
        flat += one[1] if one[0] == kind else (one,)
    parts = _sorted(dict.fromkeys(flat))
    return parts[0] if len(parts) == 1 else (kind, parts)


def _options(options: Expr, names: Names) -> Any:
    """A list of which any element will do: in one order."""
    if isinstance(options, core.ListOf):
        return ("ListOf", _sorted(key(item, names) for item in options.items))
    if isinstance(options, core.Const) and isinstance(options.value, tuple):
        return ("ListOf", _sorted(("Const", value_key(item)) for item in options.value))
    return key(options, names)


def _sorted(keys: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(keys, key=repr))


def value_key(value: Any) -> Any:
    """A value such that `1`, `1.0` and `true` are told apart as the engine does: by kind, and
    numbers by their amount."""
    if isinstance(value, Decimal):
        sign, digits, exponent = value.as_tuple()
        text = "".join(map(str, digits)).lstrip("0")
        kept = text.rstrip("0")
        if not kept or not isinstance(exponent, int):
            return ("number", str(value) if not isinstance(exponent, int) else "0")
        return ("number", f"{'-' if sign else ''}{kept}E{exponent + len(text) - len(kept)}")
    if isinstance(value, tuple):
        return ("list", tuple(map(value_key, value)))
    if isinstance(value, Mapping):
        return ("context", tuple((str(name), value_key(value[name])) for name in sorted(value)))
    if isinstance(value, core.Dated):
        return ("dated", tuple((day, value_key(row)) for day, row in value.values))
    return (type(value).__name__, value)


def uses(expr: Expr) -> frozenset[Name]:
    """What an expression names itself."""
    found: set[Name] = set()
    for node in core.walk(expr):
        match node:
            case core.Parameter(name=name):
                found.add(("parameter", name))
            case core.Derived(name=name):
                found.add(("definition", name))
            case core.ScoreOf(id=id_):
                found.add(("score", id_))
            case core.Term(path=path) | core.Stated(path=path):
                found.add(("term", path))
    return frozenset(found)


class Reach:
    """Everything that expressions of a policy name, also through one another."""

    def __init__(self, policy: core.Policy) -> None:
        self._policy = policy
        self._known: dict[Name, frozenset[Name]] = {}

    def of(self, exprs: Iterable[Expr | None]) -> frozenset[Name]:
        found: set[Name] = set()
        waiting = [name for expr in exprs if expr is not None for name in uses(expr)]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self._direct(name)
        return frozenset(found)

    def _direct(self, name: Name) -> frozenset[Name]:
        if name not in self._known:
            kind, id_ = name
            exprs: list[Expr] = []
            if kind == "definition" and id_ in self._policy.definitions:
                exprs = [self._policy.definitions[id_].value]
            elif kind == "score" and id_ in self._policy.scorecards:
                items = self._policy.scorecards[id_].items
                exprs = [expr for item in items for expr in (item.when, item.points)]
            self._known[name] = frozenset().union(*map(uses, exprs))
        return self._known[name]
