"""Lists of objects as a document writes them: in pages, in data, in failures of tests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policyengine import Policy
from policyengine.cli import main
from policyengine.output import pretty
from policyengine.output.text import Style

TEXT = """\
policy: p
version: "1"
terms:
  type: object
  additionalProperties: false
  properties:
    years: {type: number}
    parts:
      type: array
      items:
        type: object
        additionalProperties: false
        required: [amount]
        properties:
          amount: {type: [number, "null"]}
          due: {type: string, format: date}
          secured: {type: boolean}
rules:
  - id: R
    title: t
    require: {parts: {some: {amount: {more_than: 100}}}}
    because: "Only {parts}."
  - {id: S, title: u, require: {years: {at_least: 3}}}
"""
PART = {"amount": 100, "due": "2026-01-01"}
WRITTEN = '[{"amount": 100, "due": "2026-01-01"}]'


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    (tmp_path / "policy.yaml").write_text(TEXT, encoding="utf-8")
    return Policy.load(tmp_path)


def test_a_page_and_data_agree_with_the_document(policy: Policy) -> None:
    decision = policy.evaluate({"parts": [PART]})
    [use] = decision.to_dict()["reasons"][0]["terms"]
    assert use["value"] == [PART]
    assert decision.reasons[0].message == f"Only {WRITTEN}."
    assert decision.to_dict()["reasons"][0]["conditions"]["actual"] == [PART]
    page = pretty.page(decision, Style(200), pretty.Asked())
    assert f"- parts: {WRITTEN}, must have" in page
    assert "null" not in page


def test_a_null_that_is_written_is_shown(policy: Policy) -> None:
    found = policy.evaluate({"parts": [{"amount": None}]}).to_dict()
    assert found["reasons"][0]["terms"][0]["value"] == [{"amount": None}]


def test_failures_and_found_deals_write_what_may_be_read(
    tmp_path: Path, policy: Policy, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = {
        "cases": [
            {"name": "c", "terms": {"parts": [PART], "years": 3}, "expect": {"verdict": "accept"}}
        ]
    }
    (tmp_path / "p_test.yaml").write_text(json.dumps(cases), encoding="utf-8")
    found = str(tmp_path / "found_test.yaml")
    assert main(["test", str(tmp_path), "--coverage", "--write-missing", found]) == 1
    told = capsys.readouterr()
    assert f"parts is {WRITTEN} at" in " ".join(told.out.split())
    assert "null" not in told.out
    assert "`unknown`" not in told.out.partition("no deal was found")[2]
    written = Path(found).read_text("utf-8")
    assert "secured" not in written
    assert "years" in written
