"""Lists: what they contain, how many elements they have, and conditions on the elements."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from policyengine import core, nodes
from policyengine.core import Expr
from policyengine.lowering.operands import operand, operands
from policyengine.lowering.operators.registry import Operator, Test
from policyengine.lowering.scope import Frame
from policyengine.nodes import Scalar
from policyengine.types import ANY, BOOLEAN, NUMBER, STRING


def _contains(test: Test) -> Expr | None:
    if test.subject.type.kind == "string":
        part = operand(test.operand, STRING, test.scope)
        test.shown = (part,)
        return test.checker.call("contains", (test.subject, part), {}, test.span)
    if not test.expect("contains", "list", "string"):
        return None
    value = operand(test.operand, test.item, test.scope)
    test.shown = (value,)
    return test.member(value, test.subject)


def _each(name: str, kind: str) -> Callable[[Test], Expr | None]:
    """Some (or every) one of the operands is in the list."""

    def lower(test: Test) -> Expr | None:
        if not test.expect(name, "list"):
            return None
        wanted = operands(test.operand, test.item, test.scope)
        test.shown = (wanted,)
        test.checker.comparable(test.subject, wanted)
        parts = _parts(wanted)
        if parts is None:
            return test.every(wanted, lambda item: test.member(item, test.subject), kind)
        made = tuple(core.Member(part, test.subject, BOOLEAN, test.span) for part in parts)
        if kind == "some":
            return core.Or(made, BOOLEAN, test.span)
        return core.And(made, BOOLEAN, test.span)

    return lower


def _parts(options: Expr) -> tuple[Expr, ...] | None:
    """The operands one by one, where they are written out."""
    if isinstance(options, core.ListOf):
        return options.items
    if isinstance(options, core.Const) and isinstance(options.value, tuple):
        item = options.type.item or ANY
        return tuple(core.Const(value, item, options.span) for value in options.value)
    return None


def _contains_none(test: Test) -> Expr | None:
    some = _each("contains_none", "some")(test)
    return None if some is None else test.negation(some)


def _contains_only(test: Test) -> Expr | None:
    if not test.expect("contains_only", "list"):
        return None
    allowed = operands(test.operand, test.item, test.scope)
    test.shown = (allowed,)
    test.checker.comparable(test.subject, allowed)
    nothing = core.Const(Decimal(0), NUMBER, test.span)
    size = core.Call("count", (test.subject,), NUMBER, test.span)
    parts = (
        core.Compare(">", size, nothing, BOOLEAN, test.span),
        test.every(test.subject, lambda item: core.Member(item, allowed, BOOLEAN, test.span)),
    )
    return core.And(parts, BOOLEAN, test.span)


def _count(test: Test) -> Expr | None:
    if not test.expect("count", "list"):
        return None
    size = core.Call("count", (test.subject,), NUMBER, test.span)
    path = f"count of {test.path}"
    anchor = Scalar(test.span, path)
    leaves = test.conditions.on_subject(size, path, anchor, test.operand, test.negated)
    texts = [leaf.text if isinstance(leaf, core.Leaf) else ("…",) for leaf in leaves]
    test.text = tuple(part for text in texts for part in (" and ", *text))[1:]
    bare = tuple(leaf.of if isinstance(leaf, core.Leaf) else leaf for leaf in leaves)
    return bare[0] if len(bare) == 1 else core.And(bare, BOOLEAN, test.span)


def _elements(name: str, kind: str, *, negate: bool) -> Callable[[Test], Expr | None]:
    """A condition on the elements: on the fields of an object, or a test on a plain value."""

    def lower(test: Test) -> Expr | None:
        if not test.expect(name, "list"):
            return None
        local = core.Local(test.scope.fresh("item"), test.item, test.span)
        with test.scope.bind(Frame({"item": local}, local)):
            made = _condition(test, local)
        test.shown = (nodes.in_line(test.operand),)
        found = core.Quantified(kind, ((local.name, test.subject),), made, BOOLEAN, test.span)
        return test.negation(found) if negate else found

    return lower


def _condition(test: Test, local: core.Local) -> Expr:
    plain = test.item.kind not in ("context", "any")
    is_expression = isinstance(test.operand, Scalar) and isinstance(test.operand.value, str)
    if not plain or is_expression or _has_combinator(test.operand):
        return test.conditions.lower(test.operand, False)
    anchor = Scalar(test.operand.span, "item")
    leaves = test.conditions.on_subject(local, "item", anchor, test.operand, False)
    return leaves[0] if len(leaves) == 1 else core.And(tuple(leaves), BOOLEAN, test.span)


def _has_combinator(node: nodes.Node) -> bool:
    keys = node.keys() if isinstance(node, nodes.Mapping) else []
    return any(key in ("all", "any", "not", "some_of", "item") for key in keys)


OPERATORS = (
    Operator("contains", "a list has this element, or a text this part", "a value", _contains),
    Operator(
        "contains_any",
        "the list has one of these",
        "a list of values",
        _each("contains_any", "some"),
    ),
    Operator(
        "contains_all",
        "the list has all of these",
        "a list of values",
        _each("contains_all", "every"),
    ),
    Operator("contains_none", "the list has none of these", "a list of values", _contains_none),
    Operator(
        "contains_only",
        "the list is not empty and has nothing but these",
        "a list of values",
        _contains_only,
    ),
    Operator("count", "the number of elements meets a test", "a test on a number", _count),
    Operator(
        "every",
        "every element meets a condition (so does an empty list)",
        "a condition on an element",
        _elements("every", "every", negate=False),
    ),
    Operator(
        "some",
        "at least one element meets a condition",
        "a condition on an element",
        _elements("some", "some", negate=False),
    ),
    Operator(
        "none",
        "no element meets a condition",
        "a condition on an element",
        _elements("none", "some", negate=True),
    ),
)
