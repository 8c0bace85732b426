"""Explanation: an evaluated policy to reasons, in the data of a decision.

Everything here reads the core and the interpreter's values; nothing decides. A part of a
condition *decides* when the value of the whole rests on it: the false parts of a false
`all`, the true parts of a true `any`, the unknown parts of an unknown one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from policyengine import core
from policyengine import decision as d
from policyengine.core import Expr
from policyengine.facts import Facts
from policyengine.interpreter import Interpreter, Located, RuleResult
from policyengine.source import Span
from policyengine.values import jsontext
from policyengine.values.logic import Truth, at_least, conjunction, disjunction, negation
from policyengine.values.numbers import to_text
from policyengine.values.record import Record

NOT_STATED = "(not stated)"


@dataclass(slots=True)
class _Part:
    """A condition while its deciding parts are being marked."""

    kind: str
    value: Truth
    span: Span
    parts: list[_Part]
    count: int | None = None
    text: str | None = None
    reads: tuple[str, ...] = ()
    #: those of `reads` whose being stated is asked for, which no default answers
    asks: frozenset[str] = frozenset()
    #: fields of elements that are read
    fields: tuple[str, ...] = ()
    actual: Any = None
    decides: bool = False

    def deciding(self) -> list[_Part]:
        """The parts directly below on which this value rests."""
        if self.kind in ("leaf", "not"):
            return self.parts
        settled_by = {"all": False, "any": True}.get(self.kind)
        if settled_by is not None and self.value is settled_by:
            return [part for part in self.parts if part.value is settled_by]
        if self.kind == "some_of" and self.value is not None:
            return [part for part in self.parts if part.value is self.value]
        if self.value is None:
            return [part for part in self.parts if part.value is None]
        return self.parts

    def mark(self) -> _Part:
        self.decides = True
        for part in self.deciding():
            part.mark()
        return self

    def frozen(self) -> d.Condition:
        below = tuple(part.frozen() for part in self.parts)
        if self.kind != "leaf":
            return d.Condition(self.kind, self.value, self.decides, below, self.count)
        return d.Condition(
            "leaf",
            self.value,
            self.decides,
            text=self.text,
            paths=self.reads,
            actual=data(self.actual),
            location=place(self.span),
        )


def place(span: Span) -> d.Location | None:
    """A span as a location; None for a thing that was written nowhere."""
    return d.Location(span.file, span.line, span.column) if span.source.text else None


def data(value: Any) -> Any:
    """A value of the engine as it stands in a decision: temporal values as text."""
    if value is None or isinstance(value, str | bool | Decimal):
        return value
    if isinstance(value, tuple):
        return tuple(map(data, value))
    if isinstance(value, dict):
        return {key: data(item) for key, item in value.items()}
    return str(value)


def words(value: Any) -> str:
    """A value as it stands in a sentence."""
    if value is None:
        return NOT_STATED
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return to_text(value)
    if isinstance(value, tuple):
        return ", ".join(map(words, value)) if value else "none"
    return jsontext.dumps(data(value)) if isinstance(value, dict) else str(value)


class Explainer:
    """Explains one evaluated policy."""

    def __init__(self, policy: core.Policy, facts: Facts, steps: int) -> None:
        self.policy = policy
        self.facts = facts
        # its own budget: explaining evaluates again what was within the decision's
        self.interpreter = Interpreter(policy, facts, decision_steps=steps)

    # conditions ----------------------------------------------------------------------------

    def tree(self, expr: Expr) -> _Part:
        match expr:
            case core.And(parts=parts):
                below = [self.tree(part) for part in parts]
                value = conjunction([part.value for part in below])
                return _Part("all", value, expr.span, below)
            case core.Or(parts=parts):
                below = [self.tree(part) for part in parts]
                return _Part("any", disjunction([p.value for p in below]), expr.span, below)
            case core.AtLeast(count=count, parts=parts):
                below = [self.tree(part) for part in parts]
                value = at_least(count, [part.value for part in below])
                return _Part("some_of", value, expr.span, below, count)
            case core.Not(of=of):
                inner = self.tree(of)
                return _Part("not", negation(inner.value), expr.span, [inner])
        return self.leaf(expr)

    def leaf(self, expr: Expr) -> _Part:
        value, _ = self.interpreter.guarded(expr)
        text, subject = " ".join(expr.span.text.split()), None
        inner = expr
        if isinstance(expr, core.Leaf):
            text, subject, inner = self.leaf_text(expr.text), expr.subject, expr.of
        actual = self.interpreter.guarded(subject)[0] if subject is not None else None
        return _Part(
            "leaf",
            value if isinstance(value, bool) else None,
            expr.span,
            [],
            text=text,
            reads=self.reads(inner, subject),
            asks=frozenset(n.path for n in core.walk(inner) if isinstance(n, core.Stated)),
            fields=tuple(
                dict.fromkeys(n.name for n in core.walk(inner) if isinstance(n, core.Field))
            ),
            actual=actual,
        )

    def reads(self, expr: Expr, subject: Expr | None) -> tuple[str, ...]:
        """The terms a leaf reads: what it tests first, then as they are written, then what
        definitions read."""
        direct = [subject] if subject is not None else []
        found = [
            node.path
            for part in (*direct, expr)
            for node in core.walk(part)
            if isinstance(node, core.Term | core.Stated)
        ]
        return tuple(dict.fromkeys([*found, *sorted(core.terms_read(self.policy, expr))]))

    def leaf_text(self, parts: Iterable[str | Expr]) -> str:
        out = []
        for part in parts:
            if isinstance(part, str):
                out.append(part)
                continue
            value = self.interpreter.guarded(part)[0]
            shown = (
                f"[{words(value) if value else ''}]" if isinstance(value, tuple) else words(value)
            )
            if value is None:
                named = [n.path for n in core.walk(part) if isinstance(n, core.Term)]
                shown = f"{', '.join(named)} {NOT_STATED}" if named else NOT_STATED
            out.append(shown)
        return "".join(out)

    def template(self, template: core.Template | None) -> str | None:
        if template is None:
            return None
        parts = (
            part if isinstance(part, str) else words(self.interpreter.guarded(part)[0])
            for part in template.parts
        )
        return "".join(parts).strip()

    # what is missing -----------------------------------------------------------------------

    def missing(self, part: _Part, goal: bool) -> d.Missing | None:
        """What to state so that an unknown condition can become `goal`."""
        if part.value is not None:
            return None
        if part.kind == "leaf":
            open_ = [p for p in part.reads if self.is_missing(p, asked=p in part.asks)]
            open_ += [] if open_ else self.missing_inside(part)
            return group("all", [d.Missing("leaf", path) for path in open_])
        if part.kind == "not":
            return self.missing(part.parts[0], not goal)
        below = [m for p in part.parts if (m := self.missing(p, goal)) is not None]
        if part.kind == "some_of":
            assert part.count is not None
            true = sum(1 for p in part.parts if p.value is True)
            needed = part.count - true if goal else true + len(below) - part.count + 1
            return some(max(1, min(needed, len(below))), below)
        needs_all = (part.kind == "all") is goal
        return group("all" if needs_all else "any", below)

    def missing_inside(self, part: _Part) -> list[str]:
        """Fields that elements of stated lists lack, of those the leaf reads: `lines[2].ok`."""
        found = []
        for path in part.reads:
            value = self.facts.term(path)
            for number, item in enumerate(value if isinstance(value, tuple) else (), 1):
                if item is None:
                    found.append(f"{path}[{number}]")
                elif isinstance(item, dict):
                    lacking = (name for name in part.fields if name in item)
                    found += [f"{path}[{number}].{n}" for n in lacking if item[n] is None]
        return found

    def is_missing(self, path: str, *, asked: bool) -> bool:
        """Whether stating a term could help; a default does not answer whether it is stated."""
        if self.facts.is_stated(path):
            return False
        return asked or not self.facts.is_assumed(path)

    # terms ---------------------------------------------------------------------------------

    def term_use(self, path: str) -> d.TermUse:
        spec = self.facts.schema.terms.get(path)
        span = self.facts.deal.span(path) if self.facts.is_stated(path) else None
        evidence = self.facts.deal.evidence.get(path)
        return d.TermUse(
            path,
            data(self.facts.term(path)),
            self.facts.is_stated(path),
            self.facts.is_assumed(path),
            spec.label if spec else None,
            spec.unit if spec else None,
            place(span) if span is not None else None,
            dict(evidence) if evidence is not None else None,
        )

    def rests_on(self, part: _Part) -> frozenset[str]:
        """The assumed terms a value rests on; the fewest where any of several would do."""
        if part.kind == "leaf":
            read = (path for path in part.reads if path not in part.asks)
            return frozenset(path for path in read if self.facts.is_assumed(path))
        sets = [self.rests_on(below) for below in part.deciding()]
        if not sets:
            return frozenset()
        one_settles = (part.kind == "all" and part.value is False) or (
            part.kind == "any" and part.value is True
        )
        if one_settles:
            return min(sets, key=len)
        if part.kind == "some_of" and part.value is True and part.count is not None:
            sets = sorted(sets, key=len)[: part.count]
        return frozenset().union(*sets)


def group(kind: str, parts: list[d.Missing]) -> d.Missing | None:
    """A tree node over parts: the part itself where there is one; nested groups of the same
    kind merged and repeats dropped."""
    flat: dict[d.Missing, None] = {}
    for part in parts:
        flat.update(dict.fromkeys(part.parts if part.kind == kind else (part,)))
    found = tuple(flat)
    if not found:
        return None
    return found[0] if len(found) == 1 else d.Missing(kind, None, found)


def some(needed: int, parts: list[d.Missing]) -> d.Missing | None:
    if needed == 1 or needed >= len(parts):
        return group("any" if needed == 1 else "all", parts)
    return d.Missing("some_of", None, tuple(parts), needed)


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
        self, result: RuleResult, condition: _Part, applies: _Part | None, unless: _Part | None
    ) -> list[_Part]:
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
        condition: _Part,
        applies: _Part | None,
        unless: _Part | None,
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

    def account(self, one: Judged, deciding: list[_Part], missing: d.Missing | None) -> None:
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

    def low_confidence(self, deciding: list[_Part]) -> list[str]:
        evidence = self.facts.deal.evidence
        paths = dict.fromkeys(path for part in deciding for path in _deciding_reads(part))
        return [
            path for path in paths if path in evidence and evidence[path].get("confidence") == "low"
        ]

    def paths(self, rule: core.Rule, deciding: list[_Part]) -> list[str]:
        """The terms a reason shows: those it rests on, then those its sentence names."""
        found = dict.fromkeys(path for part in deciding for path in _deciding_reads(part))
        if rule.because is not None:
            for part in rule.because.parts:
                if isinstance(part, core.Term):
                    found.setdefault(part.path)
        return list(found)

    def message(
        self, one: Judged, condition: _Part, missing: d.Missing | None, in_force: bool
    ) -> str:
        rule, outcome = one.rule, one.outcome
        if not in_force:
            return "not in force on the date of the decision"
        if outcome is d.Outcome.UNKNOWN or (
            outcome is d.Outcome.WAIVED and one.result.outcome is d.Outcome.UNKNOWN
        ):
            if one.result.faults:
                return "; ".join(dict.fromkeys(fault.message for fault in one.result.faults))
            return f"not stated: {_sentence(missing)}" if missing is not None else "not known"
        if outcome in (d.Outcome.FAIL, d.Outcome.WAIVED):
            if condition.value is None:
                paths = dict.fromkeys(_deciding_reads(condition))
                unstated = [path for path in paths if not self.facts.is_stated(path)]
                return f"the deal is final and does not state {', '.join(unstated) or 'enough'}"
            filled = self.explainer.template(rule.because)
            if filled is not None:
                return filled
            leaves = [leaf.text or "" for leaf in _deciding_leaves(condition)]
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
                low, high = low + least, high + most
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


def _deciding_leaves(part: _Part) -> list[_Part]:
    if part.kind == "leaf":
        return [part]
    return [leaf for below in part.deciding() for leaf in _deciding_leaves(below)]


def _deciding_reads(part: _Part) -> list[str]:
    return [path for leaf in _deciding_leaves(part) for path in leaf.reads]


def _sentence(missing: d.Missing) -> str:
    """`a and b`, `either a or b`, in one line."""
    if missing.path is not None:
        return missing.path
    inner = [
        _sentence(part) if part.path is not None else f"({_sentence(part)})"
        for part in missing.parts
    ]
    if missing.kind == "some_of":
        return f"{missing.at_least} of {', '.join(inner)}"
    return (" and " if missing.kind == "all" else " or ").join(inner)


def _source(source: core.SourceRef | None) -> dict[str, Any] | None:
    if source is None:
        return None
    return {"ref": source.ref, "quote": source.quote, "file": source.file}


def _fault(fault: Located, rule: str | None) -> d.EvaluationFault:
    return d.EvaluationFault(fault.code, fault.message, rule, place(fault.span))
