"""What a session knows after a step, and the evaluation that leads from one state to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from policyengine import combining
from policyengine.decision import Level, MissingTerm, Outcome, Reason, Verdict, WaiverUse
from policyengine.engine import Policy, Terms
from policyengine.errors import Diagnostic, UsageError, did_you_mean
from policyengine.facts import DECISION_STEPS, Facts
from policyengine.intake import Deal, check
from policyengine.interpreter import Interpreter
from policyengine.session import terms
from policyengine.session.executors import EXECUTORS, Engine
from policyengine.session.waiving import Waiving, waiving
from policyengine.source import quoted
from policyengine.values.jsontext import digest_bytes
from policyengine.values.record import Record, replace
from policyengine.waivers import Waivers


class State(Record):
    """A document with every rule's outcome. By number of a rule: its outcome before waivers,
    the terms it waits for, and the steps that its last evaluation took, with what was
    evaluated beside it."""

    document: Mapping[str, Any]
    deal: Deal
    required: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    waits: tuple[tuple[str, ...], ...]
    spent: tuple[int, ...]
    verdict: Verdict | None
    waiving: Waiving

    @property
    def settled(self) -> tuple[Outcome, ...]:
        """Every rule's outcome, waivers applied."""
        waived = self.waiving.waived
        return tuple(
            Outcome.WAIVED if number in waived else outcome
            for number, outcome in enumerate(self.outcomes)
        )


class Opening(Record):
    """The terms that a session began with, and the digest of the text they were read from."""

    document: Mapping[str, Any]
    source_digest: str | None


class Evaluator:
    """Evaluates documents under one policy, on one date, with one way to read silence.

    `evaluated` counts the rules that were evaluated, explanations apart.
    """

    def __init__(
        self,
        policy: Policy,
        day: date | None,
        *,
        final: bool,
        assume: bool,
        engine: Engine,
        waivers: Waivers | None,
    ) -> None:
        if engine not in EXECUTORS:
            listing = ", ".join(f"`{name}`" for name in EXECUTORS)
            message = f"{quoted(engine)} is no engine of a session; expected {listing}"
            hint = did_you_mean(engine, EXECUTORS)
            raise UsageError(Diagnostic("unknown-engine", message, hint=hint))
        self.policy = policy
        self.day = day
        self.final = final
        self.assume = assume
        self.waivers = waivers
        self.evaluated = 0
        self.schema = terms.lenient(policy.schema)
        self._executor = EXECUTORS[engine](policy, day=day, final=final, assume=assume)
        self._levels = [Level(rule.level) for rule in policy.rules]

    def state(
        self,
        document: Mapping[str, Any],
        before: State | None,
        rules: Sequence[int],
        source_digest: str | None = None,
    ) -> State:
        """The state of a document that differs from the one before only in what `rules` read;
        `source_digest` is that of the text it was read from.

        Raises `TermsError` for a document that violates its schema, and `BudgetError`.
        """
        deal = check(document, self.schema, source_digest=source_digest)
        count = len(self.policy.rules)
        facts = self.facts(deal)
        outcomes = list(before.outcomes) if before is not None else [Outcome.UNKNOWN] * count
        spent = list(before.spent) if before is not None else [0] * count
        waits: list[tuple[str, ...]] = [()] * count if before is None else list(before.waits)
        if rules:
            self._run(facts, rules, outcomes, spent)
        unknown = [number for number in rules if outcomes[number] is Outcome.UNKNOWN]
        for number in rules:
            waits[number] = ()
        for number, reason in self.reasons(deal, outcomes, unknown).items():
            waits[number] = tuple(reason.missing.paths()) if reason.missing is not None else ()
        required = terms.required(self.policy.schema, document)
        found = waiving(self.policy, self.waivers, deal, self.day, outcomes)
        state = State(
            document, deal, required, tuple(outcomes), tuple(waits), tuple(spent), None, found
        )
        if required:
            return state
        verdict = combining.verdict(zip(self._levels, state.settled, strict=True))
        return replace(state, verdict=verdict)

    def _run(
        self, facts: Facts, rules: Sequence[int], outcomes: list[Outcome], spent: list[int]
    ) -> None:
        """Put the outcomes of some rules into place. Where the steps of all, each counted with
        what was evaluated beside it, could exceed a decision's, the policy decides as a whole."""
        found, steps = self._executor.outcomes(facts, rules)
        self.evaluated += len(rules)
        for number in rules:
            spent[number] = steps
        if sum(spent) > DECISION_STEPS:
            whole = Interpreter(self.policy.core, facts)
            outcomes[:] = [whole.rule(rule).outcome for rule in self.policy.rules]
            return
        for number, outcome in zip(rules, found, strict=True):
            outcomes[number] = outcome

    def close(self) -> None:
        """Free what the executor keeps between steps."""
        self._executor.close()

    def facts(self, deal: Deal) -> Facts:
        return self.policy._facts(deal, self.day, final=self.final, assume=self.assume)

    def reasons(
        self,
        deal: Deal,
        outcomes: Sequence[Outcome],
        numbers: Iterable[int],
        waived: Mapping[int, WaiverUse] = MappingProxyType({}),
    ) -> dict[int, Reason]:
        """Why some rules have their outcomes, by number."""
        chosen = sorted(numbers)
        if not chosen:
            return {}
        by_rule = {self.policy.rules[number].id: use for number, use in waived.items()}
        explained = self.policy.explained(
            self.facts(deal), self.day, tuple(outcomes), waived=by_rule
        )
        return {number: explained.reason(number) for number in chosen}

    def missing(self, state: State) -> tuple[MissingTerm, ...]:
        """The terms that rules wait for, as a decision lists them."""
        waiting: dict[str, list[str]] = {}
        for rule, paths in zip(self.policy.rules, state.waits, strict=True):
            for path in paths:
                waiting.setdefault(path, []).append(rule.id)
        labels = self.policy.schema.terms
        return tuple(
            MissingTerm(path, tuple(rules), labels[path].label if path in labels else None)
            for path, rules in waiting.items()
        )


def plain(given: Any) -> Any:
    """The data of a terms document, whatever it is given as."""
    return given.document if isinstance(given, Terms | Opening) else given


def source_digest(given: Any) -> str | None:
    """The digest of the text that terms were read from; None where there is none."""
    if isinstance(given, Opening):
        return given.source_digest
    data = given._bytes if isinstance(given, Terms) else None
    return digest_bytes(data) if data is not None else None
