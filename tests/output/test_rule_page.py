"""`explain`: a rule as a person reads it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policyengine import Policy
from policyengine.output import rule_page
from policyengine.output.text import Style

TEXT = """\
policy: p
version: "1"
terms:
  type: object
  additionalProperties: false
  properties:
    a: {type: number, title: Amount, x-unit: EUR}
    b: {type: boolean}
    law: {title: Law, enum: [own, third], x-labels: {own: our own law, third: a third law}}
rules:
  - {id: BOTH, title: t, forbid: {all: [{a: {at_least: 5000000}}, {b: true}]}}
  - {id: EACH, title: t, forbid: {any: [{b: true}, {all: [{a: {less_than: 1}}, {law: third}]}]}}
  - {id: TWO, title: t, forbid: {some_of: {at_least: 2, of: [{b: true}, {law: own}, {a: 1}]}}}
  - {id: ASKS, title: t, require: {all: [{b: true}, {law: [own]}]},
     because: "{a} is too little under {law}."}
"""


@pytest.mark.parametrize(
    ("rule", "says"),
    (
        ("BOTH", "It forbids these together:\n  - Amount is at least 5,000,000 EUR\n"),
        ("EACH", "It forbids each of these:\n  - b is true\n  - all of these together:\n"),
        ("EACH", '    - Law is "a third law" (third)\n'),
        ("TWO", "It forbids any 2 of these together:\n"),
        ("ASKS", "It requires all of these:\n"),
        ("ASKS", "Because: {Amount} is too little under {Law}.\n"),
    ),
)
def test_page(tmp_path: Path, rule: str, says: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(TEXT, encoding="utf-8")
    policy = Policy.load(path)
    [found] = [one for one in policy.rules if one.id == rule]
    data = rule_page.describe(found, policy.core, policy.schema)
    assert says in rule_page.page(data, Style(200))
    assert "{Amount}" not in json.dumps(data, default=str), "data have paths"
