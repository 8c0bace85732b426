"""A decision asked part by part says what it says asked as a whole, in any order."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine import Decision, Level, Outcome, Policy, Terms, Verdict
from policyengine.decision import Details, Presence, Reason, WaiverStatus
from policyengine.engine import Engine
from policyengine.errors import PolicyEngineError
from policyengine.explain import rules as rules_
from policyengine.explain.explained import Explained
from policyengine.intake import Deal
from policyengine.interpreter import Interpreter

ROOT = Path(__file__).resolve().parents[2]
PARTS = tuple(Details.__fields__)
FIELDS = tuple(Reason.__fields__)
DEALS = sorted((ROOT / "examples").glob("*/terms.yaml"))

POLICY = """\
policy: p
version: "1"
terms:
  type: object
  additionalProperties: false
  properties:
    t:
      type: object
      additionalProperties: false
      properties:
        a: {type: number}
        b: {type: number}
        c: {type: number, default: 3}
        nums: {type: array, items: {type: number}}
define:
  twice: t.a * 2
rules:
  - id: FAILS
    title: t
    require: {t.a: {at_most: 1}}
    because: "{t.a} is more than one, and {twice} more than two."
  - {id: SILENT, title: t, level: negotiable, require: {t.b: {at_most: 1}}}
  - {id: RESTS, title: t, require: {t.c: 3}}
  - {id: ADVICE, title: t, level: advisory, require: {t.a: 9}, focus: f, action: a, expected: e}
  - id: LOOPS
    title: t
    level: negotiable
    require: {any: ["some x in t.nums satisfies (some y in t.nums satisfies x + y > 1000)",
                    {t.a: 1}]}
