"""Policies and decisions carried to other processes, and deals counted together."""

from __future__ import annotations

import copy
import itertools
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from policyengine import Decision, Policy, Terms, Verdict
from policyengine.errors import PolicyEngineError

ROOT = Path(__file__).resolve().parents[2]
DEALS = sorted(ROOT.glob("examples/*/terms.yaml"))


@pytest.fixture(scope="module")
def pack() -> Policy:
    return Policy.load(ROOT / "rules" / "national-interest")


def answers(policy: Policy) -> list[str]:
    return [policy.evaluate(Terms.from_path(path), as_of="2026-01-31").to_json() for path in DEALS]


def test_a_pickled_policy_decides_the_same(pack: Policy) -> None:
    again = pickle.loads(pickle.dumps(pack))
    assert answers(again) == answers(pack)
    assert again.digest == pack.digest
    name = next(n for n, one in pack.core.parameters.items() if one.type.kind == "number")
    other = pack.with_parameters({name: 7})
    carried = pickle.loads(pickle.dumps(other))
    assert carried.digest == other.digest != pack.digest
    assert carried.overrides == other.overrides
    # what was written goes along
    assert carried.with_parameters({name: 8}).digest == pack.with_parameters({name: 8}).digest
    assert carried.rule(pack.rules[0].id).span == pack.rules[0].span


def test_a_pool_of_processes_takes_one(pack: Policy) -> None:
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawning) as pool:
        assert pool.submit(answers, pack).result() == answers(pack)


def test_a_copy_is_the_policy_itself(pack: Policy) -> None:
    assert copy.copy(pack) is copy.deepcopy(pack) is pack


def test_a_pickle_that_names_something_else_is_not_read(pack: Policy) -> None:
    again, (_, documents, overrides) = pack.__reduce__()
    with pytest.raises(pickle.UnpicklingError):
        again(pickle.dumps(Path.home), documents, overrides)


def test_decisions_are_read_back_from_their_text(pack: Policy) -> None:
    for path in DEALS:
        decision = pack.evaluate(Terms.from_path(path), as_of="2026-01-31")
        assert Decision.from_json(decision.to_json()) == decision
        assert pickle.loads(pickle.dumps(decision)) == decision


def test_the_worst_verdict_counts() -> None:
    order = [Verdict.REJECT, Verdict.UNDETERMINED, Verdict.CONDITIONAL, Verdict.ACCEPT]
    for some in itertools.chain.from_iterable(
        itertools.permutations(order, size) for size in range(1, 5)
    ):
        assert Verdict.worst(some) is min(some, key=order.index)
    with pytest.raises(ValueError, match="empty"):
        Verdict.worst([])


@pytest.mark.parametrize("flag", ["false", 0, 1, None, "no"])
def test_flags_are_no_texts(pack: Policy, flag: object) -> None:
    deal = Terms.from_path(DEALS[0])
    for given in ({"final": flag}, {"assume": flag}):
        with pytest.raises(PolicyEngineError, match="expected `True` or `False`"):
            pack.evaluate(deal, as_of="2026-01-31", **given)  # type: ignore[arg-type]
