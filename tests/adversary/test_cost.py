"""Texts and lists that a deal may make as long as it likes."""

from __future__ import annotations

import time

from .conftest import Build, verdicts


def test_a_text_split_into_more_elements_than_a_rule_may_make(build: Build) -> None:
    policy = build('count(split(s, "a")) > 0')
    assert verdicts(policy, {"s": "a" * 150_000}) == {"undetermined"}


def test_long_lists_compared_as_sets(build: Build) -> None:
    policy = build("{set: {equals: {term: set}}}")
    start = time.process_time()
    assert verdicts(policy, {"set": [f"q{n}" for n in range(20_000)]}) == {"accept"}
    assert time.process_time() - start < 2