"""
DEAL = {"t": {"a": 5, "nums": [1, 2, 3, 4, 5, 6, 7, 8]}}


@pytest.fixture(scope="module")
def pack() -> Policy:
    return Policy.load(ROOT / "rules" / "national-interest")


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY, encoding="utf-8")
    return Policy.load(path)


def asked(pack: Policy, deal: Path, **more: Any) -> Decision:
    return pack.evaluate(Terms.from_path(deal), as_of="2026-01-31", **more)


@settings(max_examples=12)
@given(data=st.data())
def test_the_order_of_asking_never_matters(pack: Policy, data: st.DataObject) -> None:
    deal = data.draw(st.sampled_from(DEALS))
    how = {
        "final": data.draw(st.booleans()),
        "assume": data.draw(st.booleans()),
        "explain": data.draw(st.sampled_from(["fails", "full"])),
    }
    whole = asked(pack, deal, engine="interpreter", **how)
    details = whole.details
    apart = asked(pack, deal, engine="compiled", **how)
    for name in data.draw(st.permutations(PARTS)):
        assert getattr(apart, name) == getattr(details, name), name
        if name == "reasons":
            for reason, other in zip(apart.reasons, details.reasons, strict=True):
                for field in data.draw(st.permutations(FIELDS)):
                    assert getattr(reason, field) == getattr(other, field)
    assert apart == whole
    assert apart.to_json() == whole.to_json()


@pytest.mark.parametrize("part", PARTS)
def test_each_part_is_apart_from_the_others(policy: Policy, part: str) -> None:
    expected = getattr(policy.evaluate(DEAL).details, part)
    decision = policy.evaluate(DEAL)
    assert getattr(decision, part) == expected
    assert getattr(decision, part) is getattr(decision, part)


def test_threads_ask_at_once(pack: Policy) -> None:
    deal = DEALS[0]
    expected = asked(pack, deal, explain="full").to_json()
    count = 4
    for _ in range(3):
        decision = asked(pack, deal, explain="full", engine="compiled")
        barrier = Barrier(count)

        def ask(
            number: int, decision: Decision = decision, barrier: Barrier = barrier
        ) -> list[Any]:
            barrier.wait()
            names = PARTS[number:] + PARTS[:number]
            return [decision.reasons[-1].conditions, *(getattr(decision, name) for name in names)]

        with ThreadPoolExecutor(count) as pool:
            found = list(pool.map(ask, range(count)))
        assert decision.to_json() == expected
        assert all(one[0] == found[0][0] for one in found)


def test_reasons_build_nothing_but_what_is_shown(
    policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision = policy.evaluate(DEAL, engine="compiled")

    def digest(_: Deal) -> str:
        raise AssertionError("nobody asked for the digest")

    built: list[str] = []

    def explained(plan: Any, *more: Any) -> Any:
        built.append(plan.id)
        return Explained(plan, *more)

    monkeypatch.setattr(Deal, "digest", digest)
    monkeypatch.setattr(rules_, "Explained", explained)
    assert [reason.rule for reason in decision.reasons] == ["FAILS", "SILENT", "LOOPS"]
    # only what is unknown, or has no sentence of its own, needs its conditions for a message
    assert built == ["SILENT", "LOOPS"]
    assert decision.reasons[0].message == "5 is more than one, and 10 more than two."
    assert decision.missing[0].path == "t.b"
    assert built == ["SILENT", "LOOPS"]
    assert [term.path for term in decision.reasons[0].terms] == ["t.a"]
    assert built == ["SILENT", "LOOPS", "FAILS"]
    assert [term.rules for term in decision.assumed] == [("RESTS",)]
    assert built == ["SILENT", "LOOPS", "FAILS", "RESTS"]


@pytest.mark.parametrize("engine", ["interpreter", "compiled"])
def test_what_ran_out_of_steps_is_not_evaluated_again(
    policy: Policy, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        Interpreter.__init__, "__kwdefaults__",
        {"rule_steps": 40, "decision_steps": 1_000_000},
    )  # fmt: skip
    monkeypatch.setattr("policyengine.compiler.compiled.Compiled.fits", lambda *_: False)
    decision = policy.evaluate(DEAL, engine=engine)
    assert decision.outcomes["LOOPS"] is Outcome.UNKNOWN

    def again(*_: Any) -> Any:
        raise AssertionError("evaluated again")

    monkeypatch.setattr(Interpreter, "_product", again)
    reason = decision.reasons[-1]
    assert (reason.rule, reason.message) == ("LOOPS", "took more than 40 steps")
    assert reason.conditions is not None
    # a leaf that takes no steps is shown with its value
    assert [leaf.value for leaf in reason.conditions.leaves()] == [None, False]
    assert [error.code for error in decision.errors] == ["budget-exceeded"]
    assert decision.details.reasons == decision.reasons


def test_words_are_members_and_texts(pack: Policy, policy: Policy) -> None:
    decision = policy.evaluate(DEAL)
    reason = decision.reasons[0]
    words: list[tuple[Any, Any, str]] = [
        (reason.outcome, Outcome.FAIL, "fail"),
        (reason.level, Level.MANDATORY, "mandatory"),
        (decision.advice[0].state, Presence.MISSING, "missing"),
    ]
    for word, member, text in words:
        assert word is member
        assert word == text
    assert f"{reason.outcome} {reason.outcome!s}" == "fail fail"
    data = decision.to_dict()
    assert type(data["reasons"][0]["outcome"]) is type(data["advice"][0]["state"]) is str
    back = Decision.from_dict(data)
    assert back == decision
    assert back.reasons[0].outcome is Outcome.FAIL
    assert back.reasons[0].level is Level.MANDATORY
    assert back.advice[0].state is Presence.MISSING
    assert {"fail": 1}[decision.outcomes["FAILS"]] == 1
    for word in (reason.outcome, reason.level, decision.verdict, WaiverStatus.STALE):
        with pytest.raises(TypeError, match="is not true or false"):
            bool(word)


def test_mappings_are_read_only(pack: Policy) -> None:
    decision = asked(pack, DEALS[0], explain="full")
    reason = next(reason for reason in decision.reasons if reason.source)
    for mapping in (decision.outcomes, decision.scores, decision.defined,
                    decision.settings.parameters, reason.source):  # fmt: skip
        assert isinstance(mapping, dict)
        changes: list[Callable[[Any], Any]] = [
            lambda m: m.__setitem__("x", 1), lambda m: m.__delitem__("x"), lambda m: m.clear(),
            lambda m: m.pop("x"), lambda m: m.popitem(), lambda m: m.setdefault("x", 1),
            lambda m: m.update(x=1), lambda m: m.__ior__({"x": 1}),
        ]  # fmt: skip
        for change in changes:
            with pytest.raises(TypeError, match="read-only"):
                change(mapping)
        assert dict(mapping) == mapping == copy.copy(mapping) == copy.deepcopy(mapping)
        assert type(pickle.loads(pickle.dumps(mapping))) is type(mapping)


@pytest.mark.parametrize("first", [None, "reasons", "scores"])
def test_a_decision_is_copied_and_pickled_whenever(pack: Policy, first: str | None) -> None:
    decision = asked(pack, DEALS[1])
    if first is not None:
        getattr(decision, first)
    for other in (pickle.loads(pickle.dumps(decision)), copy.deepcopy(decision)):
        assert other == decision
        assert other.outcomes == decision.outcomes
        assert other.verdict is decision.verdict
        with pytest.raises(TypeError, match="read-only"):
            other.outcomes["SOV-1"] = Outcome.PASS  # type: ignore[index]  # what is refused
    if decision.reasons:
        alone = pickle.loads(pickle.dumps(asked(pack, DEALS[1]).reasons[0]))
        assert alone == decision.reasons[0]
        assert hash(alone.conditions) == hash(decision.reasons[0].conditions)


def test_a_reason_keeps_no_hold_of_the_deal(policy: Policy) -> None:
    reason = policy.evaluate(DEAL).reasons[0]
    assert reason._rest is not None
    assert reason.terms
    assert reason._rest is None
    with pytest.raises(AttributeError, match="no attribute 'absent'"):
        _ = reason.absent
    with pytest.raises(AttributeError, match="frozen"):
        reason.terms = ()  # type: ignore[misc]


def test_a_rule_that_the_reference_settles_otherwise_has_no_reasons(
    policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision = policy.evaluate({"t": {"a": 1, "b": 0, "c": 3, "nums": []}})
    assert decision.verdict is Verdict.ACCEPT
    facts = policy.facts({"t": {"a": 1, "b": 0, "c": 3, "nums": []}})
    wrong = (Outcome.UNKNOWN, *([Outcome.PASS] * 4))
    with pytest.raises(PolicyEngineError, match="executors disagree on `FAILS`"):
        _ = policy.explained(facts, None, wrong).reasons


def test_sentences_are_in_the_words_of_the_schema(tmp_path: Path) -> None:
    """Texts, those of a list, and truth values by their labels; the data keep the codes."""
    path = tmp_path / "policy.yaml"
    path.write_text(
        """\
