"""What a deal states and no rule reads is named: nobody may take it for having been checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyengine import Decision, Policy, Terms, Verdict

POLICY = """\
policy: p
version: "1"
terms:
  type: object
  additionalProperties: false
  properties:
    deal:
      type: object
      additionalProperties: false
      properties: {id: {type: string}, status: {type: string}}
    by_rule: {type: number}
    by_sentence: {type: number}
    by_definition: {type: number}
    by_unused_definition: {type: number}
    by_table: {type: number}
    by_card: {type: number}
    by_interest: {type: number}
    by_advice: {type: boolean}
    by_nobody: {type: number, title: Control, default: 3}
    also: {type: array, items: {type: string}}
define:
  doubled: by_definition * 2
  forgotten: by_unused_definition * 2
tables:
  - id: size
    title: Size
    hit_policy: F
    inputs: [by_table]
    output: {type: string, values: [small, large]}
    rules: [[{less_than: 5}, small]]
    default: large
scorecards:
  - id: benefit
    items:
      - {id: B-1, title: t, when: {by_card: {more_than: 3}}, points: 1}
interests:
  - {element: Trade, ours: o, theirs: t, served: {by_interest: {more_than: 1}}}
rules:
  - id: R-1
    title: t
    require: {by_rule: {at_least: 1}}
    because: "{by_rule} beside {by_sentence}"
  - {id: R-2, title: t, require: doubled > 1}
  - {id: R-3, title: t, require: {size: small}}
  - {id: A-1, title: t, level: advisory, require: {by_advice: true}}
"""
DEAL = """\
deal: {id: d-1, status: draft}
by_rule: 1
by_sentence: 1
by_definition: 1
by_unused_definition: 1
by_table: 1
by_card: 1
by_interest: 1
by_advice: true
also: [x]
by_nobody: 4
"""


@pytest.fixture
def decision(tmp_path: Path) -> Decision:
    path = tmp_path / "p.yaml"
    path.write_text(POLICY, "utf-8")
    return Policy.load(path).evaluate(Terms.from_text(DEAL, name="deal.yaml"))


def test_only_what_nothing_reads_is_named(decision: Decision) -> None:
    assert decision.verdict is Verdict.ACCEPT
    assert [
        (one.path, one.label, one.location and one.location.line) for one in decision.unread
    ] == [("by_nobody", "Control", 11), ("also", None, 10)]


def test_silence_is_not_named(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(POLICY, "utf-8")
    assert Policy.load(path).evaluate({"by_rule": 1}).unread == ()


def test_it_is_read_back_and_older_decisions_have_none(decision: Decision) -> None:
    assert Decision.from_json(decision.to_json()) == decision
    data = decision.to_dict()
    del data["unread"]
    assert Decision.from_dict(data).unread == ()
