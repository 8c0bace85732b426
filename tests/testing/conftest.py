"""Small policies to test, written into the test's own folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from policyengine import Policy
from policyengine.testing import Suite, load

POLICY = """\
policy: lease
version: 1.0.0
terms:
  type: object
  additionalProperties: false
  properties:
    deal:
      type: object
      additionalProperties: false
      properties: {id: {type: string}}
    years: {type: integer, minimum: 0, maximum: 200}
    rent: {type: number, minimum: 0, default: 0}
    share: {type: number, minimum: 0, maximum: 1}
    use: {type: string, enum: [office, storage, shop]}
    rooms: {type: array, items: {type: string, enum: [hall, yard, roof]}, uniqueItems: true}
    start: {type: string, format: date}
    law: {type: string, enum: [ours, theirs], x-may-not-apply: true}
    sums: {type: array, items: {type: number}}
"""
PARAMETERS = "parameters: {most_years: 30}\n"


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Suite]:
    """A suite of rules and cases as they are written in `policy.yaml` and `policy_test.yaml`."""
    monkeypatch.chdir(tmp_path)

    def made(rules: str, cases: str) -> Suite:
        folder = Path("lease")
        folder.mkdir(exist_ok=True)
        (folder / "policy.yaml").write_text(
            POLICY + ("" if "\nparameters:" in f"\n{rules}" else PARAMETERS) + rules, "utf-8"
        )
        (folder / "policy_test.yaml").write_text(cases, "utf-8")
        return load(Policy.load(folder))

    return made
