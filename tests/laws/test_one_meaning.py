"""Law 3, one meaning: every executor gives the answer of the reference interpreter.

A slice of `make fuzz`, which runs the same for as long as one likes.
"""

from __future__ import annotations

import pytest

from fuzz.differential import differs, load, report, run, shrink
from fuzz.generate import Generator


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_compiled_and_interpreted_agree(seed: int) -> None:
    made, policies, found = run(seed, ("compiled",), keep_going=lambda done: done < 1_200)
    assert found is None, found
    assert policies > made / 40


def test_generated_policies_reach_every_outcome_and_verdict() -> None:
    """The generator is no use if what it makes never fails, or never settles."""
    seen = set()
    for seed in range(60):
        generator = Generator(seed)
        data = generator.policy()
        policy = load(data)
        if policy is None:
            continue
        decision = policy.evaluate(generator.deal(data["terms"]), **generator.settings())
        seen |= {outcome.value for outcome in decision.outcomes.values()}
        seen.add(decision.verdict.value)
    assert seen == {
        *("pass", "fail", "unknown", "not_applicable"),
        *("accept", "reject", "undetermined", "conditional"),
    }


def test_a_difference_is_found_and_shrunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiler that takes `<` for `<=` is caught, by a policy of one rule."""
    from policyengine.compiler import expressions

    monkeypatch.setitem(expressions._PYTHON, "<", "<=")
    _, _, found = run(3, ("compiled",), keep_going=lambda done: done < 5_000)
    assert found is not None
    assert found.count('"id"') == 1
    assert "less_than" in found or "<" in found


def test_shrinking_keeps_what_is_bad() -> None:
    small = shrink({"a": [1, 2, 3], "b": {"c": {"d": "x"}}}, lambda data: "x" in str(data))
    assert small == {"b": "x"}


def test_a_report_holds_policy_deal_and_answers() -> None:
    generator = Generator(1)
    data = generator.policy()
    policy = load(data)
    assert policy is not None
    deal, settings = generator.deal(data["terms"]), generator.settings()
    assert differs(policy, deal, settings, ("compiled",)) is None
    assert '"policy": "fuzz"' in report(data, deal, settings, ("compiled",))
