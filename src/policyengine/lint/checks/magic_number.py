"""A number in a rule that is the value of a parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from policyengine import core
from policyengine.errors import Severity
from policyengine.lint.model import Check, Finding
from policyengine.lint.subject import Subject
from policyengine.source import quoted


def _find(subject: Subject, options: Mapping[str, Any]) -> Iterator[Finding]:
    names: dict[Decimal, str] = {}
    for parameter in subject.policy.core.parameters.values():
        if isinstance(parameter.value, Decimal) and abs(parameter.value) >= options["least"]:
            names.setdefault(parameter.value, parameter.name)
    for doc, rule in subject.rules:
        for condition in subject.conditions(rule):
            for node in core.walk(condition):
                value = node.value if isinstance(node, core.Const) else None
                if isinstance(value, Decimal) and value in names:
                    name = names[value]
                    message = (
                        f"{value:f} in {quoted(doc.id.value)} is the value of the parameter "
                        f"{quoted(name)}"
                    )
                    hint = f"write `{{parameter: {name}}}` if it is the same thing"
                    yield Finding(message, node.span, hint)


CHECK = Check(
    "magic-number",
    "a number in a rule that is the value of a parameter",
    Severity.NOTE,
    _find,
    {"least": 2},
)
