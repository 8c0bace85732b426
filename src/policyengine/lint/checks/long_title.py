"""A title that is too long for one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policyengine.errors import Severity
from policyengine.lint.model import Check, Finding
from policyengine.lint.subject import Subject
from policyengine.source import quoted


def _find(subject: Subject, options: Mapping[str, Any]) -> Iterator[Finding]:
    most = options["most"]
    for doc, _ in subject.rules:
        size = len(doc.title.value)
        if size > most:
            message = f"the title of {quoted(doc.id.value)} has {size} characters; at most {most}"
            yield Finding(message, doc.title.span, "say the rest in `because`")


CHECK = Check("long-title", "a title that is too long for one line", Severity.WARNING, _find,
              {"most": 80})  # fmt: skip
