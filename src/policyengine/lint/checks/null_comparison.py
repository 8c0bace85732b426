"""A comparison with null that asks whether a deal states a term, where `stated` says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policyengine import core
from policyengine.core import Expr
from policyengine.errors import Severity
from policyengine.lint.model import Check, Finding
from policyengine.lint.subject import Subject
from policyengine.source import quoted


def _find(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
    for _, rule in subject.rules:
        for condition in subject.conditions(rule):
            yield from _within(condition, stated=False)


def _within(expr: Expr, *, stated: bool) -> Iterator[Finding]:
    """`stated` is what a comparison with null says of the term, where it holds."""
    if isinstance(expr, core.IsNull) and isinstance(expr.of, core.Term):
        path, sign = expr.of.path, "!=" if stated else "="
        wanted = "true" if stated else "false"
        yield Finding(
            f"{quoted(path, 120)} {sign} null asks whether a deal states it",
            expr.span,
            f"write `{{{path}: {{stated: {wanted}}}}}`, a test of its own",
        )
        return
    negated = isinstance(expr, core.Not) or (stated and isinstance(expr, core.Leaf))
    for below in core.children(expr):
        yield from _within(below, stated=negated)


CHECK = Check(
    "null-comparison",
    "a comparison with null that asks whether a term is stated",
    Severity.WARNING,
    _find,
)
