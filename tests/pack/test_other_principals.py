"""The pack works for another principal and other allies by parameters alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policyengine import Policy, Terms, Verdict
from policyengine.testing import Case

ROOT = Path(__file__).resolve().parents[2]
CASES = sorted(path.parent.name for path in (ROOT / "examples").glob("*/terms.yaml"))
# Each country's seat is taken by another; the parameters move with them.
SEATS = {
    "BLR": "MNG", "USA": "IND", "RUS": "JPN", "ARM": "KOR", "KAZ": "NPL", "KGZ": "BTN",
    "TJK": "LKA", "IRN": "QAT", "LKA": "FJI", "CHN": "AUS", "PHL": "PER", "UKR": "CHL",
    "VNM": "ECU", "EU": "AU",
}  # fmt: skip
OTHER = {
    "allies": ["JPN", "KOR", "NPL", "BTN", "LKA"],
    "allies_of": "MNG",
    "stakeholder_country": "IND",
}


def reseated(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: reseated(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [reseated(item) for item in value]
    return SEATS.get(value, value) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def other(pack: Policy) -> Policy:
    return pack.with_parameters(OTHER)


@pytest.mark.parametrize("name", CASES)
def test_other_countries_same_answer(name: str, pack: Policy, other: Policy) -> None:
    document = Terms.from_path(ROOT / "examples" / name / "terms.yaml").document
    elsewhere = reseated(document)
    assert elsewhere["parties"] != dict(document["parties"])
    here, there = pack.evaluate(document), other.evaluate(elsewhere)
    assert there.verdict is here.verdict
    assert there.outcomes == here.outcomes
    said = json.dumps([r.message for r in there.reasons])
    assert not [old for old in ("BLR", "Belarus", "Minsk") if old in said]


def test_every_case_in_other_seats(pack: Policy, other: Policy, cases: dict[str, Case]) -> None:
    for name, case in cases.items():
        if case.parameters:
            continue
        here = pack.evaluate(case.terms, final=case.final)
        there = other.evaluate(reseated(dict(case.terms)), final=case.final)
        assert (there.verdict, there.outcomes) == (here.verdict, here.outcomes), name


@pytest.mark.parametrize(
    ("principal", "allies", "guest", "verdict"),
    [
        ("BLR", None, "RUS", Verdict.ACCEPT),
        ("BLR", None, "USA", Verdict.REJECT),
        ("PHL", ["USA", "AUS", "JPN"], "USA", Verdict.ACCEPT),
        ("PHL", ["USA", "AUS", "JPN"], "RUS", Verdict.REJECT),
        ("CHE", [], "DEU", Verdict.REJECT),  # no allies at all
    ],
)
def test_a_base_is_for_the_allies_of_whoever_asks(
    principal: str, allies: list[str] | None, guest: str, verdict: Verdict, pack: Policy
) -> None:
    policy = pack if allies is None else pack.with_parameters({"allies": allies})
    decision = policy.evaluate(
        {
            "deal": {"id": "base", "types": ["security"], "instrument": "treaty"},
            "parties": {"principal": principal, "counterparties": [guest]},
            "security": {"foreign_basing": "permanent_base"},
            "interference": {"non_interference_clause": True},
            "exit": {"unilateral_withdrawal_principal": True},
        }
    )
    assert decision.verdict is verdict
    # Where allies matter, whoever is not the one whose allies these are is told so.
    (note,) = (one for one in decision.advice if one.rule == "A-OWN-ALLIES")
    assert (note.state == "missing") == (principal != "BLR")
    assert principal == "BLR" or f"The principal of the deal is {principal}." in (
        note.message or ""
    )
    if allies is not None:
        assert decision.settings.parameters == {"allies": tuple(allies)}
