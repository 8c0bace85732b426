"""The encoding and the reference interpreter say the same of every generated policy and deal."""

from __future__ import annotations

import pytest
from tests.symbolic.conftest import problem

from fuzz.encoding import Found, difference, minimal, report, run
from policyengine import Policy
from policyengine.decision import Outcome, Verdict
from policyengine.symbolic.solver import Status
from policyengine.symbolic.verifier import Replay


@pytest.mark.parametrize("start", [0, 6])
def test_encoding_agrees_with_the_reference(start: int) -> None:
    counts, found = run(iter(range(start, start + 6)), lambda _: True)
    assert not found, report(minimal(found[0]))
    assert counts.over == 0
    assert counts.settled > 50, "few outcomes were settled by their terms alone"
    assert counts.shown > 20, "few deals were asked for"


def test_a_difference_is_shrunk_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from policyengine.symbolic import comparing

    number = {"type": "number", "minimum": 0}
    tests = [{"t.b": {"at_least": 1}}, {"t.a": {"at_most": 3}}, {"t.b": {"more_than": 2}}]
    rules = [{"id": f"R-{n}", "title": "t", "require": test} for n, test in enumerate(tests)]
    group = {"type": "object", "additionalProperties": False, "properties": {}}
    terms = {**group, "properties": {"t": {**group, "properties": {"a": number, "b": number}}}}
    policy = {"policy": "p", "version": "1", "terms": terms, "rules": rules}
    found = Found(policy, {"t": {"a": 3, "b": 3}}, {"as_of": "2025-01-01"}, "?", 7)
    assert difference(*found[:3]) is None
    monkeypatch.setitem(comparing._ORDER, "<=", lambda a, b: a < b)
    small = minimal(found)
    assert [rule["id"] for rule in small.policy["rules"]] == ["R-1"]
    assert small.deal == {"t": {"a": 3}}
    assert small.said == "stepped: R-1 cannot be pass"
    assert report(small).endswith("seed 7: stepped: R-1 cannot be pass")
    monkeypatch.undo()
    assert difference(small.policy, small.deal, small.settings) is None


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
