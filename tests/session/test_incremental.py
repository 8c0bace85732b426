"""Step by step, on every engine of a session: what a fresh decision by the reference says.

`SESSION_STEPS=20000` makes the long run of the test of memory.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from policyengine import Policy, PolicyEngineError, Session, TermsError, UsageError
from policyengine.errors import DisagreementError
from policyengine.rete import Standing, library
from policyengine.rete.ruleset import Ruleset
from policyengine.session.executors import EXECUTORS
from policyengine.store import PolicyStore

from .conftest import POLICY, VALUES

DATED = (
    POLICY.replace(
        "  long: 50\n", "  long: [{from: 2020-01-01, value: 50}, {from: 2026-01-01, value: 20}]\n"
    )
    + """\
  - {id: NEW, title: From this year, effective: {from: 2026-01-01}, require: {money.secured: true}}
  - id: LATE
    title: Not too late
    level: negotiable
    require:
      all: [place.since < as_of, {any: [{money.secured: true}, {deal.kind: lease}]}]
  - id: COUNTED
    title: Most of it
    require: {some_of: {at_least: 3, of: [{money.secured: true}, {deal.kind: lease},
      {place.years: {at_most: 50}}, {courts.forum: third}, {place.note: {stated: true}}]}}
    unless: {all: [{deal.kind: sale}, {courts.forum: ours}]}
"""
)
DAYS = ("2025-12-31", "2026-01-01", "2026-06-30")
ENGINES = tuple(name for name in EXECUTORS if name != "rete" or library.why_not() is None)
STEPS = int(os.environ.get("SESSION_STEPS", "1500"))


@pytest.fixture(scope="session")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    file = tmp_path_factory.mktemp("policy") / "dated.yaml"
    file.write_text(DATED, "utf-8")
    return Policy.load(file)


def step(session: Session, action: str, path: str, value: Any) -> str | None:
    """Make a step; gives the code of the error where it cannot be made."""
    try:
        if action == "undo":
            session.undo()
        elif action == "put":
            session.table(path, value)
        else:
            getattr(session, action)(path)
    except (TermsError, UsageError) as error:
        return error.diagnostics[0].code
    return None


class Machine(RuleBasedStateMachine):
    """The same session on every engine, reopened now and then on another day."""

    policy: Policy

    @initialize(day=st.sampled_from(DAYS), final=st.booleans(), assume=st.booleans())
    def begin(self, day: str, final: bool, assume: bool) -> None:
        self.open({"deal": {"id": "x"}}, day, final, assume)

    def open(self, terms: Any, day: str, final: bool, assume: bool) -> None:
        self.asked: dict[str, Any] = {"as_of": day, "final": final, "assume": assume}
        self.sessions = [
            Session(self.policy, terms, engine=engine, **self.asked) for engine in ENGINES
        ]

    def step(self, action: str, path: str, value: Any = None) -> None:
        codes = {step(session, action, path, value) for session in self.sessions}
        assert len(codes) == 1

    @rule(data=st.data(), path=st.sampled_from(sorted(VALUES)))
    def put(self, data: st.DataObject, path: str) -> None:
        self.step("put", path, data.draw(st.sampled_from(VALUES[path])))

    @rule(
        action=st.sampled_from(["withdraw", "not_applicable"]), path=st.sampled_from(sorted(VALUES))
    )
    def take(self, action: str, path: str) -> None:
        self.step(action, path)

    @rule()
    def undo(self) -> None:
        self.step("undo", "")

    @rule(day=st.sampled_from(DAYS), final=st.booleans(), assume=st.booleans())
    def reopen(self, day: str, final: bool, assume: bool) -> None:
        terms = self.sessions[0].terms
        self.teardown()
        self.open(terms, day, final, assume)

    @rule()
    def close(self) -> None:
        """What an engine keeps is never needed for an answer."""
        for session in self.sessions:
            session.close()

    @invariant()
    def fresh(self) -> None:
        first, *others = self.sessions
        for other in others:
            assert other.terms == first.terms
            assert other.outcomes == first.outcomes
            assert other.steps == first.steps
        if first.required:
            assert first.verdict is None
            return
        decided = self.policy.evaluate(first.terms, engine="interpreter", **self.asked)
        assert first.outcomes == decided.outcomes
        assert first.verdict is decided.verdict
        assert first.missing == decided.missing

    def teardown(self) -> None:
        for session in getattr(self, "sessions", ()):
            session.close()


def test_every_engine_is_fresh_after_every_step(dated: Policy) -> None:
    class Dated(Machine):
        policy = dated

    run_state_machine_as_test(
        Dated, settings=settings(max_examples=15, stateful_step_count=14, deadline=None)
    )


# on durable-rules ---------------------------------------------------------------------------

rete = pytest.mark.skipif("rete" not in ENGINES, reason="durable-rules is not installed")


class Counted:
    """How often a fact goes in and is retracted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[str] = []
        for name in ("_assert", "_retract"):
            self.watch(monkeypatch, name, getattr(Ruleset, name))

    def watch(self, monkeypatch: pytest.MonkeyPatch, name: str, real: Any) -> None:
        def told(ruleset: Ruleset, fact: str) -> None:
            self.made.append(name)
            real(ruleset, fact)

        monkeypatch.setattr(Ruleset, name, told)


