"""The plain evaluator from outside: what goes in, what comes out, unary tests, types."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from policyengine import feel
from policyengine.errors import ExpressionError
from policyengine.feel import ast
from policyengine.feel.evaluate import evaluate_tree
from policyengine.feel.mistakes import method_hint
from policyengine.feel.parser import parse_unary_tests
from policyengine.feel.printer import to_text
from policyengine.values.temporal import Date, DayTimeDuration, Time


def test_python_values_go_in_as_feel_has_them() -> None:
    context = {
        "integer": 3,
        "float": 0.1,
        "decimal": Decimal("1.50"),
        "text": "a",
        "flag": True,
        "nothing": None,
        "items": [1, (2,)],
        "inner": {"x": {"y": 1}},
        "date": dt.date(2026, 1, 31),
        "moment": dt.datetime(2026, 1, 31, 10, tzinfo=dt.UTC),
        "time": dt.time(10),
        "span": dt.timedelta(hours=36),
        "own": Date(2026, 1, 31),
    }
    assert feel.evaluate("integer + float + decimal", context) == Decimal("4.60")
    assert feel.evaluate("flag and nothing = null", context) is True
    assert feel.evaluate("items", context) == (Decimal(1), (Decimal(2),))
    assert feel.evaluate("inner.x.y", context) == 1
    assert feel.evaluate("date", context) == feel.evaluate("own", context) == Date(2026, 1, 31)
    assert str(feel.evaluate("moment", context)) == "2026-01-31T10:00:00Z"
    assert feel.evaluate("time", context) == Time(10, 0, 0)
    assert feel.evaluate("span", context) == DayTimeDuration.of(hours=36)
    assert str(context["decimal"]) == "1.50"


def test_an_absent_name_is_null() -> None:
    assert feel.evaluate("nowhere") is None
    assert feel.evaluate("nowhere = null", {}) is True


def test_names_of_the_context_come_before_functions() -> None:
    assert feel.evaluate("count", {"count": 3}) == 3
    assert feel.evaluate("count([1]) + count", {"count": 3}) == 4
    assert callable(feel.evaluate("count"))


def test_functions_can_be_handed_on() -> None:
    assert feel.evaluate("sort([3, 1], before)") == (Decimal(1), Decimal(3))
    assert feel.evaluate("{f: abs, y: f(-2)}.y") == 2
    assert feel.evaluate("(abs)(n: -2)") is None


def test_an_inner_scope_hides_an_outer_one() -> None:
    assert feel.evaluate("[for x in [1, 2] return x, x]", {"x": 9}) == (
        (Decimal(1), Decimal(2)),
        Decimal(9),
    )
    assert feel.evaluate("xs[x > a]", {"a": 1, "xs": [{"x": 2}, {"x": 3, "a": 5}]}) == (
        {"x": Decimal(2)},
    )


def test_a_repeated_named_argument_is_null() -> None:
    assert feel.evaluate('substring(string: "ab", string: "cd", start position: 1)') is None


@pytest.mark.parametrize(
    "tests, value, wanted",
    [
        ("-", 5, True),
        ("-", None, True),
        ("5", 5, True),
        ("< 5", 5, False),
        ("< 5, > 7", 8, True),
        ("[1..5]", 5, True),
        ("not(1, 2)", 2, False),
        ("not(1, 2)", 3, True),
        ("not(< 3)", 5, True),
        ("not(true) and false, 5", 5, True),
        ("? > 3 and ? < 7", 5, True),
        ("? > 3 and ? < 7", 8, False),
        ('"a", "b"', "b", True),
        ("null", None, True),
        ("< 3", None, None),
        ("not(< 3)", None, None),
        ("[1, 2, 3]", 2, True),
        ('["a".."c"]', 1, None),
        ("-5", -5, True),
    ],
)
def test_unary_tests(tests: str, value: Any, wanted: bool | None) -> None:
    from policyengine.feel.inputs import from_outside

    tree = parse_unary_tests(tests)
    assert evaluate_tree(tree, {"?": from_outside(value)}) is wanted
    assert parse_unary_tests(to_text(tree)) == tree


@pytest.mark.parametrize(
    "text",
    [
        "1 instance of list", "1 instance of list<Any>", "1 instance of range<date and time>",
        "1 instance of context", "1 instance of context<>", "1 instance of Null",
        "1 instance of context<first name: string, b: list<number>>", "1 instance of function",
        "(< 5)", "x in (< 5)", "[(< 5), -3]", "-(3)", "-(3[1])", "-x", "--x", "(-3)[1]",
        '"\\u2028 \\\\ \\" \\n"', "1E+50", "a.time offset", "(a)(1)", "f(1)(2)", "[1..(x in y)]",
        "(if a then b else c) + 1", "a + if b then c else d", "for i in 1..3, x in xs return i",
    ],
)  # fmt: skip
def test_text_and_tree_agree(text: str) -> None:
    tree = feel.parse(text)
    assert feel.parse(to_text(tree)) == tree


def test_texts_of_literals() -> None:
    assert feel.evaluate("string([1..2])") == "[1..2]"
    assert feel.evaluate("string((< 2))") == "(..2)"
    assert feel.evaluate("string((> 2))") == "(2..)"
    assert feel.evaluate("string([(= 2), [], {}, false, null])") == "[(= 2), [], {}, false, null]"
    assert to_text(feel.parse('{a: 1, in: 2, "b c": 3}')) == '{a: 1, "in": 2, "b c": 3}'
    assert to_text(feel.parse("sort(xs, function(a: number, b) a<b)")) == (
        "sort(xs, function(a: number, b) a < b)"
    )


def test_ranges_from_texts() -> None:
    for text in ("[1..", "x", '[date("x")..date("y")]', "[date(1)..2]", "[null..1]", "[1..null]"):
        assert feel.evaluate("range(x)", {"x": text}) is None
    assert feel.evaluate('range("[date(\\"2026-01-01\\")..@\\"2026-02-01\\"]").end.month') == 2
    assert feel.evaluate('range("[date(2026, 1, 1)..date(2026, 2, 1)]").start.year') == 2026


def test_odd_arguments() -> None:
    for text in (
        'number("1.5", ",", "x")', 'number("1.2", " ", ",")', "time(10, 0, 60)",
        "time(10, 0, 1e9)", "after(5, (> 3))", "before(1, (!= 2))", "before([1..2], [[1]])",
        "matches(\"a\", \"a\", 1)", "string join([\"a\"], 1)", "(< null)", "(< true)",
        '@"2026-01-01" in [1..2]', "before((< 3), \"a\")", "includes([1..2], (= 1), 3)",
        "date and time(@\"2026-01-31\", @\"2026-01-31\")",
    ):  # fmt: skip
        assert feel.evaluate(text) in (None, False), text
    assert feel.evaluate("before((= 1), (= 2))") is True
    assert feel.evaluate('date and time(@"2026-01-31")') == feel.evaluate('@"2026-01-31T00:00:00Z"')
    assert feel.evaluate("number(1.5)") == Decimal("1.5")


def test_steps_and_spans_of_an_error_in_the_budget() -> None:
    with pytest.raises(ExpressionError) as refused:
        feel.parse("1 +")
    assert refused.value.diagnostics[0].span is not None


def test_nodes_know_their_children() -> None:
    tree = feel.parse("if a then [1, b.c] else f(x: -d)")
    names = [node.name for node in ast.walk(tree) if isinstance(node, ast.Name)]
    assert names == ["a", "b", "d"]
    assert [type(child).__name__ for child in ast.children(tree)] == ["Name", "ListLiteral", "Call"]


def test_hints_for_methods() -> None:
    assert method_hint("length") == "write `string length(x)`, or `count(x)`"
    assert method_hint("nothing") is None
