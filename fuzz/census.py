"""What generated policies have, and what it came to: a count of every feature of the language
by the values it took.

A feature that never occurs, or never takes one of the values it can, is one that the fuzz says
nothing about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fuzz.chance import Chance
from fuzz.compare import Question
from fuzz.deals import Deals
from fuzz.decisions import read_waivers_data, some_waivers
from fuzz.generate import Generator
from fuzz.loading import usable
from fuzz.vocabulary import Data
from policyengine import core, interpreter
from policyengine.engine import Policy
from policyengine.errors import PolicyEngineError
from policyengine.feel.builtins import BUILTINS
from policyengine.lowering.operators import OPERATORS
from policyengine.tables import HIT_POLICIES

TRUTHS = ("true", "false", "unknown")
VALUES = ("value", "unknown")
OUTCOMES = ("pass", "fail", "unknown", "not_applicable")
#: functions that rules have in another form, and why
UNREACHED = {
    "not": "it is the connective",
    "sort": "it is an expression of its own, `SortBy`",
}

#: every feature, and the values that each should be seen with
FEATURES: dict[str, tuple[str, ...]] = {
    **{f"operator {name}": TRUTHS for name in OPERATORS},
    **{f"function {name}": VALUES for name in BUILTINS},
    **{f"hit policy {name}": VALUES for name in HIT_POLICIES},
    **{f"expression {node}": TRUTHS for node in ("And", "Or", "Not", "AtLeast", "Quantified")},
    **{f"expression {node}": TRUTHS for node in ("Member",)},
    **{f"compare {op}": TRUTHS for op in ("=", "!=", "<", "<=", ">", ">=")},
    **{f"arithmetic {op}": VALUES for op in ("+", "-", "*", "/", "**")},
    **{
        f"expression {node}": VALUES
        for node in ("Neg", "If", "Filter", "Index", "For", "SortBy", "Field")
    },
    "expression ContextOf": ("value",),
    "expression ListOf": ("value",),
    "expression RangeOf": VALUES,
    "expression InstanceOf": ("true", "false", "unknown"),
    "expression IsNull": TRUTHS,
    "expression Stated": TRUTHS,
    "definition": VALUES,
    "scorecard": VALUES,
    "interest served": TRUTHS,
    "interest conflict": TRUTHS,
    **{f"{part} {kind}": OUTCOMES for kind in ("final", "open") for part in ("document",)},
    **{f"level {level}": OUTCOMES for level in ("mandatory", "negotiable", "advisory")},
    "applies": TRUTHS,
    "unless": TRUTHS,
    "effective": ("in force", "not yet", "no more", "first day", "last day"),
    "parameter": ("plain", "dated before", "dated after", "dated on the day"),
    "default": ("assumed", "not assumed"),
    "not applicable": ("listed", "rule disarmed"),
    "unit": TRUTHS,
    "waiver": ("applied", "expired", "stale", "not_needed", "no_such_rule", "by glob"),
    "fault": (
        *("division-by-zero", "overflow", "bad-index", "bad-conversion", "mixed-offsets"),
        *("table-no-match", "table-not-unique", "table-disagrees", "invalid-argument"),
    ),
    "verdict": ("accept", "reject", "undetermined", "conditional"),
}


class Census:
    """Counts by feature and value."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()

    def note(self, feature: str, value: str) -> None:
        self.counts[feature, value] += 1

    def lacking(self) -> list[str]:
        """The features and values that were never seen."""
        return [
            f"{feature}: {value}"
            for feature, values in FEATURES.items()
            for value in values
            if not self.counts[feature, value]
            and feature.removeprefix("function ") not in UNREACHED
        ]

    def to_text(self) -> str:
        lines = []
        for feature, values in FEATURES.items():
            seen = {v: n for (f, v), n in self.counts.items() if f == feature and v not in values}
            told = {value: self.counts[feature, value] for value in values} | seen
            lines.append(f"{feature:32}" + "  ".join(f"{v} {n}" for v, n in told.items()))
        return "\n".join([*lines, "", "never seen:", *(self.lacking() or ["nothing"])])


class Watching(interpreter.Interpreter):
    """The reference, telling a census what each expression came to."""

    census: Census

    def _value(self, expr: core.Expr, scope: Mapping[str, Any]) -> Any:
        value = None  # which it stays for an error
        try:
            value = super()._value(expr, scope)
        finally:
            for feature in _features(expr):
                self.census.note(feature, _word(value, FEATURES[feature]))
        return value


