"""Rules that two policies have alike are said to come to the same: no deal may tell otherwise."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from fuzz.differential import load
from fuzz.generate import Generator
from policyengine.analysis.equivalence import Relation, compare_policies
from policyengine.analysis.setting import At, setting
from policyengine.analysis.unchanged import unchanged
from policyengine.engine import Policy
from policyengine.errors import PolicyEngineError

DAY = "2026-03-01"
PARTS = ("terms", "parameters", "define", "scorecards", "rules")


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a number, a truth value or a text stands."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key not in ("id", "title", "because", "type", "format"):
                yield from places(value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from places(value, (*path, number))
    elif isinstance(data, bool | int | float | Decimal | str):
        yield path


def nudged(data: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The same policy but for one place of one part."""
    made = copy.deepcopy(data)
    parts = [part for part in PARTS if made.get(part)]
    part = chance.choice(parts)
    found = list(places(made[part], (part,)))
    if not found:
        return made
    *above, last = chance.choice(found)
    holder: Any = made
    for key in above:
        holder = holder[key]
    value = holder[last]
    if isinstance(value, bool):
        holder[last] = not value
    elif isinstance(value, int | float | Decimal):
        holder[last] = value + chance.choice([1, -1])
    elif " > " in value or " < " in value:
        holder[last] = value.replace(" > ", " >= ").replace(" < ", " <= ")
    else:
        holder[last] = chance.choice([value.swapcase(), f"not({value})", "1"])
    return made


def outcomes(policy: Policy, document: Any) -> Mapping[str, Any] | None:
    try:
        return policy.evaluate(document, as_of=DAY, engine="interpreter").outcomes
    except PolicyEngineError:
        return None


@pytest.mark.parametrize("start", range(0, 120, 60))
def test_what_is_called_unchanged_no_deal_tells_apart(start: int) -> None:
    alike = apart = 0
    for seed in range(start, start + 60):
        generator, chance = Generator(seed), random.Random(seed)
        data = generator.policy()
        old = load(data)
        new = load(nudged(data, chance)) if old is not None else None
        if old is None or new is None:
            continue
        at = At(old._day(DAY, None))
        same = unchanged(setting(old, at), setting(new, at))
        alike += len(same)
        for _ in range(12):
            document = generator.deal(data["terms"])
            before, after = outcomes(old, document), outcomes(new, document)
            if before is None or after is None:
                continue
            for rule in before:
                if rule in after and before[rule] is not after[rule]:
                    apart += 1
                    assert rule not in same, f"seed {seed} {rule}"
    assert alike > 40
    assert apart > 3


POLICY: dict[str, Any] = {
    "policy": "p",
    "version": "1.0.0",
    "terms": {
        "type": "object",
        "properties": {"t": {"type": "object", "properties": {
            "a": {"type": "number"},
            "b": {"type": "number"},
            "c": {"type": "string"},
        }}},
    },
    "parameters": {"most": 5, "stepped": [{"from": "2020-01-01", "value": 1},
                                          {"from": "2027-01-01", "value": 2}]},
    "define": {"double": "t.a * t.b", "twice": "double + 1"},
    "rules": [
        {"id": "A", "title": "a", "require": "twice <= parameters.most"},
        {"id": "B", "title": "b", "require": 'matches(t.c, "^[a-z]+$")'},
        {"id": "C", "title": "c", "level": "negotiable", "require": "t.b > parameters.stepped"},
    ],
}  # fmt: skip


def changed(*path: Any, to: Any = None) -> Policy:
    data = copy.deepcopy(POLICY)
    holder: Any = data
    for key in path[:-1]:
        holder = holder[key]
    if path:
        holder[path[-1]] = to
    return written(data)


def written(data: dict[str, Any]) -> Policy:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "policy.yaml"
        file.write_text(json.dumps(data), "utf-8")
        return Policy.load(file)


T = ("terms", "properties", "t", "properties")


