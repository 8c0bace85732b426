"""Whether any case tells a mutant from the policy.

A mutant is lowered as any policy is, and its rules evaluated by the reference on the cases
that can see it: one of each set of deals that say the same of the terms it reads. Cases that
expect more than outcomes and scores are decided whole, and only where nothing else told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from policyengine import combining, core
from policyengine.decision import Decision, Level, Outcome
from policyengine.engine import Policy, Terms
from policyengine.errors import BudgetError, Diagnostics, PolicyEngineError
from policyengine.facts import Facts
from policyengine.interpreter import Interpreter
from policyengine.lowering import lower_policy
from policyengine.testing.cases import Case
from policyengine.testing.compare import compare, needs_reasons
from policyengine.testing.coverage.measure import facts_of
from policyengine.testing.mutation.mutants import Mutant
from policyengine.testing.mutation.reach import Reach, reach, slice_of
from policyengine.testing.suite import Suite
from policyengine.values.record import Record, replace

KILLED, SURVIVED, INVALID = "killed", "survived", "invalid"


class _Seat(Record):
    """A case ready to judge: what its decision reads, and what it came to."""

    case: Case
    file: str
    policy: Policy
    facts: Facts
    outcomes: Mapping[str, Outcome]


class Judge:
    """Judges mutants by the cases of a suite, all of which pass."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.base = suite.policy
        self.seats: list[_Seat] = []
        variants: dict[str, Policy] = {}
        for located in suite.cases:
            case = located.case
            key = repr(case.parameters)
            try:
                if key not in variants:
                    given = case.parameters
                    variants[key] = self.base.with_parameters(given) if given else self.base
                policy = variants[key]
                facts = facts_of(policy, case, located.file)
                decision = self.decide(policy, case, located.file)
            except PolicyEngineError:
                continue  # it expects that there is no decision, which no rule can change
            self.seats.append(_Seat(case, located.file, policy, facts, decision.outcomes))
        self._groups: dict[tuple[str, str], list[list[_Seat]]] = {}

    def is_read(self, mutant: Mutant) -> bool:
        """Whether a rule or a scorecard reads what a mutant changes: nothing could tell a
        parameter that nobody uses."""
        part = reach(self.base.core, mutant.kind, mutant.owner)
        return bool(part.rules or part.cards)

    def judge(self, mutant: Mutant) -> str:
        """`killed`, `survived`, or `invalid`: the change makes no policy."""
        made = self.lowered(mutant)
        if made is None:
            return INVALID
        part = reach(self.base.core, mutant.kind, mutant.owner)
        after = reach(made, mutant.kind, mutant.owner)
        part = Reach(part.rules, part.cards, tuple(sorted({*part.terms, *after.terms})))
        sliced = slice_of(made, part)
        told = any(self.told(seats, sliced, part, mutant) for seats in self.groups(mutant, part))
        if told or self.told_by_words(mutant, part):
            return KILLED
        return SURVIVED

    def lowered(self, mutant: Mutant) -> core.Policy | None:
        """The core of a mutant; of a rule's, only that rule and what it may use."""
        files = mutant.loaded.files
        if mutant.kind == "rule":
            # the other rules are those of the policy, checked already
            files = tuple(
                replace(file, rules=tuple(r for r in file.rules if r.id.value == mutant.owner),
                        interests=())
                for file in files
            )  # fmt: skip
            if not self._uses_names(mutant.owner):
                files = tuple(replace(file, scorecards=(), tables=()) for file in files)
        diagnostics = Diagnostics()
        loaded = mutant.loaded
        try:
            made = lower_policy(loaded.manifest, files, loaded.schema, diagnostics)
        except PolicyEngineError:
            return None
        return None if diagnostics.errors else made

    def _uses_names(self, rule: str) -> bool:
        found = self.base.rule(rule)
        exprs = (found.applies, found.unless, found.requirement, *_sentences(found))
        nodes = (node for expr in exprs if expr is not None for node in core.walk(expr))
        return any(isinstance(node, core.Derived | core.ScoreOf) for node in nodes)

    # cases that can see it ---------------------------------------------------------------------

    def groups(self, mutant: Mutant, part: Reach) -> list[list[_Seat]]:
        """The cases by what their deals say of the terms that a mutant reads."""
        key = (mutant.owner, repr(part.terms))
        if key not in self._groups:
            found: dict[str, list[_Seat]] = {}
            for seat in self.seats:
                facts, case = seat.facts, seat.case
                said = (
                    [facts.deal.values.get(path) for path in part.terms],
                    sorted(facts.deal.not_applicable),
                    (facts.final, facts.assume, facts.as_of, case.parameters),
                )
                found.setdefault(repr(said), []).append(seat)
            self._groups[key] = list(found.values())
        return self._groups[key]

    def told(self, seats: list[_Seat], sliced: core.Policy, part: Reach, mutant: Mutant) -> bool:
        """Whether a case of a group fails under a mutant, by outcomes, verdict or scores."""
        facts = self.facts(seats[0], sliced, mutant)
        if facts is None:
            return False
        try:
            interpreter = Interpreter(sliced, facts)
            outcomes = {rule.id: interpreter.rule(rule).outcome for rule in sliced.rules}
        except (BudgetError, PolicyEngineError):
            return True  # no decision where there was one
        levels = {rule.id: Level(rule.level) for rule in sliced.rules}
        scores = {card: interpreter.scores[card][0] for card in part.cards}
        return any(self._differs(seat, outcomes, levels, scores) for seat in seats)

    def facts(self, seat: _Seat, sliced: core.Policy, mutant: Mutant) -> Facts | None:
        """What a case reads under a mutant; None where it sets the parameter itself."""
        if mutant.kind != "parameter":
            return seat.facts
        if mutant.owner in seat.case.parameters:
            return None
        value: Any = sliced.parameters[mutant.owner].value
        parameters = dict(seat.facts.parameters)
        if isinstance(value, core.Dated):
            parameters.pop(mutant.owner, None)
            if seat.case.as_of is not None:
                try:
                    parameters[mutant.owner] = value.at(seat.case.as_of)
                except LookupError:
                    pass
        else:
            parameters[mutant.owner] = value
        return replace(seat.facts, parameters=parameters)

    def _differs(
        self,
        seat: _Seat,
        outcomes: Mapping[str, Outcome],
        levels: Mapping[str, Level],
        scores: Mapping[str, Any],
    ) -> bool:
        waived = {rule: _waived(seat.outcomes[rule], now) for rule, now in outcomes.items()}
        changed = any(seat.outcomes[rule] is not now for rule, now in waived.items())
        for wanted in seat.case.expectations:
            if wanted.kind == "outcomes" and wanted.subject in waived:
                if waived[wanted.subject].value != wanted.wanted:
                    return True
            elif wanted.kind == "scores" and wanted.subject in scores:
                expected = wanted.wanted
                if "value" in expected and expected["value"] != scores[str(wanted.subject)]:
                    return True
            elif wanted.kind == "verdict" and (changed or self._relevelled(levels)):
                pairs = (
                    (levels.get(rule.id, Level(rule.level)), waived.get(rule.id, before))
                    for rule, before in zip(self.base.rules, seat.outcomes.values(), strict=True)
                )
                if combining.verdict(pairs).value != wanted.wanted:
                    return True
        return False

    def _relevelled(self, levels: Mapping[str, Level]) -> bool:
        return any(Level(self.base.rule(rule).level) is not now for rule, now in levels.items())

    # cases that expect words ---------------------------------------------------------------------

    def told_by_words(self, mutant: Mutant, part: Reach) -> bool:
        """Whether a case fails under a mutant by a message, by what is missing, by the bounds
        of a score or by an error."""
        seats = [
            seat
            for seat in self.seats
            if any(_concerns(e.kind, e.subject, part) for e in seat.case.expectations)
        ]
        if not seats:
            return False
        variants: dict[str, Policy] = {}
        for seat in seats:
            given = seat.case.parameters
            key = repr(given)
            try:
                if key not in variants:
                    variants[key] = Policy._lower(mutant.loaded, Diagnostics(), given)
                decision = self.decide(variants[key], seat.case, seat.file)
            except PolicyEngineError:
                return True
            wanted = (e for e in seat.case.expectations if needs_reasons(e))
            if any(compare(e, decision, None) is not None for e in wanted):
                return True
        return False

    def decide(self, policy: Policy, case: Case, file: str) -> Decision:
        return policy.evaluate(
            Terms(case.terms, node=case.node, name=file, data=None),
            as_of=case.as_of,
            final=case.final,
            assume=case.assume,
            waivers=case.waivers,
            explain="full",
            engine="interpreter",
        )


def _waived(before: Outcome, now: Outcome) -> Outcome:
    return combining.waive(now) if before is Outcome.WAIVED else now


def _concerns(kind: str, subject: str | None, part: Reach) -> bool:
    if kind == "messages":
        return subject in part.rules
    if kind == "scores":
        return subject in part.cards
    return kind in ("missing", "errors") and bool(part.rules or part.cards)


def _sentences(rule: core.Rule) -> Iterator[core.Expr]:
    templates: Iterable[core.Template | None] = (rule.because, rule.ask)
    for template in templates:
        if template is not None:
            yield from (part for part in template.parts if not isinstance(part, str))
