"""A sample changes what is asked first, and no answer."""

from __future__ import annotations

import pytest

from fuzz.differential import load
from fuzz.generate import Generator
from policyengine import PolicyEngineError, Terms
from policyengine.engine import Policy


def policy_of(condition: object) -> Policy:
    found = load(
        {
            "policy": "sampled",
            "version": "1.0.0",
            "terms": {
                "type": "object",
                "properties": {
                    "t": {
                        "type": "object",
                        "properties": {
                            **{name: {"type": "number"} for name in "ab"},
                            "c": {"type": "boolean"},
                        },
                    }
                },
            },
            "rules": [
                {
                    "id": "R",
                    "title": "Either",
                    "level": "mandatory",
                    "require": condition,
                    "because": "Neither.",
                }
            ],
        }
    )
    assert found is not None
    return found


def test_what_settles_most_is_asked_first() -> None:
    policy = policy_of({"any": [{"t.a": {"more_than": 5}}, {"t.b": {"more_than": 5}}]})
    deals = [{"t": {"a": 1, "b": 9}}] * 9 + [{"t": {"a": 9, "b": 1}}]

    def asked(sample: list[dict[str, dict[str, int]]]) -> str:
        text = policy.decider(sample=sample)._compiled.forms.form("known")[1]
        line = next(line for line in text.splitlines() if " or " in line)
        return line.strip()

    assert asked([]) == "if ((t_a_0 > 5) or (t_b_1 > 5)): r0 = PASS"
    assert asked(deals) == "if ((t_b_1 > 5) or (t_a_0 > 5)): r0 = PASS"
    assert asked(deals[-1:]) == "if ((t_a_0 > 5) or (t_b_1 > 5)): r0 = PASS"


@pytest.mark.parametrize("seed", range(25))
def test_no_answer_changes(seed: int) -> None:
    generator = Generator(9_000_000 + seed)
    data = generator.policy()
    policy = load(data)
    if policy is None:
        pytest.skip("the generated policy does not load")
    settings = generator.settings()
    deals = [Terms.from_mapping(generator.deal(data["terms"])) for _ in range(12)]
    plain = policy.decider(**settings)
    sampled = policy.decider(**settings, sample=deals[:6])
    for terms in deals:
        try:
            wanted = plain(terms)
        except PolicyEngineError as error:
            with pytest.raises(type(error)):
                sampled(terms)
            continue
        assert sampled(terms) == wanted
        assert sampled.verdict(terms) is wanted[0]
        assert plain.verdict(terms) is wanted[0]
