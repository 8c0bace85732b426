"""A limit on a term that no test case's deal lies exactly at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policyengine import core
from policyengine.errors import Severity
from policyengine.lint.model import Check, Finding
from policyengine.lint.subject import Subject
from policyengine.source import quoted
from policyengine.testing.cases import Case

_ORDERED = ("<", "<=", ">", ">=")


def _find(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
    if not subject.cases:
        return
    for doc, rule in subject.rules:
        for condition in subject.conditions(rule):
            for node in core.walk(condition):
                limit = _limit(node)
                if limit is None or any(_touches(case, *limit, subject) for case in subject.cases):
                    continue
                path = quoted(limit[0])
                message = f"no test case has {path} exactly at this limit of {quoted(doc.id.value)}"
                hint = "a case at the limit shows on which side of it the limit itself lies"
                yield Finding(message, node.span, hint)


def _limit(node: core.Expr) -> tuple[str, core.Expr] | None:
    """The term and the bound of a comparison of one with a constant or a parameter."""
    if not isinstance(node, core.Compare) or node.op not in _ORDERED:
        return None
    for term, bound in ((node.left, node.right), (node.right, node.left)):
        if isinstance(term, core.Term) and isinstance(bound, core.Const | core.Parameter):
            return term.path, bound
    return None


def _touches(case: Case, path: str, bound: core.Expr, subject: Subject) -> bool:
    value: Any = case.terms
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    if value is None:
        spec = subject.policy.schema.terms.get(path)
        value = spec.default if spec is not None and spec.has_default else None
    return value is not None and any(
        str(value) == str(limit) or value == limit for limit in _values(case, bound, subject)
    )


def _values(case: Case, bound: core.Expr, subject: Subject) -> Iterator[Any]:
    """What a bound is in a case; a dated parameter may be any of its values."""
    if isinstance(bound, core.Const):
        yield bound.value
    elif isinstance(bound, core.Parameter):
        value = case.parameters.get(bound.name, subject.policy.core.parameters[bound.name].value)
        if isinstance(value, core.Dated):
            yield from (row for _, row in value.values)
        else:
            yield value


CHECK = Check(
    "untested-boundary",
    "a limit that no test case lies exactly at",
    Severity.NOTE,
    _find,
)
