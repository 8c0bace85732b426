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
    again: {type: number, title: Amount, x-unit: EUR}
    law: {title: Law, enum: [own, third], x-labels: {own: our own law, third: a third law}}
    forums:
      type: array
      title: Courts
      items: {type: string, enum: [here, there]}
      x-labels: {here: our courts, there: theirs}
    words: {type: array, title: Words, items: {type: string}}
    parts:
      type: array
      title: Tranches
      items:
        type: object
        additionalProperties: false
        properties:
          a: {type: number, title: Sum, x-unit: USD}  # the name of a term in other units
          paid: {type: boolean}
          steps:
            type: array
            title: Milestones
            items:
              type: object
              additionalProperties: false
              properties: {days: {type: integer, title: Time, x-unit: days}}
parameters: {most: [{from: 2025-01-01, value: 3}]}
define: {twice: 2 * a, large: 'parts[item.a > 9]'}
tables:
  - id: kind
    hit_policy: F
    inputs: [a, law]
    output: {type: string}
    rules:
      - [{at_least: 20000}, "-", big]
      - [{at_least: 10000, less_than: 20000}, own, middling]
      - ["-", "-", other]
  - {id: open, hit_policy: C+, inputs: [twice], rules: [[{at_least: 7}, 1]]}
  - id: mixed
    hit_policy: F
    inputs: [a, again, score.worth, parts, words, 2 * a]
    rules:
      - [1, 2, {at_least: 3}, {count: {at_least: 1, at_most: 4}}, {every: {starts_with: x}}, 8, 1]
      - ["-", "-", "-", {some: {a: {more_than: 5}}}, {none: {one_of: [y, z]}}, "-", 2]
    default: {parameter: most}
scorecards:
  - id: worth
    title: What it is worth
    items:
      - {id: W, title: Paid, aspect: money, side: benefit, when: {b: true}, points: 2}
      - {id: V, title: Split, when: {any: [{b: false}, {a: 1}]}, points: -1}
rules:
  - {id: EVERY, title: t, require: {parts: {every: {any: [{a: {less_than: 10000}}, {paid: true}]}}}}
  - {id: SOME, title: t, require: {parts: {some: {a: {at_least: 10000}}}}}
  - {id: NONE, title: t, forbid: {parts: {none: {all: [{paid: true}, {not: {a: 1}}]}}}}
  - {id: BOUND, title: t, require: {parts: {some: {all: [{a: {between: [1, 20000]}}]}}}}
  - {id: WITHIN, title: t, unless: {not: {parts: {every: {not: {paid: true}}}}}, require: {b: true}}
  - {id: ITEMS, title: t, require: {forums: {every: {one_of: [here]}}}}
  - {id: FOUND, title: t, require: {large: {every: {a: {more_than: 1}}}}}
  - {id: MIXED, title: t, require: {mixed: {at_least: 1}}}
  - {id: DEEP, title: t, require: {parts: {every: {steps: {some: {days: {at_most: 30}}}}}}}
  - {id: PLAIN, title: t, require: {words: {none: {starts_with: x}}}}
  - {id: COUNT, title: t, require: {parts: {count: {at_least: 2, at_most: 5}}}}
  - {id: FEEL, title: t, require: 'some p in parts satisfies p.a > 1'}
  - {id: TABLE, title: t, require: {kind: big}, because: "It is {kind}."}
  - {id: SUM, title: t, require: {open: {at_least: 1}}}
  - {id: SCORE, title: t, require: {score.worth: {at_least: {parameter: most}}}}
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
        ("ASKS", "Because: [Amount] is too little under [Law].\n"),
        (
            "EVERY",
            (
                "It requires that in every element of Tranches, any of these holds:\n"
                "  - Sum is less than 10,000 USD\n  - paid is true\n"
            ),
        ),
        ("EVERY", "  parts: Tranches (list)\n    - a: Sum (number in USD)\n    - paid (boolean)\n"),
        ("DEEP", "    - steps: Milestones (list)\n    - steps.days: Time (number in days)\n"),
        ("SOME", "requires: in at least one element of Tranches, Sum is at least 10,000 USD\n"),
        (
            "NONE",
            "It forbids that in no element of Tranches, all of these hold:\n  - paid is true\n",
        ),
        ("NONE", "  - not this:\n    - Sum is 1 USD\n"),
        (
            "DEEP",
            (
                "in every element of Tranches, in at least one element of Milestones, "
                "Time is at most 30 days\n"
            ),
        ),
        ("PLAIN", "It requires: in no element of Words, it starts with x\n"),
        ("BOUND", "element of Tranches, Sum is between 1 and 20,000 USD\n"),
        ("WITHIN", "Unless not this:\n  - in every element of Tranches, this does not hold:\n"),
        ("WITHIN", "hold:\n    - paid is true\n"),
        ("ITEMS", "It requires: in every element of Courts, it is one of our courts (here)\n"),
        ("FOUND", "It requires: in every element of large, a is more than 1 USD\n"),
        (
            "MIXED",
            (
                "    1. Amount is 1 EUR and Amount is 2 EUR and the score “What it is worth” is at "
                "least 3 and Tranches has a number of elements that is at least 1 and is at most 4"
                " and Words has in every element (it starts with x) and 2 * a is 8 EUR: 1\n"
            ),
        ),
        (
            "MIXED",
            (
                "    2. Tranches has in at least one element (Sum is more than 5 USD) and Words "
                "has in no element (it is one of y, z): 2\n    otherwise: parameters.most\n"
            ),
        ),
        ("COUNT", "the number of elements of Tranches is at least 2 and is at most 5\n"),
        ("FEEL", "It requires: some p in parts satisfies p.a > 1\n"),
        ("TABLE", "Because: It is [kind].\n"),
        (
            "TABLE",
            (
                "    1. Amount is at least 20,000 EUR: big\n"
                "    2. Amount is at least 10,000 EUR and is less than 20,000 EUR and "
                'Law is "our own law" (own): middling\n'
                "    3. anything: other\n"
                "    otherwise: no value: the rule stays open\n"
            ),
        ),
        ("TABLE", "  kind: a decision table (F, first)  "),
        ("SUM", "    1. twice is at least 7 EUR: 1\n"),
        ("SUM", "  open: a decision table (C+, collect, sum)  "),
        ("SUM", "  twice = 2 * a  "),
        ("SUM", "  a: Amount (number in EUR)\n"),
        ("SCORE", "It requires: the score “What it is worth” is at least parameters.most\n"),
        ("SCORE", "    +2 Paid (benefit, money)\n       when: b is true\n"),
        ("SCORE", "    -1 Split\n       when any of these:\n         - b is false\n"),
        ("SCORE", "  most = 3 from 2025-01-01\n"),
    ),
)
def test_page(tmp_path: Path, rule: str, says: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(TEXT, encoding="utf-8")
    policy = Policy.load(path)
    [found] = [one for one in policy.rules if one.id == rule]
    data = rule_page.describe(found, policy.core, policy.schema)
    assert says in rule_page.page(data, Style(400))
    assert "{Amount}" not in json.dumps(data, default=str), "data have paths"
