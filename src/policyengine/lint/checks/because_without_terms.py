"""A reason for a failure that shows none of the values that failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policyengine import core
from policyengine.errors import Severity
from policyengine.lint.model import Check, Finding
from policyengine.lint.subject import Subject
from policyengine.source import quoted

_MEASURED = ("number", "date", "date and time", "time", "days and time duration",
             "years and months duration")  # fmt: skip


def _find(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
    policy = subject.policy.core
    for doc, rule in subject.rules:
        if rule.because is None or doc.because is None:
            continue
        measured = {
            path
            for node in core.walk(rule.condition)
            if isinstance(node, core.Compare)
            for side in (node.left, node.right)
            if isinstance(side, core.Term | core.Derived | core.Arith)
            and side.type.kind in _MEASURED
            for path in core.terms_read(policy, side)
        }
        shown = {
            path
            for part in rule.because.parts
            if not isinstance(part, str)
            for path in core.terms_read(policy, part)
        }
        if measured and not shown & subject.terms_of(rule):
            some = min(measured)
            message = f"the reason of {quoted(doc.id.value)} shows no value that it measured"
            hint = f"name it in braces, for instance `{{{some}}}`"
            yield Finding(message, doc.because.span, hint)


CHECK = Check(
    "because-without-terms",
    "a `because` that shows none of the amounts or dates its rule measures",
    Severity.WARNING,
    _find,
)
