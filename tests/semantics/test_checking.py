"""Mistakes in conditions and expressions: found before any deal is seen, once, at their place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.semantics.conftest import HEAD, Build, rule

from policyengine import ExpressionError, Policy, PolicyError

Refused = Callable[[str], list[tuple[str, int, int]]]

#: a condition in flow style (its line is the fourth of the rule), the code, the column
MISTAKES: list[tuple[str, str, int]] = [
    # names
    ("{t.zork: 1}", "unknown-term", 15),
    ("{t: 1}", "group-not-term", 15),
    ("{zork.a: 1}", "unknown-term", 15),
    ("{t.a.zork: 1}", "unknown-field", 15),
    ("{t.a..b: 1}", "unknown-term", 15),
    ("{at_least: 1}", "misplaced-operator", 15),
    ("'t.a > t.zork'", "unknown-term", 21),
    ("'zork(t.a) = 1'", "unknown-function", 15),
    ("'t.a > parameters.zork'", "unknown-parameter", 21),
    ("'t.a > score.zork'", "unknown-score", 21),
    ("'some x in t.rows satisfies x.zork = 1'", "unknown-field", 42),
    ("'t.day.zork = 1'", "unknown-field", 15),
    ("{t.rows: {every: {zork: 1}}}", "unknown-term", 32),
    # operators and operands
    ("{t.a: {at_lest: 1}}", "unknown-operator", 21),
    ("{t.a: {at_least: x}}", "type-mismatch", 31),
    ("{t.a: {at_least: '1'}}", "type-mismatch", 31),
    ("{t.s: {at_least: 1}}", "operator-type", 21),
    ("{t.a: {before: 2026-01-01}}", "operator-type", 21),
    ("{t.day: {less_than: 2026-01-01}}", "operator-type", 23),
    ("{t.day: {before: 2026-02-30}}", "bad-date", 31),
    ("{t.day: {before: '1.1.2026'}}", "bad-date", 31),
    ("{t.a: null}", "null-operand", 20),
    ("{t.a: {equals: null}}", "null-operand", 29),
    ("{t.a: [1, null]}", "null-operand", 24),
    ("{t.a: {one_of: []}}", "empty-operand", 29),
    ("{t.a: {one_of: 1}}", "bad-operand", 29),
    ("{t.a: {between: [2, 1]}}", "empty-range", 30),
    ("{t.a: {between: [1]}}", "bad-operand", 30),
    ("{t.a: {between: 1}}", "bad-operand", 30),
    ("{t.a: {at_least: {zork: 1}}}", "bad-operand", 31),
    ("{t.a: {at_least: {parameters: x}}}", "bad-operand", 32),
    ("{t.a: {at_least: {parameter: 1}}}", "bad-operand", 43),
    ("{t.a: {at_least: {parameter: zork}}}", "unknown-parameter", 43),
    ("{t.a: {at_least: {term: t.zork}}}", "unknown-term", 38),
    ("{t.a: {stated: 1}}", "bad-operand", 29),
    ("{t.p: 'true'}", "type-mismatch", 20),
    ("{t.p: 1}", "type-mismatch", 20),
    ("{t.s: 1}", "type-mismatch", 20),
    ("{t.set: [x]}", "list-shorthand", 22),
    ("{t.set: x}", "type-mismatch", 22),
    ("{t.set: {one_of: [x]}}", "operator-type", 23),
    ("{t.set: {contains_any: x}}", "bad-operand", 37),
    ("{t.set: {count: x}}", "type-mismatch", 30),
    ("{t.a: {count: 1}}", "operator-type", 21),
    ("{t.a: {contains: 1}}", "operator-type", 21),
    ("{t.a: {contains_only: [1]}}", "operator-type", 21),
    ("{t.a: {every: {more_than: 1}}}", "operator-type", 21),
    ("{t.a: {starts_with: x}}", "operator-type", 21),
    ("{t.a: {matches: x}}", "operator-type", 21),
    ("{t.s: {matches: '('}}", "bad-pattern", 30),
    ("{t.s: {matches: '(a)\\1'}}", "bad-pattern", 30),
    ("{t.rows: {equals: 1}}", "type-mismatch", 32),
    # enums and units
    ("{t.e: lo}", "not-in-enum", 20),
    ("{t.e: [low, hihg]}", "not-in-enum", 26),
    ("{t.e: {none_of: [low, x]}}", "not-in-enum", 36),
    ("{t.set: {contains_any: [w]}}", "not-in-enum", 38),
    ("{t.set: {contains: w}}", "not-in-enum", 33),
    ("{t.set: {equals: [w]}}", "not-in-enum", 32),
    ("'t.e = \"lo\"'", "not-in-enum", 21),
    ('\'t.e in ("low", "x")\'', "not-in-enum", 30),
    ("'\"lo\" = t.e'", "not-in-enum", 15),
    ('\'list contains(t.set, "w") and t.set = ["w"]\'', "not-in-enum", 53),
    ("'t.usd > t.eur'", "unit-mismatch", 23),
    ("'t.usd + t.eur > 1'", "unit-mismatch", 23),
    ("'t.usd - t.eur > 1'", "unit-mismatch", 23),
    ("{t.usd: {at_least: {term: t.eur}}}", "unit-mismatch", 40),
    # types
    ("'t.a > \"x\"'", "type-mismatch", 21),
    ("'t.a + t.s > 1'", "type-mismatch", 15),
    ("'t.a > t.day'", "type-mismatch", 21),
    ("'t.day > \"2026-01-01\"'", "type-mismatch", 23),
    ("'t.p > t.q'", "not-ordered", 15),
    ("'t.nums > 1'", "not-ordered", 15),
    ("'t.a'", "not-a-condition", 15),
    ("'t.a and t.p'", "not-a-condition", 15),
    ("'not(t.s)'", "not-a-condition", 19),
    ("'-t.s = 1'", "type-mismatch", 16),
    ("'if t.a then true else false'", "not-a-condition", 18),
    ("'some x in t.nums satisfies x'", "not-a-condition", 42),
    ("'count(t.nums[item + 1]) = 1'", "feel-unsupported", 21),
    ("'some x in t.a satisfies x > 1'", "type-mismatch", 25),
    ("'every i in 1..t.s satisfies i > 1'", "type-mismatch", 29),
    ("'string length(t.a) = 1'", "type-mismatch", 29),
    ("'string length(t.s, t.s) = 1'", "bad-arguments", 15),
    ("'string length(zork: t.s) = 1'", "bad-arguments", 15),
    ("'t.day = @\"2026-02-30\"'", "bad-date", 23),
    ("'t.a in [5..1]'", "empty-range", 22),
    ("'t.a in (1..t.s]'", "type-mismatch", 26),
    ("'{x: 1, x: 2}.x = 1'", "feel-unsupported", 15),
    ("'sort(t.nums, function(x) x)[1] = 1'", "feel-unsupported", 28),
    ("'< 5'", "feel-syntax", 15),
    ("'1 / 0 > t.a'", "constant-error", 15),
    ("'number(\"x\") > t.a'", "constant-error", 15),
    ("'10 ** 9999 > t.a'", "constant-error", 15),
    ("'t.e in t.set'", "not-in-enum", 22),
    ("{t.set: {contains: {term: t.e}}}", "not-in-enum", 15),
    ("'t.a in []'", "empty-operand", 22),
    ("'t.a in [\"x\", t.b]'", "type-mismatch", 23),
    ("'t.a in [null..null]'", "feel-unsupported", 22),
    ("'t.a in [1..2) or (every i in [1..t.a) satisfies true)'", "feel-unsupported", 44),
    ("'count(function(x) x) = 1'", "feel-unsupported", 15),
    ("'sort(function(x, y) true) = [1]'", "feel-unsupported", 15),
    ("'matches(t.s, \"(\")'", "bad-pattern", 28),
    ('\'matches(t.s, "a", "y")\'', "bad-pattern", 28),
    ('\'replace(t.s, "(", "x") = ""\'', "bad-pattern", 28),
    ('\'replace(t.s, "a*", "x") = ""\'', "bad-pattern", 28),
    ('\'replace(t.s, "a", "x", "y") = ""\'', "bad-pattern", 28),
    ('\'replace(t.s, "a", "$x") = ""\'', "constant-error", 33),
    ("'count(split(t.s, \"a*\")) = 1'", "bad-pattern", 32),
    ("'t.a + \"x\" > 1'", "type-mismatch", 15),
    ("'t.s + t.a = \"x\"'", "type-mismatch", 15),
    ("'t.p = \"x\"'", "type-mismatch", 21),
    ("'t.s = t.day'", "type-mismatch", 21),
    ("'some x in [1..3] satisfies x'", "not-a-condition", 42),
    ("{t.a: {one_of: [[1]]}}", "type-mismatch", 29),
    ("{t.rows: {none_of: [1]}}", "operator-type", 24),
    ("{t.rows: {k: 1}}", "unknown-operator", 24),
    ("{t.a: {'>': 1}}", "unknown-operator", 21),
    ("{t.a: '> 5'}", "looks-like-expression", 20),
    ("{al: [{t.a: 1}]}", "unknown-term", 15),
    ("{t: {a: 1}}", "group-not-term", 15),
    ("{t.s: {between: [1, 2]}}", "operator-type", 21),
    ("{t.p: {less_than: true}}", "operator-type", 21),
    ("'t.nums'", "not-a-condition", 15),
    ("'t.day'", "not-a-condition", 15),
    ("'t.day * t.day = 1'", "type-mismatch", 15),
    ("'t.usd * 2 > t.eur'", "unit-mismatch", 27),
    ("'2 * t.usd > t.eur'", "unit-mismatch", 27),
    ("'t.usd / 2 > t.eur'", "unit-mismatch", 27),
    ("'abs(t.usd) > t.eur'", "unit-mismatch", 28),
    ("'sum([t.usd]) > t.eur'", "unit-mismatch", 30),
    ("'some x in t.nums satisfies zork > 1'", "unknown-term", 42),
    ("{t.s: {contains_any: [x]}}", "operator-type", 21),
    ("{t.s: {contains_none: [x]}}", "operator-type", 21),
    ("{t.a: {contains_all: [1]}}", "operator-type", 21),
    ('\'@"10:00:00" = @"10:00:00Z"\'', "constant-error", 15),
    ("'[< 5] = t.nums'", "feel-unsupported", 16),
    # shapes
    ("5", "not-a-condition", 14),
    ("true", "not-a-condition", 14),
    ("[{t.a: 1}]", "not-a-condition", 14),
    ("{}", "empty-condition", 14),
    ("{t.a: {}}", "empty-condition", 20),
    ("{all: []}", "empty-condition", 15),
    ("{any: []}", "empty-condition", 15),
    ("{all: {t.a: 1}}", "bad-shape", 20),
    ("{all: [{t.a: 1}], t.b: 1}", "mixed-condition", 32),
    ("{t.b: 1, any: [{t.a: 1}]}", "mixed-condition", 15),
    ("{not: {t.a: 1, t.b: 2}}", "ambiguous-negation", 29),
    ("{some_of: [{t.a: 1}]}", "bad-shape", 24),
    ("{some_of: {at_least: 1}}", "missing-key", 15),
    ("{some_of: {at_least: 0, of: [{t.a: 1}]}}", "bad-value", 35),
    ("{some_of: {at_least: 1.5, of: [{t.a: 1}]}}", "bad-value", 35),
    ("{some_of: {at_least: 2, of: [{t.a: 1}]}}", "never-true", 35),
    ("{some_of: {at_least: 1, off: [{t.a: 1}]}}", "unknown-key", 38),
    ("{some_of: {at_least: 1, of: []}}", "empty-condition", 15),
]


@pytest.mark.parametrize("condition, code, column", MISTAKES, ids=[m[0] for m in MISTAKES])
def test_a_mistake_is_reported_once_where_it_is(
    refused: Refused, condition: str, code: str, column: int
) -> None:
    found = refused(rule(condition))
    assert found == [(code, 4, column)]


def test_several_tests_under_forbid_are_ambiguous(refused: Refused) -> None:
    assert refused(rule("{t.a: 1, t.b: 1}", "forbid")) == [("ambiguous-negation", 4, 22)]


def test_every_mistake_of_a_policy_is_reported(refused: Refused) -> None:
    text = """\
