"""Paths to yes that keep conditions, held against every deal of small policies."""

from __future__ import annotations

import operator
import os
import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from tests.analysis import small
from tests.analysis.test_brute_force import NAMES, keyed

from policyengine import Policy
from policyengine.analysis.counter import TARGETS, counter

#: `BRUTE=2000 pytest tests/analysis/test_brute_keep.py` looks at as many policies
SEEDS = int(os.environ.get("BRUTE", "30"))
_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}

Holds = Callable[[Mapping[str, Any]], bool]


def condition(random_: random.Random) -> tuple[str, Holds]:
    """A condition as a text, and as a function of values that is false where one is open."""
    sign, number = random_.choice(list(_ORDER)), random_.randrange(4)
    compare = _ORDER[sign]

    def one(deal: Mapping[str, Any]) -> bool:
        return deal["size"] is not None and compare(deal["size"], number)

    def both(deal: Mapping[str, Any]) -> bool:
        there = deal["size"] is not None and deal["years"] is not None
        return there and compare(deal["size"] + deal["years"], number)

    def kind(deal: Mapping[str, Any]) -> bool:
        return deal["kind"] in ("loan", "swap")

    def tags(deal: Mapping[str, Any]) -> bool:
        return deal["tags"] is not None and "b" in deal["tags"]

    return random_.choice(
        [
            (f"size {sign} {number}", one),
            (f"size + years {sign} {number}", both),
            ('kind in ("loan", "swap")', kind),
            ('list contains(tags, "b")', tags),
        ]
    )


def fewest(of: Policy, start: Mapping[str, Any], target: str, holds: Holds) -> int | None:
    """The least number of terms in which a deal that reaches the target, and keeps to it,
    differs."""
    terms = of.schema.terms
    table = small.verdicts(of)
    best: int | None = None
    for values in small.all_deals():
        changed = [name for name in NAMES if values[name] != start[name]]
        if any(terms[name].fixed or values[name] is None for name in changed):
            continue
        if table[keyed(values)] not in TARGETS[target]:
            continue
        read = {
            name: value if value is not None else terms[name].default
            for name, value in values.items()
        }
        if holds(read) and (best is None or len(changed) < best):
            best = len(changed)
    return best


@pytest.mark.parametrize("start", range(0, SEEDS, 10))
def test_no_shorter_path_keeps_to_a_condition(start: int) -> None:
    for seed, of in small.policies(range(start, start + 10)):
        random_ = random.Random(seed + 6)
        begun = small.some_deal(random_)
        text, holds = condition(random_)
        target = random_.choice(list(TARGETS))
        found = counter(of, small.deal(begun), target=target, keep=[text], alternatives=2)
        best = fewest(of, begun, target, holds)
        told = f"seed {seed} {text} {begun}"
        assert found.reached is (best == 0), told
        if not best:
            assert found.proposals == (), told
            assert (found.blocked is None) is (best == 0), told
        else:
            assert len(found.proposals[0].changes) == best, told
            assert found.proposals[0].fewest
        for proposal in found.proposals:
            assert of.evaluate(proposal.document).verdict in TARGETS[target]
            changed = {change.path: change.after for change in proposal.changes}
            values = {name: changed.get(name, value) for name, value in begun.items()}
            terms = of.schema.terms
            read = {n: v if v is not None else terms[n].default for n, v in values.items()}
            assert holds(read), told
