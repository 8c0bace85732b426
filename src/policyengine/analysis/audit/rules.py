"""Rules one by one: whether each can apply, be met, object, and object alone."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.analysis.audit.findings import Finding, Ground, Shown
from policyengine.analysis.audit.inquiry import Answer, Inquiry, Query, counts_more, ties
from policyengine.analysis.audit.notes import Notes
from policyengine.analysis.audit.sample import Sample
from policyengine.analysis.sets import shrunk
from policyengine.core import Rule
from policyengine.decision import Level, Outcome
from policyengine.source import quoted
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.solver import Status
from policyengine.symbolic.verifier import Replay


class RuleAudit:
    """Asks about each rule. `dead` collects rules of which the rest need not be asked."""

    def __init__(self, inquiry: Inquiry, sample: Sample, notes: Notes) -> None:
        self.inquiry = inquiry
        self.sample = sample
        self.notes = notes
        #: rules that never apply, are never met or never object
        self.dead: set[str] = set()

    def look(self, rule: Rule) -> None:
        if self._never_applies(rule):
            self.dead.add(rule.id)
            return
        objecting = self.inquiry.objections(rule.id)
        if self._never(rule, "never-fails", objecting, "objects to no deal"):
            self.dead.add(rule.id)
        elif rule.level != Level.ADVISORY.value:
            self._alone(rule)
        if self._never(rule, "never-passes", (Outcome.PASS,), "is met by no deal it applies to"):
            self.dead.add(rule.id)

    def _never_applies(self, rule: Rule) -> bool:
        """Whether what a rule applies to is true of no deal, which is then found."""
        applies = rule.applies
        if applies is None or self.sample.mask(rule.id, Outcome.FAIL):
            return False
        judge = self.inquiry.problem.judge
        answer = self.inquiry.ask(
            lambda p: [p.form.rule(rule.id).applies.true],
            rules=(rule.id,),
            shows=lambda replay: judge.values(replay.document, [applies]) == [True],
        )
        if answer.deal is not None:
            self.sample.add(answer.deal.document)
        elif answer.ground is None:
            self.notes.left_open("never-applies", rule.id, answer.why)
        else:
            self._found(rule, "never-applies", "applies to no deal", answer.ground)
            return True
        return False

    def _never(self, rule: Rule, code: str, outcomes: tuple[Outcome, ...], what: str) -> bool:
        """Whether no deal gives a rule one of the outcomes, which is then found."""
        if self.sample.mask(rule.id, *outcomes):
            return False
        answer = self._ask(code, rule.id, lambda p: [p.outcome(rule.id, *outcomes)], (rule.id,))
        if answer.ground is None:
            return False
        self._found(rule, code, what, answer.ground)
        return True

    def _found(self, rule: Rule, code: str, what: str, ground: Ground) -> None:
        message = f"{quoted(rule.id)} {what}"
        self.notes.found(
            Finding(code, message, rule.span, (rule.id,), ground, hint=_HINTS[code],
                    shown=self._example(rule, code))
        )  # fmt: skip

    def _example(self, rule: Rule, code: str) -> tuple[Shown, ...]:
        """A deal that a rule which is never met does apply to."""
        if code != "never-passes":
            return ()
        replay = self.sample.replay(self.sample.mask(rule.id, *self.inquiry.objections(rule.id)))
        if replay is None:
            return ()
        outcome = replay.outcomes[rule.id]
        kept = self.inquiry.pruned(replay, lambda r: r.outcomes[rule.id] is outcome, (rule.id,))
        return (Shown(f"{rule.id} applies to it", kept),)

    # alone --------------------------------------------------------------------------------------

    def _alone(self, rule: Rule) -> None:
        """Whether a rule ever objects where no other does, of those that count as much."""
        others = [
            other.id
            for other in self.inquiry.policy.core.rules
            if other.id != rule.id and counts_more(rule, other)
        ]
        alone = self.sample.objecting(rule.id)
        for other in others:
            alone &= ~self.sample.objecting(other)
            if not alone:
                break
        if alone or not others:
            return
        for other in self._likely(rule, others):
            if self._implies(rule.id, (other,)) is Status.IMPOSSIBLE:
                self._redundant(rule, (other,))
                return
        answer = self._ask(
            "never-alone",
            rule.id,
            lambda p: self._spared(p, rule.id, others),
            (rule.id, *others),
        )
        if answer.ground is not None:
            needed = self._needed(rule, others)
            if needed:
                self._redundant(rule, needed)
            else:
                self.notes.left_open("never-alone", rule.id, "the solver does not say which rules")

    def _likely(self, rule: Rule, others: Sequence[str]) -> list[str]:
        """Others that object to every deal seen that a rule objects to."""
        here = self.sample.objecting(rule.id)
        mine = ties(self.inquiry, rule)
        by_id = self.inquiry.by_id
        return [
            other
            for other in others
            if not here & ~self.sample.objecting(other)
            and (ties(self.inquiry, by_id[other]) & mine)
        ]

    def _spared(self, problem: Problem, rule: str, others: Sequence[str]) -> list[Bool]:
        """That a rule objects and others do not."""
        objects = self.inquiry.objects
        return [objects(problem, rule), *(bools.no(objects(problem, each)) for each in others)]

    def _implies(self, rule: str, others: Sequence[str]) -> Status:
        """`IMPOSSIBLE` where one of others objects whenever a rule does."""
        return self.inquiry.status(self.inquiry.exact, lambda p: self._spared(p, rule, others))

    def _needed(self, rule: Rule, others: Sequence[str]) -> tuple[str, ...]:
        """Others, none of which can be done without, one of which objects whenever a rule does."""
        exact = self.inquiry.exact.problem
        if self._implies(rule.id, others) is not Status.IMPOSSIBLE:
            return ()
        core_ = exact.solver.core(self._spared(exact, rule.id, others))
        near = [others[n - 1] for n in sorted(core_) if n]
        return shrunk(near, lambda some: self._implies(rule.id, tuple(some)) is Status.IMPOSSIBLE)

    def _redundant(self, rule: Rule, needed: tuple[str, ...]) -> None:
        by_id = self.inquiry.by_id
        ground = self.inquiry.ground((rule.id, *needed))
        related = tuple((by_id[other].span, f"{quoted(other)} objects") for other in needed)
        shown = self._together(rule.id, needed)
        if len(needed) > 1:
            names = ", ".join(quoted(other) for other in needed[:-1])
            message = (
                f"whenever {quoted(rule.id)} objects, so does one of {names} and "
                f"{quoted(needed[-1])}"
            )
            self.notes.found(
                Finding("never-alone", message, rule.span, (rule.id, *needed), ground,
                        hint=_HINTS["never-alone"], related=related, shown=shown)
            )  # fmt: skip
            return
        (other,) = needed
        back = self._only_other(rule.id, other)
        if back.ground is not None:
            if self.notes.pair(rule.id, other):
                message = f"{quoted(rule.id)} and {quoted(other)} object to the same deals"
                self.notes.found(
                    Finding("equivalent-rules", message, rule.span, (rule.id, other), ground,
                            hint=_HINTS["equivalent-rules"], related=related, shown=shown)
                )  # fmt: skip
            return
        if back.deal is not None:
            kept = self.inquiry.pruned(
                back.deal, lambda r: self._only(r, other, rule.id), (rule.id, other)
            )
            shown = (*shown, Shown(f"only {other} objects", kept))
        message = f"whenever {quoted(rule.id)} objects, {quoted(other)} does"
        self.notes.found(
            Finding("implied-rule", message, rule.span, (rule.id, other), ground,
                    hint=_HINTS["implied-rule"], related=related, shown=shown)
        )  # fmt: skip

    def _only_other(self, rule: str, other: str) -> Answer:
        """A deal that another rule objects to and a rule does not."""
        seen = self.sample.replay(self.sample.objecting(other) & ~self.sample.objecting(rule))
        if seen is not None:
            return Answer(True, seen)
        return self._ask(
            "equivalent-rules", rule, lambda p: self._spared(p, other, (rule,)), (rule, other)
        )

    def _only(self, replay: Replay, one: str, other: str) -> bool:
        objections = self.inquiry.objections
        return replay.outcomes[one] in objections(one) and replay.outcomes[other] not in objections(
            other
        )

    def _together(self, rule: str, needed: tuple[str, ...]) -> tuple[Shown, ...]:
        """A deal that the rule and one of the others object to."""
        replay = self.sample.replay(self.sample.objecting(rule))
        if replay is None:
            return ()
        objects = self.inquiry.objections
        kept = self.inquiry.pruned(replay, lambda r: r.outcomes[rule] in objects(rule), (rule,))
        names = [o for o in needed if kept.outcomes[o] in objects(o)]
        return (Shown(f"{' and '.join((rule, *names))} object", kept),)

    def _ask(
        self,
        code: str,
        about: str,
        query: Query,
        rules: Sequence[str],
    ) -> Answer:
        answer = self.inquiry.ask(query, rules=rules)
        if answer.deal is not None:
            self.sample.add(answer.deal.document)
        elif answer.ground is None:
            self.notes.left_open(code, about, answer.why)
        return answer


_HINTS = {
    "never-applies": "look at what it applies to: the schema or the condition rules it out",
    "never-fails": "look at its condition: the schema or the condition settles it",
    "never-passes": "look at its condition: no value that the schema allows meets it",
    "never-alone": "without it the same deals would be refused; keep it if it says why better",
    "implied-rule": "it adds nothing to the other rule; remove it, or make it say more",
    "equivalent-rules": "keep one of them, at the stricter of the two levels",
}
