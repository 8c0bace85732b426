"""The interpreter on core nodes made by hand: what no policy that loads can reach, or seldom."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from policyengine import core
from policyengine.checker import Checker, named, type_of
from policyengine.errors import Diagnostics
from policyengine.facts import Facts
from policyengine.intake import check
from policyengine.interpreter import Interpreter
from policyengine.schema import schema_from_data
from policyengine.source import Source
from policyengine.types import ANY, BOOLEAN, LIST, MAX_DEPTH, NUMBER, STRING, Type, join, list_of
from policyengine.values.ranges import Range

SPAN = Source("<core>", "").span(0, 0)
SCHEMA = schema_from_data({"properties": {"a": {"type": "number"}}})
POLICY = core.Policy("p", "1", None, {}, {}, {}, (), (), (), SPAN)


def const(value: Any) -> core.Const:
    return core.Const(value, type_of(value), SPAN)


def number(value: int) -> core.Const:
    return const(Decimal(value))


TERM = core.Term("a", NUMBER, SPAN)


def interpreter(**how: Any) -> Interpreter:
    return Interpreter(POLICY, Facts(check({}, SCHEMA), SCHEMA, {}, None), **how)


@pytest.mark.parametrize(
    "expr, value, codes",
    [
        (core.Counting(number(1), number(3), LIST, SPAN), (1, 2, 3), []),
        (core.Counting(number(3), number(1), LIST, SPAN), (3, 2, 1), []),
        (core.Counting(TERM, number(1), LIST, SPAN), None, []),
        (core.Counting(number(1), TERM, LIST, SPAN), None, []),
        (core.Counting(const("x"), number(1), LIST, SPAN), None, ["type-mismatch"]),
        (core.Counting(number(1), const("x"), LIST, SPAN), None, ["type-mismatch"]),
        (core.Index(const((Decimal(7),)), const("x"), ANY, SPAN), None, ["bad-index"]),
        (core.Index(const((Decimal(7),)), TERM, ANY, SPAN), None, []),
        (core.Index(number(7), number(1), ANY, SPAN), Decimal(7), []),
        (core.Member(number(7), number(7), BOOLEAN, SPAN), True, []),
        (core.Member(number(7), TERM, BOOLEAN, SPAN), None, []),
        (core.Neg(TERM, NUMBER, SPAN), None, []),
        (core.Field(TERM, "x", ANY, SPAN), None, []),
        (core.Filter(TERM, "item", const(True), LIST, SPAN), None, []),
        (core.Filter(number(7), "item", const(True), LIST, SPAN), (7,), []),
        (core.SortBy(TERM, ("x", "y"), const(True), LIST, SPAN), None, []),
        (core.InstanceOf(TERM, NUMBER, BOOLEAN, SPAN), None, []),
        (core.RangeOf(TERM, number(2), True, True, ANY, SPAN), None, []),
        (core.RangeOf(number(1), TERM, True, True, ANY, SPAN), None, []),
        (
            core.RangeOf(None, number(2), True, False, ANY, SPAN),
            Range(None, Decimal(2), True, False),
            [],
        ),
        (
            core.RangeOf(number(1), None, True, True, ANY, SPAN),
            Range(Decimal(1), None, True, True),
            [],
        ),
        (core.AtLeast(1, (TERM, const(True)), BOOLEAN, SPAN), True, []),
        (core.Not(number(1), BOOLEAN, SPAN), None, ["type-mismatch"]),
        (core.IsNull(core.Not(number(1), BOOLEAN, SPAN), BOOLEAN, SPAN), None, ["type-mismatch"]),
        (core.If(number(1), number(1), number(2), NUMBER, SPAN), None, ["type-mismatch"]),
        (core.Compare("=", const(()), const(()), BOOLEAN, SPAN, True), True, []),
        (core.Compare("!=", const(("a",)), const(("b",)), BOOLEAN, SPAN, True), True, []),
        (core.Compare("=", const("a"), const(("a",)), BOOLEAN, SPAN, True), None, []),
    ],
)
def test_values(expr: core.Expr, value: Any, codes: list[str]) -> None:
    found, faults = interpreter().guarded(expr)
    assert found == value
    assert type(found) is type(value)
    assert [fault.code for fault in faults] == codes


def quantified(kind: str, *domains: core.Expr) -> core.Quantified:
    iterators = tuple((f"x{number}", domain) for number, domain in enumerate(domains))
    return core.Quantified(kind, iterators, const(kind == "every"), BOOLEAN, SPAN)


def test_an_unknown_domain_leaves_what_is_settled() -> None:
    one = const((Decimal(1),))
    assert interpreter().guarded(quantified("some", TERM)) == (None, ())
    assert interpreter().guarded(quantified("every", TERM)) == (None, ())
    assert interpreter().guarded(quantified("every", one, TERM)) == (None, ())
    assert interpreter().guarded(quantified("every", one, one)) == (True, ())
    loop = core.For((("x", TERM),), number(1), LIST, SPAN)
    assert interpreter().guarded(loop) == (None, ())
    settled = core.Quantified(
        "some",
        (
            ("x", const((Decimal(1), Decimal(2)))),
            (
                "y",
                core.If(
                    core.Compare("=", core.Local("x", NUMBER, SPAN), number(1), BOOLEAN, SPAN),
                    one,
                    TERM,
                    LIST,
                    SPAN,
                ),
            ),
        ),
        const(True),
        BOOLEAN,
        SPAN,
    )
    assert interpreter().guarded(settled) == (True, ())


@pytest.mark.parametrize(
    "condition, expected",
    [
        # unknown in the one direction only: neither order may be taken for known
        (lambda x, y: core.And((equal(y, 1), is_term()), BOOLEAN, SPAN), None),
        (lambda x, y: core.And((equal(x, 1), is_term()), BOOLEAN, SPAN), None),
        (lambda x, y: is_term(), None),
        (lambda x, y: core.Compare(">", x, y, BOOLEAN, SPAN), (2, 1)),
        (lambda x, y: core.Compare("<", x, y, BOOLEAN, SPAN), (1, 2)),
        (lambda x, y: const(False), (1, 2)),
    ],
)
def test_sorting(condition: Any, expected: Any) -> None:
    x, y = core.Local("x", NUMBER, SPAN), core.Local("y", NUMBER, SPAN)
    items = const((Decimal(1), Decimal(2)))
    made = core.SortBy(items, ("x", "y"), condition(x, y), LIST, SPAN)
    assert interpreter().guarded(made) == (expected, ())


def equal(left: core.Expr, right: int) -> core.Compare:
    return core.Compare("=", left, number(right), BOOLEAN, SPAN)


def is_term() -> core.Compare:
    return core.Compare("=", TERM, number(1), BOOLEAN, SPAN)


def test_steps_are_paid_for_what_is_made_and_walked() -> None:
    three = const((Decimal(1), Decimal(2), Decimal(3)))
    costs: list[tuple[core.Expr, int]] = [
        (core.Call("count", (three,), NUMBER, SPAN), 3),
        (core.Field(three, "x", LIST, SPAN), 3),
        (quantified("some", three), 3),
        (quantified("some", three, three), 12),
        (core.For((("x", three),), number(1), LIST, SPAN), 3),
        (core.Filter(three, "item", const(True), LIST, SPAN), 3),
    ]
    for expr, steps in costs:
        _, faults = interpreter(rule_steps=steps).guarded(expr)
        assert not [fault for fault in faults if fault.code == "budget-exceeded"], expr
        value, faults = interpreter(rule_steps=steps - 1).guarded(expr)
        assert value is None
        assert [fault.code for fault in faults] == ["budget-exceeded"]


def test_functions_pay_for_long_texts() -> None:
    expr = core.Call("contains", (const("x" * 5_000), const("y")), BOOLEAN, SPAN)
    assert interpreter().guarded(expr) == (False, ())
    value, faults = interpreter(rule_steps=10).guarded(expr)
    assert value is None
    assert [fault.code for fault in faults] == ["budget-exceeded"]


def test_the_same_error_is_reported_once() -> None:
    broken = core.Arith("/", number(1), number(0), NUMBER, SPAN)
    found = core.And(
        tuple(core.Compare("=", broken, broken, BOOLEAN, SPAN) for _ in "ab"), BOOLEAN, SPAN
    )
    value, faults = interpreter().guarded(found)
    assert value is None
    assert [fault.code for fault in faults] == ["division-by-zero"]


# nodes and types --------------------------------------------------------------------------------


def test_constants_are_equal_by_type_and_value() -> None:
    assert const(Decimal(1)) != const(True)
    assert const("1") != const(Decimal(1))
    assert const(Decimal(1)) == core.Const(Decimal("1.0"), ANY, SPAN)
    assert const("x") != "x"
    assert len({const("x"), const("x"), const("y")}) == 2
    assert core.true(SPAN).value is True
    assert core.false(SPAN).value is False


def test_every_node_is_walked_in_the_order_written() -> None:
    parts = [number(n) for n in range(3)]
    table = core.Table(
        "t", "U", (core.TableRow(parts[0], parts[1], SPAN),), parts[2], (), ANY, SPAN
    )
    nodes: list[tuple[core.Expr, int]] = [
        (core.RangeOf(None, None, True, True, ANY, SPAN), 0),
        (core.RangeOf(parts[0], None, True, True, ANY, SPAN), 1),
        (core.RangeOf(None, parts[0], True, True, ANY, SPAN), 1),
        (core.RangeOf(parts[0], parts[1], True, True, ANY, SPAN), 2),
        (table, 3),
        (core.If(parts[0], parts[1], parts[2], ANY, SPAN), 3),
        (core.ContextOf((("x", parts[0]), ("y", parts[1])), ANY, SPAN), 2),
        (core.SortBy(parts[0], ("x", "y"), parts[1], ANY, SPAN), 2),
        (core.For((("x", parts[0]),), parts[1], ANY, SPAN), 2),
        (core.Filter(parts[0], "x", parts[1], ANY, SPAN), 2),
        (core.Leaf(parts[0], (), None, ANY, SPAN), 1),
        (TERM, 0),
    ]
    for made, count in nodes:
        assert list(core.children(made)) == parts[:count]
        assert list(core.walk(made)) == [made, *parts[:count]]


def test_a_dated_value_before_its_first_is_no_value() -> None:
    from datetime import date

    dated = core.Dated(((date(2025, 1, 1), 1), (date(2026, 1, 1), None)))
    assert dated.at(date(2025, 1, 1)) == 1
    assert dated.at(date(2026, 1, 1)) is None
    with pytest.raises(LookupError):
        dated.at(date(2024, 12, 31))


def test_points_bound_what_an_item_can_add() -> None:
    two, zero = Decimal(2), Decimal(0)
    assert core.points_range(two, True) == (two, two)
    assert core.points_range(two, False) == (zero, zero)
    assert core.points_range(two, None) == (zero, two)
    assert core.points_range(-two, None) == (-two, zero)


def test_types_are_named_and_bounded() -> None:
    assert named(type_of(Range(None, None, True, True))) == "a range"
    assert named(type_of({"x": Decimal(1)})) == "a context"
    assert named(type_of(((Decimal(1),),))) == "a list of list of numbers"
    deep: Type = NUMBER
    for _ in range(200):
        deep = list_of(deep)
    assert deep.depth <= MAX_DEPTH + 1
    assert len(str(deep)) < 1000
    assert join([NUMBER, STRING]) == ANY
    assert join([]) == ANY


def test_what_is_broken_is_reported_once() -> None:
    diagnostics = Diagnostics()
    checker = Checker(diagnostics)
    broken = checker.broken(SPAN)
    for made in (
        checker.compare("<", broken, number(1), SPAN),
        checker.compare("=", number(1), broken, SPAN),
        checker.arithmetic("+", broken, number(1), SPAN),
        checker.arithmetic("-", number(1), broken, SPAN),
        checker.negate(broken, SPAN),
        checker.member(broken, broken, SPAN),
        checker.field(broken, "x", SPAN),
        checker.index(broken, broken, SPAN),
        checker.filter(broken, "item", broken, SPAN),
        checker.choice(broken, broken, broken, SPAN),
        checker.call("count", [broken], {}, SPAN),
    ):
        assert made is not None
    assert not diagnostics.found
