"""Mutants: which there are, which are told, and the list of those that need not be."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from policyengine import Policy, PolicyError
from policyengine.testing import Suite, load
from policyengine.testing.mutation import mutate
from policyengine.testing.mutation.judge import INVALID, Judge
from policyengine.testing.mutation.mutants import mutants
from policyengine.testing.mutation.run import difference

Make = Callable[[str, str], Suite]
CASES = "cases:\n  - name: nothing\n    as_of: 2026-06-01\n    expect: {errors: []}\n"


def ids(suite: Suite) -> list[str]:
    judge = Judge(suite)
    read = (one for one in mutants(suite.policy) if judge.is_read(one))
    return [one.id for one in read if judge.judge(one) != INVALID]


def rule(body: str) -> str:
    return f"rules:\n  - id: L-1\n    title: a rule\n    level: mandatory\n{body}"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("    require: {rent: {more_than: 3}}\n", [
            "require.rent: more_than → at_least",
            "require.rent.more_than: 3 → 2",
            "require.rent.more_than: 3 → 4",
        ]),
        ("    forbid: {share: {between: [0.2, 0.4]}}\n", [
            "forbid.share.between[1]: 0.2 → 0.19",
            "forbid.share.between[1]: 0.2 → 0.21",
            "forbid.share.between[2]: 0.4 → 0.39",
            "forbid.share.between[2]: 0.4 → 0.41",
        ]),
        ("    require: {use: office}\n", ["require.use: office → storage"]),
        # a list of all but one says no less than the list of all
        ("    require: {use: [office, shop]}\n", [
            "require.use[1]: office dropped",
            "require.use[2]: shop dropped",
        ]),
        ("    require: {rooms: {contains_any: [hall]}}\n", [
            "require.rooms: contains_any → contains_all",
            "require.rooms.contains_any[1]: hall → yard",
            "require.rooms.contains_any: yard added",
            "require.rooms.contains_any: roof added",
        ]),
        ("    require: {rent: {stated: true}}\n", ["require.rent.stated: true → false"]),
        ("    require: {any: [{rent: 3}, {not: {use: shop}}]}\n", [
            "require: any → all",
            "require.any[1]: dropped",
            "require.any[1].rent: 3 → 2",
            "require.any[1].rent: 3 → 4",
            "require.any[1]: negated",
            "require.any[2]: dropped",
            "require.any[2]: not dropped",
            "require.any[2].not.use: shop → office",
        ]),
        ("    require: {some_of: {at_least: 1, of: [{rent: 3}, {use: shop}]}}\n", [
            "require.some_of.at_least: 1 → 2",
            "require.some_of.of[1]: dropped",
            "require.some_of.of[1].rent: 3 → 2",
            "require.some_of.of[1].rent: 3 → 4",
            "require.some_of.of[1]: negated",
            "require.some_of.of[2]: dropped",
            "require.some_of.of[2].use: shop → office",
            "require.some_of.of[2]: negated",
        ]),
        ("    require: rent > 3 and years + 1 > rent\n", [
            "require: > (1) → >=",
            "require: 3 → 4",
            "require: 3 → 2",
            "require: and → or",
            "require: + → -",
            "require: 1 → 2",
            "require: 1 → 0",
            "require: > (2) → >=",
        ]),
        ("    require: {rooms: {count: {at_least: 2}}}\n", [
            "require.rooms.count: at_least → more_than",
            "require.rooms.count.at_least: 2 → 1",
            "require.rooms.count.at_least: 2 → 3",
        ]),
        ("    require: {rooms: {every: {equals: hall}}}\n", [
            "require.rooms: every → some",
        ]),
        ("    require: {rent: 3}\n    unless: {use: shop}\n    applies: {years: 5}\n", [
            "require.rent: 3 → 2",
            "require.rent: 3 → 4",
            "applies: dropped",
            "applies.years: 5 → 4",
            "applies.years: 5 → 6",
            "applies: negated",
            "unless: dropped",
            "unless.use: shop → office",
            "unless: negated",
        ]),
        ("    effective: {from: 2026-03-01}\n    require: {rent: {stated: true}}\n", [
            "require.rent.stated: true → false",
            "effective.from: 2026-03-01 → 2026-02-28",
            "effective.from: 2026-03-01 → 2026-03-02",
        ]),
    ],
)  # fmt: skip
def test_slips(body: str, expected: list[str], make: Make) -> None:
    found = [one.partition(": ")[2] for one in ids(make(rule(body), CASES)) if one[:4] == "L-1:"]
    form = "require → forbid" if "require" in body else "forbid → require"
    field = form.split(" ", 1)[0]
    always = [f"{field}: {form}", "level: mandatory → negotiable", "level: mandatory → advisory"]
    assert [one for one in found if one not in always] == expected
    assert set(always) <= set(found)


def test_scorecards_tables_definitions_and_parameters(make: Make) -> None:
    rules = rule("    require: {all: [{kind: dear}, {rent: {at_most: {parameter: most_years}}}]}\n")
    rules += """\
