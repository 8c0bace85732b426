"""Answers about small policies, held against every deal there is."""

from __future__ import annotations

import os
import random
from itertools import combinations
from typing import Any

import pytest
from tests.analysis import small

from policyengine import Policy
from policyengine.analysis.counter import TARGETS, counter
from policyengine.analysis.margins import margins
from policyengine.analysis.questions import questions
from policyengine.analysis.sufficient import sufficient
from policyengine.decision import Level, Outcome, Verdict

NAMES = tuple(small.VALUES)
#: `BRUTE=2000 pytest tests/analysis/test_brute_force.py` looks at as many policies a test
SEEDS = int(os.environ.get("BRUTE", "40"))


def keyed(values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(values.values())


def fewest_changes(of: Policy, table: Any, start: dict[str, Any], target: str) -> int | None:
    """The least number of terms in which a deal that reaches the target differs."""
    fixed = {name for name in NAMES if of.schema.terms[name].fixed}
    best: int | None = None
    for values in small.all_deals():
        changed = [name for name in NAMES if values[name] != start[name]]
        if any(name in fixed or values[name] is None for name in changed):
            continue
        if table[keyed(values)] in TARGETS[target] and (best is None or len(changed) < best):
            best = len(changed)
    return best


@pytest.mark.parametrize("start", range(0, SEEDS * 2, 10))
def test_no_path_to_yes_is_shorter(start: int) -> None:
    for seed, of in small.policies(range(start, start + 10)):
        table = small.verdicts(of)
        random_ = random.Random(seed)
        for target in TARGETS:
            begun = small.some_deal(random_)
            found = counter(of, small.deal(begun), target=target, alternatives=2)
            best = fewest_changes(of, table, begun, target)
            if best == 0:
                assert found.proposals == ()
                assert found.blocked is None
            elif best is None:
                assert found.proposals == (), f"seed {seed}"
                assert found.blocked is not None
                assert all(each.smallest for each in found.blocked.obstacles)
            else:
                first = found.proposals[0]
                assert len(first.changes) == best, f"seed {seed} {begun}"
                assert first.fewest
            for proposal in found.proposals:
                assert of.evaluate(proposal.document).verdict in TARGETS[target]
            assert found.spurious == 0
            sets = [{change.path for change in each.changes} for each in found.proposals]
            assert not any(a <= b for n, a in enumerate(sets) for b in sets[n + 1 :])


def settled(of: Policy, values: dict[str, Any], verdict: Verdict) -> bool:
    if verdict in (Verdict.ACCEPT, Verdict.REJECT):
        return True
    outcomes = of.evaluate(small.deal(values)).outcomes
    if verdict is Verdict.UNDETERMINED:
        return all(outcome is Outcome.NOT_APPLICABLE for outcome in outcomes.values())
    return any(
        rule.level == Level.NEGOTIABLE and outcomes[rule.id] is Outcome.FAIL for rule in of.rules
    )


def settling_sets(of: Policy, start: dict[str, Any]) -> int | None:
    """The least number of open terms whose answers, whatever they are, settle a deal."""
    table = small.verdicts(of)
    decided: dict[Any, bool] = {}
    open_ = [name for name in NAMES if start[name] is None]

    def settles(values: dict[str, Any]) -> bool:
        key = keyed(values)
        if key not in decided:
            decided[key] = settled(of, values, table[key])
        return decided[key]

    for size in range(len(open_) + 1):
        for chosen in combinations(open_, size):
            answers = [
                values
                for values in small.all_deals()
                if all(
                    (values[name] is not None) if name in chosen else values[name] == start[name]
                    for name in NAMES
                )
            ]
            if all(settles(values) for values in answers):
                return size
    return None


@pytest.mark.parametrize("start", range(0, SEEDS, 10))
def test_no_fewer_questions_settle_a_deal(start: int) -> None:
    for seed, of in small.policies(range(start, start + 10)):
        begun = small.some_deal(random.Random(seed + 1))
        found = questions(of, small.deal(begun))
        best = settling_sets(of, begun)
        if best is None:
            assert found.needed is None, f"seed {seed} {begun}"
        else:
            assert found.needed is not None
            assert len(found.needed) == best, f"seed {seed} {begun}"
            assert found.smallest or found.settled


@pytest.mark.parametrize("seed", [585, 947])
def test_answers_after_which_no_rule_applies_settle(seed: int) -> None:
    """An accept may become a deal to which nothing applies: settled both before and after."""
    of = small.policy(seed)
    assert of is not None
    begun = small.some_deal(random.Random(seed + 1))
    found = questions(of, small.deal(begun))
    assert found.needed is not None
    assert len(found.needed) == settling_sets(of, begun)


@pytest.mark.parametrize("start", range(0, SEEDS, 10))
def test_margins_are_where_the_verdict_turns(start: int) -> None:
    for seed, of in small.policies(range(start, start + 10)):
        table = small.verdicts(of)
        begun = small.some_deal(random.Random(seed + 2))
        found = margins(of, small.deal(begun))
        for margin in found.margins:
            here = table[keyed(begun)]
            values = [value for value in small.VALUES[margin.path] if value is not None]
            others = [v for v in values if table[keyed({**begun, margin.path: v})] is not here]
            above = min([v for v in others if v > begun[margin.path]], default=None)
            below = max([v for v in others if v < begun[margin.path]], default=None)
            assert margin.known
            assert (margin.above.value if margin.above else None) == above, f"seed {seed}"
            assert (margin.below.value if margin.below else None) == below, f"seed {seed}"


@pytest.mark.parametrize("start", range(0, SEEDS, 10))
def test_no_fewer_facts_force_the_verdict(start: int) -> None:
    for seed, of in small.policies(range(start, start + 10)):
        table = small.verdicts(of)
        begun = small.some_deal(random.Random(seed + 3))
        found = sufficient(of, small.deal(begun))
        here = table[keyed(begun)]
        assert found.facts is not None
        assert found.smallest
        for size in range(len(found.facts) + 1):
            forced = any(
                all(
                    table[keyed(values)] is here
                    for values in small.all_deals()
                    if all(values[name] == begun[name] for name in chosen)
                )
                for chosen in combinations(NAMES, size)
            )
            assert forced is (size == len(found.facts)), f"seed {seed}: {size}"
