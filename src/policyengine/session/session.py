"""The session: a deal on the table, its verdict after each step, and the way back."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Self

from policyengine.decision import (
    Decision,
    MissingTerm,
    Outcome,
    Reason,
    Settings,
    Verdict,
    WaiverUse,
)
from policyengine.engine import Explain, Policy, Terms
from policyengine.errors import Diagnostic, TermsError, UsageError
from policyengine.intake import check
from policyengine.schema import canonical
from policyengine.session import terms as terms_
from policyengine.session.executors import Engine
from policyengine.session.files import Appender
from policyengine.session.index import Index
from policyengine.session.state import Evaluator, Opening, State, plain, source_digest
from policyengine.session.step import Moved, Step
from policyengine.session.transcript import Entry, Transcript
from policyengine.session.waiving import cause
from policyengine.source import quoted
from policyengine.waivers import Waivers


class Session:
    """A negotiation over one deal, under one policy. Not for several threads at once.

    `terms` is where it starts: a mapping, `Terms`, or nothing. `as_of`, `final`, `assume` and
    `waivers` are those of `Policy.evaluate`. A step that raises leaves the session as it was.
    While the deal lacks a term that its schema requires, the verdict is None.
    """

    def __init__(
        self,
        policy: Policy,
        terms: Mapping[str, Any] | Terms | Opening | None = None,
        *,
        as_of: date | str | None = None,
        final: bool = False,
        assume: bool = True,
        waivers: Waivers | None = None,
        engine: Engine = "interpreter",
    ) -> None:
        day = policy._day(as_of, waivers)
        self.policy = policy
        self._evaluator = Evaluator(
            policy, day, final=final, assume=assume, engine=engine, waivers=waivers
        )
        self._index = Index(policy.core)
        document = {} if terms is None else plain(terms)
        if isinstance(document, Mapping):
            check(document, self._evaluator.schema)  # before it is taken for plain data
            document = canonical(document)
        digest = source_digest(terms)
        state = self._evaluator.state(document, None, range(len(policy.rules)), digest)
        self._states = [state]
        self._done: list[Step] = []
        self._steps = [self._step("open", None, None, state, range(len(policy.rules)))]
        self._file: Appender | None = None

    # what is so -----------------------------------------------------------------------------

    @property
    def verdict(self) -> Verdict | None:
        """None while the deal lacks a term that its schema requires."""
        return self._state.verdict

    @property
    def outcomes(self) -> Mapping[str, Outcome]:
        """Every rule's outcome, waivers applied, in file order."""
        ids = (rule.id for rule in self.policy.rules)
        return dict(zip(ids, self._state.settled, strict=True))

    @property
    def missing(self) -> tuple[MissingTerm, ...]:
        """The terms that some undecided rule waits for."""
        return self._evaluator.missing(self._state)

    @property
    def required(self) -> tuple[str, ...]:
        """The terms without which the schema allows no verdict at all."""
        return self._state.required

    @property
    def waivers(self) -> tuple[WaiverUse, ...]:
        """What became of each waiver that names the deal."""
        return self._state.waiving.uses

    @property
    def terms(self) -> Mapping[str, Any]:
        """The terms document as it stands, as plain data; not to be changed."""
        return self._state.document

    @property
    def settings(self) -> Settings:
        """How the question is put, as a decision has it."""
        evaluator = self._evaluator
        day = None if evaluator.day is None else evaluator.day.isoformat()
        return Settings(day, evaluator.final, evaluator.assume)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step so far, the opening first."""
        return tuple(self._steps)

    @property
    def recording(self) -> bool:
        """Whether each step is written to a transcript."""
        return self._file is not None

    @property
    def evaluations(self) -> int:
        """How many rules were evaluated since the session began; explanations apart."""
        return self._evaluator.evaluated

    def stated(self, path: str) -> Any:
        """What the deal states at a path, as plain data; None for nothing."""
        terms_.known(self.policy.schema, path)
        return terms_.stated(self._state.document, path)

    def why(self, rule: str) -> Reason:
        """The reason for one rule's outcome as it stands; raises `UsageError`."""
        number = self.policy.rules.index(self.policy.rule(rule))
        state = self._state
        waived = state.waiving.waived
        return self._evaluator.reasons(state.deal, state.outcomes, [number], waived)[number]

    def decision(self, *, explain: Explain = "fails") -> Decision:
        """The whole decision, evaluated afresh; raises `TermsError` where a required term is
        missing."""
        evaluator = self._evaluator
        return self.policy.evaluate(
            self._state.document,
            as_of=evaluator.day,
            final=evaluator.final,
            assume=evaluator.assume,
            waivers=evaluator.waivers,
            explain=explain,
        )

    # steps ----------------------------------------------------------------------------------

    def table(self, path: str, value: Any) -> Step:
        """State a term, whether or not the deal stated it before."""
        changes = self.stated(path) is not None
        return self._put("change" if changes else "table", path, value)

    def change(self, path: str, value: Any) -> Step:
        """State another value for a term that the deal states."""
        if self.stated(path) is None:
            raise _not_stated(path)
        return self._put("change", path, value)

    def withdraw(self, path: str) -> Step:
        """Take a term off the table: its value, or its listing as not applicable."""
        if self.stated(path) is None and path not in terms_.listed(self._state.document):
            raise _not_stated(path)
        return self._take("withdraw", path, terms_.without(self._state.document, path))

    def not_applicable(self, path: str) -> Step:
        """List a term as not applicable; only one that the schema marks so, and not stated."""
        terms_.known(self.policy.schema, path)
        if not self.policy.schema.terms[path].may_not_apply:
            message = f"{quoted(path, 120)} applies to every deal"
            hint = "a term that nothing is said of is left out; `x-may-not-apply` is the schema's"
            raise TermsError(Diagnostic("must-apply", message, hint=hint))
        if self.stated(path) is not None:
            message = f"{quoted(path, 120)} is stated, so that it applies"
            hint = "take it off the table first: `unset`, or `withdraw` in the library"
            raise TermsError(Diagnostic("not-applicable-stated", message, hint=hint))
        return self._take("not_applicable", path, terms_.listing(self._state.document, path))

    def undo(self) -> Step:
        """Take back the last step that has not been taken back."""
        if len(self._states) == 1:
            raise UsageError(Diagnostic("nothing-to-undo", "there is no step to take back"))
        path = self._done[-1].path
        step = self._step("undo", path, self._state, self._states[-2], ())
        self._write(step)
        self._states.pop()
        self._done.pop()
        self._steps.append(step)
        return step

    def _put(self, action: str, path: str, value: Any) -> Step:
        if value is None:
            message = f"{quoted(path, 120)} cannot be null, which states nothing"
            hint = "withdraw a term to take it off the table"
            raise TermsError(Diagnostic("wrong-type", message, hint=hint))
        document = terms_.put(self._state.document, path, value)
        check(document, self._evaluator.schema)
        return self._take(action, path, canonical(document))

    def _take(self, action: str, path: str, document: Mapping[str, Any]) -> Step:
        """The step to another document; nothing changes before it is written down."""
        rules = self._index.readers(path)
        after = self._evaluator.state(document, self._state, rules)
        step = self._step(action, path, self._state, after, rules)
        self._write(step)
        self._states.append(after)
        self._done.append(step)
        self._steps.append(step)
        return step

    @property
    def _state(self) -> State:
        return self._states[-1]

    def _step(
        self,
        action: str,
        path: str | None,
        before: State | None,
        after: State,
        rules: Sequence[int],
    ) -> Step:
        known = before or after
        changed = [
            number
            for number, (was, now) in enumerate(zip(known.settled, after.settled, strict=True))
            if was is not now
        ]
        waived = after.waiving.waived
        reasons = self._evaluator.reasons(after.deal, after.outcomes, changed, waived)
        missing = self._evaluator.missing(after)
        old = {term.path for term in self._evaluator.missing(known)}
        return Step(
            number=len(self._steps) if before is not None else 0,
            action=action,
            path=path,
            value=terms_.stated(after.document, path) if path is not None else None,
            previous=terms_.stated(known.document, path) if path is not None else None,
            before=None if before is None else before.verdict,
            after=after.verdict,
            moved=tuple(self._moved(number, reasons[number], known, after) for number in changed),
            missing=missing,
            newly_missing=tuple(term.path for term in missing if term.path not in old),
            required=after.required,
            evaluated=tuple(self.policy.rules[number].id for number in rules),
            waivers=after.waiving.uses,
        )

    def _moved(self, number: int, reason: Reason, before: State, after: State) -> Moved:
        rule = self.policy.rules[number]
        now = after.settled[number]
        return Moved(
            rule.id,
            rule.title,
            rule.level,
            before.settled[number],
            now,
            reason.message,
            reason.ask if now in (Outcome.FAIL, Outcome.UNKNOWN) else None,
            cause(number, rule.id, before.waiving, after.waiving, now),
        )

    # transcripts ----------------------------------------------------------------------------

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the transcript so far to a new file, which appears whole or not at all."""
        Transcript.of(self).save(path)

    def record(self, path: str | os.PathLike[str]) -> None:
        """Write the transcript to a new file, and every step from now on as it is made.

        A step is in the file, and on the disk, before it is returned. `close` ends it.
        """
        made = Appender.create(path, Transcript.of(self).text())
        self._stop()
        self._file = made

    def close(self) -> None:
        """Stop recording, and free what the engine keeps between steps."""
        self._evaluator.close()
        self._stop()

    def _stop(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    @classmethod
    def replay(
        cls,
        path: str | os.PathLike[str],
        policy: Policy,
        *,
        other_policy: bool = False,
        waivers: Waivers | None = None,
        engine: Engine = "interpreter",
    ) -> Session:
        """The session that a transcript tells of, every step made again.

        Raises `UsageError` where it was held under another policy or with other waivers,
        unless `other_policy` allows that; then verdicts may differ from those in the
        transcript.
        """
        transcript = Transcript.read(path)
        return transcript.play(cls, policy, waivers, other_policy=other_policy, engine=engine)

    @classmethod
    def resume(
        cls,
        path: str | os.PathLike[str],
        policy: Policy,
        *,
        waivers: Waivers | None = None,
        engine: Engine = "interpreter",
    ) -> Session:
        """Replay a transcript and go on recording in it. A last line that was never finished
        belongs to a step that nobody was told of, and is removed."""
        file = Appender.open(path)
        try:
            transcript = Transcript.parse(os.fspath(path), *file.lines())
            session = transcript.play(cls, policy, waivers, other_policy=False, engine=engine)
            file.mend(1 + len(transcript.entries))
        except BaseException:
            file.close()
            raise
        session._file = file
        return session

    def _write(self, step: Step) -> None:
        if self._file is not None:
            self._file.append(Entry.of(step).line())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        verdict = self.verdict.value if self.verdict is not None else "no verdict"
        return f"<Session {verdict} after {len(self._steps) - 1} steps>"


def _not_stated(path: str) -> TermsError:
    message = f"the deal does not state {quoted(path, 120)}"
    return TermsError(Diagnostic("not-stated", message))
