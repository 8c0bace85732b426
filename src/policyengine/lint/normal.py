"""A condition in one of the several ways to write it: for asking whether two say the same."""

from __future__ import annotations

from typing import Any

from policyengine import core
from policyengine.core import Expr
from policyengine.source import Span
from policyengine.types import ANY, BOOLEAN
from policyengine.values.record import Record, replace

_NOT = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def normal(expr: Expr) -> Expr:
    """The same condition without leaves, double negations and nested combinators, its parts in
    one order. Conditions that are equal then say the same of every deal, unknowns included."""
    return _positive(expr)


def _positive(expr: Expr) -> Expr:
    match expr:
        case core.Leaf(of=of):
            return _positive(of)
        case core.Not(of=of):
            return _negative(of)
        case core.And(parts=parts):
            return _joined(core.And, [_positive(part) for part in parts], expr)
        case core.Or(parts=parts):
            return _joined(core.Or, [_positive(part) for part in parts], expr)
        case core.AtLeast(parts=parts):
            made = sorted(map(_positive, parts), key=_key)
            return replace(expr, parts=tuple(made))
        case core.Quantified(condition=condition):
            return replace(expr, condition=_positive(condition))
        case core.Compare(op=op, left=left, right=right) if op in _FLIPPED:
            if isinstance(left, core.Const | core.Parameter):
                return replace(expr, op=_FLIPPED[op], left=right, right=left)
            return expr
        case core.Compare(op="=", left=left, right=core.Const(value=True)):
            return left
        case core.Compare(op="=", left=left, right=core.Const(value=False)):
            return core.Not(left, BOOLEAN, expr.span)
        case core.Compare(op="!=", left=left, right=core.Const(value=bool() as value)):
            return core.Not(left, BOOLEAN, expr.span) if value else left
        case core.Member(options=core.Const(value=tuple() as values) as options):
            ordered = tuple(sorted(values, key=repr))
            if len(ordered) == 1:
                one = core.Const(ordered[0], options.type.item or ANY, options.span)
                return _positive(core.Compare("=", expr.value, one, BOOLEAN, expr.span))
            return replace(expr, options=replace(options, value=ordered))
    return expr


def _negative(expr: Expr) -> Expr:
    match expr:
        case core.Leaf(of=of):
            return _negative(of)
        case core.Not(of=of):
            return _positive(of)
        case core.And(parts=parts):
            return _joined(core.Or, [_negative(part) for part in parts], expr)
        case core.Or(parts=parts):
            return _joined(core.And, [_negative(part) for part in parts], expr)
    made = _positive(expr)
    if isinstance(made, core.Not):
        return made.of
    if isinstance(made, core.Compare) and made.op in _NOT:
        return replace(made, op=_NOT[made.op])
    return core.Not(made, BOOLEAN, expr.span)


def _joined(kind: type[core.And | core.Or], parts: list[Expr], expr: Expr) -> Expr:
    """Parts of one combinator: those of the same kind within it taken in, each once, ordered."""
    flat: dict[str, Expr] = {}
    for part in parts:
        for inner in part.parts if isinstance(part, kind) else (part,):
            flat.setdefault(_key(inner), inner)
    ordered = tuple(flat[key] for key in sorted(flat))
    return ordered[0] if len(ordered) == 1 else kind(ordered, BOOLEAN, expr.span)


def _key(value: Any) -> str:
    """A text that is the same for equal expressions, wherever they were written."""
    if isinstance(value, Span):
        return ""
    if isinstance(value, Record):
        parts = (_key(getattr(value, name)) for name in getattr(type(value), "__slots__", ()))
        return f"{type(value).__name__}({','.join(parts)})"
    if isinstance(value, tuple):
        return f"({','.join(map(_key, value))})"
    return repr(value)
