"""Ids of rules that do not look like the others of their file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from policyengine.errors import Severity
from policyengine.lint.model import Check, Finding
from policyengine.lint.subject import Subject
from policyengine.source import quoted

#: forms, the stricter first
_FORMS = (
    ("a prefix in capitals, `-`, a number", re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*-[0-9]+")),
    ("words in capitals joined by `-`", re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")),
    ("words in small letters joined by `-`", re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")),
    ("words in small letters joined by `_`", re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")),
)


def _find(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
    for file in subject.policy.loaded.files:
        forms = [_form(rule.id.value) for rule in file.rules]
        if len(forms) < 3:
            continue
        usual, number = Counter(forms).most_common(1)[0]
        if usual is None or number * 3 < len(forms) * 2:
            continue
        for rule, form in zip(file.rules, forms, strict=True):
            if form != usual:
                message = f"{quoted(rule.id.value)} does not look like the other ids of this file"
                yield Finding(message, rule.id.span, f"most are {_FORMS[usual][0]}")


def _form(id_: str) -> int | None:
    return next((n for n, (_, form) in enumerate(_FORMS) if form.fullmatch(id_)), None)


CHECK = Check(
    "rule-id-style",
    "an id that does not look like the others of its file",
    Severity.WARNING,
    _find,
)