@pytest.mark.parametrize(
    ("path", "to", "touched"),
    [
        ((), None, ""),
        (("rules", 0, "title"), "other words", ""),
        (("rules", 0, "level"), "advisory", ""),
        (("rules", 0, "require"), "parameters.most >= twice", "A"),
        (("rules", 1, "unless"), "t.a = 1", "B"),
        (("rules", 1, "applies"), "t.a = 1", "B"),
        (("rules", 1, "effective"), {"from": "2026-06-01"}, "B"),
        (("parameters", "most"), 6, "A"),
        (("parameters", "stepped", 0, "value"), 3, "C"),
        (("parameters", "stepped", 1, "value"), 3, ""),
        (("define", "double"), "t.b * t.a * 1", "A"),
        (("define", "twice"), "double + 2", "A"),
        ((*T, "a"), {"type": "number", "default": 1}, "A"),
        ((*T, "b"), {"type": "number", "minimum": 0}, "AC"),
        ((*T, "c"), {"type": "string", "x-may-not-apply": True}, "B"),
        ((*T, "c"), {"type": "string", "title": "words"}, ""),
        (("terms", "properties", "t", "required"), ["a"], "A"),
    ],
)
def test_a_change_reaches_what_reads_it(path: tuple[Any, ...], to: Any, touched: str) -> None:
    old, new = changed(), changed(*path, to=to)
    at = At(old._day(DAY, None))
    assert unchanged(setting(old, at), setting(new, at)) == set("ABC") - set(touched)
    assert unchanged(setting(new, at), setting(old, at)) == set("ABC") - set(touched)


def test_what_is_alike_is_proved_the_same_though_the_solver_leaves_it_open() -> None:
    old, at = changed(), At(DAY)
    found = compare_policies(old, changed(), at)
    assert found.equivalent
    assert all(each.proved for each in (found.verdict, *found.rules.values()))
    found = compare_policies(old, changed("rules", 2, "require", to="t.b > 0"), at)
    assert [each.relation for each in found.rules.values()] == [
        Relation.EQUIVALENT,
        Relation.EQUIVALENT,
        Relation.LOOSER,
    ]
    assert found.rules["C"].looser is not None
    found = compare_policies(old, changed("rules", 0, "require", to="double < parameters.most"), at)
    assert found.rules["A"].relation is Relation.OPEN
    assert found.rules["A"].why == "left open: `t.a * t.b`: it multiplies two terms"
    assert found.rules["B"].proved
    assert found.rules["C"].proved


def test_a_change_of_level_is_no_change_of_a_rule_and_one_of_verdicts() -> None:
    found = compare_policies(changed(), changed("rules", 2, "level", to="mandatory"), At(DAY))
    assert found.changed_levels == ("C",)
    assert found.verdict.relation in (Relation.STRICTER, Relation.OPEN)
    assert all(each.relation is Relation.EQUIVALENT for each in found.rules.values())


def test_a_term_that_is_not_compared_proves_nothing_of_those_beside_it() -> None:
    """Both sides require it, and no deal with the group is looked at."""
    old = copy.deepcopy(POLICY)
    group = old["terms"]["properties"]["t"]
    group["properties"]["d"] = {"type": "array", "items": {"type": "number"}}
    group["required"] = ["d"]
    new = copy.deepcopy(old)
    new["terms"]["properties"]["t"]["properties"]["d"] = {
        "type": "array",
        "items": {"type": "array", "items": {"type": "number"}},
    }
    new["rules"][2]["require"] = "t.b > 5"
    one, other = written(old), written(new)
    found = compare_policies(one, other, At(DAY))
    deal = {"t": {"b": 3, "d": []}}
    before, after = (of.evaluate(deal, as_of=DAY).outcomes["C"] for of in (one, other))
    assert (before, after) == ("pass", "fail")
    assert not (found.rules["C"].relation is Relation.EQUIVALENT and found.rules["C"].proved)
