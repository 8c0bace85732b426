"""Conditions over terms of few values, and every deal of these: each outcome is forced."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from tests.symbolic.conftest import problem

from fuzz.loading import load
from fuzz.vocabulary import group
from policyengine.analysis.audit.inquiry import Encoded
from policyengine.analysis.pins import pins
from policyengine.intake import check
from policyengine.symbolic import bools
from policyengine.symbolic.solver import Status

NULL = None
NUMBER = {"type": ["number", "null"]}
BOUNDED = {"type": ["number", "null"], "minimum": -3, "exclusiveMaximum": 4}
DATE = {"type": ["string", "null"], "format": "date"}
DAYS = {"type": ["string", "null"], "format": "duration"}
MONTHS = {"type": ["string", "null"], "format": "x-years-months"}
KIND = {"enum": ["a", "b", None]}
TEXT = {"type": ["string", "null"]}
FLAG = {"type": ["boolean", "null"]}
NUMBERS = {"type": ["array", "null"], "items": NUMBER}
KINDS = {"type": ["array", "null"], "items": {"enum": ["a", "b"]}}
SET = {**KINDS, "uniqueItems": True}
TEXTS = {"type": ["array", "null"], "items": {"type": "string"}}
PART = {"type": "object", "additionalProperties": False, "required": ["m"],
        "properties": {"n": NUMBER, "m": NUMBER, "k": KIND}}  # fmt: skip
PARTS = {"type": ["array", "null"], "items": PART}

CARD = [{"id": "s", "items": [
    {"id": "S-1", "title": "x", "when": {"b": True}, "points": 2},
    {"id": "S-2", "title": "x", "when": {"x": {"at_least": 3}}, "points": 0.5},
]}]  # fmt: skip

#: what each term is and may be, conditions, and those of them that leave something open
CASES: dict[str, tuple[dict[str, tuple[Any, list[Any]]], list[Any], set[str]]] = {
    "numbers": (
        {"x": (NUMBER, [NULL, -2, 0, 1.5, 3]), "y": (BOUNDED, [NULL, -3, 0, 3.99])},
        ["x + y > 1", "x - y >= 1.5", "2 * x <= y", "x * -2 > y", "x / 4 = 0.375", "x / -0.5 < y",
         "-x = 2", "x * 0 = y", "abs(x) >= 2", "x between y and 3", "x in (> 1, 0)", "x in [0..3)",
         "x = null", "x != null", "x / 0 = y", "min(x, y) < 0", "log(x) > 1",
         "(if x > 0 then x else y) > 1",
         "x = y or x > 1", "x / 0 > 1 or y > 1", "not(x > 1 and y / 0 > 1)", "x != y",
         {"x": {"one_of": [0, 3]}}, {"x": {"none_of": [0, 3]}}, {"y": {"at_most": {"term": "x"}}}],
        {"min(x, y) < 0", "log(x) > 1"},
    ),
    "scores": (
        {"b": (FLAG, [NULL, True, False]), "x": (NUMBER, [NULL, 2, 3, 4])},
        ["score.s >= 2.5", "score.s < 0.5", "score.s = null", "score.s = 2 or b"],
        set(),
    ),
    "dates": (
        {"d": (DATE, [NULL, "2024-02-28", "2024-02-29", "2024-03-01"]),
         "e": (DATE, ["2024-02-29", "2024-03-01"])},
        ['d + @"P1D" = e', 'd - @"P1D" < e', 'd + @"P2D" > e', 'e - d = @"P1D"',
         'e - d > @"PT12H"', "d < e", "d >= e", 'd in (@"2024-02-29")',
         {"d": {"before": "2024-03-01"}}, {"d": {"between": ["2024-02-29", {"term": "e"}]}}],
        set(),
    ),
    "durations": (
        {"s": (DAYS, [NULL, "P1D", "PT36H", "-P1D"]), "t": (DAYS, ["P2D", "PT36H"]),
         "m": (MONTHS, [NULL, "P1M", "P1Y", "-P1M"])},
        ["s + t > t", 's - t = @"PT0S"', "s < t", "-s < t", "2 * s >= t", 'm + @"P1M" = @"P2M"',
         'm > @"P11M"', "abs(s) < t", 'abs(m) = @"P1M"', {"m": {"at_least": "P1M"}}],
        set(),
    ),
    "dates at the ends of time": (
        {"d": (DATE, [NULL, "-999999999-01-01", "-0001-12-31", "2024-01-01", "20000-01-01",
                       "999999999-12-31"]),
         "e": (DATE, ["2024-01-01", "2024-01-02", "9999-12-31", "999999999-12-31"])},
        ['d + @"P1D" > d', 'd - @"P1D" < e', 'd - @"P1D" != d + @"P1D"', "d <= e",
         'd - e < @"P1D"', 'd + @"P730000000000D" = e', 'd < @"9999-12-31"',
         {"d": {"after": "0000-01-01"}}],
        set(),
    ),
    "durations of all time": (
        {"s": (DAYS, [NULL, "P732000000000D", "-P732000000000D", "P366000000000D"]),
         "t": (DAYS, ["PT0.000000001S", "-P1D"]),
         "m": (MONTHS, [NULL, "P2000000000Y", "-P1999999999Y", "P666666666Y"])},
        ["s + t > s", "s - t >= s", "2 * s > s", "s * -1 < s", "-2 * s != t", "-s < t", "s * 0 = s",
         'm + @"P1M" > m', 'm - @"P1Y" < m', "m * 3 > m", "-m = m", "abs(m) = m", "m + m = null",
         "m * 10000000000000000 = m"],
        set(),
    ),
    "texts": (
        {"k": (KIND, [NULL, "a", "b"]), "u": (TEXT, [NULL, "a", "ab", "c"]),
         "f": (FLAG, [NULL, True, False])},
        ["k = u", "k != u", 'u = "a" or f', 'k in ("a", "b")', 'k = "a" and not(f)', "f = (k = u)",
         'string length(k) = 1', 'upper case(k) = "A"', 'k < "b"', '(if f then k else "b") = "a"',
         {"u": {"one_of": ["a", "c"]}}, {"k": {"is_not": "a"}}, {"f": {"is_not": True}},
         '(if f then "ab" else k) = u', 'k + "b" = u', "f instance of boolean", "f != null"],
        set(),
    ),
    "lists of numbers": (
        {"l": (NUMBERS, [NULL, [], [1], [2, 1], [NULL, 1], [NULL]]), "x": (NUMBER, [NULL, 1, 2])},
        ["list contains(l, x)", "count(l) > 1", "sum(l) > 2", "min(l) < 2", "max(l) > 1",
         "every i in l satisfies i > 1", "some i in l satisfies i = x", "count(l[item > 1]) = 1",
         "l[1] = 1", "l[2] = x", "x in l", "l = [2, 1]", "l != [1]",
         "sum(for i in l return i + 1) > 3", "some i in l, j in l satisfies i > j",
         "all(for i in l return i > 1)", "any(for i in l return i > 1)",
         "count(for i in l return x) > 0", "l[2] = null",
         "every i in 1..3 satisfies x > i", "every i in 3..1 satisfies x >= i",
         {"l": {"contains": 1}}, {"l": {"contains_any": [1, 3]}}, {"l": {"contains_all": [1, 2]}},
         {"l": {"contains_none": [2]}}, {"l": {"contains_only": [1, 2]}},
         {"l": {"count": {"at_least": 1}}}, {"l": {"none": {"more_than": 1}}}],
        set(),
    ),
    "lists of texts": (
        {"l": (KINDS, [NULL, [], ["a"], ["a", "a"], ["b", "a"], ["a", "b", "a"]]),
         "s": (SET, [NULL, [], ["a"], ["b", "a"]]),
         "v": (TEXTS, [[], ["a"], ["another"], ["another"] * 2])},
        ["count(l) > 1", 'list contains(l, "b")', 'every i in l satisfies i = "a"',
         'some i in v satisfies i = "a"', "count(v) = 2", {"s": {"equals": ["a", "b"]}},
         {"s": {"is_not": ["b"]}}, {"v": {"contains_only": ["a"]}}, {"l": {"equals": ["a"]}},
         {"s": {"contains_all": ["a", "b"]}}, {"l": {"contains_any": ["b"]}}, "l = []",
         'count(s[item = "a"]) = 1', "count(for i in s return i) = 2",
         {"v": {"count": {"at_most": 1}}}],
        set(),
    ),
    "lists of objects": (
        {"p": (PARTS, [NULL, [], [{"m": 1}], [{"m": 2, "n": 1}, {"m": 1, "k": "a"}],
                       [{"m": NULL, "n": 3}], [{"m": 1, "n": 1, "k": "b"}] * 3])},
        ["every i in p satisfies i.n > 2", "some i in p satisfies i.m > 1", "count(p.m) > 1",
         "sum(p.m) > 2", "p[1].m = 1", "p[2].n = null", 'count(p[k = "a"]) = 1',
         "count(p[n > 0]) > 2",
         {"p": {"every": {"m": {"at_least": 1}}}}, {"p": {"some": {"n": {"stated": True}}}},
         {"p": {"none": {"all": [{"m": {"more_than": 1}}, {"k": "a"}]}}}, "{v: p[1].m}.v = 1",
         "p[1] = {m: 1}", "some i in p, j in p satisfies i.m > j.m"],
        {"p[1] = {m: 1}"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("final", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_every_deal_forces_what_the_reference_says(name: str, final: bool) -> None:
    terms, conditions, open_ = CASES[name]
    rules = [{"id": f"R-{n}", "title": "a rule", "require": c} for n, c in enumerate(conditions)]
    refused = [rule["require"] for rule in rules if of(terms, [rule]) is None]
    assert not refused
    made = of(terms, rules)
    assert made is not None
    for exact in (False, True):
        asked = problem(made, exact=exact, final=final)
        encoded = Encoded(asked)
        left = {r.id for r in made.rules if encoded.limits([r.id], ())}
        assert {str(rules[int(rule[2:])]["require"]) for rule in left} == open_
        pinned_ = 0
        for values in product(*(values for _, values in terms.values())):
            deal = {k: v for k, v in zip(terms, values, strict=True) if v is not NULL}
            replay = asked.judge.decide(deal)
            pinned = pins(asked, check(deal, made.schema))
            if asked.ask(*pinned) is not Status.SATISFIED:
                assert not exact, deal  # in steps not every value has a form
                continue
            pinned_ += 1
            said = {rule: asked.outcome(rule, each) for rule, each in replay.outcomes.items()}
            assert asked.ask(*pinned, *said.values()) is Status.SATISFIED, (deal, replay.outcomes)
            forced = [each for rule, each in said.items() if rule not in left]
            found = asked.ask(*pinned, bools.no(bools.every(forced)))
            assert found is Status.IMPOSSIBLE, (deal, others(asked, made, replay))
        assert pinned_ > 5


def others(asked: Any, made: Any, replay: Any) -> list[str]:
    """The rules that the last instance decides otherwise than the reference does."""
    holds, outcomes = asked.solver.holds, replay.outcomes
    return [r.id for r in made.rules if not holds(asked.outcome(r.id, outcomes[r.id]))]


def of(terms: Any, rules: list[Any]) -> Any:
    shapes = group({path: shape for path, (shape, _) in terms.items()})
    data = {"policy": "p", "version": "1", "terms": shapes, "rules": rules}
    return load({**data, "scorecards": CARD} if "b" in terms else data)