scorecards:
  - id: s
    items:
      - {id: S-1, title: t, when: {use: shop}, points: 3}
      - {id: S-2, title: t, when: {rent: 0}, points: -2}
tables:
  - id: kind
    hit_policy: F
    inputs: [rent]
    output: {type: string}
    rules:
      - [{more_than: 9}, dear]
      - [0, free]
    default: cheap
"""
    found = [one for one in ids(make(rules, CASES)) if not one.startswith("L-1")]
    assert found == [
        "most_years: value: 30 → 29",
        "most_years: value: 30 → 31",
        "S-1: when.use: shop → office",
        "S-1: when: negated",
        "S-1: points: 3 → 2",
        "S-1: points: 3 → 4",
        "S-1: item: dropped",
        "S-2: when.rent: 0 → -1",
        "S-2: when.rent: 0 → 1",
        "S-2: when: negated",
        "S-2: points: -2 → -3",
        "S-2: points: -2 → -1",
        "S-2: item: dropped",
        "kind: hit_policy: F → U",
        "kind: rules[1]: dropped",
        "kind: rules[1]: after the next",
        "kind: rules[1][1]: more_than → at_least",
        "kind: rules[1][1].more_than: 9 → 8",
        "kind: rules[1][1].more_than: 9 → 10",
        "kind: rules[1][1]: matches all",
        "kind: rules[1].output: dear → free",
        "kind: rules[2]: dropped",
        "kind: rules[2][1]: 0 → -1",
        "kind: rules[2][1]: 0 → 1",
        "kind: rules[2][1]: matches all",
        "kind: rules[2].output: free → dear",
        "kind: default: cheap → dear",
    ]


def test_ids_are_unique_and_repeat(make: Make) -> None:
    body = "    require: {any: [{rent: 3}, {rent: 3}, 'rent > 3 or rent > 3 or 3 > rent']}\n"
    suite = make(rule(body), CASES)
    first = [one.id for one in mutants(suite.policy)]
    assert len(set(first)) == len(first)
    assert first == [one.id for one in mutants(suite.policy)]


def test_the_line_before_and_after(make: Make) -> None:
    body = """\
    require:
      any:
        - use: [office, shop]  # both
        - rent: {more_than: 3}
    unless:
      years: 3
"""
    suite = make(rule(body), CASES)
    lines = {one.id.partition(": ")[2]: difference(one) for one in mutants(suite.policy)}
    assert lines["require.any[1].use[1]: office dropped"] == (
        "- use: [office, shop] # both",
        "- use: [shop] # both",
    )
    assert lines["require.any[1].use[2]: shop dropped"][1] == "- use: [office] # both"
    assert lines["require.any[2].rent: more_than → at_least"] == (
        "- rent: {more_than: 3}",
        "- rent: {at_least: 3}",
    )
    assert lines["require.any[2]: dropped"] == ("- rent: {more_than: 3}", "")
    assert lines["require: any → all"] == ("any:", "all:")
    assert lines["unless: dropped"] == ("unless: years: 3", "")
    assert lines["require.any[2]: negated"][1] == "- not: {rent: {more_than: 3}}"
    assert lines["level: mandatory → advisory"] == ("level: mandatory", "level: advisory")


def test_a_negation_is_written_as_one_in_every_style(make: Make) -> None:
    body = """\
    require: {any: [{rent: 3}, "rent > 4", {all: [{use: office}, {rent: 5}]}]}
    unless:
      any:
        - rent > 6
        - rent: 7
