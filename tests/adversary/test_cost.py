"""Texts and lists that a deal may make as long as it likes."""

from __future__ import annotations

import time
from typing import Any

import pytest

from policyengine import Verdict

from .conftest import Build, verdicts


def test_a_text_split_into_more_elements_than_a_rule_may_make(build: Build) -> None:
    policy = build('count(split(s, "a")) > 0')
    assert verdicts(policy, {"s": "a" * 150_000}) == {"undetermined"}


def test_long_lists_compared_as_sets(build: Build) -> None:
    policy = build("{set: {equals: {term: set}}}")
    start = time.process_time()
    assert verdicts(policy, {"set": [f"q{n}" for n in range(20_000)]}) == {"accept"}
    assert time.process_time() - start < 60  # it ends; how soon is no test


@pytest.mark.parametrize(
    ("condition", "deal"),
    [
        (
            'every x in nums satisfies string length(replace(s, "a", "b")) > 0',
            {"s": "a" * 200_000, "nums": list(range(300))},
        ),
        (
            "{set: {contains_none: {term: names}}}",
            {"set": [f"a{n}" for n in range(20_000)], "names": [f"b{n}" for n in range(20_000)]},
        ),
    ],
)
def test_what_takes_long_is_paid_for(build: Build, condition: str, deal: dict[str, Any]) -> None:
    """Characters of long texts and elements looked through count as steps."""
    policy = build(condition)
    for engine in ("interpreter", "compiled"):
        decision = policy.evaluate(deal, engine=engine)
        assert decision.verdict is Verdict.UNDETERMINED
        assert [fault.code for fault in decision.errors] == ["budget-exceeded"]
