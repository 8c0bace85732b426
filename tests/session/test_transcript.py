"""Transcripts: saved, replayed, resumed; nothing acknowledged is ever lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from policyengine import DocumentError, Policy, PolicyEngineError, Session, UsageError

START: dict[str, Any] = {"deal": {"id": "x"}}


@pytest.fixture
def file(tmp_path: Path, everything: Policy) -> Path:
    """The transcript of a session of four steps, ended."""
    path = tmp_path / "t.jsonl"
    with Session(everything, START) as session:
        session.record(path)
        session.table("place.years", 60)
        session.table("place.uses", ["port"])
        session.undo()
        session.withdraw("place.years")
    return path


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_what_is_written(file: Path, everything: Policy) -> None:
    head, *steps = rows(file)
    assert head["policy"]["digest"] == everything.digest
    assert head["terms"] == START
    assert [step["action"] for step in steps] == ["table", "table", "undo", "withdraw"]
    assert steps[0] == {
        "step": 1,
        "action": "table",
        "path": "place.years",
        "value": 60,
        "verdict": "undetermined",
    }
    assert file.stat().st_mode & 0o077 == 0


def test_replay_and_resume(file: Path, everything: Policy) -> None:
    played = Session.replay(file, everything)
    assert played.terms == START
    size = file.stat().st_size
    played.table("place.years", 1)
    assert file.stat().st_size == size
    with Session.resume(file, everything) as session:
        assert session.table("place.years", 70).number == 5
    assert Session.replay(file, everything).stated("place.years") == 70


def test_another_policy(file: Path, everything: Policy) -> None:
    other = everything.with_parameters({"long": 90})
    with pytest.raises(UsageError, match="transcript-policy"):
        Session.replay(file, other)
    with pytest.raises(UsageError, match="transcript-policy"):
        Session.resume(file, other)
    assert Session.replay(file, other, other_policy=True).policy is other


def test_a_transcript_never_replaces_a_file(file: Path, everything: Policy) -> None:
    for write in (Session(everything).save, Session(everything).record):
        with pytest.raises(UsageError, match="file-exists"):
            write(file)
    with pytest.raises(DocumentError, match="cannot-write"):
        Session(everything).save(file.parent / "none" / "t.jsonl")
    assert sorted(path.name for path in file.parent.iterdir()) == ["t.jsonl"]


def test_one_session_at_a_time(file: Path, everything: Policy) -> None:
    with Session.resume(file, everything), pytest.raises(UsageError, match="transcript-in-use"):
        Session.resume(file, everything)
    Session.resume(file, everything).close()


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_torn_last_line(file: Path, everything: Policy, cut: int) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: -1 - cut])
    assert len(Session.replay(file, everything).steps) == 4
    with Session.resume(file, everything) as session:
        assert len(session.steps) == 4
        session.withdraw("place.years")
    assert file.read_bytes() == whole


def test_a_last_line_without_its_break_counts(file: Path, everything: Policy) -> None:
    """As an editor may leave it: the step is all there."""
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    with Session.resume(file, everything) as session:
        assert len(session.steps) == 5
    assert file.read_bytes() == whole


def test_torn_anywhere(file: Path, everything: Policy, tmp_path: Path) -> None:
    """Cut at any byte, what can be read is a beginning of the session, or nothing at all."""
    whole = file.read_bytes()
    first = whole.index(b"\n")
    for size in range(0, len(whole), 7):
        part = tmp_path / "part.jsonl"
        part.write_bytes(whole[:size])
        if size < first:
            with pytest.raises(UsageError, match="bad-transcript"):
                Session.replay(part, everything)
        else:
            made = len(Session.replay(part, everything).steps) - 1
            assert made in (whole[:size].count(b"\n") - 1, whole[:size].count(b"\n"))


def edited(line: int, **changes: Any) -> Any:
    def edit(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found[line] = {**found[line], **changes}
        return found

    return edit


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (edited(0, transcript="2"), 1),
        (edited(0, terms=[]), 1),
        (edited(0, terms={"deal": {"idd": "x"}}), 1),
        (edited(0, as_of="soon"), 1),
        (edited(0, more=1), 1),
        (edited(1, action="change"), 2),
        (edited(3, path="place.years"), 4),
        (edited(1, step=2), 2),
        (edited(1, step=True), 2),
        (edited(1, action="add"), 2),
        (edited(1, value=-1), 2),
        (edited(1, path=None), 2),
        (edited(1, verdict="reject"), 2),
        (edited(2, verdict="maybe"), 3),
        (edited(3, value=1), 4),
        (lambda found: found[:1] + found[2:], 2),
        (lambda found: [*found, {"step": 5}], 6),
        (lambda found: [found[0], 5, *found[1:]], 2),
    ],
)
def test_what_was_tampered_with(file: Path, everything: Policy, edit: Any, line: int) -> None:
    file.write_text("".join(json.dumps(row) + "\n" for row in edit(rows(file))), "utf-8")
    with pytest.raises(UsageError) as caught:
        Session.replay(file, everything)
    [found] = caught.value.diagnostics
    assert found.code == "bad-transcript"
    assert found.span is not None
    assert found.span.line == line


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without named pipes")
def test_a_pipe_is_no_transcript(tmp_path: Path, everything: Policy) -> None:
    os.mkfifo(tmp_path / "t")
    for read in (Session.replay, Session.resume):
        with pytest.raises(DocumentError, match=r"file-kind"):
            read(tmp_path / "t", everything)


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"{}\n", b"\xff\xfe\n", b"null\n", b"[" * 100_000 + b"\n"]
)
def test_what_is_no_transcript(tmp_path: Path, everything: Policy, data: bytes) -> None:
    (tmp_path / "t").write_bytes(data)
    for read in (Session.replay, Session.resume):
        with pytest.raises(PolicyEngineError):
            read(tmp_path / "t", everything)
        with pytest.raises(PolicyEngineError):
            read(tmp_path, everything)
        with pytest.raises(PolicyEngineError):
            read(tmp_path / "none", everything)
    assert (tmp_path / "t").read_bytes() == data


def test_a_step_that_cannot_be_written_is_not_made(
    file: Path, everything: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = file.read_bytes()
    with Session.resume(file, everything) as session:
        before = (session.terms, len(session.steps))
        real = os.write
        monkeypatch.setattr(os, "write", lambda fd, data: real(fd, data[: len(data) // 2]))
        with pytest.raises(DocumentError, match="cannot-write"):
            session.table("place.years", 5)
        with pytest.raises(DocumentError, match="cannot-write"):
            session.undo()
        assert (session.terms, len(session.steps)) == before
        assert file.read_bytes() == whole
        monkeypatch.undo()
        session.table("place.years", 5)
    assert len(Session.replay(file, everything).steps) == 6


CHILD = """
import sys
from policyengine import Policy, Session
session = Session(Policy.load(sys.argv[1]), {"deal": {"id": "x"}})
session.record(sys.argv[2])
number = 0
while True:
    number += 1
    session.table("place.years", number % 500)
    print(number, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
@pytest.mark.parametrize("after", [1, 25, 60])
def test_kill_9(everything: Policy, tmp_path: Path, after: int) -> None:
    """Every step that was acknowledged before the kill is there when the session is resumed."""
    path = tmp_path / "t.jsonl"
    words = [sys.executable, "-c", CHILD, everything.path, str(path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        for _ in range(after):
            running.stdout.readline()
        running.send_signal(signal.SIGKILL)
        told = after + len(running.stdout.read().splitlines())
    with Session.resume(path, everything) as session:
        made = len(session.steps) - 1
        assert told <= made <= told + 1
        assert session.stated("place.years") == made % 500
        session.table("place.note", "back again")
    assert len(Session.replay(path, everything).steps) == made + 2
