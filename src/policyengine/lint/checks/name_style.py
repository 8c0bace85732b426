"""Names of parameters, definitions, tables and scorecards that are not in snake case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from policyengine.document import Text
from policyengine.errors import Severity
from policyengine.lint.model import Check, Finding
from policyengine.lint.subject import Subject
from policyengine.source import quoted

_SNAKE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


def _names(subject: Subject) -> Iterator[tuple[str, Text]]:
    manifest = subject.policy.loaded.manifest
    yield from (("parameter", parameter.name) for parameter in manifest.parameters)
    yield from (("definition", name) for name, _ in manifest.definitions)
    yield from (("table", table.id) for table, _ in subject.tables)
    yield from (("scorecard", card.id) for card in subject.scorecards)


def _find(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
    for what, name in _names(subject):
        if not _SNAKE.fullmatch(name.value):
            words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.value).lower()
            better = re.sub(r"_+", "_", words).strip("_")
            message = f"the {what} {quoted(name.value)} is not in snake case"
            yield Finding(message, name.span, f"call it `{better}`")


CHECK = Check("name-style", "a name that is not in snake case", Severity.WARNING, _find)
