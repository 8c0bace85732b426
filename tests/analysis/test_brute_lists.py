"""Paths to yes through lists of objects, held against every list there is."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from itertools import product
from typing import Any

import pytest

from fuzz.loading import load
from policyengine import Policy
from policyengine.analysis.counter import TARGETS, counter
from policyengine.cli.asking.counter import patch
from policyengine.cli.asking.edits import Edit, edits, sentences

#: `BRUTE=2000 pytest tests/analysis/test_brute_lists.py` looks at as many policies
SEEDS = int(os.environ.get("BRUTE", "24"))
ITEM = {
    "type": "object",
    "additionalProperties": False,
    "required": ["a"],
    "properties": {"a": {"type": "integer", "minimum": 0, "maximum": 2}, "b": {"type": "boolean"}},
}
TERMS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "l": {"type": "array", "items": ITEM, "maxItems": 3},
        "flag": {"type": "boolean"},
    },
}
ELEMENTS = [{"a": a, **b} for a in range(3) for b in ({}, {"b": True}, {"b": False})]


@cache
def lists() -> tuple[tuple[Mapping[str, Any], ...], ...]:
    return tuple(each for size in range(4) for each in product(ELEMENTS, repeat=size))


def condition(random_: random.Random) -> Any:
    number = random_.randrange(3)
    return random_.choice(
        [
            f"count(l) {random_.choice(['>=', '<=', '='])} {number}",
            f"every e in l satisfies e.a {random_.choice(['>=', '<='])} {number}",
            f"some e in l satisfies e.a = {number} and e.b",
            "every e in l satisfies e.b = false",
            f"l[{random_.randrange(1, 4)}].a = {number}",
            f"count(l[item.a = {number}]) = {random_.randrange(3)}",
            f"l[1].a < l[2].a or count(l) > {number}",
            "flag or count(l) < 2",
        ]
    )


def policy(seed: int) -> tuple[Policy, dict[str, Any]]:
    random_ = random.Random(seed)
    rules = [
        {"id": f"R-{number}", "title": "generated", "require": condition(random_)}
        for number in range(random_.randrange(1, 4))
    ]
    made = load({"policy": "p", "version": "1", "terms": TERMS, "rules": rules})
    assert made is not None
    start: dict[str, Any] = {"l": [dict(each) for each in random_.choice(lists())]}
    flag = random_.choice([None, True, False])
    return made, start if flag is None else {**start, "flag": flag}


def reaching(of: Policy, target: str) -> Iterator[dict[str, Any]]:
    decide = of.decider()
    for elements in lists():
        for flag in (None, True, False):
            deal: dict[str, Any] = {"l": list(elements)}
            if flag is not None:
                deal["flag"] = flag
            if decide(deal)[0] in TARGETS[target]:
                yield deal


def cost(before: Any, after: Any) -> tuple[int, int]:
    """Elements that are touched, and fields, of the cheapest way from one list to another."""
    if not before or not after:
        whole = [*before, *after]
        return len(whole), sum(map(len, whole))
    size = len(before), len(after)
    best = []
    for kept in _matchings(*size):
        touched = size[0] + size[1] - 2 * len(kept)
        fields = sum(len(e) for n, e in enumerate(before) if n not in dict(kept))
        fields += sum(len(e) for n, e in enumerate(after) if n not in dict(kept).values())
        for i, j in kept:
            other = sum(1 for _ in Edit(i, j, before[i], after[j]).fields())
            touched, fields = touched + bool(other), fields + other
        best.append((touched, fields))
    return min(best)


def _matchings(rows: int, columns: int) -> Iterator[list[tuple[int, int]]]:
    """Every way to pair elements of two lists so that their order stays."""
    if not rows or not columns:
        yield []
        return
    for rest in _matchings(rows - 1, columns):
        yield rest
    for column in range(columns):
        for rest in _matchings(rows - 1, column):
            yield [*rest, (rows - 1, column)]


@pytest.mark.parametrize("start", range(0, SEEDS, 8))
def test_a_list_keeps_what_it_can(start: int) -> None:
    for seed in range(start, start + 8):
        of, begun = policy(seed)
        found = counter(of, begun, alternatives=1)
        assert found.spurious == 0, f"seed {seed}"
        assert found.limits == ()
        reached = list(reaching(of, "accept"))
        if found.reached:
            continue
        if not any("flag" in deal or "flag" not in begun for deal in reached):
            assert not found.proposals
            assert found.blocked is not None
            continue
        (first,) = found.proposals
        assert first.fewest
        moved = {change.path for change in first.changes}
        alone = [deal for deal in reached if deal.get("flag") == begun.get("flag")]
        only_flag = [deal for deal in reached if deal["l"] == begun["l"] and "flag" in deal]
        assert (len(moved) == 1) is bool(alone or only_flag), f"seed {seed}"
        if moved == {"l"}:
            assert first.nearest
            least = min(cost(begun["l"], deal["l"]) for deal in alone)
            assert cost(begun["l"], first.document["l"]) == least, f"seed {seed} {begun}"
        assert applied(patch(first, begun), begun) == plain(first.document), f"seed {seed}"


@pytest.mark.parametrize("seed", range(40))
def test_edits_are_the_cheapest_and_lead_there(seed: int) -> None:
    random_ = random.Random(seed)
    before, after = (list(random_.choice(lists())) for _ in range(2))
    found = edits(before, after)
    if found is None:
        return
    fields = sum(
        sum(1 for _ in e.fields()) if None not in (e.old, e.new) else len(e.before or e.after or ())
        for e in found
    )
    assert (len(found), fields) == cost(before, after)
    assert len(list(sentences(found))) >= len(found)


def plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def applied(steps: list[dict[str, Any]], document: Any) -> Any:
    """A JSON Patch, applied as RFC 6902 says."""
    made = deepcopy(document)
    for step in steps:
        *way, last = step["path"].split("/")[1:]
        place = made
        for name in way:
            place = place[int(name)] if isinstance(place, list) else place[name]
        if isinstance(place, list):
            number = int(last)
            if step["op"] == "add":
                assert number <= len(place)
                place.insert(number, step["value"])
            elif step["op"] == "replace":
                place[number] = step["value"]
            else:
                del place[number]
        elif step["op"] == "remove":
            del place[last]
        else:
            assert step["op"] == "add" or last in place
            place[last] = step["value"]
    return made
