"""Two rules that ask for the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policyengine.core import Expr
from policyengine.errors import Severity
from policyengine.lint.model import Check, Finding
from policyengine.lint.normal import normal
from policyengine.lint.subject import Subject
from policyengine.source import Span, quoted


def _find(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
    seen: dict[Any, tuple[str, Span]] = {}
    for doc, rule in subject.rules:
        asked = (
            normal(rule.requirement),
            _normal(rule.applies),
            _normal(rule.unless),
            rule.effective_from,
            rule.effective_until,
        )
        first = seen.setdefault(asked, (doc.id.value, doc.id.span))
        if first[0] != doc.id.value:
            message = f"{quoted(doc.id.value)} asks for the same as {quoted(first[0])}"
            hint = "keep one of them, at the stricter of the two levels"
            yield Finding(message, doc.id.span, hint, ((first[1], "the other one"),))


def _normal(expr: Expr | None) -> Expr | None:
    return normal(expr) if expr is not None else None


CHECK = Check("duplicate-condition", "two rules that ask for the same", Severity.WARNING, _find)