define: {x: t.zork}
rules:
  - {id: R, title: t, require: {t.a: x}}
  - {id: S, title: t, forbid: 'y > x'}
  - {id: S, titel: t, require: {t.a: 1}, forbid: {t.b: 1}}
"""
    assert sorted(code for code, _, _ in refused(text)) == [
        "require-or-forbid",
        "type-mismatch",
        "unknown-key",
        "unknown-term",
        "unknown-term",
    ]


@pytest.mark.parametrize(
    "expression",
    [
        "t.a >",
        "t.a = = 1",
        "(t.a > 1",
        "for x in",
        "'",
        "t.a > 1 2",
        "@t.a",
        "t.a > 1 and",
        "\u00a0",
    ],
)
def test_a_syntax_error_is_an_expression_error(build: Build, expression: str) -> None:
    with pytest.raises(PolicyError) as caught:
        build(rule('"' + expression + '"'))
    assert all(d.span is not None for d in caught.value.diagnostics)
    assert not isinstance(caught.value, ExpressionError)


# what is not a mistake --------------------------------------------------------------------------

FINE: list[tuple[str, dict[str, Any], str]] = [
    ("{t.a: 1}", {"a": 1}, "pass"),
    ("{t.a: {is_not: 1}}", {"a": 2}, "pass"),
    ("{t.a: {less_than: 1}}", {"a": 1}, "fail"),
    ("{t.a: {less_than: 1}}", {"a": 0}, "pass"),
    ("{t.a: {at_most: 1}}", {"a": 1}, "pass"),
    ("{t.a: {at_most: 1}}", {"a": 2}, "fail"),
    ("{t.a: {at_least: 1}}", {"a": 1}, "pass"),
    ("{t.a: {at_least: 1}}", {"a": 0}, "fail"),
    ("{t.a: {more_than: 1}}", {"a": 1}, "fail"),
    ("{t.a: {more_than: 1}}", {"a": 2}, "pass"),
    ("{t.a: {between: [1, 2]}}", {"a": 1}, "pass"),
    ("{t.a: {between: [1, 2]}}", {"a": 2}, "pass"),
    ("{t.a: {between: [1, 2]}}", {"a": 3}, "fail"),
    ("{t.a: {between: [1, 2]}}", {"a": 0}, "fail"),
    ("{t.a: {between: [1, 1]}}", {"a": 1}, "pass"),
    ("{t.a: [1, 2]}", {"a": 2}, "pass"),
    ("{t.a: {one_of: [1, 2]}}", {"a": 3}, "fail"),
    ("{t.a: {none_of: [1, 2]}}", {"a": 3}, "pass"),
    ("{t.a: {none_of: [1, 2]}}", {"a": 2}, "fail"),
    ("{t.day: {before: 2026-01-01}}", {"day": "2026-01-01"}, "fail"),
    ("{t.day: {before: 2026-01-01}}", {"day": "2025-12-31"}, "pass"),
    ("{t.day: {on_or_before: 2026-01-01}}", {"day": "2026-01-01"}, "pass"),
    ("{t.day: {on_or_before: 2026-01-01}}", {"day": "2026-01-02"}, "fail"),
    ("{t.day: {after: 2026-01-01}}", {"day": "2026-01-01"}, "fail"),
    ("{t.day: {after: 2026-01-01}}", {"day": "2026-01-02"}, "pass"),
    ("{t.day: {on_or_after: 2026-01-01}}", {"day": "2026-01-01"}, "pass"),
    ("{t.day: {on_or_after: 2026-01-01}}", {"day": "2025-12-31"}, "fail"),
    ("{t.day: {between: [2026-01-01, 2026-01-31]}}", {"day": "2026-01-31"}, "pass"),
    ("{t.s: {starts_with: ab}}", {"s": "abc"}, "pass"),
    ("{t.s: {starts_with: bc}}", {"s": "abc"}, "fail"),
    ("{t.s: {ends_with: bc}}", {"s": "abc"}, "pass"),
    ("{t.s: {ends_with: ab}}", {"s": "abc"}, "fail"),
    ("{t.s: {contains: b}}", {"s": "abc"}, "pass"),
    ("{t.s: {matches: '^a.c$'}}", {"s": "abc"}, "pass"),
    ("{t.s: {matches: '^b'}}", {"s": "abc"}, "fail"),
    ("{t.s: {equals: NO}}", {"s": "NO"}, "pass"),
    ("{t.set: {equals: [y, x]}}", {"set": ["x", "y"]}, "pass"),
    ("{t.set: {equals: [x]}}", {"set": ["x", "y"]}, "fail"),
    ("{t.set: {is_not: [y, x]}}", {"set": ["x", "y"]}, "fail"),
    ("{t.seq: {equals: [y, x]}}", {"seq": ["x", "y"]}, "fail"),
    ("{t.seq: {equals: [x, y]}}", {"seq": ["x", "y"]}, "pass"),
    ("{t.seq: {is_not: [y, x]}}", {"seq": ["x", "y"]}, "pass"),
    ("{t.set: {contains: x}}", {"set": ["x"]}, "pass"),
    ("{t.set: {contains_any: [x, z]}}", {"set": ["y", "z"]}, "pass"),
    ("{t.set: {contains_any: [x]}}", {"set": ["y", "z"]}, "fail"),
    ("{t.set: {contains_all: [x, z]}}", {"set": ["z", "x", "y"]}, "pass"),
    ("{t.set: {contains_all: [x, z]}}", {"set": ["z"]}, "fail"),
    ("{t.set: {contains_none: [x]}}", {"set": ["z"]}, "pass"),
    ("{t.set: {contains_none: [x, y]}}", {"set": ["x"]}, "fail"),
    ("{t.set: {contains_none: [x, y]}}", {"set": ["z"]}, "pass"),
    ("{t.set: {contains_any: [y, x]}}", {"set": ["x"]}, "pass"),
    ("{t.set: {contains_all: [x]}}", {"set": ["x"]}, "pass"),
    ("{t.set: {contains_none: [x]}}", {"set": ["z", "x"]}, "fail"),
    ("{t.set: {contains_only: [x, y]}}", {"set": ["x"]}, "pass"),
    ("{t.set: {contains_only: [x, y]}}", {"set": ["x", "z"]}, "fail"),
    ("{t.set: {contains_only: [x, y]}}", {"set": []}, "fail"),
    ("{t.set: {count: 2}}", {"set": ["x", "z"]}, "pass"),
    ("{t.set: {count: {between: [3, 4]}}}", {"set": ["x", "z"]}, "fail"),
    ("{t.set: {count: {at_least: 1, less_than: 2}}}", {"set": ["x", "z"]}, "fail"),
    ("{t.nums: {every: {more_than: 1}}}", {"nums": [2, 3]}, "pass"),
    ("{t.nums: {every: {more_than: 1}}}", {"nums": [2, 1]}, "fail"),
    ("{t.nums: {some: {more_than: 1, less_than: 3}}}", {"nums": [1, 2]}, "pass"),
    ("{t.nums: {some: [5, 6]}}", {"nums": [1, 6]}, "pass"),
    ("{t.nums: {none: {more_than: 1}}}", {"nums": [1, 2]}, "fail"),
    ("{t.nums: {every: 'item > 1'}}", {"nums": [2]}, "pass"),
    ("{t.nums: {some: {any: [{item: 1}, {item: 2}]}}}", {"nums": [2]}, "pass"),
    ("{t.rows: {every: {k: {more_than: 1}, ok: true}}}", {"rows": [{"k": 2, "ok": True}]}, "pass"),
    ("{t.rows: {some: 'k > t.a'}}", {"rows": [{"k": 2}], "a": 1}, "pass"),
    ("{t.rows: {some: {day: {before: 2026-01-01}}}}", {"rows": [{"day": "2025-01-01"}]}, "pass"),
    ("{t.a: {between: [0, 2], is_not: 1}}", {"a": 1}, "fail"),
    ("{t.a: 1, t.b: 2}", {"a": 1, "b": 3}, "fail"),
    ("{not: {not: {t.a: 1}}}", {"a": 1}, "pass"),
    ("{all: [{t.a: 1}]}", {"a": 1}, "pass"),
    ("'0.1 + 0.2 = t.a'", {"a": 0.3}, "pass"),
    ("'t.a / 3 * 3 = 1'", {"a": 1}, "fail"),
    ("'t.a between 1 and 2'", {"a": 2}, "pass"),
    ("'t.a in [1..2)'", {"a": 2}, "fail"),
    ("'t.a in (1..2]'", {"a": 1}, "fail"),
    ("'t.a in ]1..2]'", {"a": 2}, "pass"),
    ("'t.a in (1, [5..6], > 9)'", {"a": 5}, "pass"),
    ("'t.a in t.nums'", {"a": 5, "nums": [1, 5]}, "pass"),
    ("'t.a in (? > 1 and ? < 3)'", {"a": 2}, "pass"),
    ("'t.a in [[1, 2], [3]][1]'", {"a": 2}, "pass"),
    ("'t.nums in [[1], [2]]'", {"nums": [2]}, "pass"),
    ("'not(t.a > 1)'", {"a": 1}, "pass"),
    ("'if t.a > 1 then t.p else t.q'", {"a": 1, "q": True}, "pass"),
    ("'t.nums[1] = 4 and t.nums[-1] = 6'", {"nums": [4, 5, 6]}, "pass"),
    ("'t.nums[item > 4] = [5, 6]'", {"nums": [4, 5, 6]}, "pass"),
    ("'count(t.rows[k > 1 and ok]) = 1'", {"rows": [{"k": 2, "ok": True}]}, "pass"),
    ("'t.rows[k = 2].ok = [true]'", {"rows": [{"k": 2, "ok": True}]}, "pass"),
    ("'sum(t.rows.k) = 3'", {"rows": [{"k": 2}, {"k": 1}]}, "pass"),
    ("'some x in t.nums, y in t.nums satisfies x + y = 9'", {"nums": [4, 5]}, "pass"),
    ("'every x in t.nums, y in [x] satisfies x = y'", {"nums": [4, 5]}, "pass"),
    ("'every i in 3..1 satisfies i > 0'", {}, "pass"),
    ("'sum(for i in 1..3 return i) = 6'", {}, "pass"),
    ("'sum(for i in 3..1 return i * t.a) = 12'", {"a": 2}, "pass"),
    ("'(for i in 1..4 return if i < 3 then 1 else partial[-1] + partial[-2])[4] = 3'", {}, "pass"),
    ("'sort(t.nums, function(x, y) x > y) = [3, 2, 1]'", {"nums": [2, 3, 1]}, "pass"),
    ("'sort(t.nums, function(x, y) x < y) = [1, 2, 2, 3]'", {"nums": [2, 3, 1, 2]}, "pass"),
    ("'{x: t.a, y: x + 1}.y = 3'", {"a": 2}, "pass"),
    ("'t.a instance of number and not(t.a instance of string)'", {"a": 2}, "pass"),
    ("'includes([1..t.b], t.a)'", {"a": 2, "b": 2}, "pass"),
    ("'t.a in [t.b..t.a]'", {"a": 2, "b": 2}, "pass"),
    ('\'t.day + @"P1D" = @"2026-01-02"\'', {"day": "2026-01-01"}, "pass"),
    ('\'t.day - @"2025-12-31" = @"P1D"\'', {"day": "2026-01-01"}, "pass"),
    ("'t.day.year = 2026 and t.day.month = 1'", {"day": "2026-01-01"}, "pass"),
    ("'-t.a = -2 and t.a ** 2 = 4'", {"a": 2}, "pass"),
    ("'abs(n: -t.a) = 2'", {"a": 2}, "pass"),
    ("'t.usd * 2 > t.usd and t.usd / t.usd = t.a'", {"usd": 2, "a": 1}, "pass"),
    ("'is(t.a, t.b)'", {"a": 1, "b": 1}, "pass"),
    ("'all([t.p, t.q])'", {"p": False}, "fail"),
    ("'any([t.p, t.q])'", {"p": True}, "pass"),
    ("'t.a in (null..5]'", {"a": 5}, "pass"),
    (
        "'count(t.rows[count(t.nums[item > k]) = 1]) = 1'",
        {"nums": [1, 3], "rows": [{"k": 2}]},
        "pass",
    ),
    ("'t.rows[k = 1][k = 1].k = [1]'", {"rows": [{"k": 1}, {"k": 2}]}, "pass"),
    ('\'-@"P1D" < @"P1D" and -(-t.a) = 1\'', {"a": 1}, "pass"),
    ("'t.usd / t.usd = t.a and t.usd * t.usd = t.a'", {"usd": 1, "a": 1}, "pass"),
    ("'t.a in [5..null)'", {"a": 4}, "fail"),
    ("'t.a in [[0..1], > 3]'", {"a": 4}, "pass"),
    ("'includes((null..t.a], 4)'", {"a": 4}, "pass"),
    ("'includes([t.a..null), 4)'", {"a": 5}, "fail"),
    ("'sort([2, t.a], function(x, y) x < y) = [1, 2]'", {"a": 1}, "pass"),
    ("'append(t.nums, 3) = [1, 3]'", {"nums": [1]}, "pass"),
    ("'insert before(t.nums, 1, 3) = [3, 1]'", {"nums": [1]}, "pass"),
    ("'reverse(t.nums)[1] > 1'", {"nums": [1, 2]}, "pass"),
    ('\'matches(t.s, "A", "i")\'', {"s": "a"}, "pass"),
    ("'max(t.day, date(\"2020-01-01\")) = t.day'", {"day": "2026-01-01"}, "pass"),
]


@pytest.mark.parametrize("condition, terms, expected", FINE, ids=[f[0] for f in FINE])
def test_conditions(
    outcome: Callable[..., str], condition: str, terms: dict[str, Any], expected: str
) -> None:
    assert outcome(condition, terms) == expected
    negated = {"pass": "fail", "fail": "pass"}[expected]
    if condition != "{t.a: 1, t.b: 2}":  # ambiguous there
        assert outcome(f"{{all: [{condition}]}}", terms, key="forbid") == negated


def test_parameters_written_as_texts_become_dates(build: Build) -> None:
    policy = build(
        "parameters: {start: 2026-01-01, days: [2026-01-01, 2026-02-01]}\n"
        "rules:\n"
        "  - {id: R, title: t, require: {t.day: {before: {parameter: start}}}}\n"
        "  - {id: S, title: t, require: {t.day: {one_of: {parameter: days}}}}\n"
    )
    found = policy.evaluate({"t": {"day": "2025-12-31"}}).outcomes
    assert {name: o.value for name, o in found.items()} == {"R": "pass", "S": "fail"}
    found = policy.evaluate({"t": {"day": "2026-02-01"}}).outcomes
    assert {name: o.value for name, o in found.items()} == {"R": "fail", "S": "pass"}


@pytest.mark.parametrize(
    "text, code",
    [
        ("parameters: {x: low, y: lo}\n" + rule("{t.e: {parameter: y}}"), "not-in-enum"),
        ("parameters: {x: [low, hi]}\n" + rule("{t.e: {one_of: {parameter: x}}}"), "not-in-enum"),
        ("parameters: {x: soon}\n" + rule("{t.day: {before: {parameter: x}}}"), "bad-date"),
        ("parameters: {x: 5}\n" + rule("{t.e: {one_of: {parameter: x}}}"), "type-mismatch"),
        ("parameters: {x: '5'}\n" + rule("{t.a: {at_least: {parameter: x}}}"), "type-mismatch"),
        ("parameters: {x: null}\n" + rule("{t.a: 1}"), "bad-value"),
        (
            "parameters: {x: [1, null]}\n" + rule("{t.nums: {contains_any: {parameter: x}}}"),
            "bad-value",
        ),
        (
            "parameters: {x: [{from: 2025-01-01, value: 1}, {from: 2024-01-01, value: 2}]}\n"
            + rule("{t.a: {parameter: x}}"),
            "bad-order",
        ),
        (
            "parameters: {x: [{from: 2025-01-01, value: 1}, {from: 2026-01-01, value: y}]}\n"
            + rule("{t.a: {parameter: x}}"),
            "type-mismatch",
        ),
        ("parameters: {x: [{from: 2025-01-01}]}\n" + rule("{t.a: 1}"), "missing-key"),
        ("parameters: {x: [{from: soon, value: 1}]}\n" + rule("{t.a: 1}"), "bad-date"),
    ],
)
def test_parameters_fit_what_they_are_compared_with(refused: Refused, text: str, code: str) -> None:
    assert code in [found for found, _, _ in refused(text)]


def test_warnings_do_not_stop_a_policy(build: Build) -> None:
    policy = build(
        "parameters: {unused: 1}\ndefine: {lonely: t.a}\n" + rule("{t.s: {equals: '> 5'}}")
    )
    assert [warning.code for warning in policy.warnings] == [
        "unused-parameter",
        "unused-definition",
        "looks-like-expression",
    ]


def test_a_range_may_have_a_name(build: Build) -> None:
    policy = build("define: {r: '[1..t.b]'}\n" + rule("'t.a in r'"))
    for a, expected in ((2, "pass"), (3, "fail")):
        assert policy.evaluate({"t": {"a": a, "b": 2}}).outcomes["R"].value == expected
    assert policy.evaluate({"t": {"a": 2}}).outcomes["R"].value == "unknown"


@pytest.mark.parametrize("condition", ["1 + null > t.a", "null > t.a", "string length(null) > t.a"])
def test_a_null_that_is_written_is_never_known(build: Build, condition: str) -> None:
    try:
        policy = build(rule(f"'{condition}'"))
    except PolicyError as error:
        [found] = error.diagnostics
        assert found.code in ("constant-error", "type-mismatch")
    else:
        for final, expected in ((False, "unknown"), (True, "fail")):
            decision = policy.evaluate({"t": {"a": 1}}, final=final)
            assert decision.outcomes["R"].value == expected


@pytest.mark.parametrize(
    "text",
    [
        "define: {x: t.a}\n",
        "tables: [{id: g, hit_policy: U, inputs: [t.a], rules: [['-', 1]]}]\n",
        "tables: [{id: g, hit_policy: U, inputs: [t.a], rules: [['-', 2]]}]\n",
        "tables: [{id: g, hit_policy: F, inputs: [t.a], rules: [['-', 1]]}]\n",
        "tables: [{id: g, hit_policy: U, inputs: [t.b], rules: [['-', 1]]}]\n",
        "scorecards: [{id: c, items: [{id: I, title: i, when: {t.a: 1}, points: 1}]}]\n",
        "scorecards: [{id: c, items: [{id: I, title: i, when: {t.a: 1}, points: 2}]}]\n",
        "scorecards: [{id: c, items: [{id: I, title: i, when: {t.a: 2}, points: 1}]}]\n",
        "interests: [{element: E, ours: o, theirs: t, served: {t.p: true}}]\n",
        "interests: [{element: E, ours: o, theirs: t, served: {t.p: false}}]\n",
        "parameters: {x: 1}\n",
        "parameters: {x: 2}\n",
        "parameters: {x: [{from: 2025-01-01, value: 1}]}\n",
    ],
)
def test_all_that_is_said_enters_the_digest(build: Build, text: str) -> None:
    made = build(text + rule("{t.a: 1}"))
    assert build("# comment\n\n" + text + rule("{t.a: 1}")).digest == made.digest
    others = {build(other + rule("{t.a: 1}")).digest for other in ("", "title: x\n")}
    assert made.digest not in others
    assert made.digest not in _SEEN
    _SEEN.add(made.digest)


_SEEN: set[str] = set()


def test_a_placeholder_points_at_its_path(refused: Refused) -> None:
    text = rule("{t.a: 1}", more="because: 'ab {t.zork} {x y}'")
    assert refused(text) == [("unknown-term", 5, 19), ("bad-placeholder", 5, 27)]


def test_stated_asks_about_a_term(refused: Refused) -> None:
    assert refused("define: {x: t.a}\n" + rule("{x: {stated: true}}")) == [("operator-type", 5, 19)]


def test_a_pattern_may_be_a_parameter(build: Build) -> None:
    policy = build("parameters: {p: '^a'}\n" + rule("{t.s: {matches: {parameter: p}}}"))
    assert policy.evaluate({"t": {"s": "ab"}}).outcomes["R"].value == "pass"


def test_an_id_is_used_once(refused: Refused) -> None:
    twice = rule("{t.a: 1}") + "  - {id: R, title: t, require: {t.a: 1}}\n"
    assert refused(twice) == [("duplicate-id", 6, 10)]


def test_equal_cores_have_equal_digests_and_the_same_answers(build: Build) -> None:
    first: Policy = build(rule("{t.a: {at_least: 1}}"))
    again: Policy = build("# a comment\n" + rule("{ t.a: {at_least:   1} }"))
    other: Policy = build(rule("{t.a: {at_least: 2}}"))
    assert first.digest == again.digest != other.digest
    assert first.core == again.core
    assert first.core != other.core


@pytest.mark.parametrize(
    "operator, held, expected",
    [
        ("contains_any", ["x"], "pass"),
        ("contains_any", ["z"], "fail"),
        ("contains_any", [], "fail"),
        ("contains_all", ["x"], "fail"),
        ("contains_all", ["x", "y", "z"], "pass"),
        ("contains_none", ["z"], "pass"),
        ("contains_none", ["z", "y"], "fail"),
        ("contains_only", ["x", "y"], "pass"),
        ("contains_only", ["x", "z"], "fail"),
    ],
)
def test_the_operands_may_be_a_parameter_or_a_term(
    build: Build, operator: str, held: list[str], expected: str
) -> None:
    condition = f"{{t.set: {{{operator}: {{parameter: some}}}}}}"
    named = build("parameters: {some: [x, y]}\n" + rule(condition))
    assert named.evaluate({"t": {"set": held}}).outcomes["R"].value == expected
    stated = build(rule(f"{{t.set: {{{operator}: {{term: t.seq}}}}}}"))
    deal = {"t": {"set": held, "seq": ["x", "y"]}}
    assert stated.evaluate(deal).outcomes["R"].value == expected
    assert stated.evaluate({"t": {"set": held or ["x"]}}).outcomes["R"].value == "unknown"


def test_a_leaf_shows_what_it_tests(build: Build) -> None:
    for condition, text, actual in [
        ("{t.a: {between: [1, 2]}}", "t.a between [1, 2]", 5),
        ("'t.a between 1 and 2'", "t.a between 1 and 2", 5),
        ("'2 > t.a'", "2 > t.a", 5),
        ("{t.a: {one_of: [1, {term: t.b}]}}", "t.a one_of [1, 7]", 5),
        ("'t.a > t.b'", "t.a > t.b", 5),
        ("'t.p'", "t.p", False),
        ("'t.a in (1, t.b)'", "t.a in (1, t.b)", 5),
    ]:
        deal = {"t": {"a": 5, "b": 7, "p": False}}
        [reason] = build(rule(condition)).evaluate(deal).reasons
        assert reason.conditions is not None
        [leaf] = reason.conditions.leaves()
        assert (leaf.text, leaf.actual, leaf.value) == (text, actual, False)
        assert leaf.location is not None
        assert (leaf.location.line, reason.outcome) == (HEAD.count("\n") + 4, "fail")


def test_a_part_of_feel_that_no_rule_may_use_is_refused_by_name(
    refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    from policyengine.feel import ast
    from policyengine.lowering import expressions

    monkeypatch.delitem(expressions._HANDLERS, ast.Negate)
    assert refused(rule("'-t.a = 1'")) == [("feel-unsupported", 4, 15)]
