"""Values of parameters that no deal can have; texts in rules are in the samples of the page."""

from __future__ import annotations

from tests.lint.conftest import Found

POLICY = """\
policy: sample
version: "1"
terms: terms.json
parameters:
  max_days: 45
  friendly: [DE, Norway]
  limits: [3, 1.5]
  home: [{from: 2020-01-01, value: Norway}, {from: 2025-01-01, value: "NO"}]
"""
RULES = """\
rules:
  - id: R-1
    title: Friendly
    require: {deal.country: {one_of: {parameter: friendly}}}
    because: It is {deal.country}.
    ask: Another.
    source: {ref: guide}
  - id: R-2
    title: Not home
    forbid: {deal.country: {equals: {parameter: home}}}
    because: It is {deal.country}.
    ask: Another.
    source: {ref: guide}
  - id: R-3
    title: Whole days
    require: {deal.days: {one_of: {parameter: limits}}}
    because: It is {deal.days}.
    ask: Another.
    source: {ref: guide}
"""


def test_values_of_parameters_that_no_deal_has(found: Found) -> None:
    told = {
        one.message: one.hint
        for one in found(policy__yaml=POLICY, rules__yaml=RULES)
        if one.code == "impossible-value"
    }
    assert list(told) == [
        "the parameter `friendly` holds `Norway`, which `deal.country` can never be",
        "the parameter `limits` holds `1.5`, which `deal.days` can never be",
        "the parameter `home` holds `Norway`, which `deal.country` can never be",
    ]
    assert told.popitem()[1] == (
        "of the term the schema says: it is `Norway`; expected a text that matches `^[A-Z]{2}$`"
    )
