"""Transcripts: a session as JSON Lines.

The first line says under which policy and from which terms the session began; each other line
is one step.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from policyengine.decision import Verdict
from policyengine.engine import Policy
from policyengine.errors import Diagnostic, PolicyEngineError, TermsError, UsageError
from policyengine.reading import fast_json
from policyengine.session import waiving
from policyengine.session.executors import Engine
from policyengine.session.files import read_lines, write_new
from policyengine.session.state import Opening
from policyengine.session.step import Step
from policyengine.source import Source, Span, quoted
from policyengine.values.jsontext import dumps
from policyengine.values.record import Record
from policyengine.waivers import Waivers

if TYPE_CHECKING:
    from policyengine.session.session import Session

VERSION = "1"
_ACTIONS = ("table", "change", "withdraw", "not_applicable", "undo")
_HEAD = ("transcript", "policy", "as_of", "final", "assume", "terms")
_WAIVED = (*_HEAD[:-1], "waivers", "terms")
#: what may be wrong with the first line by itself
_OF_THE_HEAD = ("bad-as-of", "as-of-needed")
_OPTIONS = (None, *(verdict.value for verdict in Verdict))


class Entry(Record):
    """One step as a transcript has it; `span` is None for one that was not read."""

    number: int
    action: str
    path: str | None
    value: Any
    verdict: str | None
    span: Span | None = None

    @classmethod
    def of(cls, step: Step) -> Entry:
        value = step.value if step.action in ("table", "change") else None
        verdict = None if step.after is None else step.after.value
        return cls(step.number, step.action, step.path, value, verdict)

    def line(self) -> str:
        row: dict[str, Any] = {"step": self.number, "action": self.action, "path": self.path}
        if self.action in ("table", "change"):
            row["value"] = self.value
        return dumps({**row, "verdict": self.verdict}) + "\n"


class Transcript(Record):
    """A session as it can be written and played again."""

    name: str
    head: dict[str, Any]
    entries: tuple[Entry, ...]
    span: Span | None = None

    @classmethod
    def of(cls, session: Session) -> Transcript:
        opening = session._states[0]
        policy = session.policy
        head: dict[str, Any] = {
            "transcript": VERSION,
            "policy": {"id": policy.id, "version": policy.version, "digest": policy.digest},
            "as_of": session.settings.as_of,
            "final": session.settings.final,
            "assume": session.settings.assume,
        }
        given = waiving.written(session._evaluator.waivers, opening.deal.source_digest)
        if given is not None:
            head["waivers"] = given
        head["terms"] = opening.document
        return cls("<session>", head, tuple(map(Entry.of, session.steps[1:])))

    def text(self) -> str:
        return dumps(self.head) + "\n" + "".join(entry.line() for entry in self.entries)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a new file, whole or not at all."""
        write_new(path, self.text())

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Transcript:
        """Read a transcript; a last line that was never finished is left out."""
        return cls.parse(os.fspath(path), *read_lines(path))

    @classmethod
    def parse(cls, name: str, whole: list[str], torn: str) -> Transcript:
        """The transcript of whole lines, and of what follows the last line break.

        That is a step only if it is complete, as an editor leaves it.
        """
        lines = [*whole, torn] if _is_complete(torn) else whole
        source = Source(name, "".join(line + "\n" for line in lines))
        if not lines:
            raise _bad(source.span(0, 0), "the transcript has no first line")
        head = _row(lines[0], source, 0)
        at = _line_span(source, 0)
        if (
            tuple(head) not in (_HEAD, _WAIVED)
            or head["transcript"] != VERSION
            or not _is_head(head)
        ):
            raise _bad(at, "this is not the first line of a transcript of version 1")
        entries = []
        for number, line in enumerate(lines[1:], 1):
            entries.append(_entry(_row(line, source, number), number, _line_span(source, number)))
        return cls(name, head, tuple(entries), at)

    def play(
        self,
        make: type[Session],
        policy: Policy,
        waivers: Waivers | None,
        *,
        other_policy: bool,
        engine: Engine,
    ) -> Session:
        """Make every step again. Raises `UsageError` where a verdict is not the one of the
        transcript, or the policy or the waivers are others."""
        theirs = self.head["policy"]
        if theirs["digest"] != policy.digest and not other_policy:
            message = (
                f"the transcript was made under another text of the policy: "
                f"{quoted(theirs['id'])} {quoted(theirs['version'])}, {theirs['digest'][:19]}…"
            )
            hint = (
                f"this policy is {policy.digest[:19]}…; `--replay` with `--other-policy` makes the "
                "steps again under it"
            )
            raise UsageError(Diagnostic("transcript-policy", message, hint=hint))
        head = self.head
        given = head.get("waivers")
        if not other_policy:
            waiving.check_same(given, waivers)
        try:
            session = make(
                policy,
                Opening(head["terms"], None if given is None else given["terms"]),
                as_of=head["as_of"],
                final=head["final"],
                assume=head["assume"],
                waivers=waivers,
                engine=engine,
            )
        except (TermsError, UsageError) as error:
            found = error.diagnostics[0]
            if isinstance(error, UsageError) and found.code not in _OF_THE_HEAD:
                raise
            message = f"the session cannot begin again: {found.message}"
            raise _bad(self.span, message) from None
        for entry in self.entries:
            try:
                step = _again(session, entry)
            except PolicyEngineError as error:
                why = error.diagnostics[0].message
                message = f"step {entry.number} cannot be made again: {why}"
                raise _bad(entry.span, message) from None
            if (step.action, step.path) != (entry.action, entry.path):
                message = (
                    f"step {entry.number} is told as `{entry.action}` of {quoted(entry.path)}; "
                    f"made again it is `{step.action}` of {quoted(step.path)}"
                )
                raise _bad(entry.span, message)
            verdict = None if step.after is None else step.after.value
            if not other_policy and verdict != entry.verdict:
                message = (
                    f"step {entry.number} now leads to `{verdict or 'no verdict'}`, and led to "
                    f"`{entry.verdict or 'no verdict'}`"
                )
                raise _bad(entry.span, message)
        return session


