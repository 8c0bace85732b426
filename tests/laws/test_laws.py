"""The laws of the engine, on generated policies and deals (docs/architecture.md names them)."""

from __future__ import annotations

import copy
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.laws.generate import Data, cases, completions, some_value

from fuzz.differential import load
from fuzz.generate import Generator
from policyengine import Decision, Outcome, Policy, PolicyEngineError, Verdict
from policyengine.document import WaiverDoc
from policyengine.errors import BudgetError
from policyengine.facts import Facts
from policyengine.intake import check
from policyengine.interpreter import Interpreter
from policyengine.source import Source
from policyengine.values.temporal import Date
from policyengine.waivers import Waivers

ROOT = Path(__file__).resolve().parents[2]
NON_BLOCKING = (Outcome.PASS, Outcome.NOT_APPLICABLE, Outcome.WAIVED)
BINDING = ("mandatory", "negotiable")

Case = tuple[Data, Data, Data]


def loaded(data: Data) -> Policy:
    policy = load(data)
    assume(policy is not None)
    assert policy is not None
    return policy


def decide(policy: Policy, deal: Data, settings: Data, **more: Any) -> Decision:
    return policy.evaluate(copy.deepcopy(deal), **settings, **more)


def rules_of(policy: Policy, *levels: str) -> list[str]:
    return [rule.id for rule in policy.rules if rule.level in levels]


# law 1: never fail open -------------------------------------------------------------------------


@given(cases())
def test_an_accept_rests_on_settled_rules_only(case: Case) -> None:
    policy = loaded(case[0])
    decision = decide(policy, *case[1:])
    binding = [decision.outcomes[rule] for rule in rules_of(policy, *BINDING)]
    mandatory = [decision.outcomes[rule] for rule in rules_of(policy, "mandatory")]
    if decision.verdict is Verdict.ACCEPT:
        assert all(outcome in NON_BLOCKING for outcome in binding)
        assert any(outcome is not Outcome.NOT_APPLICABLE for outcome in binding)
    if decision.verdict is Verdict.CONDITIONAL:
        assert all(outcome in NON_BLOCKING for outcome in mandatory)
    if any(outcome is Outcome.FAIL for outcome in mandatory):
        assert decision.verdict is Verdict.REJECT
    for fault in decision.errors:
        if fault.rule is not None:
            assert decision.outcomes[fault.rule] is Outcome.UNKNOWN


@given(cases())
def test_a_complete_document_leaves_only_errors_unknown(case: Case) -> None:
    """`final` turns every unknown into a failure, or into a pass where absence was asked for."""
    policy, (_, deal, settings) = loaded(case[0]), case
    open_ = decide(policy, deal, {**settings, "final": False})
    final = decide(policy, deal, {**settings, "final": True})
    faulty = {fault.rule for fault in final.errors}
    asked = str(case[0])
    for rule, outcome in final.outcomes.items():
        assert outcome is not Outcome.UNKNOWN or rule in faulty
        if "stated" not in asked and "null" not in str(
            [case[0].get("rules"), case[0].get("define"), case[0].get("scorecards")]
        ):
            before = open_.outcomes[rule]
            if before is Outcome.FAIL:
                assert outcome is Outcome.FAIL
            if outcome in NON_BLOCKING and before not in NON_BLOCKING:
                raise AssertionError(f"{rule}: {before} became {outcome} by being final")


@given(cases(), st.integers(0, 12))
def test_a_budget_makes_unknown_and_nothing_else(case: Case, steps: int) -> None:
    policy, (_, deal, settings) = loaded(case[0]), case
    as_of = date.fromisoformat(settings["as_of"])
    day = Date.from_python(as_of)
    facts = Facts(
        check(deal, policy.schema),
        policy.schema,
        policy._parameters(as_of),
        day,
        False,
        settings["assume"],
    )
    whole = Interpreter(policy.core, facts)
    tight = Interpreter(policy.core, facts, rule_steps=steps)
    for rule in policy.rules:
        expected, found = whole.rule(rule), tight.rule(rule)
        if found.outcome is Outcome.UNKNOWN and expected.outcome is not Outcome.UNKNOWN:
            assert any(fault.code == "budget-exceeded" for fault in found.faults)
        elif found.outcome is not expected.outcome:
            # whether it applies is out of budget, and that it passes is not
            assert (expected.outcome, found.outcome) == (Outcome.NOT_APPLICABLE, Outcome.PASS)
    try:
        small = Interpreter(policy.core, facts, decision_steps=steps)
        outcomes = [small.rule(rule).outcome for rule in policy.rules]
    except BudgetError as error:
        code = error.diagnostics[0].code
        assert code == "decision-budget-exceeded"
    else:
        assert outcomes == [whole.rule(rule).outcome for rule in policy.rules]


