"""Everything in a decision beyond its verdict and outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from policyengine import core
from policyengine import decision as d
from policyengine.core import Expr
from policyengine.explain.explainer import Explainer
from policyengine.explain.missing import group
from policyengine.explain.parts import Part, deciding_leaves, deciding_reads
from policyengine.explain.words import data, place, sentence
from policyengine.facts import Facts
from policyengine.interpreter import Located, RuleResult
from policyengine.operators import arithmetic
from policyengine.operators.fault import Fault
from policyengine.values.logic import Truth
from policyengine.values.record import Record


class Judged(Record):
    """One rule with what became of it, waivers included."""

    rule: core.Rule
    result: RuleResult
    outcome: d.Outcome
    waiver: d.WaiverUse | None


def details(
    policy: core.Policy,
    facts: Facts,
    judged: list[Judged],
    waivers: tuple[d.WaiverUse, ...],
    steps: int,
    *,
    full: bool,
    nothing_applied: bool,
) -> d.Details:
    """Everything in a decision beyond its verdict and outcomes. `full` adds rules that pass."""
    return _Builder(policy, facts, judged, waivers, steps, full, nothing_applied).build()


class _Builder:
    def __init__(
        self,
        policy: core.Policy,
        facts: Facts,
        judged: list[Judged],
        waivers: tuple[d.WaiverUse, ...],
        steps: int,
        full: bool,
        nothing_applied: bool,
    ) -> None:
        self.policy = policy
        self.facts = facts
        self.judged = judged
        self.waivers = waivers
        self.full = full
        self.nothing_applied = nothing_applied
        self.explainer = Explainer(policy, facts, steps)
        self.missing: dict[str, list[str]] = {}
        self.assumed: dict[str, list[str]] = {}
        self.doubted: dict[str, list[str]] = {}
        self.errors: list[d.EvaluationFault] = []

    def build(self) -> d.Details:
        reasons: list[d.Reason] = []
        advice: list[d.Advice] = []
        for one in self.judged:
            reason = self.reason(one)
            if one.rule.level == "advisory":
                advice.append(self.advice(one, reason))
            elif self.full or one.outcome in (
                d.Outcome.FAIL,
                d.Outcome.UNKNOWN,
                d.Outcome.WAIVED,
            ):
                reasons.append(reason)
        levels = {"mandatory": 0, "negotiable": 1}
        reasons.sort(key=lambda reason: levels[reason.level or "mandatory"])
        if self.nothing_applied:
            reasons.insert(0, _NOTHING_APPLIED)
        scores = self.scores()
        interests = tuple(self.interest(interest) for interest in self.policy.interests)
        terms = self.facts.schema.terms
        return d.Details(
            deal=self.deal(),
            policy=d.PolicyRef(
                self.policy.id, self.policy.version, self.policy.title, self.policy.digest
            ),
            reasons=tuple(reasons),
            missing=tuple(
                d.MissingTerm(path, tuple(rules), terms[path].label if path in terms else None)
                for path, rules in self.missing.items()
            ),
            assumed=tuple(
                d.AssumedTerm(path, data(self.facts.term(path)), tuple(rules), terms[path].label)
                for path, rules in self.assumed.items()
            ),
            not_applicable=tuple(sorted(self.facts.deal.not_applicable)),
            caveats=tuple(
                d.Caveat(path, tuple(rules), dict(self.facts.deal.evidence[path]))
                for path, rules in self.doubted.items()
            ),
            scores=scores,
            interests=interests,
            advice=tuple(advice),
            defined={
                name: data(value) for name, (value, _) in self.explainer.interpreter.derived.items()
            },
            waivers=self.waivers,
            errors=tuple(self.errors),
        )

    def deal(self) -> d.DealRef:
        deal = self.facts.deal
        return d.DealRef(deal.id, deal.source, deal.digest(), deal.source_digest)

    # rules ---------------------------------------------------------------------------------

    def reason(self, one: Judged) -> d.Reason:
        rule, result = one.rule, one.result
        explain = self.explainer
        condition = explain.tree(rule.condition)
        applies = explain.tree(rule.applies) if rule.applies is not None else None
        unless = explain.tree(rule.unless) if rule.unless is not None else None
        in_force = explain.interpreter.in_force(rule)
        deciding = self.deciding(result, condition, applies, unless) if in_force else []
        for part in deciding:
            part.mark()
        missing = self.missing_for(rule, result, condition, applies, unless)
        self.account(one, deciding, missing)
        return d.Reason(
            rule.id,
            f"rule-{one.outcome.value.replace('_', '-')}",
            rule.title,
            rule.level,
            one.outcome.value,
            self.message(one, condition, missing, in_force),
            rule.form,
            explain.template(rule.ask),
            _source(rule.source),
            rule.tags,
            place(rule.span),
            tuple(map(explain.term_use, self.paths(rule, deciding))),
            condition.frozen(),
            applies.frozen() if applies is not None else None,
            unless.frozen() if unless is not None else None,
            missing,
            one.waiver,
        )

    def deciding(
        self, result: RuleResult, condition: Part, applies: Part | None, unless: Part | None
    ) -> list[Part]:
        """The conditions of a rule on which its outcome rests."""
        guards = [part for part in (applies, unless) if part is not None]
        if result.outcome is d.Outcome.NOT_APPLICABLE:
            return [applies] if applies is not None and applies.value is False else []
        if result.outcome is d.Outcome.PASS:
            return [condition] if result.requirement is True else guards[-1:]
        if result.outcome is d.Outcome.FAIL:
            return [condition, *guards]
        # unknown: whatever is unknown, and what it would meet once known
        return [part for part in (condition, *guards) if part.value is None]

    def missing_for(
        self,
        rule: core.Rule,
        result: RuleResult,
        condition: Part,
        applies: Part | None,
        unless: Part | None,
    ) -> d.Missing | None:
        if result.outcome is not d.Outcome.UNKNOWN:
            return None
        explain = self.explainer
        goal = rule.form == "require"
        ways = [explain.missing(condition, goal)]
        if unless is not None:
            ways.append(explain.missing(unless, True))
        if applies is not None:
            ways.append(explain.missing(applies, False))
        return group("any", [way for way in ways if way is not None])

    def account(self, one: Judged, deciding: list[Part], missing: d.Missing | None) -> None:
        """Enter a rule into what is missing, assumed and doubted, and its errors."""
        rule = one.rule.id
        for path in missing.paths() if missing is not None else ():
            self.missing.setdefault(path, []).append(rule)
        for path in sorted({p for part in deciding for p in self.explainer.rests_on(part)}):
            self.assumed.setdefault(path, []).append(rule)
        if one.rule.level != "advisory":
            for path in self.low_confidence(deciding):
                self.doubted.setdefault(path, []).append(rule)
        self.errors += [_fault(fault, rule) for fault in one.result.faults]

    def low_confidence(self, deciding: list[Part]) -> list[str]:
        evidence = self.facts.deal.evidence
        paths = dict.fromkeys(path for part in deciding for path in deciding_reads(part))
        return [
            path for path in paths if path in evidence and evidence[path].get("confidence") == "low"
        ]

    def paths(self, rule: core.Rule, deciding: list[Part]) -> list[str]:
        """The terms a reason shows: those it rests on, then those its sentence names."""
        found = dict.fromkeys(path for part in deciding for path in deciding_reads(part))
        if rule.because is not None:
            for part in rule.because.parts:
                if isinstance(part, core.Term):
                    found.setdefault(part.path)
        return list(found)

    def message(
        self, one: Judged, condition: Part, missing: d.Missing | None, in_force: bool
    ) -> str:
        rule, outcome = one.rule, one.outcome
        if not in_force:
            return "not in force on the date of the decision"
        if outcome is d.Outcome.UNKNOWN or (
            outcome is d.Outcome.WAIVED and one.result.outcome is d.Outcome.UNKNOWN
        ):
            if one.result.faults:
                return "; ".join(dict.fromkeys(fault.message for fault in one.result.faults))
            return f"not stated: {sentence(missing)}" if missing is not None else "not known"
        if outcome in (d.Outcome.FAIL, d.Outcome.WAIVED):
            if condition.value is None:
                paths = dict.fromkeys(deciding_reads(condition))
                unstated = [path for path in paths if not self.facts.is_stated(path)]
                return f"the deal is final and does not state {', '.join(unstated) or 'enough'}"
            filled = self.explainer.template(rule.because)
            if filled is not None:
                return filled
            leaves = [leaf.text or "" for leaf in deciding_leaves(condition)]
            lead = "does not hold: " if rule.form == "require" else "holds: "
            return lead + "; ".join(leaves)
        return "holds" if outcome is d.Outcome.PASS else "does not apply"

    def advice(self, one: Judged, reason: d.Reason) -> d.Advice:
        state = {
            d.Outcome.PASS: "present",
            d.Outcome.FAIL: "missing",
            d.Outcome.WAIVED: "missing",
            d.Outcome.UNKNOWN: "unknown",
            d.Outcome.NOT_APPLICABLE: "not_applicable",
        }[one.outcome]
        rule = one.rule
        message = reason.message if state in ("missing", "unknown") else None
        return d.Advice(
            rule.id,
            rule.title,
            state,
            message,
            rule.focus,
            rule.action,
            rule.expected,
            _source(rule.source),
            place(rule.span),
        )

    # scores and interests ------------------------------------------------------------------

    def scores(self) -> Mapping[str, d.Score]:
        out = {}
        for card in self.policy.scorecards.values():
            total, faults = self.explainer.interpreter.scores[card.id]
            low = high = Decimal(0)
            items = []
            for item in card.items:
                points = self.explainer.interpreter.guarded(item.points)[0]
                points = points if isinstance(points, Decimal) else Decimal(0)
                value = self.explainer.interpreter.guarded(item.when)[0]
                value = value if isinstance(value, bool) else None
                least, most = core.points_range(points, value)
                low, high = _sum(low, least), _sum(high, most)
                items.append(
                    d.ScoreItem(item.id, item.title, item.side, item.aspect, points, value)
                )
            self.errors += [_fault(fault, None) for fault in faults]
            out[card.id] = d.Score(total, low, high, card.title, tuple(items))
        return out

    def interest(self, interest: core.Interest) -> d.Interest:
        def holds(expr: Expr | None) -> Truth:
            value = self.explainer.interpreter.guarded(expr)[0] if expr is not None else False
            return value if isinstance(value, bool) else None

        return d.Interest(
            interest.element,
            interest.ours,
            interest.theirs,
            holds(interest.served),
            holds(interest.conflict),
        )


_NOTHING_APPLIED = d.Reason(
    None,
    "nothing-applied",
    "No rule applies to this deal",
    None,
    None,
    "nothing-applied: no mandatory and no negotiable rule applies, so nothing was checked",
)


def _sum(total: Decimal, points: Decimal) -> Decimal:
    try:
        found: Decimal = arithmetic.add(total, points)
    except Fault:
        return total  # an error of the score, which is reported as such
    return found


def _source(source: core.SourceRef | None) -> dict[str, Any] | None:
    if source is None:
        return None
    return {"ref": source.ref, "quote": source.quote, "file": source.file}


def _fault(fault: Located, rule: str | None) -> d.EvaluationFault:
    return d.EvaluationFault(fault.code, fault.message, rule, place(fault.span))