"""
    suite = make(rule(body), CASES)
    lines = [difference(one)[1] for one in mutants(suite.policy) if one.id.endswith("negated")]
    assert len(lines) == 8
    for line in lines:
        read = yaml.safe_load(line)
        assert '"not": ' in json.dumps(read), line
    assert "require: {any: [{not: {rent: 3}}, " in lines[0]
    assert '{not: "rent > 4"}' in lines[1]


TELLING = """\
base: {rent: 3, use: office}
cases:
  - name: at the limit
    expect: {verdict: accept, outcomes: {L-1: pass}}
  - name: above it
    terms: {rent: 4}
    expect: {verdict: reject, messages: {L-1: "of 3"}}
"""
LIMIT = """\
    require: {rent: {at_most: {parameter: most_years}}}
    because: "a rent of {rent}, of {parameters.most_years}"
"""


def limited(make: Make, cases: str) -> Suite:
    return make(rule(LIMIT), cases)


def test_told_and_not(make: Make) -> None:
    text = TELLING.replace("rent: 3", "rent: 30").replace("rent: 4", "rent: 31").replace(
        "of 3", "of 30")  # fmt: skip
    assert mutate(limited(make, text)).passed
    blunt = text.replace("rent: 31", "rent: 99").replace(', messages: {L-1: "of 30"}', "")
    result = mutate(limited(make, blunt))
    assert [one.mutant for one in result.open] == ["most_years: value: 30 → 31"]
    assert (result.open[0].before, result.open[0].after) == (
        "parameters: {most_years: 30}",
        "parameters: {most_years: 31}",
    )
    # a message alone tells it
    assert mutate(limited(make, text.replace("rent: 31", "rent: 99"))).passed


def test_a_case_that_sets_a_parameter_does_not_see_its_value(make: Make) -> None:
    text = """\
base: {rent: 30}
cases:
  - name: at the limit
    parameters: {most_years: 30}
    expect: {outcomes: {L-1: pass}}
  - name: above it
    terms: {rent: 31}
    parameters: {most_years: 30}
    expect: {verdict: reject, outcomes: {L-1: fail}}
"""
    result = mutate(limited(make, text))
    assert [one.mutant for one in result.open] == [
        "most_years: value: 30 → 29",
        "most_years: value: 30 → 31",
    ]


def test_listed_with_a_reason(make: Make) -> None:
    blunt = """\
base: {rent: 30}
cases:
  - name: at the limit
    expect: {verdict: accept}
  - name: far above it
    terms: {rent: 99}
    expect: {verdict: reject}
mutants:
  - {mutant: "most_years: value: 30 → 31", reason: nobody rents at 31}
"""
    result = mutate(limited(make, blunt))
    assert result.passed
    assert [one.reason for one in result.survivors] == ["nobody rents at 31"]
    more = (
        blunt
        + '  - {mutant: "L-1: require.rent: at_most → less_than", reason: told all the same}\n'
    )
    result = mutate(limited(make, more))
    assert [one.mutant for one in result.unused] == ["L-1: require.rent: at_most → less_than"]
    assert not result.passed
    # of a part of the mutants nothing can be said about the others
    assert mutate(limited(make, more), pattern=re.compile("level")).unused == ()


@pytest.mark.parametrize(
    "entry", ["{mutant: x}", "{reason: y}", "{mutant: x, reason: ' '}", "{mutant: x, why: y}", "x"]
)
def test_an_entry_has_a_reason(entry: str, make: Make) -> None:
    with pytest.raises(PolicyError):
        limited(make, TELLING + f"mutants:\n  - {entry}\n")


def test_some_of_them(make: Make) -> None:
    suite = make(rule("    require: {rent: {at_most: 3}}\n"), TELLING)
    told = []
    some = mutate(suite, limit=3, progress=lambda done, total: told.append((done, total)))
    assert some.total + some.invalid == 3
    assert told == [(1, 3), (2, 3), (3, 3)]
    named = mutate(suite, pattern=re.compile(r"^L-1: level"))
    assert named.total == 2
    whole = mutate(suite)
    assert whole == mutate(suite, jobs=2)


def test_scores_that_rules_read(make: Make) -> None:
    rules = (
        rule("    require: score.s > 2\n")
        + """\
