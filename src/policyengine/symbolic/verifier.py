"""The replay: what a solver found is decided by the reference interpreter before it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from policyengine import combining, core
from policyengine.decision import Level, Outcome, Verdict
from policyengine.errors import BudgetError, TermsError
from policyengine.facts import Facts
from policyengine.intake import check
from policyengine.interpreter import Interpreter
from policyengine.schema import Group, TermSpec, TermsSchema
from policyengine.schema.words import canonical
from policyengine.values.record import Record
from policyengine.values.temporal import Date


class Replay(Record):
    """A document as the reference decides it. `document` is plain data, ready to be written."""

    document: Mapping[str, Any]
    verdict: Verdict
    outcomes: Mapping[str, Outcome]


class Judge:
    """Decides documents by the reference interpreter, in one setting."""

    def __init__(
        self,
        policy: core.Policy,
        schema: TermsSchema,
        parameters: Mapping[str, Any],
        as_of: Date | None,
        *,
        final: bool = False,
        assume: bool = True,
        waived: Iterable[str] = (),
    ) -> None:
        self.policy = policy
        self.schema = schema
        self.parameters = parameters
        self.as_of = as_of
        self.final = final
        self.assume = assume
        self.waived = frozenset(waived)
        self._levels = {rule.id: Level(rule.level) for rule in policy.rules}

    def replay(self, document: Mapping[str, Any]) -> Replay | None:
        """The decision on a document; None where there is none: it violates the schema, or
        takes more steps than a decision may."""
        try:
            return self.decide(document)
        except (TermsError, BudgetError):
            return None

    def decide(self, document: Mapping[str, Any]) -> Replay:
        """The decision on a document; raises `TermsError` and `BudgetError`."""
        interpreter = self._reader(document)
        outcomes = {}
        for rule in self.policy.rules:
            found = interpreter.rule(rule).outcome
            outcomes[rule.id] = combining.waive(found) if rule.id in self.waived else found
        verdict = combining.verdict((self._levels[id_], each) for id_, each in outcomes.items())
        return Replay(document, verdict, outcomes)

    def values(self, document: Mapping[str, Any], exprs: Iterable[core.Expr]) -> list[Any] | None:
        """What expressions come to, None for unknown; None where `replay` gives None."""
        try:
            interpreter = self._reader(document)
            return [interpreter.guarded(each)[0] for each in exprs]
        except (TermsError, BudgetError):
            return None

    def _reader(self, document: Mapping[str, Any]) -> Interpreter:
        deal = check(document, self.schema)
        facts = Facts(deal, self.schema, self.parameters, self.as_of, self.final, self.assume)
        return Interpreter(self.policy, facts)


def document_of(
    values: Mapping[str, Any],
    listed: Iterable[str] = (),
    *,
    base: Mapping[str, Any] | None = None,
    schema: TermsSchema | None = None,
) -> dict[str, Any]:
    """Values by path, as the engine holds them, laid into a document (or over a copy of one).

    What is stated is no longer listed as not applicable. With a schema, groups and nulls that
    it requires are added.
    """
    made = _copied(base or {})
    if "not_applicable" in made:
        made["not_applicable"] = [path for path in made["not_applicable"] if path not in values]
        if not made["not_applicable"]:
            del made["not_applicable"]
    for path, value in values.items():
        *groups, name = path.split(".")
        place = made
        for group in groups:
            inside = place.get(group)
            if not isinstance(inside, dict):
                inside = place[group] = {}
            place = inside
        place[name] = canonical(value)
    not_applicable = list(listed)
    if not_applicable:
        made["not_applicable"] = not_applicable
    if schema is not None:
        _complete(made, schema.root)
    return made


def _complete(made: dict[str, Any], group: Group) -> None:
    for name in group.required:
        member = group.members.get(name)
        if isinstance(member, Group):
            made.setdefault(name, {})
        elif isinstance(member, TermSpec) and member.shape.nullable:
            made.setdefault(name, None)
    for name, member in group.members.items():
        if isinstance(member, Group) and isinstance(made.get(name), dict):
            _complete(made[name], member)


def _copied(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _copied(value) if isinstance(value, Mapping) else value for key, value in data.items()
    }
