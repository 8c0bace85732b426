"""Which comparisons with null ask whether a term is stated, and what to write instead."""

from __future__ import annotations

import json

import pytest
from tests.lint.conftest import Found

RULE = """\
rules:
  - id: R-1
    title: In time
    require: {condition}
    because: It takes {{deal.days}} days.
    ask: Agree on 30 days.
    source: {{ref: guide}}
"""


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ("deal.days != null", ["true"]),
        ("not(deal.days = null) and deal.share > 3", ["true"]),
        ("deal.days = null or deal.kind != null", ["false", "true"]),
        ("deal.days > 3", []),
        ("some x in [1, 2] satisfies x = null", []),
    ],
)
def test_a_comparison_with_null(condition: str, wanted: list[str], found: Found) -> None:
    text = RULE.format(condition=json.dumps(condition))
    hints = [str(d.hint) for d in found(rules__yaml=text) if d.code == "null-comparison"]
    assert [hint.partition("stated: ")[2].partition("}")[0] for hint in hints] == wanted
