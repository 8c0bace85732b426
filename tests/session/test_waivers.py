"""Waivers in a session: what they move, when they stop, and transcripts made with them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policyengine import Outcome, Policy, Session, Terms, UsageError, Verdict, Waivers
from policyengine.session.executors import Engine
from policyengine.values.jsontext import digest_bytes

from .test_incremental import ENGINES
from .test_properties import play

DAY = "2026-01-31"
START: dict[str, Any] = {"deal": {"id": "x"}, "courts": {"forum": "theirs"}}

#: what may be said otherwise of a waiver
CHANGES: list[dict[str, str]] = [
    {},
    {"until": DAY},
    {"until": "2026-01-30"},
    {"deal": "*"},
    {"deal": "y"},
    {"digest": "sha256:" + "0" * 64},
]

Write = Callable[..., Waivers]


def waiver(rule: str, **changes: Any) -> dict[str, Any]:
    return {
        "rule": rule,
        "deal": "x",
        "approved_by": "The Minister",
        "reason": "once",
        "until": "2026-12-31",
        **changes,
    }


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(*entries: dict[str, Any], name: str = "w.json") -> Waivers:
        (tmp_path / name).write_text(json.dumps({"waivers": list(entries)}), "utf-8")
        return Waivers.load(tmp_path / name)

    return write


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rule_moves_because_of_its_waiver(
    everything: Policy, write: Write, engine: Engine
) -> None:
    waivers = write(waiver("TABLED"), waiver("SCORED", until="2026-01-01"))
    session = Session(everything, {"deal": {"id": "x"}}, as_of=DAY, waivers=waivers, engine=engine)
    assert session.outcomes["TABLED"] is Outcome.WAIVED  # it was unknown
    assert [(use.rule, use.status) for use in session.waivers] == [
        ("SCORED", "expired"),
        ("TABLED", "applied"),
    ]
    step = session.table("courts.forum", "ours")
    assert [moved.rule for moved in step.moved] == []  # still unknown beneath, and waived
    step = session.table("place.years", 10)
    [moved] = [moved for moved in step.moved if moved.rule == "TABLED"]
    assert (moved.before, moved.after, moved.waiver) == (Outcome.WAIVED, Outcome.PASS, None)
    assert [use.status for use in step.waivers] == ["expired", "not_needed"]
    step = session.table("courts.forum", "theirs")
    [moved] = step.moved
    assert (moved.before, moved.after) == (Outcome.PASS, Outcome.WAIVED)
    assert moved.waiver is not None
    assert moved.waiver.status == "applied"
    assert moved.message == "the risk is high"
    assert session.why("TABLED").outcome == "waived"


def test_another_name_ends_it(everything: Policy, write: Write) -> None:
    session = Session(everything, START, as_of=DAY, waivers=write(waiver("TABLED")))
    assert session.verdict is Verdict.UNDETERMINED
    step = session.table("deal.id", "y")
    assert (step.evaluated, step.after, step.waivers) == ((), Verdict.REJECT, ())
    [moved] = step.moved
    assert (moved.rule, moved.before, moved.after) == ("TABLED", Outcome.WAIVED, Outcome.FAIL)
    assert moved.waiver is not None
    step = session.undo()
    assert [(moved.rule, moved.after) for moved in step.moved] == [("TABLED", Outcome.WAIVED)]
    assert session.table("deal.id", "y").moved[0].waiver is not None


def test_a_waiver_of_one_text_ends_with_it(
    everything: Policy, write: Write, tmp_path: Path
) -> None:
    file = tmp_path / "t.json"
    file.write_text(json.dumps(START, indent=3), "utf-8")
    waivers = write(waiver("TABLED", digest=digest_bytes(file.read_bytes())))
    terms = Terms.from_path(file)
    session = Session(everything, terms, as_of=DAY, waivers=waivers)
    assert session.outcomes == everything.evaluate(terms, as_of=DAY, waivers=waivers).outcomes
    assert session.outcomes["TABLED"] is Outcome.WAIVED
    session.record(tmp_path / "t.jsonl")
    step = session.table("place.note", "something")
    [moved] = [moved for moved in step.moved if moved.rule == "TABLED"]
    assert moved.waiver is not None
    assert (moved.after, moved.waiver.status) == (Outcome.FAIL, "stale")
    assert session.undo().waivers[0].status == "applied"
    session.close()
    again = Session.replay(tmp_path / "t.jsonl", everything, waivers=waivers)
    assert again.steps == session.steps


def test_a_transcript_says_which_waivers(everything: Policy, write: Write, tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    waivers = write(waiver("TABLED"))
    with Session(everything, START, as_of=DAY, waivers=waivers) as session:
        session.record(path)
        session.table("place.years", 5)
    head = json.loads(path.read_text("utf-8").splitlines()[0])
    digest = digest_bytes((tmp_path / "w.json").read_bytes())
    assert head["waivers"]["files"] == [
        {"name": (tmp_path / "w.json").as_posix(), "digest": digest}
    ]
    for other in (None, write(waiver("TABLED", reason="twice"), name="v.json")):
        for read in (Session.replay, Session.resume):
            with pytest.raises(UsageError, match="transcript-waivers") as caught:
                read(path, everything, waivers=other)
            assert digest[:19] in str(caught.value)
        played = Session.replay(path, everything, waivers=other, other_policy=True)
        assert (played.outcomes["TABLED"] is Outcome.WAIVED) is (other is not None)
    with Session.resume(path, everything, waivers=waivers) as resumed:
        assert resumed.undo().after is session.steps[0].after
    with Session(everything, START, as_of=DAY) as plain:
        plain.record(tmp_path / "plain.jsonl")
    with pytest.raises(UsageError, match="without waivers"):
        Session.replay(tmp_path / "plain.jsonl", everything, waivers=waivers)


@pytest.mark.parametrize(
    "said", [None, {}, {"files": [], "terms": None}, {"files": [{"name": "w"}], "terms": None},
             {"files": [{"name": "w", "digest": 5}], "terms": None}, {"terms": None, "files": []}]
)  # fmt: skip
def test_a_head_that_says_no_waivers(
    everything: Policy, write: Write, tmp_path: Path, said: Any
) -> None:
    path = tmp_path / "t.jsonl"
    waivers = write(waiver("TABLED"))
    Session(everything, START, as_of=DAY, waivers=waivers).save(path)
    head = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**head, "waivers": said}) + "\n", "utf-8")
    with pytest.raises(UsageError, match="bad-transcript"):
        Session.replay(path, everything, waivers=waivers)


def test_waivers_of_no_file_cannot_be_recorded(
    everything: Policy, write: Write, tmp_path: Path
) -> None:
    waivers = Waivers(write(waiver("TABLED")).entries)
    session = Session(everything, START, as_of=DAY, waivers=waivers)
    assert session.outcomes["TABLED"] is Outcome.WAIVED
    with pytest.raises(UsageError, match="come from no file"):
        session.record(tmp_path / "t.jsonl")
    with pytest.raises(UsageError, match="as-of-needed"):
        Session(everything, START, waivers=waivers)


@pytest.mark.parametrize("seed", range(24))
def test_a_session_with_waivers_is_fresh(
    everything: Policy, values: dict[str, list[Any]], write: Write, seed: int
) -> None:
    source = random.Random(seed)
    rules = [rule.id for rule in everything.rules] + ["NONE"]
    entries = [
        waiver(rule, **source.choice(CHANGES)) for rule in source.choices(rules, k=seed % 5 + 1)
    ]
    asked: dict[str, Any] = {"as_of": DAY, "final": seed % 2 == 1, "waivers": write(*entries)}
    session = Session(
        everything, {"deal": {"id": "x"}}, engine=ENGINES[seed % len(ENGINES)], **asked
    )
    named = {**values, "deal.id": ["x", "y"]}
    for _ in range(12):
        path = source.choice(sorted(named))
        action = source.choice(["put", "put", "withdraw", "not_applicable", "undo"])
        play(session, [(action, path, source.choice(named[path]))])
        if session.required:
            continue
        fresh = everything.evaluate(session.terms, engine="interpreter", **asked)
        assert session.outcomes == fresh.outcomes
        assert session.verdict is fresh.verdict
        assert session.waivers == fresh.waivers
        assert session.missing == fresh.missing
        for reason in fresh.reasons:
            if reason.rule is not None:
                assert session.why(reason.rule) == reason
    session.close()