def census(seeds: Iterable[int], *, deals: int = 30, complete: bool = False) -> Census:
    """Counts over the policies of some seeds; with `complete` no more of them than it takes
    to lack nothing."""
    made = Census()
    for number, seed in enumerate(seeds):
        if complete and number % 50 == 49 and not made.lacking():
            break
        generator = Generator(seed)
        drawn = usable(generator.policy())
        if drawn is None:
            continue
        data, policy = drawn
        chance = Chance(f"census {seed}")
        source = Deals(chance, data["terms"], policy)
        for _ in range(2):
            settings = generator.settings()
            try:
                question = Question(policy, settings)
            except PolicyEngineError:
                continue
            _dates(made, policy, question)
            for number in range(deals // 2):
                _deal(
                    made,
                    policy,
                    question,
                    source,
                    waived=number % 5 == 0,
                    long=number == 3 and seed % 8 == 0,
                )
    return made


def _deal(
    made: Census, policy: Policy, question: Question, source: Deals, *, waived: bool, long: bool
) -> None:
    document = source.near(source.base()) if not long else source.long(source.base())
    if question.reference(document)[0] == "error":
        return
    assert question.interpreter is not None
    facts = question.interpreter.facts
    Watching.census = made
    watching = Watching(policy.core, facts)
    for rule in policy.core.rules:
        result = watching.rule(rule)
        outcome = result.outcome.value
        made.note(f"level {rule.level}", outcome)
        made.note("document final" if facts.final else "document open", outcome)
        if rule.applies is not None:
            made.note("applies", _word(result.applies, TRUTHS))
        if rule.unless is not None:
            made.note("unless", _word(result.unless, TRUTHS))
        if watching.in_force(rule) and watching.disarmed(rule):
            made.note("not applicable", "rule disarmed")
        for fault in result.faults:
            made.note("fault", fault.code)
    for value, _ in watching.derived.values():
        made.note("definition", _word(value, VALUES))
    for total, _ in watching.scores.values():
        made.note("scorecard", _word(total, VALUES))
    for interest in policy.core.interests:
        for name, expr in (("served", interest.served), ("conflict", interest.conflict)):
            if expr is not None:
                made.note(f"interest {name}", _word(watching.guarded(expr)[0], TRUTHS))
    for path, spec in policy.schema.terms.items():
        if spec.has_default:
            made.note("default", "assumed" if facts.is_assumed(path) else "not assumed")
    for _ in facts.deal.not_applicable:
        made.note("not applicable", "listed")
    if waived:
        document = {**document, "deal": {"id": "deal-1"}}
        waivers = read_waivers_data(some_waivers(source.chance, policy, document))
        decision = policy.evaluate(document, waivers=waivers, **question.settings)
        made.note("verdict", decision.verdict.value)
        for use in decision.waivers:
            made.note("waiver", str(use.status))
            if "*" in use.deal and use.status == "applied":
                made.note("waiver", "by glob")


def _dates(made: Census, policy: Policy, question: Question) -> None:
    assert question.day is not None
    day = question.day.to_python()
    for rule in policy.core.rules:
        start, end = rule.effective_from, rule.effective_until
        if start is None and end is None:
            continue
        late, early = end is not None and day > end, start is not None and day < start
        made.note("effective", "not yet" if early else "no more" if late else "in force")
        if day in (start, end):
            made.note("effective", "first day" if day == start else "last day")
    for parameter in policy.core.parameters.values():
        if isinstance(parameter.value, core.Dated):
            border = parameter.value.values[-1][0]
            made.note("parameter", "dated after" if day >= border else "dated before")
            if day == border:
                made.note("parameter", "dated on the day")
        else:
            made.note("parameter", "plain")


def _features(expr: core.Expr) -> Iterator[str]:
    """The features that an expression is an instance of."""
    match expr:
        case core.Leaf(text=text) if len(text) > 1 and isinstance(text[1], str):
            name = text[1].strip()
            if name in OPERATORS:
                yield f"operator {name}"
            if isinstance(text[0], str) and text[0].startswith("count of "):
                yield "operator count"
            if isinstance(expr.subject, core.Term) and expr.subject.path in _WITH_UNIT:
                yield "unit"
        case core.Compare(op=op):
            yield f"compare {op}"
        case core.Arith(op=op):
            yield f"arithmetic {op}"
        case core.Call(name=name):
            yield f"function {name}"
        case core.Table(hit_policy=policy):
            yield f"hit policy {policy}"
        case _:
            name = f"expression {type(expr).__name__}"
            if name in FEATURES:
                yield name


_WITH_UNIT = ("u.in.level", "u.in.cap")


def _word(value: Any, among: tuple[str, ...]) -> str:
    if value is None:
        return "unknown"
    if "true" in among and isinstance(value, bool):
        return "true" if value else "false"
    return "value"


__all__ = ["FEATURES", "Census", "Data", "census"]
