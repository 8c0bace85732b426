"""Whole decisions compared: with waivers, by every engine, and against the interpreter's own
values, so that reasons are not only well formed but true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fuzz.chance import Chance
from fuzz.compare import Question, crashed, said_by
from fuzz.vocabulary import Data
from policyengine import nodes
from policyengine.decision import Condition, Decision, Outcome
from policyengine.document import read_waivers
from policyengine.engine import Engine, Policy
from policyengine.errors import Diagnostics, WaiverError
from policyengine.intake import check
from policyengine.interpreter import RuleResult
from policyengine.values.logic import Truth, at_least, conjunction, disjunction, negation
from policyengine.waivers import Waivers

_DAYS = ["2024-02-28", "2024-12-30", "2024-12-31", "2025-01-01", "2026-12-31", "9999-12-31"]
_DEALS = ["deal-1", "deal-*", "*", "Deal-1", "deal-2", "deal-[0-9]"]


def some_waivers(chance: Chance, policy: Policy, document: Data) -> list[Data]:
    """Waivers for rules of a policy, some expired, stale, for other deals or of no rule."""
    rules = [rule.id for rule in policy.core.rules]
    entries = []
    for _ in range(chance.number(1, 3)):
        one: Data = {"approved_by": "fuzz", "reason": "generated"}
        if chance.happens(0.3):
            own = check(document, policy.schema).digest()
            one["digest"] = own if chance.happens(0.6) else "sha256:" + "0" * 64
        one["rule"] = chance.pick(rules) if chance.happens(0.9) else "R-99"
        one["until"] = chance.pick(_DAYS)
        one["deal"] = chance.pick(_DEALS)
        entries.append(one)
    return entries


def read_waivers_data(waivers: list[Data]) -> Waivers:
    """Waivers of plain data; raises `WaiverError`."""
    diagnostics = Diagnostics()
    entries = read_waivers(nodes.synthetic({"waivers": waivers}), diagnostics)
    diagnostics.raise_errors(WaiverError)
    return Waivers(entries)


def decision_difference(
    question: Question, document: Data, waivers: Waivers | None, engines: tuple[Engine, ...]
) -> str | None:
    """What is wrong with the decision of a deal, or None."""
    policy, settings = question.policy, question.settings
    said: dict[str, Any] = {}
    decision: Decision | None = None
    every: tuple[Engine, ...] = ("interpreter", *engines)
    for engine in every:
        try:
            decision = policy.evaluate(
                document, engine=engine, waivers=waivers, explain="full", **settings
            )
            said[engine] = decision.to_json()
        except Exception as error:  # noqa: BLE001  # a crash is an answer to be reported
            said[engine] = said_by(error)
            if crashed(said[engine]):
                return f"{engine}: {error!r}"
        if said[engine] != said["interpreter"]:
            return f"{engine}: {said[engine]}\nthe reference: {said['interpreter']}"
    if decision is None or isinstance(said["interpreter"], tuple):
        return None
    question.reference(document)
    wrong = next(_untrue(decision, question), None)
    return f"the decision: {wrong}\n{said['interpreter']}" if wrong is not None else None


def _untrue(decision: Decision, question: Question) -> Iterator[str]:
    """What a decision says that the reference's values do not bear out."""
    results = dict(zip(decision.outcomes, question.results, strict=True))
    for rule, outcome in decision.outcomes.items():
        before = results[rule].outcome
        # what a waiver may do is said here again: the code that does it is what is asked
        may_be_waived = before in (Outcome.FAIL, Outcome.UNKNOWN)
        if outcome is not before and not (outcome is Outcome.WAIVED and may_be_waived):
            yield f"{rule} is {outcome}, and {before} by the reference"
        if outcome is Outcome.WAIVED and not any(
            use.rule == rule and use.status == "applied" for use in decision.waivers
        ):
            yield f"{rule} is waived by nobody"
    for reason in decision.reasons:
        if reason.rule is not None:
            yield from _untrue_reason(reason, results[reason.rule], question)
    wanted = [
        (rule, fault.code, fault.message)
        for rule, result in results.items()
        for fault in result.faults
    ]
    found = [(e.rule, e.code, e.message) for e in decision.errors if e.rule is not None]
    if found != wanted:
        yield f"errors {found}; by the reference {wanted}"
    assert question.interpreter is not None
    for name, score in decision.scores.items():
        total, faults = question.interpreter.scores[name]
        if score.value != total:
            yield f"the score {name} is {score.value}, and {total} by the reference"
        if not faults and total is not None and not score.low == score.high == total:
            yield f"the score {name} is {total}, from {score.low} to {score.high}"
        if score.low > score.high:
            yield f"the score {name} is from {score.low} to {score.high}"
    facts = question.interpreter.facts
    for used in decision.assumed:
        if not facts.is_assumed(used.path):
            yield f"{used.path} is said to be assumed, and is not"
    for missing in decision.missing:
        if facts.is_stated(missing.path):
            value = facts.deal.values[missing.path]
            if not isinstance(value, tuple | dict):
                yield f"{missing.path} is said to be missing, and is stated"


def _untrue_reason(reason: Any, result: RuleResult, question: Question) -> Iterator[str]:
    """The tree of a reason against the truth values that the reference found."""
    if reason.conditions is None or result.outcome is Outcome.NOT_APPLICABLE:
        return
    rule = question.policy.rule(reason.rule)
    for tree in (reason.conditions, reason.applies, reason.unless):
        if tree is not None and not _adds_up(tree):
            yield f"the parts of a condition of {reason.rule} do not give its value"
    if question.settings["final"]:
        return  # where what is unknown counts against the deal
    found = reason.conditions.value
    wanted = result.requirement if rule.form == "require" else negation(result.requirement)
    if found is not wanted:
        yield f"the condition of {reason.rule} is {found}, and {wanted} by the reference"
    for what, tree, value in (
        ("applies", reason.applies, result.applies),
        ("unless", reason.unless, result.unless),
    ):
        if tree is not None and tree.value is not value:
            yield f"`{what}` of {reason.rule} is {tree.value}, and {value} by the reference"


def _adds_up(tree: Condition) -> bool:
    """Whether every part's value follows from those below it."""
    if tree.kind == "leaf" or not tree.parts:
        return True
    values: list[Truth] = [part.value for part in tree.parts]
    wanted: Truth
    if tree.kind == "not":
        wanted = negation(values[0])
    elif tree.kind == "some_of":
        wanted = at_least(int(tree.at_least or 0), values)
    else:
        wanted = conjunction(values) if tree.kind == "all" else disjunction(values)
    return wanted is tree.value and all(map(_adds_up, tree.parts))


__all__ = ["decision_difference", "read_waivers_data", "some_waivers"]
