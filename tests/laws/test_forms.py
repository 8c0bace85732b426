"""Every form of a compiled policy gives the answer of the reference interpreter."""

from __future__ import annotations

import random
from typing import Any

import pytest

from fuzz.differential import load
from fuzz.generate import Generator
from policyengine import PolicyEngineError, Terms
from policyengine.engine import Policy

_NUMBERS: list[Any] = [
    *(0, -0.0, 0.1, 0.5, 1, 1.0, 2, 2.5, 3, 5, 9.99, 10, 10.000000000000002, 50, 99.9, 100),
    *(5e-324, -5e-324, 2.2250738585072014e-308, 1e22, 1.7976931348623157e308, -1e15, 2**53 - 1),
    *(float(2**53), 2**53 + 1, 0.30000000000000004, 4.35, 1e15 + 0.5, 123456789012345.67),
]


def answers(policy: Policy, document: Any, settings: dict[str, Any]) -> list[Any]:
    """What each way to ask the decider says, the reference first."""
    decide = policy.decider(**settings)

    def asked(ask: Any, terms: Any) -> Any:
        try:
            return ask(terms)
        except PolicyEngineError as error:
            return error.diagnostics[0].code

    def reference(terms: Any) -> Any:
        found = policy.evaluate(terms, engine="interpreter", **settings)
        return found.verdict, tuple(found.outcomes.values())

    terms = Terms.from_mapping(document)
    wanted = asked(reference, document)
    verdict = wanted if isinstance(wanted, str) else wanted[0]
    found = [asked(decide, document), asked(decide, terms), asked(decide, terms)]
    only = [asked(decide.verdict, each) for each in (document, document, terms, terms)]
    return [(wanted, verdict), *((each, verdict) for each in found), *((wanted, v) for v in only)]


@pytest.mark.parametrize("seed", range(150))
def test_generated_policies(seed: int) -> None:
    generator = Generator(7_000_000 + seed)
    data = generator.policy()
    policy = load(data)
    if policy is None:
        pytest.skip("the generated policy does not load")
    chance = random.Random(seed)
    properties = data["terms"]["properties"]["t"]["properties"]
    numbers = [name for name, shape in properties.items() if shape.get("type") == "number"]
    for _ in range(6):
        document, settings = generator.deal(data["terms"]), generator.settings()
        settings.pop("waivers", None)
        first, *others = answers(policy, document, settings)
        assert all(other == first for other in others), (document, settings)
        for name in numbers:
            document["t"][name] = chance.choice(_NUMBERS)
        document.pop("not_applicable", None)
        first, *others = answers(policy, document, settings)
        assert all(other == first for other in others), (document, settings)