policy: p
version: "1"
terms:
  type: object
  additionalProperties: false
  properties:
    form: {type: string, enum: [mou, law], x-labels: {mou: a memorandum, law: a statute}}
    ends: {type: array, items: {type: string, enum: [a, b]}, x-labels: {a: the first, b: the last}}
    open: {type: boolean, x-labels: {"true": it is open, "false": it is not}}
rules:
  - {id: R, title: t, require: {form: law}, because: "Only {form} ({ends}; open: {open})."}
""",
        encoding="utf-8",
    )
    decision = Policy.load(path).evaluate({"form": "mou", "ends": ["b", "a"], "open": False})
    reason = decision.reasons[0]
    assert reason.message == "Only a memorandum (the last, the first; open: it is not)."
    assert reason.conditions is not None
    assert reason.conditions.leaves()[0].actual == "mou"


def test_a_decision_that_is_let_go_leaves_nothing_to_the_collector(policy: Policy) -> None:
    """Reasons that were never read to the end refer to what they would be worked out from."""
    policy.evaluate(DEAL, engine="compiled").to_dict()
    gc.collect()
    gc.disable()
    try:
        decision = policy.evaluate(DEAL, engine="compiled")
        assert [reason.rule for reason in decision.reasons] == ["FAILS", "SILENT", "LOOPS"]
        assert decision.missing
        seen = weakref.ref(decision._details)
        del decision
        assert seen() is None
    finally:
        gc.enable()
