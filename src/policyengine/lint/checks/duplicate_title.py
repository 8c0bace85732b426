"""Two rules with one title."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policyengine.document import RuleDoc
from policyengine.errors import Severity
from policyengine.lint.model import Check, Finding
from policyengine.lint.subject import Subject
from policyengine.source import quoted


def _find(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
    seen: dict[str, RuleDoc] = {}
    for doc, _ in subject.rules:
        first = seen.setdefault(" ".join(doc.title.value.casefold().split()), doc)
        if first is not doc:
            message = f"{quoted(doc.id.value)} has the title of {quoted(first.id.value)}"
            hint = "say in the title what sets them apart"
            yield Finding(message, doc.title.span, hint, ((first.title.span, "first used here"),))


CHECK = Check("duplicate-title", "two rules with one title", Severity.WARNING, _find)
