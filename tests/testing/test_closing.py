"""Gaps that a solver closes, or proves that no deal does: held against every deal there is."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analysis import small
from tests.laws.generate import cases as drawn_cases
from tests.laws.generate import drawn_deals
from tests.testing.test_coverage import cases, rule
from tests.testing.test_properties import loaded, suite_of

from policyengine import Policy
from policyengine.cli import main
from policyengine.errors import PolicyEngineError
from policyengine.source import Source
from policyengine.testing import Case, Located, Suite, load, run_suite
from policyengine.testing.coverage import Closing, Closings, Coverage, Gap, State, close, measure
from policyengine.testing.coverage import closing as module
from policyengine.testing.coverage.measure import Answer, Meter, answers, facts_of
from policyengine.testing.coverage.parts import part_of
from policyengine.testing.coverage.reasons import headline, unclosed
from policyengine.testing.coverage.writing import test_file as written
from policyengine.values.record import replace

Make = Callable[[str, str], Suite]
SPAN = Source("t", "").span(0, 0)
#: `BRUTE=2000 pytest tests/testing/test_closing.py` looks at as many policies a test
SEEDS = int(os.environ.get("BRUTE", "24"))


class NoSearch:
    """The search that finds nothing: everything is left to the solver."""

    def __init__(self, *_: Any) -> None: ...

    def search(self, *_: Any) -> dict[Answer, Any]:
        return {}


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver without the search before it."""
    monkeypatch.setattr(module, "Search", NoSearch)


def asked(terms: Any, **how: Any) -> Located:
    case = Case("c", terms, None, how.get("as_of"), how.get("final", False),
                how.get("assume", True), {}, None, (), SPAN)  # fmt: skip
    return Located(case, "t", None)  # type: ignore[arg-type]


def reached(of: Policy, gap: Gap) -> set[Answer]:
    """Every answer that some deal gives, of all deals that the part of a gap can tell apart."""
    meter = Meter(of)
    found: set[Answer] = set()
    terms = part_of(of.core, gap.point).terms
    for values in product(*(small.VALUES[path] for path in terms)):
        deal = small.deal(dict(zip(terms, values, strict=True)))
        for final, assume in product((False, True), (True, False)):
            located = asked(deal, final=final, assume=assume)
            policy, watched = meter.variant(located.case)
            found |= set(answers(policy.core, facts_of(policy, located.case, "t"), watched))
    return found


def closes(of: Policy, gap: Gap, closing: Closing) -> bool:
    """Whether the deal that is told closes the gap, added to the cases."""
    assert closing.found is not None
    case = replace(closing.found.start.case, terms=closing.found.document, node=None)
    suite = Suite(of, (replace(closing.found.start, case=case),), (), ())
    return (gap.number, gap.answer) in measure(suite).seen


