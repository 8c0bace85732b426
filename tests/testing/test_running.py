"""Cases run: what each expectation is held against, and what a failure says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine import Policy, nodes, testing
from policyengine.errors import PolicyEngineError, PolicyError
from policyengine.testing import Status, Suite, lay_over, run_suite

RULES = """\
rules:
  - id: L-1
    title: Not for a generation
    forbid: {years: {more_than: {parameter: most_years}}}
    because: "{years} years is too long."
  - id: L-2
    title: A shop pays rent
    level: negotiable
    applies: {use: shop}
    require: {rent: {more_than: 0}}
    because: A shop pays nothing.
  - id: L-3
    title: The share is of something
    level: advisory
    require: 1 / share >= 2
    because: Too large a share.
    focus: Money
    action: Ask
    expected: More
scorecards:
  - id: points
    items:
      - {id: P-1, title: A hall, when: {rooms: {contains: hall}}, points: 3}
"""

Make = Callable[[str, str], Suite]
BASE = "base: {deal: {id: x}, years: 10, rent: 500, use: office, share: 0.5, rooms: []}\n"


def failures(suite: Suite) -> list[tuple[str, str]]:
    return [(f.expected, f.actual) for one in run_suite(suite).cases for f in one.failures]


def case(expect: str, **more: str) -> str:
    rest = "".join(f"    {key}: {value}\n" for key, value in more.items())
    return f"{BASE}cases:\n  - name: a case\n{rest}    expect: {expect}\n"


@pytest.mark.parametrize(
    ("expect", "more"),
    [
        ("{verdict: accept}", {}),
        ("{outcomes: {L-1: pass, L-2: not_applicable, L-3: pass}}", {}),
        ("{verdict: reject, messages: {L-1: 99 years}}", {"terms": "{years: 99}"}),
        ("{messages: {L-1: [99, too long]}}", {"terms": "{years: 99}"}),
        ("{messages: {L-3: Too large}}", {"terms": "{share: 0.9}"}),
        ("{missing: [years]}", {"terms": "{years: null}"}),
        ("{missing: [], errors: []}", {}),
        ("{scores: {points: 0}}", {}),
        ("{scores: {points: 3}}", {"terms": "{rooms: [hall]}"}),
        ("{scores: {points: null}}", {"terms": "{rooms: null}"}),
        ("{scores: {points: {low: 0, high: 3}}}", {"terms": "{rooms: null}"}),
        ("{errors: [division-by-zero], outcomes: {L-3: unknown}}", {"terms": "{share: 0}"}),
        ("{errors: [wrong-type]}", {"terms": "{years: often}"}),
        ("{errors: [unknown-parameter]}", {"parameters": "{least: 3}"}),
        ("{outcomes: {L-1: fail}}", {"terms": "{years: 30}", "parameters": "{most_years: 29}"}),
        ("{outcomes: {L-1: fail}}", {"terms": "{years: null}", "final": "true"}),
        ("{outcomes: {L-2: unknown}}", {"terms": "{use: shop, rent: null}", "assume": "false"}),
        (
            "{verdict: accept, outcomes: {L-1: waived}}",
            {
                "terms": "{years: 99}",
                "as_of": "2026-01-31",
                "waivers": "[{rule: L-1, deal: x, approved_by: me, reason: so, until: 2026-12-31}]",
            },
        ),
    ],
)
def test_met(expect: str, more: dict[str, str], make: Make) -> None:
    text = case(expect, **more)
    if "99, too" in text:
        text = text.replace("[99, too long]", "['99', too long]")
    result = run_suite(make(RULES, text))
    assert result.passed, result.cases
    assert [one.status for one in result.cases] == [Status.PASSED]


@pytest.mark.parametrize(
    ("expect", "more", "expected", "actual"),
    [
        ("{verdict: reject}", {}, "verdict reject", "verdict accept"),
        ("{outcomes: {L-1: fail}}", {}, "L-1 fail", "L-1 pass"),
        # a rule that did not apply has not passed, whatever it would say
        ("{outcomes: {L-2: pass}}", {}, "L-2 pass", "L-2 not_applicable"),
        ("{messages: {L-2: shop}}", {}, "L-2 says … `shop` …", "L-2 does not apply"),
        ("{messages: {L-1: nowhere}}", {"terms": "{years: 99}"}, "L-1 says … `nowhere` …",
         "L-1 says `99 years is too long.`"),
        ("{missing: [rent]}", {}, "missing: rent", "nothing missing"),
        ("{missing: []}", {"terms": "{years: null}"}, "nothing missing", "missing: years"),
        ("{scores: {points: 1}}", {}, "score points 1", "score points 0"),
        ("{scores: {points: {low: 1, high: 3}}}", {"terms": "{rooms: null}"},
         "score points low 1, high 3", "score points low 0, high 3"),
        ("{errors: [overflow]}", {}, "error overflow", "no errors"),
        ("{errors: []}", {"terms": "{share: 0}"}, "no errors", "division-by-zero in L-3"),
        ("{errors: [overflow]}", {"terms": "{years: often}"}, "errors overflow",
         "no decision: wrong-type"),
    ],
)  # fmt: skip
def test_not_met(expect: str, more: dict[str, str], expected: str, actual: str, make: Make) -> None:
    assert failures(make(RULES, case(expect, **more))) == [(expected, actual)]


def test_what_cannot_be_decided_is_no_failure_of_a_rule(make: Make) -> None:
    result = run_suite(make(RULES, case("{verdict: reject}", terms="{years: often}")))
    (one,) = result.cases
    assert one.status is Status.ERROR
    assert [found.code for found in one.diagnostics] == ["wrong-type"]
    assert one.diagnostics[0].span is not None
    assert one.diagnostics[0].span.text == "often"
    assert not result.passed


def test_beside_an_expected_error_nothing_else_is_met(make: Make) -> None:
    text = case("{verdict: reject, errors: [wrong-type]}", terms="{years: often}")
    assert failures(make(RULES, text)) == [("verdict reject", "no decision: wrong-type")]


def test_a_failure_says_where_and_why(make: Make) -> None:
    suite = make(RULES, case("{verdict: accept, outcomes: {L-1: pass}}", terms="{years: 99}"))
    verdict, outcome = run_suite(suite).cases[0].failures
    assert verdict.expectation.span.line == outcome.expectation.span.line == 5
    assert verdict.why[0].startswith("L-1 (mandatory) is fail (lease/policy.yaml:")
    (line,) = outcome.why
    assert "true: years more_than 30" in line
    assert "rule at lease/policy.yaml:" in line
    assert "years is 99 at lease/policy_test.yaml:4" in line


def test_why_of_what_was_assumed_not_stated_and_not_in_force(make: Make) -> None:
    rules = RULES.replace(
        "scorecards:",
        "  - id: L-4\n    title: Later\n    effective: {from: 2030-01-01}\n"
        "    require: {years: {at_least: 1}}\nscorecards:",
    )
    text = case(
        "{outcomes: {L-1: pass, L-2: pass, L-4: pass}}",
        terms="{years: null, rent: null, use: shop}",
        as_of="2026-01-31",
    )
    why = [" ".join(f.why) for f in run_suite(make(rules, text)).cases[0].failures]
    assert "unknown: years more_than 30" in why[0]
    assert "years is not stated" in why[0]
    assert "rent is assumed to be 0" in why[1]
    assert "L-4 is not in force on 2026-01-31" in why[2]


def test_a_policy_that_depends_on_the_date_never_takes_today(make: Make) -> None:
    rules = RULES.replace(
        "    title: Not for", "    effective: {from: 2020-01-01}\n    title: Not for"
    )
    (one,) = run_suite(make(rules, case("{verdict: accept}"))).cases
    assert [found.code for found in one.diagnostics] == ["as-of-needed"]


@pytest.mark.parametrize(
    ("expect", "code"),
    [
        ("{}", "bad-shape"),
        ("{outcomes: {}}", "bad-shape"),
        ("{messages: {}}", "bad-shape"),
        ("{messages: {L-1: ''}}", "bad-shape"),
        ("{messages: {L-9: x}}", "unknown-rule"),
        ("{scores: {}}", "bad-shape"),
        ("{scores: {points: {}}}", "bad-shape"),
        ("{scores: {points: {sum: 3}}}", "bad-shape"),
        ("{scores: {points: often}}", "bad-shape"),
        ("{scores: {point: 3}}", "unknown-score"),
        ("{missing: years}", "bad-shape"),
        ("{errors: [3]}", "bad-shape"),
        ("{outcomes: {L-1: passes}}", "bad-value"),
        ("{verdicts: accept}", "unknown-key"),
    ],
)
def test_a_case_that_expects_nothing_or_nonsense_is_an_error(
    expect: str, code: str, make: Make
) -> None:
    with pytest.raises(PolicyError) as refused:
        make(RULES, case(expect))
    assert code in [found.code for found in refused.value.diagnostics]


def test_nothing_is_run_of_files_with_a_mistake(make: Make) -> None:
    with pytest.raises(PolicyError, match="duplicate-name"):
        make(RULES, case("{verdict: accept}") + "  - name: a case\n    expect: {verdict: reject}\n")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- x\n", "bad-shape"),
        ("case: []\n", "unknown-key"),
        ("cases: {}\n", "bad-shape"),
        ("cases: []\n", "empty-list"),
        ("cases: [{expect: {verdict: accept}}]\n", "missing-key"),
        ("cases: [{name: x}]\n", "missing-key"),
        ("base: none\ncases: [{name: x, expect: {verdict: accept}}]\n", "bad-shape"),
        (case("{verdict: accept}", final="maybe"), "bad-shape"),
        (case("{verdict: accept}", as_of="soon"), "bad-date"),
        (case("{verdict: accept}", terms="{deal.name: x}"), "unknown-term"),
        (case("{verdict: accept}", file="nowhere.yaml"), "file-missing"),
        (case("{verdict: accept}", file="https://example.org/deal.yaml"), "outside-root"),
        (case("{verdict: accept}", waivers="[{rule: L-1}]"), "missing-key"),
        (case("{verdict: accept}", waivers="3"), "bad-shape"),
    ],
)
def test_mistakes_have_a_place(text: str, code: str, make: Make) -> None:
    with pytest.raises(PolicyError) as refused:
        make(RULES, text)
    found = [one for one in refused.value.diagnostics if one.code == code]
    assert found
    assert all(one.span is not None for one in found)


def test_a_file_and_a_waiver_file_lie_inside_the_project(make: Make) -> None:
    for key in ("file", "waivers"):
        with pytest.raises(PolicyError, match="outside-root"):
            make(RULES, case("{verdict: accept}", **{key: "../../../etc/passwd"}))


def test_a_case_may_start_from_a_document(make: Make) -> None:
    Path("lease").mkdir()
    Path("lease/deal.json").write_text('{"years": 99, "use": "office"}', "utf-8")
    suite = make(RULES, case("{outcomes: {L-1: pass}}", file="deal.json", terms="{rent: 1}"))
    (failure,) = run_suite(suite).cases[0].failures
    assert "years is 99 at lease/deal.json:1" in failure.why[0]


def test_selection(make: Make) -> None:
    import re

    text = case("{verdict: accept}") + "  - name: another\n    expect: {verdict: reject}\n"
    suite = make(RULES, text)
    some = testing.select(suite, re.compile("policy_test.yaml: an"))
    assert [one.case.name for one in some.cases] == ["another"]
    assert some.skipped == 1
    assert not testing.run_suite(testing.select(suite, re.compile("nothing"))).passed


def test_processes_change_nothing(make: Make) -> None:
    cases = "".join(
        f"  - name: case {n}\n    terms: {{years: {n}}}\n    expect: {{outcomes: {{L-1: pass}}}}\n"
        for n in range(20, 45)
    )
    suite = make(RULES, f"{BASE}cases:\n{cases}")
    one, two = run_suite(suite), run_suite(suite, jobs=2)
    assert one.count(Status.FAILED) == 14
    assert [(r.status, r.failures) for r in one.cases] == [
        (r.status, r.failures) for r in two.cases
    ]


def test_the_library_runs_what_lies_beside_the_rules(make: Make) -> None:
    suite = make(RULES, case("{verdict: accept}"))
    assert testing.run(suite.policy).passed
    with pytest.raises(PolicyEngineError):
        testing.run(suite.policy, [Path("nowhere_test.yaml")])


def test_a_policy_of_one_file_has_its_tests_beside_it(make: Make) -> None:
    make(RULES, case("{verdict: accept}"))
    Path("one.yaml").write_text(Path("lease/policy.yaml").read_text("utf-8"), "utf-8")
    assert testing.beside(Policy.load("one.yaml")) == ()
    Path("one_test.yaml").write_text(case("{verdict: accept}"), "utf-8")
    assert testing.run(Policy.load("one.yaml")).passed


# terms laid over terms ----------------------------------------------------------------------

NAMES = st.sampled_from("abc")
VALUES = st.recursive(
    st.none() | st.booleans() | st.text(max_size=2),
    lambda inner: st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=3)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(".".join)


def plainly(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """The same on plain data, said another way."""
    made = {key: plainly(value, {}) if isinstance(value, dict) else value
            for key, value in base.items()}  # fmt: skip
    for path, value in over.items():
        name, _, rest = path.partition(".")
        inside = made.get(name)
        inside = inside if isinstance(inside, dict) else {}
        if rest:
            made[name] = plainly(inside, {rest: value} if not isinstance(value, dict) else {})
            if isinstance(value, dict):
                made[name] = _placed(inside, rest.split("."), value)
        elif isinstance(value, dict):
            made[name] = plainly(inside, value)
        elif value is None:
            made.pop(name, None)
        else:
            made[name] = value
    return made


def _placed(base: Mapping[str, Any], path: list[str], value: Any) -> dict[str, Any]:
    made = plainly(base, {})
    if len(path) == 1:
        made[path[0]] = value
    else:
        inside = made.get(path[0])
        made[path[0]] = _placed(inside if isinstance(inside, dict) else {}, path[1:], value)
    return made


@given(DOCUMENTS, st.dictionaries(PATHS, VALUES, max_size=3))
def test_laying_over(base: dict[str, Any], over: dict[str, Any]) -> None:
    first, second = nodes.synthetic(base), nodes.synthetic(over)
    assert isinstance(first, nodes.Mapping)
    assert isinstance(second, nodes.Mapping)
    assert nodes.plain(lay_over(first, second)) == plainly(base, over)
    assert nodes.plain(first) == base


# a question for every case of a file ----------------------------------------------------------


DATED = """\
rules:
  - id: L-1
    title: It began
    require: start <= as_of and years <= parameters.most_years
