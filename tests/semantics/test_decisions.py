"""Outcomes, verdicts, dates, waivers, errors and budgets: LANGUAGE sections 2 and 6."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.semantics.conftest import Build, rule

from policyengine import (
    BudgetError,
    ParameterError,
    Policy,
    PolicyError,
    Terms,
    TermsError,
    UsageError,
    Verdict,
    WaiverError,
    Waivers,
)

DAY = "2026-01-31"


def outcomes(decision: Any) -> dict[str, str]:
    return {name: found.value for name, found in decision.outcomes.items()}


def codes(error: pytest.ExceptionInfo[Any]) -> list[str]:
    return [found.code for found in error.value.diagnostics]


# verdicts ---------------------------------------------------------------------------------------

LEVELS = """\
rules:
  - {id: M, title: mandatory, require: {t.a: 1}}
  - {id: N, title: negotiable, level: negotiable, require: {t.b: 1}}
  - {id: A, title: advisory, level: advisory, require: {t.p: true}, action: do, focus: f}
"""


@pytest.mark.parametrize(
    "terms, verdict, reported, advice",
    [
        ({"a": 1, "b": 1, "p": True}, "accept", [], "present"),
        ({"a": 1, "b": 1, "p": False}, "accept", [], "missing"),
        ({"a": 1, "b": 1}, "accept", [], "unknown"),
        ({"a": 0, "b": 0}, "reject", ["M", "N"], "unknown"),
        ({"a": 0}, "reject", ["M", "N"], "unknown"),
        ({"b": 0}, "undetermined", ["M", "N"], "unknown"),
        ({"a": 1, "b": 0}, "conditional", ["N"], "unknown"),
        ({"a": 1}, "conditional", ["N"], "unknown"),
        ({}, "undetermined", ["M", "N"], "unknown"),
    ],
)
def test_verdicts_by_level(
    build: Build, terms: dict[str, Any], verdict: str, reported: list[str], advice: str
) -> None:
    decision = build(LEVELS).evaluate({"t": terms})
    assert decision.verdict.value == verdict
    assert [reason.rule for reason in decision.reasons] == reported
    assert [(one.rule, one.state) for one in decision.advice] == [("A", advice)]


def test_mandatory_is_the_default_and_a_misspelled_level_an_error(build: Build) -> None:
    assert build(rule("{t.a: 1}")).rules[0].level == "mandatory"
    with pytest.raises(PolicyError) as caught:
        build(rule("{t.a: 1}", more="level: advisry"))
    assert codes(caught) == ["bad-value"]


def test_nothing_applied_is_undetermined_and_says_so(build: Build) -> None:
    policy = build(rule("{t.a: 1}", more="applies: {t.p: true}"))
    decision = policy.evaluate({"t": {"p": False}})
    assert decision.verdict is Verdict.UNDETERMINED
    assert [reason.code for reason in decision.reasons] == ["nothing-applied"]
    assert not decision.errors


@pytest.mark.parametrize("rules", ["rules: []", "rules:", "", "rules: {}"])
def test_a_policy_without_rules_is_an_error(build: Build, rules: str) -> None:
    with pytest.raises(PolicyError):
        build(rules + "\n")


def test_an_unknown_applicability_still_passes(build: Build) -> None:
    policy = build(rule("{t.a: 1}", more="applies: {t.p: true}\nunless: {t.q: true}"))
    for terms, expected in [
        ({"a": 1}, "pass"),
        ({"q": True}, "pass"),
        ({"a": 0}, "unknown"),
        ({"a": 0, "q": False}, "unknown"),
        ({"a": 0, "q": False, "p": True}, "fail"),
        ({"p": False}, "not_applicable"),
        ({"p": True, "q": False}, "unknown"),
        ({"p": True, "a": 0}, "unknown"),
    ]:
        assert outcomes(policy.evaluate({"t": terms})) == {"R": expected}, terms


def test_a_decision_is_neither_true_nor_false(build: Build) -> None:
    decision = build(LEVELS).evaluate({})
    for thing in (decision, decision.verdict, decision.outcomes["M"]):
        with pytest.raises(TypeError):
            bool(thing)


# dates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "effective, day, in_force",
    [
        ("{from: 2025-01-01}", "2024-12-31", False),
        ("{from: 2025-01-01}", "2025-01-01", True),
        ("{until: 2025-06-30}", "2025-06-30", True),
        ("{until: 2025-06-30}", "2025-07-01", False),
        ("{from: 2025-01-01, until: 2025-01-01}", "2025-01-01", True),
        ("{from: 2025-01-01, until: 2025-06-30}", "2025-07-01", False),
        ("{from: 2025-01-01, until: 2025-06-30}", "2024-12-31", False),
    ],
)
def test_effective_dates_are_included(
    build: Build, effective: str, day: str, in_force: bool
) -> None:
    decision = build(rule("{t.a: 1}", more=f"effective: {effective}")).evaluate({}, as_of=day)
    assert outcomes(decision) == {"R": "unknown" if in_force else "not_applicable"}
    assert decision.verdict is Verdict.UNDETERMINED
    [reason] = decision.reasons
    assert reason.code == ("rule-unknown" if in_force else "nothing-applied")


STEPPED = """\
parameters:
  limit:
    - {from: 2025-01-01, value: 1}
    - {from: 2026-01-01, value: 2}
