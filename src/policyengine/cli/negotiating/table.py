"""Commands carried out on a session: each gives a step, or an answer as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from policyengine import explain
from policyengine.cli.negotiating import values
from policyengine.cli.negotiating.commands import COMMANDS, NOTHING, Command, name_of
from policyengine.cli.writing import write_file
from policyengine.decision import MissingTerm, Outcome, Reason
from policyengine.decision.data import as_data
from policyengine.errors import Diagnostic, DocumentError, UsageError
from policyengine.output import json, yaml
from policyengine.reading import format_of
from policyengine.session import Session, Step
from policyengine.session import terms as terms_
from policyengine.source import quoted
from policyengine.values.record import Record

LEVELS = ("mandatory", "negotiable", "advisory")
_OPEN = (Outcome.FAIL, Outcome.UNKNOWN)


class Answer(Record):
    """What a command says that is no step, as plain data; `reasons` are behind it, for a page."""

    command: str
    data: Mapping[str, Any]
    reasons: tuple[Reason, ...] = ()


class Table:
    """A session, and the commands on it. `unsaved` counts the steps since the last `save`."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.unsaved = 0
        self._ours: set[Path] = set()

    def do(self, command: Command) -> Step | Answer:
        """Carry out a command; raises `PolicyEngineError` and changes nothing then."""
        if command.name in ("set", "unset", "na", "undo"):
            step = self._step(command)
            self.unsaved += 1
            return step
        answer: Callable[[Command], Answer] = getattr(self, f"_{command.name}")
        return answer(command)

    def _step(self, command: Command) -> Step:
        session = self.session
        if command.name == "undo":
            return session.undo()
        assert command.path is not None
        path = command.path
        if command.value is NOTHING:
            path = values.path_of(path, session.policy.schema)
        if command.name == "unset":
            return session.withdraw(path)
        if command.name == "na":
            return session.not_applicable(path)
        if command.text is None:
            return session.table(path, command.value)
        terms_.known(session.policy.schema, path)
        spec = session.policy.schema.terms[path]
        if spec.type.kind == "number":
            values.check_unit(command.text, path, spec.type.unit)
        return session.table(path, values.value_of(command.text, spec.shape))

    def ranked(self, missing: Iterable[MissingTerm]) -> list[tuple[int, MissingTerm]]:
        """What rules wait for with the weight of the gravest of them, the gravest first."""
        levels = {rule.id: LEVELS.index(rule.level) for rule in self.session.policy.rules}
        ranked = [(min(levels[rule] for rule in term.rules), term) for term in missing]
        return sorted(ranked, key=lambda pair: pair[0])

    # answers --------------------------------------------------------------------------------

    def _verdict(self, _: Command) -> Answer:
        return Answer("verdict", self._stands())

    def _stands(self) -> dict[str, Any]:
        verdict = self.session.verdict
        counts: dict[str, dict[str, int]] = {}
        for rule in self.session.policy.rules:
            outcome = self.session.outcomes[rule.id].value
            of_level = counts.setdefault(rule.level, {})
            of_level[outcome] = of_level.get(outcome, 0) + 1
        return {
            "verdict": None if verdict is None else verdict.value,
            "counts": counts,
            "required": list(self.session.required),
            "waivers": as_data(self.session.waivers),
        }

    def _status(self, _: Command) -> Answer:
        reasons = self.open()
        return Answer(
            "status", {**self._stands(), "rules": [_reason(reason) for reason in reasons]}, reasons
        )

    def open(self) -> tuple[Reason, ...]:
        """The reasons of the rules that fail or are unknown, mandatory first; no advice."""
        outcomes = self.session.outcomes
        chosen = [
            rule.id
            for level in ("mandatory", "negotiable")
            for wanted in _OPEN
            for rule in self.session.policy.rules
            if rule.level == level and outcomes[rule.id] is wanted
        ]
        return tuple(map(self.session.why, chosen))

    def _why(self, command: Command) -> Answer:
        if command.rule is None:
            return self._status(command)
        rules = [rule.id for rule in self.session.policy.rules]
        reason = self.session.why(values.rule_of(command.rule, rules))
        return Answer("why", {"reason": _reason(reason)}, (reason,))

    def _missing(self, _: Command) -> Answer:
        rows = [
            {"path": term.path, "rules": list(term.rules), "label": term.label}
            for _, term in self.ranked(self.session.missing)
        ]
        return Answer("missing", {"missing": rows, "required": list(self.session.required)})

    def _terms(self, command: Command) -> Answer:
        session, schema = self.session, self.session.policy.schema
        prefix = command.path or ""
        listed = terms_.listed(session.terms)
        found: dict[str, dict[str, Any]] = {}
        for path, spec in schema.terms.items():
            if prefix and path != prefix and not path.startswith(f"{prefix}."):
                continue
            value = session.stated(path)
            if value is not None:
                found[path] = {"value": value, "is": "stated"}
            elif path in listed:
                found[path] = {"value": None, "is": "not_applicable"}
            elif spec.has_default and session.settings.assume:
                found[path] = {"value": explain.data(spec.default), "is": "assumed"}
            elif prefix:
                found[path] = {"value": None, "is": "not_stated"}
        if prefix and not found:
            terms_.known(schema, prefix)
        return Answer("terms", {"terms": found})

    def _decision(self, _: Command) -> Answer:
        return Answer("decision", {"decision": self.session.decision().to_dict()})

    def _save(self, command: Command) -> Answer:
        assert command.file is not None
        path, there = _place(command.file)
        form = format_of(path.name)
        if there.exists() and not command.replace and there not in self._ours:
            message = f"{quoted(path.as_posix(), 200)} exists already"
            raise UsageError(
                Diagnostic("file-exists", message, hint="`save!` instead of `save` replaces it")
            )
        document = self.session.terms
        text = yaml.text(document) if form == "yaml" else json.text(document) + "\n"
        write_file(path, text)
        self._ours.add(there)
        self.unsaved = 0
        return Answer("save", {"file": path.as_posix()})

    def _help(self, command: Command) -> Answer:
        chosen = COMMANDS if command.topic is None else [name_of(command.topic)]
        rows = (COMMANDS[name] for name in chosen)
        return Answer("help", {"commands": {row[2]: row[3] for row in rows}})

    def _quit(self, _: Command) -> Answer:
        return Answer("quit", {})


def _place(file: str) -> tuple[Path, Path]:
    """The file that is named, and where it is; raises `DocumentError` for what names none."""
    try:
        path = Path(file).expanduser()
        there = path.resolve()
        there.exists()
    except (OSError, ValueError, RuntimeError) as error:  # too long, NUL, a home of nobody
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        message = f"cannot write {quoted(file, 200)}: {why.lower().rstrip('.')}"
        raise DocumentError(Diagnostic("cannot-write", message)) from None
    return path, there


def _reason(reason: Reason) -> dict[str, Any]:
    """A reason as plain data: what a decision says of it, without places and citations."""

    def tree(part: Any) -> Any:
        return None if part is None else part.to_dict()

    return {
        "rule": reason.rule,
        "title": reason.title,
        "level": reason.level,
        "outcome": reason.outcome,
        "message": reason.message,
        "ask": reason.ask,
        "waiver": None if reason.waiver is None else as_data(reason.waiver),
        "missing": tree(reason.missing),
        "conditions": tree(reason.conditions),
        "applies": tree(reason.applies),
        "unless": tree(reason.unless),
    }
