"""Small policies and all the deals they can have: what a solver says, counted out by hand."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from policyengine import Policy
from policyengine.document import read_manifest, read_rules
from policyengine.errors import Diagnostics, PolicyEngineError
from policyengine.loader import Loaded
from policyengine.nodes import Mapping as MappingNode
from policyengine.nodes import synthetic
from policyengine.schema import read_schema

#: every value a term may be given; None is not stated
VALUES: Mapping[str, tuple[Any, ...]] = {
    "flag": (None, True, False),
    "kind": (None, "loan", "grant", "swap"),
    "size": (None, 0, 1, 2, 3, 4),
    "years": (None, 0, 1, 2),
    "tags": (None, (), ("a",), ("b",), ("a", "b")),
}


def schema(random_: random.Random) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "flag": {"type": "boolean"},
        "kind": {"enum": ["loan", "grant", "swap"]},
        "size": {"type": "integer", "minimum": 0, "maximum": 4},
        "years": {"type": "integer", "minimum": 0, "maximum": 2},
        "tags": {
            "type": "array",
            "items": {"type": "string", "enum": ["a", "b"]},
            "uniqueItems": True,
        },
    }
    for name, shape in properties.items():
        if random_.random() < 0.3:
            default = random_.choice(VALUES[name][1:])
            shape["default"] = list(default) if isinstance(default, tuple) else default
        if random_.random() < 0.1:
            shape["x-fixed"] = True
    return {"type": "object", "additionalProperties": False, "properties": properties}


def test(random_: random.Random) -> Any:
    match random_.randrange(7):
        case 0:
            return {"flag": random_.choice([True, False])}
        case 1:
            return {"kind": {random_.choice(["one_of", "none_of"]): ["loan", "grant"]}}
        case 2:
            operator = random_.choice(["at_least", "more_than", "at_most", "less_than", "equals"])
            return {"size": {operator: random_.randrange(1, 4)}}
        case 3:
            return (
                f"size {random_.choice(['<', '<=', '>', '>=', '='])} years + {random_.randrange(3)}"
            )
        case 4:
            return {"tags": {random_.choice(["contains_any", "contains_none"]): ["a"]}}
        case 5:
            return {"years": {"stated": True}}
        case _:
            return f"2 * years - size >= {random_.randrange(-3, 2)}"


def condition(random_: random.Random, depth: int = 2) -> Any:
    if not depth or random_.random() < 0.35:
        return test(random_)
    parts = [condition(random_, depth - 1) for _ in range(2)]
    return {random_.choice(["all", "any"]): parts}


def crossed(random_: random.Random) -> str:
    """A condition with a product, which has no linear form while both its parts move."""
    return random_.choice(
        [
            f"size * years {random_.choice(['<', '>='])} {random_.randrange(1, 6)}",
            f"size * size {random_.choice(['<', '>='])} {random_.randrange(2, 10)}",
            f"years * (size - {random_.randrange(3)}) <= {random_.randrange(4)}",
        ]
    )


def policy(seed: int, *, products: bool = False) -> Policy | None:
    """A policy of a few rules over five terms, or None where it does not load; with `products`
    one rule more."""
    random_ = random.Random(seed)
    rules = []
    for number in range(random_.randrange(1, 5)):
        rule: dict[str, Any] = {
            "id": f"R-{number}",
            "title": "generated",
            "level": random_.choice(["mandatory", "mandatory", "negotiable"]),
            "require": condition(random_),
        }
        if random_.random() < 0.3:
            rule["applies"] = condition(random_, 1)
        if random_.random() < 0.2:
            rule["unless"] = test(random_)
        rules.append(rule)
    if products:
        level = random_.choice(["mandatory", "negotiable"])
        rules.append(
            {"id": "R-X", "title": "generated", "level": level, "require": crossed(random_)}
        )
    data = {"policy": "small", "version": "1", "terms": schema(random_), "rules": rules}
    node = synthetic(_decimals(data))
    diagnostics = Diagnostics()
    assert isinstance(node, MappingNode)
    manifest = read_manifest(node, diagnostics, with_rules=True)
    read = read_rules(node, Diagnostics(), in_manifest=True)
    terms = node.get("terms")
    assert terms is not None
    found = read_schema(terms, diagnostics)
    if manifest is None or found is None or diagnostics.errors:
        return None
    loaded = Loaded(Path("small.yaml"), manifest, (read,), found, (), ())
    try:
        return Policy._lower(loaded, diagnostics, {})
    except PolicyEngineError:
        return None


def _decimals(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _decimals(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_decimals(value) for value in data]
    if isinstance(data, int) and not isinstance(data, bool):
        return Decimal(data)
    return data


def deal(values: Mapping[str, Any]) -> dict[str, Any]:
    """A document of values, those not stated left out."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value is not None
    }


@cache
def all_deals() -> tuple[dict[str, Any], ...]:
    return tuple(dict(zip(VALUES, values, strict=True)) for values in product(*VALUES.values()))


def some_deal(random_: random.Random) -> dict[str, Any]:
    return {name: random_.choice(values) for name, values in VALUES.items()}


def verdicts(of: Policy) -> dict[tuple[Any, ...], Any]:
    """The verdict of every deal there is, by its values."""
    decide = of.decider()
    return {tuple(values.values()): decide(deal(values))[0] for values in all_deals()}


def policies(seeds: range, *, products: bool = False) -> Iterator[tuple[int, Policy]]:
    for seed in seeds:
        found = policy(seed, products=products)
        if found is not None:
            yield seed, found
