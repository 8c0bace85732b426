"""A rule that no test case speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policyengine.errors import Severity
from policyengine.lint.model import Check, Finding
from policyengine.lint.subject import Subject
from policyengine.source import quoted

_ABOUT_RULES = ("outcomes", "messages")


def _find(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
    named = {
        expected.subject
        for case in subject.cases
        for expected in case.expectations
        if expected.kind in _ABOUT_RULES
    }
    if not subject.cases:
        manifest = subject.policy.loaded.manifest
        message = f"the policy {quoted(manifest.id.value)} has no test cases"
        hint = "write some into a file beside the rules that ends in `_test.yaml`"
        yield Finding(message, manifest.id.span, hint)
        return
    for doc, _ in subject.rules:
        if doc.id.value not in named:
            message = f"no test case expects an outcome of {quoted(doc.id.value)}"
            hint = "add cases with `expect: {outcomes: …}`: one that passes, one that fails"
            yield Finding(message, doc.id.span, hint)


CHECK = Check(
    "missing-test", "a rule of which no test case expects an outcome", Severity.WARNING, _find
)
