"""Coverage: what is asked for, what counts, why something is missing, and deals for it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from policyengine.testing import Suite, load, run_suite
from policyengine.testing.coverage import Coverage, measure, search
from policyengine.testing.coverage.reasons import headline, why
from policyengine.testing.coverage.writing import test_file as written

Make = Callable[[str, str], Suite]
BASE = "base: {years: 10, rent: 500, use: office, share: 0.5, rooms: [hall], start: 2026-01-01}\n"


def rule(body: str, number: int = 1) -> str:
    return f"rules:\n  - id: L-{number}\n    title: a rule\n{body}"


def cases(*terms: str) -> str:
    rows = "".join(
        f"  - name: case {n}\n    terms: {one}\n    as_of: 2026-06-01\n    expect: {{errors: []}}\n"
        for n, one in enumerate(terms)
    )
    return f"{BASE}cases:\n{rows}"


def asked(coverage: Coverage) -> dict[str, tuple[str, ...]]:
    return {f"{p.kind} {p.text}": p.asked for p in coverage.points if p.asked}


def left_out(coverage: Coverage) -> set[str]:
    return {f"{p.kind} {answer}: {why}" for p in coverage.points for answer, why in p.left_out}


def gaps(coverage: Coverage) -> list[str]:
    return [f"{gap.point.kind} {gap.point.text} {headline(gap)}" for gap in coverage.gaps()]


@pytest.mark.parametrize(
    ("body", "outcomes"),
    [
        # a default, so never unknown; no `applies`, so it always applies
        ("    require: {rent: {more_than: 0}}\n", ("pass", "fail")),
        ("    require: {years: 3}\n", ("pass", "fail", "unknown")),
        ("    require: {rent: {stated: true}}\n", ("pass", "fail", "unknown")),
        ("    applies: {rent: 3}\n    require: {rent: {more_than: 0}}\n",
         ("pass", "fail", "not_applicable")),
        ("    effective: {until: 2030-01-01}\n    require: {rent: {more_than: 0}}\n",
         ("pass", "fail", "not_applicable")),
        # all it reads may be listed as not applicable; then it does not apply
        ("    require: {law: ours}\n", ("pass", "fail", "unknown", "not_applicable")),
        # beside another term the listed one is unknown
        ("    require: {any: [{law: ours}, {rent: 3}]}\n", ("pass", "fail", "unknown")),
    ],
)  # fmt: skip
def test_outcomes_asked_for(body: str, outcomes: tuple[str, ...], make: Make) -> None:
    coverage = measure(make(rule(body), cases("{}")))
    assert asked(coverage)["outcome a rule"] == outcomes
    for answer in {"pass", "fail", "unknown", "not_applicable"} - set(outcomes):
        assert any(text.startswith(f"outcome {answer}: ") for text in left_out(coverage))


@pytest.mark.parametrize(
    ("condition", "sides"),
    [
        ("{rent: {more_than: 3}}", ("at", "above")),
        ("{rent: {at_most: 3}}", ("at", "above")),
        ("{rent: {at_least: 3}}", ("at", "below")),
        ("{rent: {less_than: 3}}", ("at", "below")),
        ("{years: {more_than: {parameter: most_years}}}", ("at", "above")),
        ("rent > 3 + 4", ("at", "above")),
        ("3 < rent", ("at", "above")),
        ("{start: {before: 2026-01-01}}", ("at", "below")),
        ("start > as_of", ()),  # both sides depend on the question
        ("{rooms: {count: {at_least: 2}}}", ("at", "below")),
        # what the schema rules out is not asked for
        ("{rent: {more_than: 0}}", ("at", "above")),
        ("{rent: {at_least: 0}}", ("at",)),
        ("{years: {more_than: 200}}", ("at",)),
        ("{rooms: {contains_only: [hall]}}", ("at", "above")),
        ("{years: {more_than: 1e40}}", ()),  # no remainder has so many digits
        # a whole number is never at a half; then both sides are
        ("{years: {more_than: 2.5}}", ("below", "above")),
        ("{use: office}", ()),
        ("{rent: 3}", ()),
    ],
)
def test_limits(condition: str, sides: tuple[str, ...], make: Make) -> None:
    coverage = measure(make(rule(f"    require: {condition}\n"), cases("{}")))
    found = [answer for p in coverage.points if p.kind == "boundary" for answer in p.asked]
    assert tuple(found) == sides


@pytest.mark.parametrize(
    ("condition", "terms", "hit"),
    [
        ("{rent: {more_than: 3}}", "{rent: 3}", {"at"}),
        ("{rent: {more_than: 3}}", "{rent: 3.01}", {"above"}),
        ("{rent: {more_than: 3}}", "{rent: 4}", {"above"}),
        ("{rent: {more_than: 3}}", "{rent: 4.01}", set()),
        # the range is 1 wide, so a step is a hundredth of it
        ("{share: {more_than: 0.5}}", "{share: 0.51}", {"above"}),
        ("{share: {more_than: 0.5}}", "{share: 0.52}", set()),
        ("{start: {before: 2026-01-01}}", "{start: 2025-12-31}", {"below"}),
        ("{start: {before: 2026-01-01}}", "{start: 2025-12-30}", set()),
        ("{rooms: {count: {at_least: 2}}}", "{rooms: [hall]}", {"below"}),
        ("{rooms: {count: {at_least: 2}}}", "{rooms: [hall, yard]}", {"at"}),
        ("3 < rent", "{rent: 4}", {"above"}),
    ],
)
def test_next_to_a_limit(condition: str, terms: str, hit: set[str], make: Make) -> None:
    coverage = measure(make(rule(f"    require: {condition}\n"), cases(terms)))
    numbers = {n for n, p in enumerate(coverage.points) if p.kind == "boundary"}
    seen = {answer for number, answer in coverage.seen if number in numbers}
    asked_ = {answer for n in numbers for answer in coverage.points[n].asked}
    assert seen & asked_ == hit


def test_a_condition_counts_only_where_its_rule_applies(make: Make) -> None:
    body = "    applies: {use: shop}\n    require: {rent: {more_than: 0}}\n"
    apart = measure(make(rule(body), cases("{rent: 0}", "{rent: 1}")))
    assert "leaf rent more_than 0 is never true" in gaps(apart)
    whole = measure(make(rule(body), cases("{use: shop, rent: 0}", "{use: shop, rent: 1}")))
    assert gaps(whole) == [
        "outcome a rule never comes out as `unknown`",
        "outcome a rule never comes out as `not_applicable`",
        "leaf use equals shop is never false",
        "leaf use equals shop is never unknown",
    ]


def test_elements_of_lists_are_watched_too(make: Make) -> None:
    body = "    require: {rooms: {every: {item: {one_of: [hall, yard]}}}}\n"
    suite = make(rule(body), cases("{rooms: [hall]}", "{rooms: [roof]}", "{rooms: null}"))
    assert measure(suite).percent() == 100


def test_rows(make: Make) -> None:
    table = """\