@given(cases(), st.data())
def test_waivers_lift_what_blocks_and_touch_nothing_else(case: Case, data: st.DataObject) -> None:
    policy, (_, deal, settings) = loaded(case[0]), case
    deal = {**deal, "deal": {"id": "deal-1"}}
    before = decide(policy, deal, settings)
    waived = data.draw(st.lists(st.sampled_from([r.id for r in policy.rules]), unique=True))
    until = data.draw(st.sampled_from(["2024-12-30", settings["as_of"], "2030-01-01"]))
    span = Source("w.yaml", "x").span(0, 1)
    docs = [
        WaiverDoc(rule, "deal-*", "x", "y", date.fromisoformat(until), None, span)
        for rule in waived
    ]
    after = decide(policy, deal, settings, waivers=Waivers(tuple(docs)))
    valid = until >= settings["as_of"]
    for rule, outcome in after.outcomes.items():
        was = before.outcomes[rule]
        if rule in waived and valid and was in (Outcome.FAIL, Outcome.UNKNOWN):
            assert outcome is Outcome.WAIVED
        else:
            assert outcome is was
    assert {use.rule for use in after.waivers} == set(waived)
    assert all((use.status == "expired") is not valid for use in after.waivers)


# law 2: monotone --------------------------------------------------------------------------------


def crossed(before: Decision, after: Decision) -> str | None:
    """Which settled answer changed its class, or None."""
    for rule, outcome in before.outcomes.items():
        found = after.outcomes[rule]
        if outcome is Outcome.FAIL and found is not Outcome.FAIL:
            return f"{rule}: {outcome} to {found}"
        if outcome in NON_BLOCKING and found not in NON_BLOCKING:
            return f"{rule}: {outcome} to {found}"
    return None


@given(cases(), st.integers(0, 10**9))
def test_stating_an_unknown_term_never_crosses(case: Case, seed: int) -> None:
    policy, (made, deal, settings) = loaded(case[0]), case
    settings = {**settings, "final": False}
    places = completions(made["terms"], deal, assume=settings["assume"])
    assume(places)
    source = random.Random(seed)
    before = decide(policy, deal, settings)
    fuller = copy.deepcopy(deal)
    for place in source.sample(places, source.randint(1, min(4, len(places)))):
        value = some_value(place[-1], source)
        if len(place) == 2:
            fuller["t"][place[0]] = value
        else:
            name, number, field, _ = place
            fuller["t"][name][number][field] = value
        after = decide(policy, fuller, settings)
        change = crossed(before, after)
        assert change is None, (change, place)
        if before.verdict is Verdict.REJECT:
            assert after.verdict is Verdict.REJECT
        if before.verdict is Verdict.ACCEPT and after.verdict is not Verdict.ACCEPT:
            assert after.verdict is Verdict.UNDETERMINED
            assert after.reasons[0].code == "nothing-applied"
        failing = [
            rule for rule in rules_of(policy, "negotiable") if before.outcomes[rule] is Outcome.FAIL
        ]
        if before.verdict is Verdict.CONDITIONAL and failing:
            assert after.verdict is Verdict.CONDITIONAL


@given(cases())
def test_a_default_is_no_more_than_a_value_stated(case: Case) -> None:
    """What is settled without defaults stays in its class with them."""
    policy, (_, deal, settings) = loaded(case[0]), case
    bare = decide(policy, deal, {**settings, "final": False, "assume": False})
    assumed = decide(policy, deal, {**settings, "final": False, "assume": True})
    assert crossed(bare, assumed) is None
    assert not bare.assumed


# law 4: deterministic ---------------------------------------------------------------------------


