"""A policy with everything a term can reach a rule through."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from policyengine import Policy

POLICY = """\
policy: everything
version: 1.0.0
terms:
  type: object
  additionalProperties: false
  required: [deal]
  properties:
    deal:
      type: object
      additionalProperties: false
      required: [id]
      properties: {id: {type: string}, kind: {type: string, enum: [lease, sale]}}
    money:
      type: object
      additionalProperties: false
      properties:
        loan: {type: number, minimum: 0, x-unit: USD}
        inflow: {type: number, minimum: 0, x-unit: USD}
        secured: {type: boolean, default: false}
    place:
      type: object
      additionalProperties: false
      properties:
        years: {type: integer, minimum: 0, maximum: 999, x-unit: years, x-may-not-apply: true}
        uses: {type: array, uniqueItems: true, items: {type: string, enum: [port, base, mine]}}
        since: {type: string, format: date}
        note: {type: string}
    courts:
      type: object
      additionalProperties: false
      properties:
        forum: {type: string, enum: [ours, theirs, third]}
parameters:
  long: 50
define:
  surplus: money.inflow - money.loan
  twice: surplus * 2
tables:
  - id: risk
    hit_policy: F
    inputs: [courts.forum, place.years]
    output: {type: string, values: [high, low]}
    rules:
      - [theirs, '-', high]
      - ['-', {more_than: 99}, high]
    default: low
scorecards:
  - id: benefit
    items:
      - {id: S1, title: money in, side: benefit, when: {money.inflow: {more_than: 100}}, points: 3}
      - {id: S2, title: long, side: risk, when: {place.years: {more_than: 20}}, points: -2}
rules:
  - id: DIRECT
    title: Not for a generation
    forbid:
      all:
        - place.years: {at_least: {parameter: long}}
        - place.uses: {contains: port}
    because: "{place.years} years with {money.loan} owed."
    ask: Cut it below {parameters.long} years.
  - {id: DEFINED, title: It pays, require: twice > 0}
  - {id: TABLED, title: No high risk, forbid: risk = "high", because: "the risk is {risk}"}
  - {id: SCORED, title: It is worth it, level: negotiable, require: score.benefit >= 1}
  - id: GUARDED
    title: A sale is secured
    level: negotiable
    applies: {deal.kind: sale}
    require: {money.secured: true}
    unless: {place.since: {before: 2000-01-01}}
  - {id: ASKED, title: A date, level: negotiable, require: {place.since: {stated: true}}}
  - {id: LOOPED, title: No base, require: 'every use in place.uses satisfies use != "base"'}
  - {id: ADVICE, title: Say something, level: advisory, require: {place.note: {stated: true}}}
  - {id: FALLIBLE, title: A quotient, level: negotiable, require: money.loan / money.inflow < 2}
"""

#: values of each term that the schema allows
VALUES: dict[str, list[Any]] = {
    "deal.id": ["x"],
    "deal.kind": ["lease", "sale"],
    "money.loan": [0, 50, 500],
    "money.inflow": [0, 10, 1000],
    "money.secured": [True, False],
    "place.years": [10, 49, 50, 120],
    "place.uses": [[], ["port"], ["port", "base"], ["mine"]],
    "place.since": ["1999-12-31", "2020-01-01"],
    "place.note": ["something"],
    "courts.forum": ["ours", "theirs", "third"],
}


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    file = tmp_path_factory.mktemp("policy") / "everything.yaml"
    file.write_text(POLICY, "utf-8")
    return Policy.load(file)


@pytest.fixture(scope="session")
def values() -> dict[str, list[Any]]:
    return VALUES


@pytest.fixture(scope="session")
def pack() -> Policy:
    return Policy.load(Path(__file__).resolve().parents[2] / "rules" / "national-interest")