def _again(session: Session, entry: Entry) -> Step:
    if entry.action == "undo":
        return session.undo()
    assert entry.path is not None
    if entry.action == "withdraw":
        return session.withdraw(entry.path)
    if entry.action == "not_applicable":
        return session.not_applicable(entry.path)
    return session.table(entry.path, entry.value)


def _is_complete(line: str) -> bool:
    try:
        return isinstance(fast_json(line), dict)
    except PolicyEngineError:
        return False


def _is_head(head: dict[str, Any]) -> bool:
    policy = head["policy"]
    named = isinstance(policy, dict) and tuple(policy) == ("id", "version", "digest")
    return (
        named
        and all(isinstance(value, str) for value in policy.values())
        and isinstance(head["final"], bool)
        and isinstance(head["assume"], bool)
        and (head["as_of"] is None or isinstance(head["as_of"], str))
        and isinstance(head["terms"], dict)
        and ("waivers" not in head or waiving.is_written(head["waivers"]))
    )


def _row(line: str, source: Source, number: int) -> dict[str, Any]:
    try:
        row = fast_json(line)
    except PolicyEngineError as error:
        why = error.diagnostics[0].message
        raise _bad(_line_span(source, number), f"the line is not JSON: {why}") from None
    if not isinstance(row, dict):
        raise _bad(_line_span(source, number), "the line is not a JSON object")
    return row


def _entry(row: dict[str, Any], number: int, span: Span) -> Entry:
    action, path, verdict = row.get("action"), row.get("path"), row.get("verdict")
    keys = {"step", "action", "path", "verdict"} | (
        {"value"} if action in ("table", "change") else set()
    )
    if set(row) != keys or action not in _ACTIONS or verdict not in _OPTIONS:
        raise _bad(span, "the line is not a step of a transcript")
    if not isinstance(path, str):
        raise _bad(span, "the step names no term")
    if isinstance(row["step"], bool) or row["step"] != number:
        raise _bad(span, f"the step is numbered {quoted(row['step'])}; expected {number}")
    return Entry(number, action, path, row.get("value"), verdict, span)


def _line_span(source: Source, number: int) -> Span:
    start = source.line_starts[number]
    return source.span(start, start + len(source.line(number + 1)))


def _bad(span: Span | None, message: str) -> UsageError:
    return UsageError(Diagnostic("bad-transcript", message, span))
