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
from policyengine.schema import TermsSchema
from policyengine.values.record import replace


def _find(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
    for _, rule in subject.rules:
        for condition in subject.conditions(rule):
            yield from _settled(condition, subject)
    for card in subject.policy.core.scorecards.values():
        for item in card.items:
            yield from _settled(item.when, subject)


def _settled(expr: Expr, subject: Subject) -> Iterator[Finding]:
    """The outermost parts of a condition that are settled."""
    schema = subject.policy.schema
    answer = _answer(expr, schema)
    if answer is not None:
        always = "always holds" if answer else "never holds"
        hint = "look at the bounds and values that the schema gives these terms"
        if _answer(expr, _unbounded(schema)) is answer:
            hint = "whatever the bounds of the schema: look at the limits in the condition itself"
        yield Finding(f"this {always} where the deal states its terms", expr.span, hint)
        return
    inner = expr.of if isinstance(expr, core.Leaf) else expr
    if isinstance(inner, core.And | core.Or | core.AtLeast | core.Not):
        for part in core.children(inner):
            yield from _settled(part, subject)


def _unbounded(schema: TermsSchema) -> TermsSchema:
    """The same terms, with any value of their types but for those that are listed."""
    bounds = dict.fromkeys(("minimum", "maximum", "exclusive_minimum", "exclusive_maximum"))
    terms = {
        path: replace(spec, shape=replace(spec.shape, **bounds))
        for path, spec in schema.terms.items()
    }
    return replace(schema, terms=terms)


def _answer(expr: Expr, schema: TermsSchema) -> bool | None:
    try:
        cells = Cells([expr], schema, {})
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