@rete
def test_only_what_moved_is_matched_again(pack: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(
        pack,
        {"deal": {"id": "x"}, "parties": {"principal": "BLR"}},
        as_of="2026-01-31",
        engine="rete",
    )
    counted = Counted(monkeypatch)
    session.table("sovereignty.concession_years", 60)
    assert counted.made == ["_retract", "_assert"]
    counted.made.clear()
    # another number over the same limit: every leaf is what it was
    assert session.table("sovereignty.concession_years", 61).evaluated == ("SOV-5",)
    assert counted.made == []
    session.undo()
    assert counted.made == []
    session.close()


@rete
def test_after_an_error_of_the_library_the_session_goes_on(
    dated: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(dated, {"deal": {"id": "x"}}, as_of=DAYS[1], engine="rete")
    before = (session.terms, session.outcomes, len(session.steps))
    with monkeypatch.context() as context:
        context.setattr(Ruleset, "_drain", lambda _: ["r0"])
        with pytest.raises(DisagreementError, match=r"rete-refused|executors-disagree"):
            session.table("courts.forum", "theirs")
    assert (session.terms, session.outcomes, len(session.steps)) == before
    session.table("courts.forum", "theirs")
    fresh = dated.evaluate(session.terms, as_of=DAYS[1], engine="interpreter")
    assert session.outcomes == fresh.outcomes
    session.close()


@rete
def test_an_answer_that_is_not_the_references_is_none(
    dated: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network answers in good order, and for other facts."""
    session = Session(dated, {"deal": {"id": "x"}}, as_of=DAYS[1], engine="rete")
    real = Ruleset.hold
    monkeypatch.setattr(
        Ruleset, "hold", lambda ruleset, values: real(ruleset, [held and 1 for held in values])
    )
    with pytest.raises(DisagreementError, match="executors-disagree"):
        session.table("courts.forum", "theirs")


@rete
def test_the_network_lives_as_long_as_the_session(dated: Policy) -> None:
    session = Session(dated, {"deal": {"id": "x"}}, as_of=DAYS[1], engine="rete")
    network = session._evaluator._executor._network  # type: ignore[attr-defined]
    assert isinstance(network, Standing)
    assert network._rulesets
    closers = [one._close for held in network._rulesets.values() for one in held]
    assert all(closer.alive for closer in closers)
    with session:
        pass
    assert not network._rulesets
    assert not any(closer.alive for closer in closers)
    again = Session(dated, {"deal": {"id": "x"}}, as_of=DAYS[1], engine="rete")
    [closer, *_] = [
        one._close
        for held in again._evaluator._executor._network._rulesets.values()  # type: ignore[attr-defined]
        for one in held
    ]
    del again
    gc.collect()
    assert not closer.alive


@rete
def test_a_reload_leaves_a_session_alone(tmp_path: Path) -> None:
    """A session goes on under the policy it began with."""
    file = tmp_path / "p.yaml"
    file.write_text(POLICY, "utf-8")
    store = PolicyStore(file)
    session = Session(store.current, {"deal": {"id": "x"}}, engine="rete")
    for turn, years in enumerate((10, 49, 50, 120) * 3):
        file.write_text(POLICY.replace("long: 50", f"long: {60 + turn}"), "utf-8")
        store.refresh()
        session.table("place.years", years)
        session.table("place.uses", ["port"])
        assert session.outcomes["DIRECT"].value == ("fail" if years >= 50 else "pass")
        fresh = Session(store.current, session.terms, engine="rete")
        assert fresh.outcomes["DIRECT"].value == ("fail" if years >= 60 + turn else "pass")
        fresh.close()
    assert session.outcomes == session.policy.evaluate(session.terms).outcomes
    session.close()


@rete
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_memory_is_flat_over_steps(dated: Policy) -> None:
    def memory() -> int:
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") // 1024

    chosen = [(path, value) for path in sorted(VALUES) for value in VALUES[path]]

    def run(count: int) -> None:
        session = Session(dated, {"deal": {"id": "x"}}, as_of=DAYS[1], engine="rete")
        network, facts = session._evaluator, []
        for path, value in chosen:
            session.table(path, value)
            facts.append((network.facts(session._state.deal), session._index.readers(path)))
        for turn in range(count):
            held, rules = facts[turn % len(facts)]
            if rules:
                network._executor.outcomes(held, rules)
        session.close()

    run(300)
    before = memory()
    run(STEPS)
    # what joins over facts leave behind would be some hundred kilobytes
    assert memory() - before < 400


@rete
def test_what_is_spent_is_told_as_the_reference_tells_it(tmp_path: Path) -> None:
    """A value too large to walk ends its condition, whatever else stands there."""
    file = tmp_path / "p.yaml"
    file.write_text(
        """\
policy: large
version: 1.0.0
terms:
  type: object
  additionalProperties: false
  properties:
    uses: {type: array, items: {type: string}}
    ok: {type: boolean}
rules:
  - id: LARGE
    title: t
    require: {any: ['count(for i in 1..400 return uses) > 3', {ok: true}]}
""",
        "utf-8",
    )
    policy = Policy.load(file)
    deal = {"uses": [str(number) for number in range(300)], "ok": True}
    for final in (False, True):
        wanted = policy.evaluate(deal, engine="interpreter", final=final).outcomes
        assert policy.evaluate(deal, engine="rete", final=final).outcomes == wanted
        with Session(policy, {"ok": True}, engine="rete", final=final) as session:
            session.table("uses", deal["uses"])
            assert session.outcomes == wanted


def test_an_engine_that_is_not_installed_is_said(
    everything: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    with pytest.raises(PolicyEngineError, match="engine-unavailable"):
        Session(everything, {"deal": {"id": "x"}}, engine="rete")