tables:
  - id: kind
    hit_policy: F
    inputs: [years, use]
    output: {type: string}
    rules:
      - [{less_than: 5}, "-", short]
      - ["-", shop, retail]
      - [{less_than: 3}, "-", never]
    default: other
"""
    body = "    require: {kind: other}\n"
    suite = make(rule(body) + table, cases("{years: 2}", "{use: shop}", "{}"))
    coverage = measure(suite)
    texts = [text for text in gaps(coverage) if text.startswith("row")]
    assert texts == ['row [{less_than: 3}, "-", never] is never hit']
    (gap,) = [gap for gap in coverage.gaps() if gap.point.kind == "row"]
    assert why(coverage, gap) == "no case matches it, or an earlier row always does"
    assert (gap.number, gap.answer) not in search(suite, coverage)


def test_the_whole_is_a_fraction_never_rounded(make: Make) -> None:
    coverage = measure(make(rule("    require: {rent: {more_than: 3}}\n"), cases("{rent: 3}")))
    # fail and false and at; not pass, true, above
    assert coverage.percent() == Fraction(50)
    assert [coverage.percent(kind) for kind in coverage.kinds()] == [50, 50, 50]
    assert coverage.percent("row") == 100


def test_why(make: Make) -> None:
    body = "    require: {all: [{rent: {more_than: 3}}, {years: {at_least: 12}}]}\n"
    coverage = measure(make(rule(body), cases("{rent: 9}", "{rent: 90, years: null}")))
    said = {f"{gap.point.text} {headline(gap)}": why(coverage, gap) for gap in coverage.gaps()}
    assert said["rent more_than 3 is never false"] == "it is `true` in 2 cases"
    assert said["rent more_than 3 has no case next above the limit"] == (
        "the nearest value is 9, 6 from the limit; next to it is within 1"
    )
    assert said["years at_least 12 has no case exactly at the limit"] == (
        "the nearest value is 10, 2 from the limit"
    )
    assert said["a rule never comes out as `pass`"] == "it is `fail` in 1 case, `unknown` in 1 case"


def test_what_was_left_out_counts_where_it_comes_out_all_the_same(make: Make) -> None:
    text = cases("{rent: null}").replace("    as_of", "    assume: false\n    as_of")
    coverage = measure(make(rule("    require: {rent: {more_than: 3}}\n"), text))
    # pass and fail are asked for; unknown came out without the default
    assert (coverage.covered("outcome"), coverage.asked("outcome")) == (1, 3)


def test_constants_are_not_asked_for(make: Make) -> None:
    body = "    require: {any: [{rent: 3}, 'parameters.most_years > 3']}\n"
    coverage = measure(make(rule(body), cases("{}")))
    assert any("it reads no term" in text for text in left_out(coverage))


def test_deals_are_found_written_and_pass(make: Make) -> None:
    rules = """\
