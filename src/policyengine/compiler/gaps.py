"""What the compiler leaves to the reference interpreter, and why."""

from __future__ import annotations

from policyengine import core
from policyengine.core import Expr
from policyengine.facts import FREE_TEXT
from policyengine.types import Type


def is_interpreted(node: Expr) -> bool:
    """Whether the steps of a node depend on more than the lengths of lists."""
    return isinstance(node, _INTERPRETED) or _is_nested(node) or _makes_text(node)


def may_fail(node: Expr) -> bool:
    """Whether evaluating a node can be an error. A condition of any type is one where it turns
    out to be no truth value."""
    return isinstance(node, _FALLIBLE) or node.type.kind == "any"


def _makes_text(node: Expr) -> bool:
    """A function of a text that was made, or a list made of one: neither is bounded by the
    texts of a row."""
    if not isinstance(node, core.Call):
        return False
    return node.name == "split" or any(map(_is_made_text, node.args))


def _is_made_text(arg: Expr) -> bool:
    if arg.type.kind not in ("string", "any"):
        return False
    if isinstance(arg, core.Const):
        return isinstance(arg.value, str) and len(arg.value) > FREE_TEXT
    return not isinstance(arg, core.Term | core.Local | core.Field)


def holds_text(type_: Type) -> bool:
    if type_.kind == "list":
        return type_.item is None or holds_text(type_.item)
    if type_.kind == "context":
        return any(holds_text(inner) for _, inner in type_.fields or ())
    return type_.kind == "any" or (type_.kind == "string" and type_.enum is None)


def reads_text(node: Expr) -> bool:
    """A function that pays for the characters of a text."""
    return isinstance(node, core.Call) and any(
        arg.type.kind in ("string", "any") for arg in node.args
    )


def _is_nested(node: Expr) -> bool:
    """A list of lists is paid for by what is in them, which no length of a list bounds."""
    return isinstance(node, core.ListOf) and any(
        item.type.kind in ("list", "context", "any") for item in node.items
    )


#: rules with one of these are the interpreter's: their steps depend on more than lengths
_INTERPRETED = (
    core.For,
    core.Filter,
    core.SortBy,
    core.Counting,
    core.Index,
    core.RangeOf,
    core.ContextOf,
    core.InstanceOf,
)
#: nodes that can fail with an error
_FALLIBLE = (
    core.Arith,
    core.Neg,
    core.Call,
    core.Table,
    core.Index,
    core.Compare,
    core.SortBy,
    core.Counting,
    core.IsNull,
)
