"""The as-of date: how it may be given, and what of a policy depends on it."""

from __future__ import annotations

import re
from datetime import date

from policyengine import core
from policyengine.errors import (
    Diagnostic,
    UsageError,
)
from policyengine.source import quoted


def as_date(value: date | str | None) -> date | None:
    """A date, or a text `YYYY-MM-DD`, as a date; raises `UsageError` for anything else."""
    if value is None:
        return None
    if isinstance(value, str):
        try:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            pass
    # a datetime is a date to Python, but which day it is depends on a time zone
    elif type(value) is date:
        return value
    raise UsageError(
        Diagnostic("bad-as-of", f"{quoted(value)} is not a date; expected `YYYY-MM-DD`")
    )


def depends_on_date(policy: core.Policy) -> bool:
    if any(isinstance(p.value, core.Dated) for p in policy.parameters.values()):
        return True
    if any(rule.effective_from or rule.effective_until for rule in policy.rules):
        return True
    return any(
        isinstance(node, core.AsOf)
        for expr in expressions(policy, None)
        for node in core.walk(expr)
    )


def parameters_asked(policy: core.Policy, day: date | None) -> set[str]:
    return {
        node.name
        for expr in expressions(policy, day)
        for node in core.walk(expr)
        if isinstance(node, core.Parameter)
    }


def expressions(policy: core.Policy, day: date | None) -> list[core.Expr]:
    """Every expression of a policy; of rules only those in force on a day, if one is given."""
    found: list[core.Expr | None] = [item.value for item in policy.definitions.values()]
    for card in policy.scorecards.values():
        found += [part for item in card.items for part in (item.when, item.points)]
    for interest in policy.interests:
        found += [interest.served, interest.conflict]
    for rule in policy.rules:
        if day is not None and (
            (rule.effective_from is not None and day < rule.effective_from)
            or (rule.effective_until is not None and day > rule.effective_until)
        ):
            continue
        found += [rule.condition, rule.applies, rule.unless]
        for template in (rule.because, rule.ask):
            if template is not None:
                found += [part for part in template.parts if not isinstance(part, str)]
    return [expr for expr in found if expr is not None]