"""


@pytest.mark.parametrize(
    "day, expected",
    [("2025-01-01", "1"), ("2025-12-31", "1"), ("2026-01-01", "2"), ("2030-01-01", "2")],
)
def test_a_dated_parameter_has_the_value_in_force(build: Build, day: str, expected: str) -> None:
    policy = build(STEPPED + rule("{t.a: {parameter: limit}}", more="because: '{t.a}'"))
    for value in (1, 2):
        decision = policy.evaluate({"t": {"a": value}}, as_of=day)
        assert outcomes(decision) == {"R": "pass" if str(value) == expected else "fail"}


def test_a_parameter_asked_for_before_its_first_value(build: Build) -> None:
    policy = build(STEPPED + rule("{t.a: {parameter: limit}}"))
    for _ in range(2):  # not remembered as in force
        with pytest.raises(ParameterError) as caught:
            policy.evaluate({"t": {"a": 1}}, as_of="2024-12-31")
        assert codes(caught) == ["parameter-not-in-force"]


@pytest.mark.parametrize("key", ["require", "because", "applies", "unless", "ask"])
def test_no_value_is_asked_for_by_a_rule_out_of_force(build: Build, key: str) -> None:
    more = {
        "require": "",
        "because": "because: '{parameters.limit}'",
        "ask": "ask: '{parameters.limit}'",
        "applies": "applies: 't.a > parameters.limit'",
        "unless": "unless: 't.a > parameters.limit'",
    }[key]
    condition = "{t.a: {parameter: limit}}" if key == "require" else "{t.a: 1}"
    text = STEPPED + rule(condition, more=more + "\neffective: {from: 2025-01-01}")
    policy = build(text + "  - {id: S, title: t, require: {t.b: 1}}\n")
    decision = policy.evaluate({"t": {"a": 1, "b": 1}}, as_of="2024-12-31", explain="full")
    assert outcomes(decision) == {"R": "not_applicable", "S": "pass"}
    assert decision.verdict is Verdict.ACCEPT
    assert decision.to_json()


def test_a_policy_that_depends_on_the_date_never_guesses_it(build: Build) -> None:
    for text in (
        STEPPED + rule("{t.a: {parameter: limit}}"),
        rule("{t.a: 1}", more="effective: {from: 2025-01-01}"),
        rule("'as_of > t.day'"),
        "define: {x: as_of}\n" + rule("{t.a: 1}"),
    ):
        with pytest.raises(UsageError) as caught:
            build(text).evaluate({})
        assert codes(caught) == ["as-of-needed"]


@pytest.mark.parametrize("day", [datetime(2026, 1, 1), 20260101, "2026-02-30", "1.1.2026", "２０"])
def test_a_bad_date_is_refused(build: Build, day: Any) -> None:
    with pytest.raises(UsageError):
        build(LEVELS).evaluate({}, as_of=day)


def test_an_override_replaces_a_parameter_for_every_day(build: Build) -> None:
    policy = build(STEPPED + rule("{t.a: {parameter: limit}}"))
    changed = policy.with_parameters({"limit": 7})
    decision = changed.evaluate({"t": {"a": 7}}, as_of="1999-01-01")
    assert outcomes(decision) == {"R": "pass"}
    assert decision.settings.parameters == {"limit": 7}
    assert changed.digest != policy.digest
    for bad in ({"limit": "x"}, {"zork": 1}, {"limit": None}):
        with pytest.raises(ParameterError):
            policy.with_parameters(bad)
        with pytest.raises(ParameterError):
            Policy.load(policy.path, parameters=bad)


def test_a_fault_of_the_policy_is_not_put_down_to_an_override(build: Build, tmp_path: Path) -> None:
    with pytest.raises(PolicyError):
        build(STEPPED + rule("{t.a: {parameter: limt}}"))
    with pytest.raises(PolicyError):
        Policy.load(tmp_path / "policy.yaml", parameters={"limit": "x"})


def test_a_sentence_has_numbers_as_a_page_has_them(build: Build) -> None:
    more = "because: '{t.a} over 10000'\nask: '{t.a} at most'"
    policy = build(rule("{t.a: {at_most: 1}}", more=more))
    for given, shown in ((9999, "9999"), (1234567.5, "1,234,567.5"), (10000, "10,000")):
        (reason,) = policy.evaluate({"t": {"a": given}}).reasons
        assert (reason.message, reason.ask) == (f"{shown} over 10000", f"{shown} at most")
        assert reason.terms[0].value == given


# waivers ----------------------------------------------------------------------------------------

WAIVER = "rule: {rule}, deal: '{deal}', approved_by: Cabinet, reason: why, until: {until}"


@pytest.fixture
def waivers(tmp_path: Path) -> Any:
    def made(*entries: str) -> Waivers:
        file = tmp_path / "waivers.yaml"
        file.write_text("waivers:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries), "utf-8")
        return Waivers.load(file)

    return made


def entry(rule: str = "R", deal: str = "d-1", until: str = DAY, more: str = "") -> str:
    return WAIVER.format(rule=rule, deal=deal, until=until) + more


DEAL: dict[str, Any] = {"deal": {"id": "d-1"}, "t": {"a": 0}}


@pytest.mark.parametrize(
    "written, deal, outcome, statuses",
    [
        (entry(), DEAL, "waived", ["applied"]),
        (entry(until="2026-01-30"), DEAL, "fail", ["expired"]),
        (entry(until="2026-02-01"), DEAL, "waived", ["applied"]),
        (entry(deal="d-*"), DEAL, "waived", ["applied"]),
        (entry(deal="*"), DEAL, "waived", ["applied"]),
        (entry(deal="D-1"), DEAL, "fail", []),
        (entry(deal="d-[2-9]"), DEAL, "fail", []),
        (entry(deal="x"), DEAL, "fail", []),
        (entry(deal="*"), {"t": {"a": 0}}, "fail", []),
        (entry(deal="*"), {"t": {"a": 0}, "deal": {"id": None}}, "fail", []),
        (entry(rule="ZORK"), DEAL, "fail", ["no_such_rule"]),
        (entry(), {**DEAL, "t": {"a": 1}}, "pass", ["not_needed"]),
        (entry(), {**DEAL, "t": {}}, "waived", ["applied"]),
        (entry(more=f", digest: 'sha256:{'0' * 64}'"), DEAL, "fail", ["stale"]),
    ],
)
def test_waivers(
    build: Build, waivers: Any, written: str, deal: Any, outcome: str, statuses: list[str]
) -> None:
    policy = build(rule("{t.a: 1}"))
    decision = policy.evaluate(deal, as_of=DAY, waivers=waivers(written))
    assert outcomes(decision) == {"R": outcome}
    assert [use.status for use in decision.waivers] == statuses
    assert decision.verdict is {
        "waived": Verdict.ACCEPT,
        "pass": Verdict.ACCEPT,
        "fail": Verdict.REJECT,
    }.get(outcome, Verdict.UNDETERMINED)
    assert [reason.outcome for reason in decision.reasons] == (
        [] if outcome == "pass" else [outcome]
    )
    for reason in decision.reasons:
        assert (reason.waiver is not None) is (outcome == "waived")


def test_a_waiver_leaves_what_does_not_apply(build: Build, waivers: Any) -> None:
    policy = build(rule("{t.a: 1}", more="applies: {t.p: true}"))
    deal = {**DEAL, "t": {"p": False}}
    decision = policy.evaluate(deal, as_of=DAY, waivers=waivers(entry()))
    assert outcomes(decision) == {"R": "not_applicable"}
    assert decision.verdict is Verdict.UNDETERMINED


def test_a_digest_pins_the_terms_or_the_file(build: Build, waivers: Any, tmp_path: Path) -> None:
    policy = build(rule("{t.a: 1}"))
    plain = policy.evaluate(DEAL)
    pinned = waivers(entry(more=f", digest: '{plain.deal.digest}'"))
    assert outcomes(policy.evaluate(DEAL, as_of=DAY, waivers=pinned)) == {"R": "waived"}
    other = {**DEAL, "t": {"a": 2}}
    assert outcomes(policy.evaluate(other, as_of=DAY, waivers=pinned)) == {"R": "fail"}
    file = tmp_path / "deal.json"
    file.write_text('{"deal": {"id": "d-1"}, "t": {"a": 0}}', "utf-8")
    terms = Terms.from_path(file)
    digest = policy.evaluate(terms).deal.source_digest
    pinned = waivers(entry(more=f", digest: '{digest}'"))
    assert outcomes(policy.evaluate(terms, as_of=DAY, waivers=pinned)) == {"R": "waived"}
    assert outcomes(policy.evaluate(DEAL, as_of=DAY, waivers=pinned)) == {"R": "fail"}


def test_a_valid_waiver_counts_beside_one_that_expired(build: Build, waivers: Any) -> None:
    both = waivers(entry(until="2020-01-01"), entry(), entry(deal="d-*"))
    decision = build(rule("{t.a: 1}")).evaluate(DEAL, as_of=DAY, waivers=both)
    assert outcomes(decision) == {"R": "waived"}
    assert [use.status for use in decision.waivers] == ["expired", "applied"]


def test_a_waiver_needs_a_date(build: Build, waivers: Any) -> None:
    with pytest.raises(UsageError):
        build(rule("{t.a: 1}")).evaluate(DEAL, waivers=waivers(entry()))


@pytest.mark.parametrize(
    "bad",
    [
        "rule: R, deal: d-1, approved_by: x, reason: y",
        "rule: R, deal: d-1, approved_by: x, until: 2026-01-01",
        "rule: R, deal: d-1, approved_by: '', reason: y, until: 2026-01-01",
        "rule: R, deal: '', approved_by: x, reason: y, until: 2026-01-01",
        "rule: R, deal: d-1, approved_by: x, reason: y, until: 2026-02-30",
        "rule: R, deal: d-1, approved_by: x, reason: y, until: 2026-01-01, digest: md5",
        "rule: R, deal: d-1, approved_by: x, reason: y, until: 2026-01-01, zork: 1",
    ],
)
def test_a_waiver_is_named_in_full(waivers: Any, bad: str) -> None:
    with pytest.raises(WaiverError):
        waivers(bad)


# errors and budgets -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "condition, terms, code",
    [
        ("t.a / t.b > 1", {"a": 1, "b": 0}, "division-by-zero"),
        ("t.nums[0] = 1", {"nums": [1]}, "bad-index"),
        ("t.nums[2] = 1", {"nums": [1]}, "bad-index"),
        ("t.nums[-2] = 1", {"nums": [1]}, "bad-index"),
        ("t.nums[t.a] = 1", {"nums": [1], "a": 5}, "bad-index"),
        ("number(t.s) > 1", {"s": "zork"}, "bad-conversion"),
        ("date(t.s) > t.day", {"s": "2026-02-30", "day": "2026-01-01"}, "bad-conversion"),
        ("t.a ** t.b > 1", {"a": 10, "b": 9999}, "overflow"),
        ("t.a * t.b > 1", {"a": 10**6000, "b": 10**6000}, "overflow"),
        ("modulo(t.a, t.b) = 1", {"a": 1, "b": 0}, "division-by-zero"),
        ("sqrt(t.a) = 1", {"a": -1}, "invalid-argument"),
        ("matches(t.s, t.s)", {"s": "("}, "bad-pattern"),
        ("(if t.p then t.s else t.a) > 1", {"p": True, "s": "x", "a": 1}, "type-mismatch"),
        ("(if t.p then t.s else t.a) + 1 > 1", {"p": True, "s": "x", "a": 1}, "type-mismatch"),
        ("[t.a, t.s][1]", {"a": 1, "s": "x"}, "type-mismatch"),
        ("[t.a, true][1] or t.q", {"a": 1, "q": False}, "type-mismatch"),
        ("every i in [1, t.s][2]..3 satisfies i > 0", {"s": "x"}, "type-mismatch"),
    ],
)
def test_an_error_leaves_its_rule_unknown_and_is_reported(
    build: Build, condition: str, terms: dict[str, Any], code: str
) -> None:
    for level, verdict in (("mandatory", "undetermined"), ("negotiable", "conditional")):
        policy = build(rule(f"'{condition}'", more=f"level: {level}"))
        decision = policy.evaluate({"t": terms})
        assert outcomes(decision) == {"R": "unknown"}
        assert decision.verdict.value == verdict
        [error] = decision.errors
        assert (error.code, error.rule) == (code, "R")
        assert error.location is not None
        assert error.message in decision.reasons[0].message
        assert "`" not in condition


@pytest.mark.parametrize(
    "condition, expected",
    [
        ("t.b != 0 and t.a / t.b > 2", "fail"),
        ("t.b = 0 or t.a / t.b > 2", "pass"),
        ("if t.b = 0 then true else t.a / t.b > 2", "pass"),
        ("t.a / t.b > 2 and t.b != 0", "fail"),
        ("t.a / t.b > 2 or t.b != 0", "unknown"),
        ("not(t.b != 0 and t.a / t.b > 2)", "pass"),
    ],
)
def test_a_guard_absorbs_the_error_it_guards_against(
    build: Build, condition: str, expected: str
) -> None:
    decision = build(rule(f"'{condition}'")).evaluate({"t": {"a": 1, "b": 0}})
    assert outcomes(decision) == {"R": expected}
    assert bool(decision.errors) is (expected == "unknown")


def test_an_error_in_a_definition_reaches_each_rule_that_rests_on_it(build: Build) -> None:
    policy = build(
        """\
