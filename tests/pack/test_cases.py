"""Every case of the pack's test files, on the engine.

A case expects a verdict, outcomes of rules, terms that are missing ("at least these"),
scores, and words that messages contain; every decision meets the published schema.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from policyengine import Policy
from policyengine.decision import Decision
from policyengine.testcases import Case


def decide(pack: Policy, case: Case) -> Decision:
    policy = pack.with_parameters(case.parameters) if case.parameters else pack
    return policy.evaluate(case.terms, as_of=case.as_of, final=case.final)


def differences(decision: Decision, expect: Mapping[str, Any]) -> list[str]:
    """What the decision says otherwise, a line each."""
    found = []
    for key, wanted in expect.items():
        found += _CHECKS[key](decision, wanted)
    return found


def _verdict(decision: Decision, wanted: str) -> list[str]:
    got = decision.verdict.value
    return [] if got == wanted else [f"verdict: {got}, not {wanted}"]


def _outcomes(decision: Decision, wanted: Mapping[str, str]) -> list[str]:
    got = {rule: outcome.value for rule, outcome in decision.outcomes.items()}
    return [
        f"{rule}: {got[rule]}, not {outcome}"
        for rule, outcome in wanted.items()
        if got[rule] != outcome
    ]


def _missing(decision: Decision, wanted: list[str]) -> list[str]:
    got = {term.path for term in decision.missing}
    return [f"missing: lacks {path}" for path in wanted if path not in got]


def _scores(decision: Decision, wanted: Mapping[str, Any]) -> list[str]:
    found = []
    for name, value in wanted.items():
        score = decision.scores[name]
        parts = value if isinstance(value, Mapping) else {"value": value}
        for part, number in parts.items():
            got = getattr(score, part)
            if got != number:
                found.append(f"score {name}: {part} is {got}, not {number}")
    return found


def _messages(decision: Decision, wanted: Mapping[str, str]) -> list[str]:
    said: dict[str | None, str | None] = {r.rule: r.message for r in decision.reasons}
    said |= {advice.rule: advice.message for advice in decision.advice}
    return [
        f"{rule} says {said.get(rule)!r}, which lacks {text!r}"
        for rule, text in wanted.items()
        if text not in (said.get(rule) or "")
    ]


_CHECKS: dict[str, Callable[[Decision, Any], list[str]]] = {
    "verdict": _verdict,
    "outcomes": _outcomes,
    "missing": _missing,
    "scores": _scores,
    "messages": _messages,
}


@cache
def schema_of_decisions() -> Any:
    path = Path(__file__).resolve().parents[2] / "schemas" / "decision.schema.json"
    return Draft202012Validator(json.loads(path.read_text("utf-8")))


def test_case(case: Case, pack: Policy) -> None:
    decision = decide(pack, case)
    assert not differences(decision, case.expect)
    # Decimals, since a float would not be a multiple of what it seems to be one of.
    document = json.loads(decision.to_json(), parse_float=Decimal)
    errors = schema_of_decisions().iter_errors(document)
    assert not [f"{error.json_path}: {error.message[:200]}" for error in errors]
    # Whatever is said is a sentence with every placeholder filled.
    said = [text for reason in decision.reasons for text in (reason.message, reason.ask)]
    for text in filter(None, [*said, *(advice.message for advice in decision.advice)]):
        assert not re.search(r"[{}]|\bNone\b|\bTrue\b|\bFalse\b|Decimal|  ", text), text


@pytest.mark.parametrize(
    "expect",
    [
        {"verdict": "accept"},
        {"outcomes": {"SOV-5": "pass"}},
        {"missing": ["deal.id"]},
        {"scores": {"benefit": 99}},
        {"scores": {"benefit": {"low": 99}}},
        {"messages": {"SOV-5": "no such words"}},
        {"messages": {"SOV-1": "a rule that has nothing to say"}},
    ],
    ids=str,
)
def test_runner_sees_a_difference(
    expect: Mapping[str, Any], pack: Policy, cases: dict[str, Case]
) -> None:
    """A runner that finds nothing wrong with anything would be green as well."""
    case = cases["cases_test.yaml: a port for 99 years"]
    assert len(differences(decide(pack, case), expect)) == 1
