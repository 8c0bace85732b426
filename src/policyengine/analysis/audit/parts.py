"""Parts of rules: conditions that may as well be true, or false, for all they decide.

A part is stuck at a truth value if putting that in its place changes the outcome of its rule
for no deal in which the part has the other one (or, asking whether a term is stated, is open);
as a circuit is tested for wires that no input tells from broken ones.
"""

from __future__ import annotations

from collections.abc import Iterator

from policyengine import core
from policyengine.analysis.audit.findings import Finding
from policyengine.analysis.audit.inquiry import Inquiry, asks_for_statement
from policyengine.analysis.audit.notes import Notes
from policyengine.core import Expr, Rule
from policyengine.decision import Outcome
from policyengine.source import quoted
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.rules import RuleForm
from policyengine.types import BOOLEAN
from policyengine.values.record import Record, replace

_COMBINED = (core.And, core.Or, core.Not, core.AtLeast)


class Part(Record):
    """A condition that combinators hold together with others: where in its rule, and what."""

    field: str
    path: tuple[int, ...]
    expr: Expr


def parts(rule: Rule) -> list[Part]:
    """The parts of a rule, in the order written."""
    found: list[Part] = []
    for field in ("applies", "unless", "requirement"):
        expr = getattr(rule, field)
        if expr is not None:
            found += parts_of(field, expr)
    return found


def parts_of(field: str, expr: Expr) -> list[Part]:
    """The parts of one condition, in the order written."""
    return list(_parts(field, (), expr))


def _parts(field: str, path: tuple[int, ...], expr: Expr) -> Iterator[Part]:
    inner = _bare(expr)
    if isinstance(inner, _COMBINED):
        for number, child in enumerate(core.children(inner)):
            yield from _parts(field, (*path, number), child)
    else:
        yield Part(field, path, expr)


def with_part(rule: Rule, part: Part, value: bool) -> Rule:
    """The rule with a truth value in place of a part."""
    whole = getattr(rule, part.field)
    return replace(rule, **{part.field: _put(whole, part.path, value)})


def _put(expr: Expr, path: tuple[int, ...], value: bool) -> Expr:
    if not path:
        return core.Const(value, BOOLEAN, expr.span)
    inner = _bare(expr)
    if isinstance(inner, core.Not):
        return replace(inner, of=_put(inner.of, path[1:], value))
    assert isinstance(inner, core.And | core.Or | core.AtLeast)
    changed = list(inner.parts)
    changed[path[0]] = _put(changed[path[0]], path[1:], value)
    return replace(inner, parts=tuple(changed))


def _bare(expr: Expr) -> Expr:
    while isinstance(expr, core.Leaf):
        expr = expr.of
    return expr


class PartAudit:
    def __init__(self, inquiry: Inquiry, notes: Notes) -> None:
        self.inquiry = inquiry
        self.notes = notes

    def look(self, rule: Rule) -> None:
        """Ask about each part; of a rule with one part the rule itself says it all."""
        found = parts(rule)
        if len(found) < 2:
            return
        for part in found:
            for value in (True, False):
                if self._stuck(rule, part, value):
                    break

    def _stuck(self, rule: Rule, part: Part, value: bool) -> bool:
        # of whether a term is stated, being open is the other answer
        open_counts = asks_for_statement(self.inquiry.policy.core, part.expr)

        def query(problem: Problem) -> list[Bool]:
            truth, _ = problem.encoder.truth_of(part.expr)
            other = with_part(rule, part, value)
            here = truth.false if value else truth.true
            if open_counts:
                here = bools.no(truth.true if value else truth.false)
            changed = differs(problem.form.rule(rule.id), problem.form.encoded_rule(other))
            # terms that are listed as not applicable are another matter than what a part says
            armed = [bools.no(problem.form.disarmed(each)) for each in (rule, other)]
            return [here, changed, *armed]

        answer = self.inquiry.ask(query, rules=(rule.id,), exprs=(part.expr,), unseen=True)
        if answer.possible:
            return False
        if answer.ground is None:
            self.notes.left_open("idle-condition", rule.id, answer.why)
            return False
        word = "true" if value else "false"
        self.notes.found(
            Finding(
                "idle-condition",
                f"for {quoted(rule.id)} this may as well be {word}: no deal comes out otherwise",
                part.expr.span,
                (rule.id,),
                answer.ground,
                hint="remove it, or say what it was meant to tell apart",
                related=((rule.span, f"in {quoted(rule.id)}"),),
            )
        )
        return True


def differs(one: RuleForm, other: RuleForm) -> Bool:
    """That two rules have different outcomes."""
    return bools.some(
        bools.both(one.outcomes[outcome], bools.no(other.outcomes[outcome])) for outcome in Outcome
    )
