"""Loops within loops, and the date of the decision in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyengine import Policy, Verdict
from policyengine.engine import Engine

POLICY = """\
policy: loops
version: "1"
terms:
  type: object
  additionalProperties: false
  properties:
    rows: {type: array, items: {type: number}}
    days: {type: array, items: {type: string, format: date}}
rules:
  - id: R-1
    title: Every number has another that is at least as large, and no day lies ahead
    require:
      all:
        - every x in rows satisfies some y in rows satisfies y >= x
        - every d in days satisfies d <= as_of
"""


@pytest.mark.parametrize("engine", ["interpreter", "compiled", "all"])
@pytest.mark.parametrize(
    ("rows", "day", "verdict"),
    [
        ([1, 2, 3], "2026-01-31", Verdict.ACCEPT),
        ([], "2026-01-30", Verdict.ACCEPT),
        ([1], "2026-02-01", Verdict.REJECT),
    ],
)
def test_a_loop_in_a_loop(
    tmp_path: Path, engine: Engine, rows: list[int], day: str, verdict: Verdict
) -> None:
    path = tmp_path / "loops.yaml"
    path.write_text(POLICY, encoding="utf-8")
    policy = Policy.load(path)
    deal = {"rows": rows, "days": [day]}
    assert policy.evaluate(deal, as_of="2026-01-31", engine=engine).verdict is verdict
