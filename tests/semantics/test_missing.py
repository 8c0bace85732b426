"""Missing terms, LANGUAGE section 5: what is unknown, assumed, final, not applicable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.semantics.conftest import Build, rule

from policyengine import TermsError, Verdict

Outcome = Callable[..., str]
P, F, U, N = "pass", "fail", "unknown", "not_applicable"

#: condition, terms, outcome, outcome when final
CONDITIONS: list[tuple[str, dict[str, Any], str, str]] = [
    # an absent term is unknown, and so is one stated as null
    ("{t.a: 1}", {}, U, F),
    ("{t.a: 1}", {"a": None}, U, F),
    ("{t.a: {is_not: 1}}", {}, U, F),
    ("{t.e: {none_of: [low]}}", {}, U, F),
    ("{not: {t.a: 1}}", {}, U, F),
    ("{t.a: {more_than: {term: t.b}}}", {"a": 1}, U, F),
    ("t.a = t.b", {"a": 1}, U, F),
    ("t.p or not(t.p)", {}, U, F),
    ("t.a = t.a", {}, U, F),
    ("t.a - t.a = 0", {}, U, F),
    # what settles over an unknown
    ("t.p and t.q", {"q": False}, F, F),
    ("t.p or t.q", {"q": True}, P, P),
    ("{some_of: {at_least: 1, of: [{t.p: true}, {t.q: true}]}}", {"q": True}, P, P),
    ("{some_of: {at_least: 2, of: [{t.p: true}, {t.q: true}]}}", {"q": False}, F, F),
    ("{some_of: {at_least: 2, of: [{t.p: true}, {t.q: true}]}}", {"q": True}, U, F),
    ("{t.nums: {contains: 1}}", {"nums": [None, 1]}, P, P),
    ("{t.nums: {contains: 1}}", {"nums": [None, 2]}, U, F),
    ("{t.nums: {contains_none: [1]}}", {"nums": [None, 1]}, F, F),
    ("{t.nums: {contains_none: [1]}}", {"nums": [None]}, U, F),
    ("{t.a: {one_of: [1, {term: t.b}]}}", {"a": 1}, P, P),
    ("{t.a: {one_of: [1, {term: t.b}]}}", {"a": 2}, U, F),
    ("{t.rows: {some: {ok: true}}}", {"rows": [{}, {"ok": True}]}, P, P),
    ("{t.rows: {every: {ok: true}}}", {"rows": [{}, {"ok": False}]}, F, F),
    ("{t.rows: {every: {ok: true}}}", {"rows": [{}, {"ok": True}]}, U, F),
    ("{t.rows: {none: {ok: true}}}", {"rows": [{}]}, U, F),
    ("{t.rows: {every: {ok: true}}}", {"rows": []}, P, P),
    ("{t.rows: {some: {ok: true}}}", {"rows": []}, F, F),
    ("{t.rows: {every: {ok: true}}}", {}, U, F),
    ("{t.rows: {none: {ok: true}}}", {}, U, F),
    ("some x in t.nums satisfies x > t.a", {"nums": []}, F, F),
    # what does not: a filter or an if on an unknown condition, a field that is missing
    ("count(t.rows[ok]) = 0", {"rows": [{"k": 1}]}, U, F),
    ("if t.p then true else true", {}, U, F),
    ("if t.q then t.a = 1 else true", {"q": False}, P, P),
    ("t.rows[1].k = 1", {"rows": [{}]}, U, F),
    ("sum(t.rows.k) = 1", {"rows": [{"k": 1}, {}]}, U, F),
    ("t.rows.k = [1, 2]", {"rows": [{"k": 1}, {}]}, U, F),
    ("{t.nums: {equals: [1, 2]}}", {"nums": [1, None]}, U, F),
    ("(for x in t.nums return x + 1) = [2]", {"nums": [1]}, P, P),
    ("{t.a: {between: [0, {term: t.b}]}}", {"a": -1}, F, F),
    ("t.a between 0 and t.b", {"a": 1}, U, F),
    ("t.a in [0..t.b]", {"a": -1}, F, F),
    ("t.a in (< 0, > t.b)", {"a": -1}, P, P),
    # an empty list is not a missing one
    ("{t.set: {contains_none: [x]}}", {"set": []}, P, P),
    ("{t.set: {contains_only: [x]}}", {"set": []}, F, F),
    ("{t.set: {contains_only: [x]}}", {}, U, F),
    ("{t.set: {contains_any: [x]}}", {"set": []}, F, F),
    ("{t.set: {contains_all: [x, y]}}", {"set": ["x"]}, F, F),
    ("{t.nums: {count: {equals: 0}}}", {"nums": []}, P, P),
    ("{t.nums: {count: {equals: 0}}}", {}, U, F),
    # a field that is not stated leaves its element known; an unknown element leaves the list not
    ("{t.rows: {count: {equals: 1}}}", {"rows": [{"k": 1}]}, P, P),
    ("count(t.rows[k > 0]) = 1", {"rows": [{"k": 1}]}, P, P),
    ("{t.nums: {count: {equals: 2}}}", {"nums": [1, None]}, U, F),
    ("{t.nums: {contains_only: [1]}}", {"nums": [1, None]}, U, F),
    ("sum(t.nums) = 1", {"nums": [1, None]}, U, F),
    # stated, and an explicit null
    ("{t.a: {stated: true}}", {"a": 1}, P, P),
    ("{t.a: {stated: true}}", {}, U, F),
    ("{t.a: {stated: false}}", {}, U, P),
    ("{t.a: {stated: false}}", {"a": 1}, F, F),
    ("{t.a: {stated: true}}", {"a": None}, U, F),
    ("{t.d: {stated: true}}", {}, U, F),
    ("{t.d: {stated: false}}", {}, U, P),
    ("t.a = null", {}, U, P),
    ("t.a = null", {"a": 1}, F, F),
    ("t.a != null", {}, U, F),
    ("t.a != null", {"a": 1}, P, P),
    ("null = t.a", {"a": 1}, F, F),
    ("t.d = null", {}, F, F),
    ("{t.rows: {every: {k: {stated: true}}}}", {"rows": [{"k": 1}]}, P, P),
    ("{t.rows: {every: {k: {stated: true}}}}", {"rows": [{}]}, U, F),
    ("{t.rows: {every: {k: {stated: false}}}}", {"rows": [{}]}, U, P),
    # a default is taken by silence
    ("{t.d: 5}", {}, P, P),
    ("{t.d: 5}", {"d": 6}, F, F),
    ("t.d + t.a > 5", {"a": 1}, P, P),
    ("{t.m: 1}", {}, U, F),
    ("{t.n: 1}", {}, P, P),
]


@pytest.mark.parametrize("condition, terms, open_, final", CONDITIONS)
def test_conditions_over_what_is_missing(
    outcome: Outcome, condition: str, terms: dict[str, Any], open_: str, final: str
) -> None:
    if not condition.startswith("{"):
        condition = f"'{condition}'"
    assert outcome(condition, terms) == open_
    assert outcome(condition, terms, final=True) == final
    opposite = {P: F, F: P, U: U}[open_]
    assert outcome(condition, terms, key="forbid") == opposite


def test_without_assumptions_silence_has_no_defaults(build: Build) -> None:
    policy = build(rule("{t.d: 5}"))
    assumed = policy.evaluate({})
    assert assumed.verdict is Verdict.ACCEPT
    assert [(a.path, a.value, a.rules) for a in assumed.assumed] == [("t.d", 5, ("R",))]
    bare = policy.evaluate({}, assume=False)
    assert bare.verdict is Verdict.UNDETERMINED
    assert not bare.assumed
    assert [(m.path, m.rules) for m in bare.missing] == [("t.d", ("R",))]
    assert policy.evaluate({}, assume=False, final=True).verdict is Verdict.REJECT


def test_null_takes_the_default_as_absence_does(outcome: Outcome) -> None:
    with pytest.raises(TermsError):
        outcome("{t.d: 5}", {"d": None})  # the schema has no null here
    assert outcome("'t.a = 1 or t.d = 5'", {"a": None}) == P


# final ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more, terms, open_, final",
    [
        ("applies: {t.p: true}", {"a": 0}, U, F),
        ("applies: {t.p: true}", {"a": 1}, P, P),
        ("applies: {t.p: true}", {"a": 0, "p": False}, N, N),
        ("unless: {t.p: true}", {"a": 0}, U, F),
        ("unless: {t.p: true}", {"a": 1}, P, P),
        ("unless: {t.p: true}", {"p": True}, P, P),
        ("unless: {t.p: true}", {"p": False}, U, F),
        ("applies: {t.p: true}", {"p": True}, U, F),
        ("applies: {t.p: true}\nunless: {t.q: true}", {"q": True}, P, P),
    ],
)
def test_what_is_unknown_counts_against_a_final_deal(
    outcome: Outcome, more: str, terms: dict[str, Any], open_: str, final: str
) -> None:
    assert outcome("{t.a: 1}", terms, more=more) == open_
    assert outcome("{t.a: 1}", terms, more=more, final=True) == final


@pytest.mark.parametrize("key", ["requirement", "applies", "unless"])
def test_an_error_stays_unknown_in_a_final_deal(build: Build, key: str) -> None:
    broken = "t.a / t.b > 1"
    text = {
        "requirement": rule(f"'{broken}'"),
        "applies": rule("{t.a: 0}", more=f"applies: '{broken}'"),
        "unless": rule("{t.a: 0}", more=f"unless: '{broken}'"),
    }[key]
    decision = build(text).evaluate({"t": {"a": 1, "b": 0}}, final=True)
    assert decision.verdict is Verdict.UNDETERMINED
    assert [(e.code, e.rule) for e in decision.errors] == [("division-by-zero", "R")]


def test_an_error_under_is_null_is_no_absence(outcome: Outcome) -> None:
    assert outcome("'t.a / t.b = null'", {"a": 1, "b": 0}, final=True) == U
    assert outcome("'t.a / t.b = null'", {"a": 1}, final=True) == P


# not applicable ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "condition, terms, listed, expected",
    [
        ("{t.m: 1}", {}, ["t.m"], N),
        ("'t.m > 1 and t.n > 1'", {}, ["t.m", "t.n"], N),
        ("'t.m > 1 and t.n > 1'", {}, ["t.m"], F),  # the default of t.n, which is not listed
        ("'t.m > 1 or t.a > 1'", {"a": 0}, ["t.m"], U),
        ("'t.m > 1 or t.a > 1'", {"a": 2}, ["t.m"], P),
        ("'t.m > 1 and t.a > 1'", {"a": 0}, ["t.m"], F),
        ("{t.n: 1}", {}, ["t.n"], N),
        ("'t.n = 1 or t.a > 1'", {}, ["t.n"], U),  # a default is not taken for what is listed
        ("{t.m: {stated: true}}", {}, ["t.m"], N),
        ("'1 = 1'", {}, ["t.m"], P),  # a rule that reads nothing is not disarmed
        ("{t.a: 1}", {}, ["t.m"], U),
    ],
)
def test_listed_terms(
    outcome: Outcome, condition: str, terms: dict[str, Any], listed: list[str], expected: str
) -> None:
    assert outcome(condition, terms, not_applicable=listed) == expected


def test_what_a_rule_reads_is_followed_through_definitions_and_scores(build: Build) -> None:
    policy = build(
        """\
