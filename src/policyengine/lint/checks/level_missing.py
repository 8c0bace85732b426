"""A rule that leaves its level to the default in a file where others state theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policyengine.document import RuleDoc
from policyengine.errors import Severity
from policyengine.lint.model import Check, Edit, Finding
from policyengine.lint.subject import Subject
from policyengine.source import quoted


def _find(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
    for file in subject.policy.loaded.files:
        if not any(rule.node.get("level") is not None for rule in file.rules):
            continue
        for rule in file.rules:
            if rule.node.get("level") is None:
                message = f"{quoted(rule.id.value)} states no level, and others here do"
                hint = "the default is `mandatory`: write it"
                yield Finding(message, rule.id.span, hint, (), _fix(rule))


def _fix(rule: RuleDoc) -> tuple[Edit, ...]:
    """The level after the title: beside it in braces, else on a line of its own."""
    title = rule.title.span
    source = title.source
    if rule.node.span.text.startswith("{"):
        return (Edit(source.span(title.end, title.end), ", level: mandatory"),)
    key = rule.node.key("title")
    assert key is not None
    end = title.end + len(source.line(title.end_line)) - title.end_column + 1
    line = f"\n{' ' * (key.span.column - 1)}level: mandatory"
    return (Edit(source.span(end, end), line),)


CHECK = Check(
    "level-missing",
    "a rule without `level` in a file where others state theirs",
    Severity.WARNING,
    _find,
)