scorecards:
  - {id: s, items: [{id: S-1, title: t, when: {use: shop}, points: 3}]}
"""
    )
    text = """\
cases:
  - name: a shop
    terms: {use: shop}
    expect: {outcomes: {L-1: pass}}
  - name: none
    terms: {use: office}
    expect: {outcomes: {L-1: fail}}
"""
    result = mutate(make(rules, text))
    # the level is seen by a verdict only
    assert [one.mutant for one in result.open] == [
        "L-1: require: > → >=",
        "L-1: require: 2 → 1",
        "L-1: level: mandatory → negotiable",
        "L-1: level: mandatory → advisory",
        "S-1: points: 3 → 4",
    ]


def test_cases_that_expect_no_decision_see_no_rule(make: Make) -> None:
    text = (
        TELLING.replace("rent: 3,", "rent: 30,")
        .replace("rent: 4", "rent: 31")
        .replace("of 3", "of 30")
        + """\
  - name: a parameter there is not
    parameters: {least: 3}
    expect: {errors: [unknown-parameter]}
  - name: no number
    terms: {rent: dear}
    expect: {errors: [wrong-type]}
  - name: a waiver without a date
    waivers: [{rule: L-1, deal: x, approved_by: me, reason: so, until: 2026-12-31}]
    expect: {errors: [as-of-needed]}
"""
    )
    assert mutate(limited(make, text)).passed


def test_definitions_and_dated_parameters(make: Make) -> None:
    rules = """\
define: {owed: rent * 12 - 3}
rules:
  - id: L-1
    title: a rule
    effective: {from: 2026-01-01, until: 2026-12-31}
    require: {owed: {at_most: {parameter: most}}}
"""
    with pytest.raises(PolicyError, match="unknown-parameter"):
        make(rules, CASES)
    path, tests = Path("lease/policy.yaml"), Path("lease/policy_test.yaml")
    text = path.read_text("utf-8")
    dated = (
        "{most_years: 30, most: [{from: 2020-01-01, value: 90}, {from: 2026-06-01, value: 117}]}"
    )
    path.write_text(text.replace("{most_years: 30}", dated), "utf-8")
    suite = load(Policy.load("lease"))
    assert [one for one in ids(suite) if not one.startswith("L-1")] == [
        "most: [1].value: 90 → 89",
        "most: [1].value: 90 → 91",
        "most: [1].from: 2020-01-01 → 2019-12-31",
        "most: [1].from: 2020-01-01 → 2020-01-02",
        "most: [2].value: 117 → 116",
        "most: [2].value: 117 → 118",
        "most: [2].from: 2026-06-01 → 2026-05-31",
        "most: [2].from: 2026-06-01 → 2026-06-02",
        "owed: define: * → /",
        "owed: define: 12 → 13",
        "owed: define: 12 → 11",
        "owed: define: - → +",
        "owed: define: 3 → 4",
        "owed: define: 3 → 2",
    ]
    cases = """\
base: {rent: 10}
cases:
  - {name: on the day, as_of: 2026-06-01, expect: {verdict: accept}}
  - {name: the day before, as_of: 2026-05-31, expect: {verdict: reject}}
  - {name: the first day, as_of: 2026-01-01, expect: {outcomes: {L-1: fail}}}
  - {name: before it, as_of: 2025-12-31, expect: {outcomes: {L-1: not_applicable}}}
  - {name: the last day, as_of: 2026-12-31, expect: {outcomes: {L-1: pass}}}
  - {name: after it, as_of: 2027-01-01, expect: {outcomes: {L-1: not_applicable}}}
  - {name: too much, terms: {rent: 10.01}, as_of: 2026-06-01, expect: {outcomes: {L-1: fail}}}
"""
    tests.write_text(cases, "utf-8")
    result = mutate(load(Policy.load("lease")))
    # nothing is asked before 2026, nor of a rent next to the first limit
    assert [one.mutant for one in result.open] == [
        "most: [1].value: 90 → 89",
        "most: [1].value: 90 → 91",
        "most: [1].from: 2020-01-01 → 2019-12-31",
        "most: [1].from: 2020-01-01 → 2020-01-02",
    ]
