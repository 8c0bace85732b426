"""After any steps a session is what a fresh evaluation of its terms says, on every executor."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine import Policy, PolicyEngineError, Session, TermsError
from policyengine.session.executors import Engine
from policyengine.values.jsontext import dumps


def play(session: Session, steps: list[tuple[str, str, Any]]) -> None:
    for action, path, value in steps:
        try:
            if action == "undo":
                session.undo()
            elif action == "put":
                session.table(path, value)
            elif action == "withdraw":
                session.withdraw(path)
            else:
                session.not_applicable(path)
        except PolicyEngineError:
            pass  # what cannot be done leaves the session as it was, which is checked below


def assert_fresh(session: Session, **settings_: Any) -> None:
    if session.required:
        assert session.verdict is None
        with pytest.raises(TermsError):
            session.decision()
        return
    fresh = session.policy.evaluate(session.terms, engine="all", **settings_)
    assert session.outcomes == fresh.outcomes
    assert session.verdict is fresh.verdict
    assert session.missing == fresh.missing
    for reason in fresh.reasons:
        if reason.rule is not None:
            assert session.why(reason.rule) == reason


def steps(values: dict[str, list[Any]]) -> st.SearchStrategy[list[tuple[str, str, Any]]]:
    put = st.sampled_from(sorted(values)).flatmap(
        lambda path: st.tuples(st.just("put"), st.just(path), st.sampled_from(values[path]))
    )
    other = st.tuples(
        st.sampled_from(["withdraw", "not_applicable", "undo"]),
        st.sampled_from(sorted(values)),
        st.none(),
    )
    return st.lists(st.one_of(put, put, other), max_size=12)


@settings(max_examples=60)
@given(data=st.data())
def test_a_session_is_fresh(
    everything: Policy, values: dict[str, list[Any]], data: st.DataObject
) -> None:
    options: dict[str, Any] = {
        "final": data.draw(st.booleans()),
        "assume": data.draw(st.booleans()),
    }
    engines: list[Engine] = ["interpreter", "compiled"]
    engine = data.draw(st.sampled_from(engines))
    start: dict[str, Any] = {"deal": {"id": "x"}} if data.draw(st.booleans()) else {}
    session = Session(everything, start, engine=engine, **options)
    play(session, data.draw(steps(values)))
    assert_fresh(session, **options)
    taken = len(session.steps)
    verdicts = [step.after for step in session.steps]
    befores = [step.before for step in session.steps]
    assert befores[1:] == verdicts[:-1]
    assert [step.number for step in session.steps] == list(range(taken))


@settings(max_examples=15)
@given(data=st.data())
def test_the_pack_too(pack: Policy, data: st.DataObject) -> None:
    """Over the terms of the shipped schema: whatever has a value to choose from."""
    choices: dict[str, list[Any]] = {"deal.id": ["x"], "parties.principal": ["BLR"]}
    for path, spec in pack.schema.terms.items():
        kind, shape = spec.type.kind, spec.shape
        if kind == "boolean":
            choices[path] = [True, False]
        elif kind == "number":
            choices[path] = [n for n in (0, 1, 20, 60, 99) if (shape.maximum or 99) >= n]
        elif shape.enum is not None:
            choices[path] = list(shape.enum)
        elif shape.item is not None and shape.item.enum is not None:
            choices[path] = [[option] for option in shape.item.enum]
    start = {"deal": {"id": "x"}, "parties": {"principal": "BLR"}}
    session = Session(pack, start)
    play(session, data.draw(steps(choices)))
    assert_fresh(session)


@settings(max_examples=25)
@given(data=st.data())
def test_a_transcript_is_the_session(
    everything: Policy, values: dict[str, list[Any]], data: st.DataObject, tmp_path_factory: Any
) -> None:
    folder = tmp_path_factory.mktemp("transcript")
    session = Session(everything)
    chosen = data.draw(steps(values))
    half = len(chosen) // 2
    play(session, chosen[:half])
    session.record(folder / "t.jsonl")
    play(session, chosen[half:])
    session.close()
    again = Session.replay(folder / "t.jsonl", everything)
    assert [dumps(step.to_dict()) for step in again.steps] == [
        dumps(step.to_dict()) for step in session.steps
    ]
    again.save(folder / "u.jsonl")
    assert (folder / "u.jsonl").read_bytes() == (folder / "t.jsonl").read_bytes()