define: {through: t.m + 1, mixed: t.m + t.a}
scorecards:
  - {id: c, items: [{id: I, title: i, when: {t.m: 1}, points: 1}]}
rules:
  - {id: R, title: t, require: 'through > 0'}
  - {id: S, title: t, require: 'mixed > 0'}
  - {id: T, title: t, require: 'score.c > 0'}
  - {id: V, title: t, require: {t.m: 1}, applies: {t.a: 1}}
"""
    )
    decision = policy.evaluate({"t": {"a": 1}, "not_applicable": ["t.m"]})
    assert {k: v.value for k, v in decision.outcomes.items()} == {"R": N, "S": U, "T": N, "V": N}
    assert decision.not_applicable == ("t.m",)


def test_a_listed_term_under_unless_or_applies_is_unknown(outcome: Outcome) -> None:
    listed = ["t.m"]
    assert outcome("{t.a: 1}", {"a": 0}, more="unless: {t.m: 1}", not_applicable=listed) == U
    assert outcome("{t.a: 1}", {"a": 0}, more="applies: {t.m: 1}", not_applicable=listed) == U


@pytest.mark.parametrize(
    "listed, code",
    [
        (["t.a"], "must-apply"),
        (["t.zork"], "unknown-term"),
        (["t"], "unknown-term"),
        ([1], "unknown-term"),
        (["t.m", "t.m"], "duplicate-item"),
        ("t.m", "wrong-type"),
        ({"t.m": True}, "wrong-type"),
    ],
)
def test_a_bad_list_is_bad_input(outcome: Outcome, listed: Any, code: str) -> None:
    with pytest.raises(TermsError) as caught:
        outcome("{t.a: 1}", {}, not_applicable=listed)
    assert [d.code for d in caught.value.diagnostics] == [code]


def test_a_stated_term_cannot_be_listed(outcome: Outcome) -> None:
    with pytest.raises(TermsError) as caught:
        outcome("{t.a: 1}", {"m": 1}, not_applicable=["t.m"])
    assert [d.code for d in caught.value.diagnostics] == ["not-applicable-stated"]
