"""Law 3, one meaning: every executor gives the answer of the reference interpreter.

A slice of `make fuzz`, which runs the same for as long as one likes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from fuzz.census import census
from fuzz.differential import run
from fuzz.failures import replay
from fuzz.running import Counts, one_policy
from fuzz.shrink import shrink

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*/policy.yaml"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_compiled_and_interpreted_agree(seed: int) -> None:
    """Ten seconds of it, in four parts."""
    counts = Counts()
    made, policies, found = run(seed, keep_going=lambda done: done < 1_500, deals=90, counts=counts)
    assert found is None, found
    assert policies >= 15
    assert counts.distinct > made / 2
    assert counts.decisions > 10


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.parent.name)
def test_what_once_differed_agrees(path: Path) -> None:
    assert replay(path.parent) is None


def test_generated_policies_reach_every_outcome_and_verdict() -> None:
    """The generator is no use if what it makes never fails, or never settles."""
    counts = Counts()
    for seed in range(20):
        assert one_policy(seed, counts, deals=40) is None
    assert set(counts.outcomes) == {"pass", "fail", "unknown", "not_applicable"}
    assert set(counts.verdicts) == {"accept", "reject", "undetermined", "conditional"}
    assert counts.refused
    assert counts.left < sum(counts.outcomes.values()) * 0.8


def test_the_same_seed_gives_the_same_run() -> None:
    first, second = Counts(), Counts()
    for counts in (first, second):
        for seed in (1, 2):
            one_policy(seed, counts, deals=40)
    assert first.to_json() == second.to_json()


@pytest.mark.slow
def test_the_generator_reaches_the_whole_language() -> None:
    """Every feature, with every value that it can take. There are many functions, so that of
    each in a slice as short as this only one of its two is asked for; `--census` asks for both."""
    found = census(range(3_000, 3_400), deals=6)
    lacking = found.lacking()
    assert [line for line in lacking if not line.startswith("function ")] == []
    functions = {line.partition(":")[0] for line in lacking}
    unseen = [name for name in functions if not any(f == name for f, _ in found.counts)]
    assert len(unseen) <= 2, unseen


def test_a_census_names_what_is_lacking() -> None:
    small = census(range(1), deals=2)
    assert len(small.lacking()) > 20
    assert small.to_text().endswith(small.lacking()[-1])


def test_a_policy_comes_to_the_same_by_every_road() -> None:
    """Written, formatted, kept in the cache and taken from it."""
    counts = Counts()
    for seed in range(40, 44):
        assert one_policy(seed, counts, deals=4) is None
    assert counts.reread


def test_shrinking_keeps_what_is_bad() -> None:
    small = shrink({"a": [1, 2, 3], "b": {"c": {"d": "x"}}}, lambda data: "x" in str(data))
    assert small == {"b": "x"}


def test_shrinking_shortens_expressions() -> None:
    text = '((t.a + 1) > 2 and contains(substring(t.s, 1), "a"))'
    small = shrink({"require": text}, lambda data: "contains(" in data["require"])
    assert len(small["require"]) < 20
