"""The encoding and the reference interpreter say the same of every generated policy and deal."""

from __future__ import annotations

from typing import Any

import pytest
from tests.symbolic.conftest import problem, setting

from fuzz.differential import load
from fuzz.generate import Generator
from policyengine import Policy
from policyengine.dating import as_date
from policyengine.decision import Outcome, Verdict
from policyengine.errors import PolicyEngineError
from policyengine.symbolic import bools
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.solver import Status
from policyengine.symbolic.verifier import Replay

SEEDS = 160
DEALS = 3


def pinned(asked: Problem, deal: Any, values: Any, listed: frozenset[str]) -> list[Any]:
    """That a deal is this one, in every term that was encoded."""
    pins = []
    for path in asked.space.paths:
        stated = asked.space.stated(path)
        if path in values:
            pins += [stated, asked.space.holds(path, values[path])]
        else:
            pins.append(bools.no(stated))
        not_applicable = asked.space.not_applicable(path)
        pins.append(not_applicable if path in listed else bools.no(not_applicable))
    return pins


def cases(seed: int) -> Any:
    """A generated policy, deals of it with what the reference says of them, and the problem."""
    from policyengine.intake import check

    generator = Generator(seed)
    data = generator.policy()
    policy = load(data)
    if policy is None:
        return
    for _ in range(DEALS):
        deal, how = generator.deal(data["terms"]), generator.settings()
        try:
            day = as_date(how.pop("as_of", None))
            known = {name: how[name] for name in ("final", "assume") if name in how}
            checked = check(deal, policy.schema)
            asked = Problem(setting(policy, day, **known), values=checked.values)
            replay = asked.judge.replay(deal)
        except PolicyEngineError:
            continue
        assert replay is not None
        for rule in policy.rules:
            asked.form.rule(rule.id)
        yield asked, replay, pinned(asked, deal, checked.values, checked.not_applicable)


def disagreement(asked: Problem, replay: Replay, pins: list[Any]) -> str | None:
    if asked.ask(*pins) is not Status.SATISFIED:
        return "the deal is no deal of the space"
    for rule, outcome in replay.outcomes.items():
        said = asked.outcome(rule, outcome)
        if asked.ask(*pins, said) is not Status.SATISFIED:
            return f"{rule} cannot be {outcome}"
        # what is left open may be anything; all else is settled by the terms
        if not asked.encoder.open and asked.ask(*pins, bools.no(said)) is not Status.IMPOSSIBLE:
            return f"{rule} need not be {outcome}"
    return None


@pytest.mark.parametrize("start", range(0, SEEDS, 20))
def test_encoding_agrees_with_the_reference(start: int) -> None:
    settled = 0
    for seed in range(start, start + 20):
        for asked, replay, pins in cases(seed):
            assert disagreement(asked, replay, pins) is None, f"seed {seed}: {replay.document}"
            settled += not asked.encoder.open
    assert settled, "none of them was settled by its terms alone"


@pytest.mark.parametrize("start", range(0, 60, 20))
def test_every_instance_replays_where_nothing_was_left_open(start: int) -> None:
    shown = 0
    for seed in range(start, start + 20):
        policy = load(Generator(seed).policy())
        if policy is None:
            continue
        asked = problem(policy)
        for rule in policy.rules:
            for outcome in Outcome:
                if asked.ask(asked.outcome(rule.id, outcome)) is Status.SATISFIED:
                    found = asked.witness(rules=[rule.id])
                    assert found is not None or asked.limits, f"seed {seed}: {rule.id} {outcome}"
                    shown += found is not None
    assert shown > 50


def test_a_wrong_encoding_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check can fail: with strict and lax limits confused, some seed shows it."""
    from policyengine.symbolic import comparing

    lax = {"<": comparing._ORDER["<="], ">": comparing._ORDER[">="]}
    for sign, other in lax.items():
        monkeypatch.setitem(comparing._ORDER, sign, other)
    assert any(disagreement(*case) for seed in range(400) for case in cases(seed))


def test_the_pack_is_encoded_whole(national_interest: Policy) -> None:
    asked = problem(national_interest)
    for verdict in Verdict:
        assert asked.ask(asked.verdict(verdict)) is Status.SATISFIED
        found = asked.witness()
        assert found is not None
        assert found.verdict is verdict
    assert asked.limits == ()
    assert asked.spurious == 0


def test_nothing_that_did_not_replay_is_shown(national_interest: Policy) -> None:
    asked = problem(national_interest)
    assert asked.ask(asked.verdict(Verdict.ACCEPT)) is Status.SATISFIED
    asked.judge.replay = lambda document: Replay(document, Verdict.REJECT, {  # type: ignore[method-assign]
        rule.id: Outcome.FAIL for rule in national_interest.rules
    })  # fmt: skip
    assert asked.witness() is None
    assert asked.spurious == 1


def test_a_question_over_its_limit_stays_open(national_interest: Policy) -> None:
    asked = problem(national_interest, work=1)
    assert asked.ask(asked.verdict(Verdict.ACCEPT)) is Status.OPEN