@given(cases())
def test_same_inputs_same_bytes(case: Case) -> None:
    policy, again = loaded(case[0]), loaded(copy.deepcopy(case[0]))
    first = decide(policy, *case[1:], explain="full").to_json(indent=2)
    assert decide(policy, *case[1:], explain="full").to_json(indent=2) == first
    assert decide(again, *case[1:], explain="full").to_json(indent=2) == first


_PROGRAM = """
from fuzz.differential import load
from fuzz.generate import Generator
for seed in range(12):
    generator = Generator(seed)
    data = generator.policy()
    policy = load(data)
    if policy is not None:
        deal = generator.deal(data["terms"])
        print(policy.evaluate(deal, as_of="2025-01-01", explain="full").to_json())
        try:
            policy.evaluate({"t": {"prise": 1, "yeers": 2}, "x": {}, "evidence": {"y": 1}})
        except Exception as error:
            print(error)
"""


@pytest.mark.slow
def test_same_bytes_whatever_the_hash_seed_locale_or_zone() -> None:
    answers = set()
    for seed, zone, locale in (("0", "UTC", "C"), ("1", "Asia/Tokyo", "C.UTF-8"), ("77", "", "")):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "LC_ALL": locale,
            "PYTHONUTF8": "1",
        }
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            check=True,
            timeout=60,
        )
        answers.add(done.stdout)
    assert len(answers) == 1
    assert len(answers.pop().splitlines()) > 12


# law 6: round trips -----------------------------------------------------------------------------

_VALIDATOR = jsonschema.Draft202012Validator(
    json.loads((ROOT / "schemas" / "decision.schema.json").read_text("utf-8"))
)


@given(cases(), st.sampled_from(["fails", "full"]))
def test_a_decision_read_back_equals_itself_and_fits_its_schema(case: Case, explain: str) -> None:
    decision = decide(loaded(case[0]), *case[1:], explain=explain)
    text = decision.to_json()
    assert Decision.from_dict(json.loads(text, parse_float=Decimal)) == decision
    assert Decision.from_dict(json.loads(text, parse_float=Decimal)).to_json() == text
    _VALIDATOR.validate(json.loads(text))


# reasons ----------------------------------------------------------------------------------------


@given(cases())
def test_what_is_missing_and_why_agree_with_the_outcomes(case: Case) -> None:
    policy, (_, deal, settings) = loaded(case[0]), case
    decision = decide(policy, deal, settings)
    known = {rule.id for rule in policy.rules}
    assert set(decision.outcomes) == known
    reported = [reason.rule for reason in decision.reasons if reason.rule is not None]
    blocking = [
        rule
        for rule in rules_of(policy, *BINDING)
        if decision.outcomes[rule] not in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    ]
    assert sorted(reported) == sorted(blocking)
    levels = [reason.level for reason in decision.reasons if reason.rule is not None]
    assert levels == sorted(levels, key=lambda level: BINDING.index(str(level)))
    for missing in decision.missing:
        assert all(decision.outcomes[rule] is Outcome.UNKNOWN for rule in missing.rules)
    assert decision.not_applicable == tuple(sorted(deal.get("not_applicable", [])))


# law 5: total -----------------------------------------------------------------------------------

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text()
    | st.just(5_000).map(lambda digits: 10**digits)
    | st.sampled_from(["t", "t.price", "deal", "id", "2025-01-01", b"x", object]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "t",
                    "deal",
                    "id",
                    "price",
                    "tags",
                    "parts",
                    "kind",
                    "signed",
                    "evidence",
                    "not_applicable",
                    "source",
                    "confidence",
                ]
            )
            | st.text()
            | st.integers()
            | st.none(),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
_POLICY = next(
    policy for seed in range(50) if (policy := load(Generator(seed).policy())) is not None
)


@given(_JSON)
def test_any_terms_give_a_verdict_or_diagnostics(terms: Any) -> None:
    total(lambda: _POLICY.evaluate(terms, as_of="2025-01-01").to_json())


def total(act: Callable[[], object]) -> None:
    """Whatever it is given, it answers or raises what it promises, with diagnostics."""
    found: PolicyEngineError | None = None
    try:
        act()
    except PolicyEngineError as error:
        found = error
    if found is not None:
        assert found.diagnostics
        assert all(diagnostic.code and diagnostic.message for diagnostic in found.diagnostics)
        assert str(found)
