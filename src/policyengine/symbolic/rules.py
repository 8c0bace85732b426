"""Rules, their outcomes and the verdict, as propositions over all deals.

In step with `policyengine.combining` and the interpreter's `rule`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policyengine import core
from policyengine.decision import Outcome, Verdict
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.encoder import Encoder
from policyengine.symbolic.values import Truth
from policyengine.values.record import Record


class RuleForm(Record):
    """What a rule comes to: one proposition an outcome, of which exactly one holds."""

    rule: core.Rule
    outcomes: Mapping[Outcome, Bool]
    applies: Truth
    unless: Truth
    requirement: Truth

    def is_(self, *outcomes: Outcome) -> Bool:
        return bools.some(self.outcomes[outcome] for outcome in outcomes)


class PolicyForm:
    """A policy's rules and verdict, encoded as they are asked for.

    `waived` names rules whose failure or unknown a waiver lifts.
    """

    def __init__(self, encoder: Encoder, *, waived: Iterable[str] = ()) -> None:
        self.encoder = encoder
        self.waived = frozenset(waived)
        self._rules: dict[str, RuleForm] = {}
        self._verdicts: dict[Verdict, Bool] = {}
        self._by_id = {rule.id: rule for rule in encoder.policy.rules}

    def rule(self, id: str) -> RuleForm:  # noqa: A002  # the word its users look for
        found = self._rules.get(id)
        if found is None:
            found = self._rules[id] = self.encoded_rule(self._by_id[id])
        return found

    @property
    def encoded(self) -> tuple[str, ...]:
        """The rules asked for so far."""
        return tuple(self._rules)

    def verdict(self, verdict: Verdict) -> Bool:
        """That a deal has this verdict."""
        if not self._verdicts:
            self._verdicts = self._combine()
        return self._verdicts[verdict]

    def encoded_rule(self, rule: core.Rule) -> RuleForm:
        """What a rule comes to, be it one of the policy or a variant of one."""
        encoder = self.encoder
        if not _in_force(rule, encoder):
            return _settled(rule, Outcome.NOT_APPLICABLE)
        applies = self._part(rule.applies, absent=True, if_unknown=True)
        unless = self._part(rule.unless, absent=False, if_unknown=False)
        requirement = self._part(rule.requirement, absent=True, if_unknown=False)
        skipped = bools.either(self.disarmed(rule), applies.false)
        at_work = bools.no(skipped)
        passed = bools.both(at_work, bools.either(unless.true, requirement.true))
        failed = bools.every((at_work, applies.true, unless.false, requirement.false))
        open_ = bools.every((at_work, bools.no(passed), bools.no(failed)))
        waived: Bool = False
        if rule.id in self.waived:
            waived, failed, open_ = bools.either(failed, open_), False, False
        outcomes = {
            Outcome.PASS: passed,
            Outcome.FAIL: failed,
            Outcome.UNKNOWN: open_,
            Outcome.NOT_APPLICABLE: skipped,
            Outcome.WAIVED: waived,
        }
        return RuleForm(rule, outcomes, applies, unless, requirement)

    def _part(self, expr: core.Expr | None, *, absent: bool, if_unknown: bool) -> Truth:
        """A part of a rule; in a final document what is unknown counts against the deal, but
        for an error."""
        if expr is None:
            return Truth(absent, not absent)
        found, fault = self.encoder.truth_of(expr)
        if not self.encoder.final:
            return found
        counted = bools.both(bools.no(found.known), bools.no(fault))
        if if_unknown:
            return Truth(bools.either(found.true, counted), found.false)
        return Truth(found.true, bools.either(found.false, counted))

    def disarmed(self, rule: core.Rule) -> Bool:
        """Whether the requirement reads nothing but terms listed as not applicable."""
        reads = core.terms_read(self.encoder.policy, rule.requirement)
        if not reads:
            return False
        return bools.every(self.encoder.space.not_applicable(path) for path in sorted(reads))

    def _combine(self) -> dict[Verdict, Bool]:
        forms = [self.rule(rule.id) for rule in self.encoder.policy.rules]
        mandatory = [form for form in forms if form.rule.level == "mandatory"]
        negotiable = [form for form in forms if form.rule.level == "negotiable"]
        rejected = bools.some(form.is_(Outcome.FAIL) for form in mandatory)
        waiting = bools.some(form.is_(Outcome.UNKNOWN) for form in mandatory)
        applied = bools.some(
            bools.no(form.is_(Outcome.NOT_APPLICABLE)) for form in (*mandatory, *negotiable)
        )
        undecided = bools.either(waiting, bools.no(applied))
        conditions = bools.some(form.is_(Outcome.FAIL, Outcome.UNKNOWN) for form in negotiable)
        acceptable = bools.both(bools.no(rejected), bools.no(undecided))
        return {
            Verdict.REJECT: rejected,
            Verdict.UNDETERMINED: bools.both(bools.no(rejected), undecided),
            Verdict.CONDITIONAL: bools.both(acceptable, conditions),
            Verdict.ACCEPT: bools.both(acceptable, bools.no(conditions)),
        }


def _settled(rule: core.Rule, outcome: Outcome) -> RuleForm:
    outcomes: dict[Outcome, Bool] = {each: each is outcome for each in Outcome}
    never = Truth(False, True)
    return RuleForm(rule, outcomes, never, never, Truth(False, False))


def _in_force(rule: core.Rule, encoder: Encoder) -> bool:
    if rule.effective_from is None and rule.effective_until is None:
        return True
    assert encoder.as_of is not None, "a policy that depends on the date is given one"
    day = encoder.as_of.to_python()
    if rule.effective_from is not None and day < rule.effective_from:
        return False
    return rule.effective_until is None or day <= rule.effective_until
