"""The least and the most that a score can still be, held against every way it can come out."""

from __future__ import annotations

import random
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from fuzz.loading import load
from policyengine import Policy

VALUES: dict[str, tuple[Any, ...]] = {
    "e": ("a", "b", "c", "d"),
    "p": (True, False),
    "q": (True, False),
    "n": (0, 1, 2),
}
TERMS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "e": {"enum": list(VALUES["e"])},
        "p": {"type": "boolean"},
        "q": {"type": "boolean", "x-may-not-apply": True},
        "n": {"type": "integer", "minimum": 0, "maximum": 2},
    },
}


def when(random_: random.Random, *, alone: bool) -> Any:
    """A condition on one term of few options; or, but `alone`, on more."""
    one = [
        {"e": random_.choice(VALUES["e"])},
        {"e": random_.sample(VALUES["e"], 2)},
        {"not": {"e": random_.choice(VALUES["e"])}},
        {"p": random_.choice([True, False])},
        'not(p) or e = "a"' if not alone else "not(p)",
    ]
    more = [{"n": random_.randrange(3)}, {"all": [{"e": "a"}, {"q": True}]}, "p and q"]
    return random_.choice(one if alone else [*one, *more])


def policy(seed: int, *, alone: bool) -> Policy:
    random_ = random.Random(seed)
    items = [
        {
            "id": f"I-{number}",
            "title": "generated",
            "when": when(random_, alone=alone),
            "points": random_.randrange(-3, 4),
        }
        for number in range(random_.randrange(2, 6))
    ]
    made = load(
        {
            "policy": "p",
            "version": "1",
            "terms": TERMS,
            "scorecards": [{"id": "s", "items": items}],
            "rules": [{"id": "R-1", "title": "a rule", "require": {"score.s": {"at_least": 0}}}],
        }
    )
    assert made is not None
    return made


def totals(of: Policy, deal: dict[str, Any]) -> list[Decimal]:
    """The score of every deal that this one may become."""
    open_ = [name for name in VALUES if name not in deal]
    found = []
    for values in product(*(VALUES[name] for name in open_)):
        value = of.evaluate({**deal, **dict(zip(open_, values, strict=True))}).scores["s"].value
        assert value is not None
        found.append(value)
    return found


@pytest.mark.parametrize("seed", range(30))
def test_what_items_of_one_term_come_to_is_what_can_come_out(seed: int) -> None:
    of = policy(seed, alone=True)
    for deal in ({}, {"e": "b"}, {"p": True}, {"n": 1}):
        score, found = of.evaluate(deal).scores["s"], totals(of, deal)
        assert (score.low, score.high) == (min(found), max(found)), deal


@pytest.mark.parametrize("seed", range(30))
def test_a_range_holds_what_can_come_out_and_narrows_as_terms_are_stated(seed: int) -> None:
    of = policy(seed, alone=False)
    random_ = random.Random(seed)
    names = random_.sample(list(VALUES), len(VALUES))
    deal: dict[str, Any] = {}
    before = of.evaluate(deal).scores["s"]
    for name in names:
        found = totals(of, deal)
        assert before.low <= min(found) <= max(found) <= before.high
        deal = {**deal, name: random_.choice(VALUES[name])}
        after = of.evaluate(deal).scores["s"]
        assert before.low <= after.low <= after.high <= before.high
        before = after
    assert before.value == before.low == before.high


def test_a_term_that_does_not_apply_settles_nothing() -> None:
    items = [{"id": f"I-{n}", "title": "x", "when": {"q": n == 1}, "points": n} for n in (1, 2)]
    of = load(
        {
            "policy": "p",
            "version": "1",
            "terms": TERMS,
            "scorecards": [{"id": "s", "items": items}],
            "rules": [{"id": "R-1", "title": "a rule", "require": {"p": True}}],
        }
    )
    assert of is not None
    open_ = of.evaluate({}).scores["s"]
    assert (open_.low, open_.high) == (Decimal(1), Decimal(2))
    listed = of.evaluate({"not_applicable": ["q"]}).scores["s"]
    assert (listed.low, listed.high) == (Decimal(0), Decimal(3))