@pytest.mark.parametrize("search", [True, False])
def test_every_gap_is_closed_or_no_deal_closes_it(
    search: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not search:
        monkeypatch.setattr(module, "Search", NoSearch)
    proved = 0
    for seed, of in small.policies(range(SEEDS if search else SEEDS // 2)):
        suite = Suite(of, (asked(small.deal(small.some_deal(random.Random(seed)))),), (), ())
        coverage = measure(suite)
        made = close(suite, coverage)
        seen: dict[str, set[Answer]] = {}
        for gap in coverage.gaps():
            closing = made.gap(gap)
            where = f"seed {seed}: {gap.point.owner} {gap.point.text} {gap.answer}"
            if closing.state is State.FOUND:
                assert closes(of, gap, closing), where
                continue
            assert closing.state is State.PROVED, where
            proved += 1
            owner = gap.point.owner
            if owner not in seen:
                seen[owner] = reached(of, gap)
            assert (gap.number, gap.answer) not in seen[owner], where
    assert proved > (3 if search else 1)


@settings(max_examples=5)
@given(drawn_cases(), st.data())
def test_nothing_is_told_that_is_not_so(case: Any, data: st.DataObject) -> None:
    policy = loaded(case[0])
    suite = suite_of(policy, [case[1:]])
    coverage = measure(suite)
    made = close(suite, coverage)
    never = set()
    for gap in coverage.gaps():
        closing = made.gap(gap)
        if closing.state is State.FOUND:
            assert closes(policy, gap, closing)
        elif closing.state is State.PROVED:
            never.add((gap.number, gap.answer))
    if never and "terms" in case[0]:
        for _ in range(20):
            try:
                deal = data.draw(drawn_deals(case[0]["terms"]))
                how = data.draw(st.sampled_from([{}, {"final": True}, {"assume": False}]))
                tried = asked(deal, as_of=suite.cases[0].case.as_of, **how)
                meter = Meter(policy)
                given_ = answers(policy.core, facts_of(policy, tried.case, "t"),
                                 meter.variant(tried.case)[1])  # fmt: skip
            except (KeyError, PolicyEngineError):
                continue  # another generator's schema
            assert not never & set(given_)


# what is told -------------------------------------------------------------------------------

TABLE = """\
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


def states(suite: Suite) -> Iterator[tuple[str, str]]:
    coverage = measure(suite)
    made = close(suite, coverage)
    for gap in coverage.gaps():
        closing = made.gap(gap)
        if closing.state is State.FOUND:
            assert closes(suite.policy, gap, closing)
        text = f"{gap.point.owner} {gap.point.text} {headline(gap)}"
        yield text, closing.state.value if closing.found else unclosed(closing)


def test_a_row_that_earlier_rows_take_is_proved_dead(make: Make, alone: None) -> None:
    suite = make(rule("    require: {kind: other}\n") + TABLE, cases("{}"))
    said = dict(states(suite))
    assert said['kind [{less_than: 3}, "-", never] is never hit'] == "no deal does: proved"
    assert said['kind [{less_than: 5}, "-", short] is never hit'] == "found"
    assert [text for text, how in said.items() if how != "found"] == [
        'kind [{less_than: 3}, "-", never] is never hit'
    ]


@pytest.mark.parametrize(
    ("condition", "dead"),
    [
        ("{all: [{years: {at_least: 5}}, {years: {at_most: 4}}]}", ["never comes out as `pass`"]),
        ('some r in rooms satisfies r = "hall"', []),
        # 6 or more, and where the condition holds more than 5
        ("(if years > 5 then years else 6) > 5", ["is never false", "exactly at"]),
        ("(if years > 5 then rent < 3 else true)", []),
        ("count(rooms) > 4", ["never comes out as `pass`", "is never true", "exactly at",
                              "next above"]),
        ("{share: {more_than: 0.995}}", []),
        ("{share: {more_than: 0.123456}}", []),
        ("{start: {before: 2026-03-01}}", []),
        ("{law: {stated: true}}", []),
        ("{rent: {stated: false}}", []),
        ("rent = null", []),
        ("{law: theirs}", []),
    ],
)  # fmt: skip
def test_answers_of_every_kind(condition: str, dead: list[str], make: Make, alone: None) -> None:
    body = condition if condition.startswith("{") else f"'{condition}'"
    suite = make(rule(f"    require: {body}\n"), cases("{}"))
    left = [(text, how) for text, how in states(suite) if how != "found"]
    assert [how for _, how in left] == ["no deal does: proved"] * len(dead), left
    for (text, _), part in zip(left, dead, strict=True):
        assert part in text


def test_the_way_a_question_is_put_is_looked_for_too(make: Make) -> None:
    rules = """\
rules:
  - id: L-1
    title: said
    require: {law: {stated: true}}
  - id: L-2
    title: later
    effective: {from: 2030-01-01, until: 2030-12-31}
    require: {rent: {more_than: 3}}
"""
    suite = make(rules, cases("{law: ours}"))
    coverage = measure(suite)
    made = close(suite, coverage)
    assert [text for text, how in states(suite) if how != "found"] == []
    asked_ = {
        f"{gap.point.owner} {gap.point.text} {gap.answer}": dict(made.gap(gap).found.question)  # type: ignore[union-attr]
        for gap in coverage.gaps()
    }
    assert asked_["L-1 law stated true false"] == {"final": True}
    assert str(asked_["L-2 later fail"]["as_of"]) == "2030-01-01"
    closed = [(gap, made.gap(gap).found) for gap in coverage.gaps()]
    text = written(suite.policy, closed)  # type: ignore[arg-type]
    Path("lease/more_test.yaml").write_text(text, "utf-8")
    whole = load(suite.policy, [*suite.files, Path("lease/more_test.yaml")])
    assert run_suite(whole).passed
    assert measure(whole).percent() == 100


def test_a_rule_that_reads_the_date_is_not_proved_for_other_dates(make: Make) -> None:
    body = "    require: 'as_of >= date(\"2020-01-01\")'\n"
    suite = make(rule(body), cases("{}"))
    assert dict(states(suite))["L-1 a rule never comes out as `fail`"] == (
        "none found; not a proof: it reads the date, and other dates were not asked about"
    )


def test_every_value_that_a_parameter_has_over_time_is_looked_at(make: Make) -> None:
    body = "    forbid: {years: {more_than: {parameter: top}}}\n"
    dated = "{from: 2000-01-01, value: 200}, {from: 2030-01-01, value: %d}"
    for later, said in ((5, "found"), (200, "no deal does: proved")):
        extra = f"parameters: {{top: [{dated % later}]}}\n"
        Path("lease").mkdir(exist_ok=True)
        suite = make(extra + rule(body), cases("{}"))
        assert dict(states(suite))["L-1 years more_than top is never true"] == said


def test_what_has_no_linear_form_is_looked_for_and_never_proved(make: Make, alone: None) -> None:
    said = dict(states(make(rule("    require: years * rent >= 7\n"), cases("{}"))))
    assert said["L-1 years * rent >= 7 is never false"] == "found"
    assert "no deal does: proved" not in said.values()
    suite = make(rule("    require: years * years >= 0\n"), cases("{}"))
    assert dict(states(suite))["L-1 years * years >= 0 is never false"] == (
        "none found; not a proof: `years * years`: it multiplies two terms"
    )


def test_lists_are_looked_at_up_to_a_length(make: Make, alone: None) -> None:
    said = dict(states(make(rule("    require: count(sums) > 40\n"), cases("{}"))))
    assert "no deal does: proved" not in said.values()
    assert said["L-1 count(sums) > 40 is never true"] in ("found", LENGTH)


def test_the_limit_of_work_leaves_gaps_open(
    make: Make, alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from policyengine.testing.coverage import solving

    monkeypatch.setattr(solving, "_WORK", 1)
    body = "    require: years + 3 * rent > 7 and rent - years < 5 and share * 3 > years\n"
    said = dict(states(make(rule(body), cases("{}"))))
    assert "not found within the limit" in said.values()
    assert "no deal does: proved" not in said.values()
    monkeypatch.setattr(solving, "_PATIENCE", 0)
    again = dict(states(make(rule(body), cases("{}"))))
    assert set(again.values()) == {"not found within the limit"}


def test_a_wrong_encoding_tells_no_deal(
    make: Make, alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the solver takes for a deal is shown only where the reference says the same."""
    from policyengine.symbolic import comparing

    suite = make(rule("    require: {years: {at_most: 200}}\n"), cases("{}"))
    monkeypatch.setitem(comparing._ORDER, "<=", lambda a, b: a < b)
    said = dict(states(suite))
    assert said["L-1 years at_most 200 is never false"] != "found"


def test_nothing_is_asked_where_no_case_has_a_decision(make: Make) -> None:
    text = cases("{years: half}").replace("errors: []", "errors: [wrong-type]")
    suite = make(rule("    require: {rent: {more_than: 3}}\n"), text)
    assert set(dict(states(suite)).values()) == {"no case has a decision to start from"}


# the command --------------------------------------------------------------------------------

DEAD = """\
rules:
  - id: L-1
    title: not for a generation
    forbid: {years: {more_than: 30}}
    unless: {years: {more_than: 200}}
  - id: L-2
    title: what they pay together
    require: {all: [years + share = 77.5, rent * share = 777]}
"""
TRIED = cases("{years: 30}", "{years: 31, share: null}", "{years: null}")
PRODUCT = "none found; not a proof: `rent * share`: it multiplies two terms"
LENGTH = "none found; not a proof: `sums`: lists of up to 3 elements are looked at"
WITHOUT = (
    "import sys; sys.modules['z3'] = None; from policyengine.cli import main; sys.exit(main())"
)


def test_the_page(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    make(DEAD, TRIED)
    assert main(["test", "lease", "--coverage"]) == 0
    captured = capsys.readouterr()
    golden = Path(__file__).parent / "goldens" / "closing.txt"
    assert captured.out == golden.read_text("utf-8")
    assert captured.err == ""


def test_the_same_deals_whatever_was_asked_before(make: Make, alone: None) -> None:
    suite = make(DEAD, TRIED)
    coverage = measure(suite)
    first = close(suite, coverage)
    list(states(make(rule("    require: rent - 3 * years > 17\n"), cases("{}"))))
    assert close(suite, coverage) == first


def test_the_data(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    make(DEAD, TRIED)
    assert main(["test", "lease", "--coverage", "--format", "json"]) == 0
    (policy,) = json.loads(capsys.readouterr().out)["policies"]
    rows = {f"{g['owner']} {g['text']} {g['answer']}": g for g in policy["coverage"]["gaps"]}
    assert rows["L-1 years more_than 200 true"] == {
        "kind": "leaf",
        "owner": "L-1",
        "text": "years more_than 200",
        "answer": "true",
        "why": "it is `false` in 2 cases, `unknown` in 1 case",
        "location": rows["L-1 years more_than 200 true"]["location"],
        "state": "proved",
        "found": None,
        "open": None,
    }
    assert rows["L-2 rent * share = 777 true"]["open"] == PRODUCT
    assert rows["L-1 years more_than 200 at"]["found"]["terms"] == {"years": 200}
    for row in rows.values():
        assert (row["found"] is not None) is (row["state"] == "found")
        assert (row["open"] is not None) is (row["state"] == "open")


def test_without_a_solver_the_report_says_once_what_one_would_tell(make: Make) -> None:
    make(DEAD, TRIED)
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, "test", "lease", "--coverage"],
        capture_output=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0
    assert "no deal was found that does; there may be one" in done.stdout
    assert "proved" not in done.stdout
    assert done.stderr.count("pip install 'z3-solver>=4.13,<6'") == 1
    left = re.findall(r"no deal was found", done.stdout)
    assert f"for {len(left)} gaps more" in done.stderr


def test_closings_of_nothing() -> None:
    gap = Gap(None, "pass", 0)  # type: ignore[arg-type]
    assert Closings().gap(gap).state is State.OPEN
    assert Coverage((), {}, {}).gaps() == ()