rules:
  - id: L-1
    title: a rule
    forbid: {all: [{rooms: {contains: yard}}, {law: theirs}]}
    unless: {use: shop}
  - id: L-2
    title: another
    applies: {years: {at_least: 20}}
    require: rent - 100 * years >= 1000
"""
    suite = make(rules, cases("{}"))
    coverage = measure(suite)
    found = search(suite, coverage)
    left = [gap for gap in coverage.gaps() if (gap.number, gap.answer) not in found]
    assert [f"{gap.point.text} {gap.answer}" for gap in left] == []
    closed = [(gap, found[gap.number, gap.answer]) for gap in coverage.gaps()]
    Path("lease/more_test.yaml").write_text(written(suite.policy, closed), "utf-8")
    whole = load(suite.policy, [*suite.files, Path("lease/more_test.yaml")])
    assert run_suite(whole).passed
    assert measure(whole).percent() == 100


def test_a_relation_of_two_terms_meets_its_limit(make: Make) -> None:
    rules = rule("    require: 'rent - years >= 20'\n")
    suite = make(rules, cases("{}"))
    coverage = measure(suite)
    sides = {
        answer for number, answer in search(suite, coverage)
        if coverage.points[number].kind == "boundary"
    }  # fmt: skip
    assert sides == {"at", "below"}


def test_scorecards_and_definitions(make: Make) -> None:
    rules = (
        rule("    require: {owed: {at_most: 100}}\n")
        + """\
define: {owed: rent * 2}
scorecards:
  - id: s
    items:
      - {id: S-1, title: t, when: {use: shop}, points: 3}
      - {id: S-2, title: t, when: {owed: {more_than: 10}}, points: -2}
"""
    )
    text = cases("{rent: 50}").replace("    as_of", "    final: true\n    as_of")
    suite = make(rules, text)
    coverage = measure(suite)
    found = search(suite, coverage)
    assert {gap.point.owner for gap in coverage.gaps()} == {"L-1", "S-1", "S-2"}
    assert [g.answer for g in coverage.gaps() if (g.number, g.answer) not in found] == []
    closed = [(gap, found[gap.number, gap.answer]) for gap in coverage.gaps()]
    made = written(suite.policy, closed)
    assert made.count("final: true") == made.count("as_of: 2026-06-01") == made.count("- name:")
    assert "scores: {s: " in made
    Path("lease/more_test.yaml").write_text(made, "utf-8")
    assert run_suite(load(suite.policy, [Path("lease/more_test.yaml")])).passed


def test_nothing_found_is_no_case(make: Make) -> None:
    suite = make(rule("    require: {rent: {more_than: 3}}\n"), cases("{}"))
    assert written(suite.policy, []).endswith("cases: []\n")


def test_a_term_listed_as_not_applicable_is_written_so(make: Make) -> None:
    suite = make(
        rule("    require: {law: ours}\n"), cases("{law: ours}", "{law: theirs}", "{law: null}")
    )
    coverage = measure(suite)
    (gap,) = coverage.gaps()
    made = written(suite.policy, [(gap, search(suite, coverage)[gap.number, gap.answer])])
    assert "not_applicable: [law]" in made
