"""What is told of every value of a number, held against every deal of small policies."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from typing import Any

import pytest
from tests.analysis import small
from tests.analysis.test_brute_force import keyed, settled

from policyengine.analysis.margins import margins
from policyengine.analysis.questions import questions
from policyengine.analysis.ranges import Range

#: `BRUTE=2000 pytest tests/analysis/test_brute_ranges.py` looks at as many policies a test
SEEDS = int(os.environ.get("BRUTE", "20"))


def holding(ranges: Iterable[Range], value: int) -> list[Range]:
    """The ranges that a value is in; there ought to be one."""
    return [
        each
        for each in ranges
        if (each.low is None or each.low < value or (each.low == value and not each.open_low))
        and (each.high is None or each.high > value or (each.high == value and not each.open_high))
    ]


def values(path: str) -> list[Any]:
    return [value for value in small.VALUES[path] if value is not None]


@pytest.mark.parametrize("start", range(0, SEEDS, 10))
@pytest.mark.parametrize("products", [False, True])
def test_every_value_of_a_margin_has_the_verdict_that_is_told(start: int, products: bool) -> None:
    for seed, of in small.policies(range(start, start + 10), products=products):
        table = small.verdicts(of)
        begun = small.some_deal(random.Random(seed + 4))
        for margin in margins(of, small.deal(begun)).margins:
            if not margin.known:
                assert products, f"seed {seed}"
                assert margin.path == "size"
                assert "multiplies" in (margin.why or "")
                continue
            for value in values(margin.path):
                (there,) = holding(margin.ranges, value)
                verdict = table[keyed({**begun, margin.path: value})]
                assert there.verdict is verdict, f"seed {seed} {margin.path} {value}"


@pytest.mark.parametrize("start", range(0, SEEDS, 10))
@pytest.mark.parametrize("products", [False, True])
def test_every_answer_means_what_is_told(start: int, products: bool) -> None:
    for seed, of in small.policies(range(start, start + 10), products=products):
        begun = small.some_deal(random.Random(seed + 5))
        now = of.evaluate(small.deal(begun)).outcomes
        for question in questions(of, small.deal(begun)).needed or ():
            assert question.why is None or products
            for value in values(question.path):
                found = [
                    answer
                    for answer in question.answers
                    if (answer.value == value if answer.range is None
                        else holding([answer.range], value))
                ]  # fmt: skip
                if question.why is not None or question.path == "tags":
                    continue  # only some answers are told
                (answer,) = found
                there = {**begun, question.path: value}
                decision = of.evaluate(small.deal(there))
                assert answer.verdict is decision.verdict, f"seed {seed} {question.path} {value}"
                assert answer.settled is settled(of, there, decision.verdict)
                moved = {r: o for r, o in decision.outcomes.items() if o is not now[r]}
                assert dict(answer.moved) == moved
