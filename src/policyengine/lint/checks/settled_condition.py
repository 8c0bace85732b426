"""A condition that the schema settles: it comes out the same for every deal it allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policyengine import core
from policyengine.core import Expr
from policyengine.errors import Severity
from policyengine.lint.cells import Cells, Unsettled
from policyengine.lint.model import Check, Finding
from policyengine.lint.subject import Subject


def _find(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
    for _, rule in subject.rules:
        for condition in subject.conditions(rule):
            yield from _settled(condition, subject)
    for card in subject.policy.core.scorecards.values():
        for item in card.items:
            yield from _settled(item.when, subject)


def _settled(expr: Expr, subject: Subject) -> Iterator[Finding]:
    """The outermost parts of a condition that are settled."""
    answer = _answer(expr, subject)
    if answer is not None:
        always = "always holds" if answer else "never holds"
        hint = "look at the bounds and values that the schema gives these terms"
        yield Finding(f"this {always} where the deal states its terms", expr.span, hint)
        return
    inner = expr.of if isinstance(expr, core.Leaf) else expr
    if isinstance(inner, core.And | core.Or | core.AtLeast | core.Not):
        for part in core.children(inner):
            yield from _settled(part, subject)


def _answer(expr: Expr, subject: Subject) -> bool | None:
    try:
        cells = Cells([expr], subject.policy.schema, {})
    except Unsettled:
        return None
    if not cells.values:
        return None  # constants alone: loading says so
    points = cells.points()
    first = cells.holds(expr, next(points))
    return first if all(cells.holds(expr, point) == first for point in points) else None


CHECK = Check(
    "settled-condition",
    "a condition that the schema settles for every deal",
    Severity.WARNING,
    _find,
)
