"""What loading warns of, so that it can be selected, weighed and taken back like the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from policyengine.errors import Severity
from policyengine.lint.model import Check, Finding
from policyengine.lint.subject import Subject


def _warned(code: str) -> Callable[[Subject, Mapping[str, Any]], Iterator[Finding]]:
    def find(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
        for found in subject.policy.warnings:
            if found.code == code:
                yield Finding(found.message, found.span, found.hint, found.related)

    return find


CHECKS = tuple(
    Check(code, title, Severity.WARNING, _warned(code))
    for code, title in (
        ("unused-parameter", "a parameter that no rule reads"),
        ("unused-definition", "a derived term or a table that no rule reads"),
        ("constant-condition", "a condition that comes out the same for every deal"),
        ("looks-like-expression", "a text beside a term that looks like an expression"),
    )
)