define: {ratio: t.a / t.b, twice: ratio * 2}
rules:
  - {id: R, title: t, require: 'ratio > 1'}
  - {id: S, title: t, require: 'twice > 1 or t.p'}
  - {id: T, title: t, require: {t.p: true}}
"""
    )
    decision = policy.evaluate({"t": {"a": 1, "b": 0, "p": True}})
    assert outcomes(decision) == {"R": "unknown", "S": "pass", "T": "pass"}
    assert [(e.code, e.rule) for e in decision.errors] == [("division-by-zero", "R")]
    assert decision.defined == {"ratio": None, "twice": None}


NESTED = "every x in t.nums, y in t.nums, z in t.nums satisfies x + y + z >= 0"


def test_the_budget_of_a_rule_makes_it_unknown(build: Build) -> None:
    policy = build(
        "rules:\n"
        f"  - {{id: R, title: t, require: '{NESTED}'}}\n"
        "  - {id: S, title: t, require: {t.a: 1}}\n"
    )
    decision = policy.evaluate({"t": {"nums": list(range(60)), "a": 1}})
    assert outcomes(decision) == {"R": "unknown", "S": "pass"}
    assert decision.verdict is Verdict.UNDETERMINED
    assert [(e.code, e.rule) for e in decision.errors] == [("budget-exceeded", "R")]


def test_the_budget_of_a_decision_is_no_verdict(build: Build) -> None:
    rules = "".join(f"  - {{id: R{n}, title: t, require: '{NESTED}'}}\n" for n in range(40))
    policy = build("rules:\n" + rules)
    with pytest.raises(BudgetError) as caught:
        policy.evaluate({"t": {"nums": list(range(60))}})
    assert codes(caught) == ["decision-budget-exceeded"]


def timed(act: Any, seconds: float) -> Any:
    begin = time.process_time()
    found = act()
    assert time.process_time() - begin < 30 * seconds  # it ends; how soon is no test
    return found


def test_values_that_double_are_bounded(build: Build) -> None:
    """Sharing makes a value of 2^40 elements in forty lines; walking it would never end."""
    for first, more in (("[t.a, t.a]", "[s{0}, s{0}]"), ("{{x: t.a}}", "{{x: s{0}, y: s{0}}}")):
        lines = "".join(f"  s{n + 1}: '{more.format(n)}'\n" for n in range(40))
        text = "define:\n  s0: '" + first.format() + "'\n" + lines
        policy = build(text + rule("'s40 = s39'"))
        decision = timed(lambda p=policy: p.evaluate({"t": {"a": 1}}), 5)
        assert outcomes(decision) == {"R": "unknown"}
        assert "budget-exceeded" in [error.code for error in decision.errors]


def test_texts_that_double_are_bounded(build: Build) -> None:
    lines = "".join(f"  s{n + 1}: s{n} + s{n}\n" for n in range(60))
    policy = build("define:\n  s0: t.s + t.s\n" + lines + rule("'s60 = s59'"))
    decision = timed(lambda: policy.evaluate({"t": {"s": "xxxx"}}), 5)
    assert outcomes(decision) == {"R": "unknown"}
    assert decision.errors[0].code == "overflow"


def test_values_that_nest_are_bounded(build: Build) -> None:
    lines = "".join(f"  s{n + 1}: '[s{n}]'\n" for n in range(1500))
    policy = build("define:\n  s0: '[t.a]'\n" + lines + rule("'s1500 = s1499'"))
    decision = policy.evaluate({"t": {"a": 1}})
    assert decision.verdict is Verdict.UNDETERMINED
    assert decision.errors[0].code == "budget-exceeded"


@pytest.mark.parametrize(
    "expression",
    [
        "t.nums[" * 40 + "1" + "]" * 40 + " > 0",
        "(if (" * 8 + "t.a" + " between 1 and 2) then 1 else 2)" * 8 + " > 0",
    ],
)
def test_nesting_does_not_multiply_work(build: Build, expression: str) -> None:
    policy = timed(lambda: build(rule(f"'{expression}'")), 2)
    timed(lambda: policy.evaluate({"t": {"a": 1, "nums": [1]}}).to_json(), 5)


def test_what_would_be_written_out_too_often_is_refused(build: Build) -> None:
    expression = "t.a"
    for _ in range(16):
        expression = f"(if ({expression} in [1..2]) then 1 else 2)"
    with pytest.raises(PolicyError) as caught:
        timed(lambda: build(rule(f"'{expression} > 0'")), 5)
    assert codes(caught) == ["feel-too-deep"]
    assert "too often" in caught.value.diagnostics[0].message


def test_the_conditions_of_a_rule_share_its_budget(build: Build) -> None:
    pairs = "every x in t.nums, y in t.nums satisfies x + y >= 0"
    nums = {"nums": list(range(200))}
    alone = build(rule(f"'{pairs}'"))
    assert outcomes(alone.evaluate({"t": nums})) == {"R": "pass"}
    several = build(rule("{t.a: 1}", more=f"applies: '{pairs}'\nunless: 'not({pairs})'"))
    assert outcomes(several.evaluate({"t": {**nums, "a": 0}})) == {"R": "unknown"}


# what a program may pass ------------------------------------------------------------------------

_DEEP: list[Any] = []
for _ in range(5_000):
    _DEEP = [_DEEP]
_LOOP: dict[str, Any] = {}
_LOOP["t"] = _LOOP


@pytest.mark.parametrize(
    "terms",
    [
        {10**5000: 1},
        {"t": {10**5000: 1}},
        {"t": {"a": _DEEP}},
        {"t": {"s": 10**5000}},
        {"t": {"rows": [{10**5000: 1}]}},
        {"not_applicable": [10**5000]},
        {"not_applicable": [_DEEP]},
        {"evidence": {10**5000: 1}},
        {"evidence": {"t.a": {10**5000: 1}}},
        {"evidence": {"t.a": {"source": _DEEP}}},
        _LOOP,
        [],
        None,
        "t",
    ],
    ids=range(14),
)
def test_whatever_a_program_passes_is_refused_in_words(build: Build, terms: Any) -> None:
    with pytest.raises(TermsError) as caught:
        build(LEVELS).evaluate(terms)
    assert str(caught.value)
