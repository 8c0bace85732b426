"""What coverage asks for: the points of a policy, and the answers each should be seen to give.

A point is asked for an answer where nothing shows that it cannot give it; what is left out
is kept with the reason. Enumerated in the order of the documents, so that a policy and the
same one with other parameters have the same points.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from policyengine import core
from policyengine.core import Expr
from policyengine.source import Span
from policyengine.testing.coverage.boundaries import boundaries
from policyengine.testing.coverage.silence import Silence
from policyengine.values.record import Record, replace

KINDS = ("outcome", "leaf", "boundary", "row")
_READS = (core.Term, core.Stated, core.Derived, core.ScoreOf, core.AsOf, core.Local)


class Point(Record):
    """One place that answers.

    `kind` is one of `KINDS`, `owner` the rule, scorecard item, table or definition it is in,
    and `text` its words. `node` is what is watched (None for the outcome of a rule). `asked`
    are the answers to see: outcomes, `true`, `false` and `unknown`, the two sides of a limit,
    `hit`. `left_out` are the others with the reason. `step` is how near a value must lie to a
    limit to count as next to it; `flipped` says that the limit stands on the left. `applied`:
    an answer counts only where the rule applies, since otherwise nothing rests on it.
    """

    kind: str
    owner: str
    text: str
    node: Expr | None
    asked: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    span: Span
    step: Decimal | None = None
    flipped: bool = False
    applied: bool = False


def points_of(policy: core.Policy, silence: Silence) -> tuple[Point, ...]:
    """Every point of a policy, rules first, then scorecards, tables and definitions."""
    found: list[Point] = []
    for rule in policy.rules:
        found.append(_outcomes(rule, silence))
        for part in (rule.applies, rule.unless, rule.condition):
            if part is not None:
                applied = part is not rule.applies
                found += [
                    replace(p, applied=applied) for p in _leaves(rule.id, part, silence, rule)
                ]
    for card in policy.scorecards.values():
        for item in card.items:
            found += _leaves(item.id, item.when, silence, None)
    for name in policy.order:
        definition = policy.definitions.get(name)
        if definition is not None and isinstance(definition.value, core.Table):
            found += _rows(definition.value)
        if definition is not None:
            found += boundaries_in(name, definition.value, silence)
    return tuple(found)


def leaves(expr: Expr) -> Iterator[Expr]:
    """The conditions below the connectives, as an explanation has them."""
    match expr:
        case core.And(parts=parts) | core.Or(parts=parts) | core.AtLeast(parts=parts):
            for part in parts:
                yield from leaves(part)
        case core.Not(of=of):
            yield from leaves(of)
        case _:
            yield expr


def boundaries_in(
    owner: str, expr: Expr, silence: Silence, text: str | None = None
) -> Iterator[Point]:
    for limit in boundaries(expr, silence.policy, silence.schema):
        yield Point(
            "boundary",
            owner,
            text or limit.text,
            limit.node,
            limit.asked,
            limit.left_out,
            limit.node.span,
            limit.step,
            limit.flipped,
        )


def _outcomes(rule: core.Rule, silence: Silence) -> Point:
    asked = ["pass", "fail"]
    left_out = []
    for outcome, why_not in (
        ("unknown", silence.never_unknown(rule)),
        ("not_applicable", silence.always_applies(rule)),
    ):
        if why_not is None:
            asked.append(outcome)
        else:
            left_out.append((outcome, why_not))
    return Point("outcome", rule.id, rule.title, None, tuple(asked), tuple(left_out), rule.span)


def _leaves(owner: str, expr: Expr, silence: Silence, rule: core.Rule | None) -> Iterator[Point]:
    for leaf in leaves(expr):
        text = wording(leaf)
        if not any(isinstance(node, _READS) for node in core.walk(leaf)):
            why_not = "it reads no term: its value is settled by constants and parameters"
            left_out = tuple((answer, why_not) for answer in ("true", "false", "unknown"))
            yield Point("leaf", owner, text, leaf, (), left_out, leaf.span)
            continue
        known = silence.always_known(leaf, rule)
        asked = ("true", "false") if known else ("true", "false", "unknown")
        left_out = (("unknown", known),) if known else ()
        yield Point("leaf", owner, text, leaf, asked, left_out, leaf.span)
        yield from boundaries_in(owner, leaf, silence, text)


def wording(leaf: Expr) -> str:
    """A condition in its author's words, parameters by name."""
    if not isinstance(leaf, core.Leaf):
        return " ".join(leaf.span.text.split())
    parts = (part if isinstance(part, str) else part.span.text for part in leaf.text)
    return " ".join("".join(parts).split())


def _rows(table: core.Table) -> Iterator[Point]:
    for number, row in enumerate(table.rows, 1):
        text = " ".join(row.span.text.split()) or f"row {number}"
        yield Point("row", table.id, text, row.condition, ("hit",), (), row.span)
    if table.default is not None:
        yield Point("row", table.id, "default", table, ("hit",), (), table.default.span)