"""


def test_a_file_puts_the_question_for_its_cases(make: Make) -> None:
    cases = (
        "base: {deal: {id: x}, years: 10, start: 2026-01-31}\n"
        "as_of: 2026-07-01\nfinal: true\nparameters: {most_years: 5}\n"
        "cases:\n"
        "  - {name: as the file says, expect: {verdict: reject}}\n"
        "  - {name: other parameters, parameters: {most_years: 10}, expect: {verdict: accept}}\n"
        "  - {name: nothing stated, terms: {years: null}, expect: {outcomes: {L-1: fail}}}\n"
        "  - {name: open, final: false, terms: {years: null}, expect: {outcomes: {L-1: unknown}}}\n"
        "  - {name: another day, as_of: 2026-01-01, expect: {outcomes: {L-1: fail}}}\n"
    )
    suite = make(DATED, cases)
    assert failures(suite) == []
    assert [str(one.case.as_of) for one in suite.cases] == [*["2026-07-01"] * 4, "2026-01-01"]
    assert [one.case.final for one in suite.cases] == [True, True, True, False, True]


def test_a_case_without_a_date_is_told_where_to_give_one(make: Make) -> None:
    suite = make(DATED, "cases:\n  - {name: no day, expect: {verdict: accept}}\n")
    [result] = run_suite(suite).cases
    [found] = result.diagnostics
    assert (found.code, found.hint) == (
        "as-of-needed",
        "give the case, or the whole file, an `as_of: 2026-07-01`",
    )
