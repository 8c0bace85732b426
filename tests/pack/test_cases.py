"""Every case of the pack's test files passes; every decision meets the published schema."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from policyengine import Policy
from policyengine.testing import Case, Suite, run_suite
from policyengine.testing.coverage import measure
from policyengine.testing.mutation import mutate


def test_every_case_passes(suite: Suite) -> None:
    result = run_suite(suite)
    assert len(result.cases) > 350
    assert not [(one.file, one.case.name, one.failures) for one in result.cases if one.failures]
    assert result.passed


def test_the_cases_try_everything(suite: Suite) -> None:
    """Every outcome, condition, limit and row that is not shown to be impossible."""
    coverage = measure(suite)
    assert coverage.asked() > 500
    assert [(gap.point.owner, gap.point.text, gap.answer) for gap in coverage.gaps()] == []


@pytest.mark.slow
def test_the_cases_tell_every_slip(suite: Suite) -> None:
    """Every mutant but those that are listed with a reason."""
    result = mutate(suite)
    assert result.total > 650
    assert [one.mutant for one in result.open] == []
    assert result.unused == ()


@cache
def schema_of_decisions() -> Any:
    path = Path(__file__).resolve().parents[2] / "schemas" / "decision.schema.json"
    return Draft202012Validator(json.loads(path.read_text("utf-8")))


def test_what_is_said(case: Case, pack: Policy) -> None:
    policy = pack.with_parameters(case.parameters) if case.parameters else pack
    decision = policy.evaluate(
        case.terms, as_of=case.as_of, final=case.final, assume=case.assume, waivers=case.waivers
    )
    # Decimals, since a float would not be a multiple of what it seems to be one of.
    document = json.loads(decision.to_json(), parse_float=Decimal)
    errors = schema_of_decisions().iter_errors(document)
    assert not [f"{error.json_path}: {error.message[:200]}" for error in errors]
    # Whatever is said is a sentence with every placeholder filled.
    said = [text for reason in decision.reasons for text in (reason.message, reason.ask)]
    for text in filter(None, [*said, *(advice.message for advice in decision.advice)]):
        assert not re.search(r"[{}]|\bNone\b|\bTrue\b|\bFalse\b|Decimal|  ", text), text
