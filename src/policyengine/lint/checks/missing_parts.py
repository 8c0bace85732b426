"""Parts that a rule should have: where it comes from, why, and what to ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from policyengine.document import RuleDoc
from policyengine.errors import Severity
from policyengine.lint.model import Check, Finding
from policyengine.lint.subject import Subject
from policyengine.source import quoted

_BINDING = ("mandatory", "negotiable")


def _lacks(
    what: str, hint: str, lacks: Callable[[RuleDoc], bool]
) -> Callable[[Subject, Mapping[str, Any]], Iterator[Finding]]:
    def find(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
        for doc, _ in subject.rules:
            if doc.level in _BINDING and lacks(doc):
                yield Finding(f"the rule {quoted(doc.id.value)} {what}", doc.id.span, hint)

    return find


CHECKS = (
    Check(
        "missing-source",
        "a mandatory or negotiable rule without `source`",
        Severity.WARNING,
        _lacks(
            "does not say where it comes from",
            "add `source: {ref: …}`",
            lambda doc: doc.source is None or doc.source.ref is None,
        ),
    ),
    Check(
        "missing-because",
        "a mandatory or negotiable rule without `because`",
        Severity.WARNING,
        _lacks(
            "gives no reason for its failure",
            "add `because`, a sentence with the values that failed",
            lambda doc: doc.because is None or not doc.because.value.strip(),
        ),
    ),
    Check(
        "missing-ask",
        "a mandatory or negotiable rule without `ask`",
        Severity.WARNING,
        _lacks(
            "does not say what to ask for",
            "add `ask`, a sentence that settles it",
            lambda doc: doc.ask is None or not doc.ask.value.strip(),
        ),
    ),
)
