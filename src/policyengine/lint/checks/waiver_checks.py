"""Waivers that do nothing, no longer do anything, or soon will not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policyengine.document import WaiverDoc
from policyengine.errors import Severity, did_you_mean
from policyengine.lint.model import Check, Finding
from policyengine.lint.subject import Subject
from policyengine.source import quoted


def _unused(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
    levels = {rule.id: rule.level for rule in subject.policy.core.rules}
    seen: dict[tuple[str, str], WaiverDoc] = {}
    for waiver in subject.waivers:
        if waiver.rule not in levels:
            message = f"the policy has no rule {quoted(waiver.rule)} to waive"
            yield Finding(message, waiver.span, did_you_mean(waiver.rule, levels))
        elif levels[waiver.rule] == "advisory":
            message = f"{quoted(waiver.rule)} is advisory: it never changes a verdict"
            yield Finding(message, waiver.span, "remove the waiver")
        else:
            key = (waiver.rule, waiver.deal)
            first = seen.setdefault(key, waiver)
            if first is not waiver and waiver.until <= first.until and waiver.digest is None:
                message = f"an earlier waiver of {quoted(waiver.rule)} for this deal lasts as long"
                yield Finding(
                    message, waiver.span, "remove one", ((first.span, "the earlier one"),)
                )


def _expired(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
    for waiver in subject.waivers:
        if waiver.until < subject.as_of:
            message = f"this waiver of {quoted(waiver.rule)} has done nothing since {waiver.until}"
            yield Finding(message, waiver.span, "renew it, or remove it")


def _expiring(subject: Subject, options: Mapping[str, Any]) -> Iterator[Finding]:
    for waiver in subject.waivers:
        left = (waiver.until - subject.as_of).days
        if 0 <= left <= options["days"]:
            when = "today" if left == 0 else f"in {left} day{'' if left == 1 else 's'}"
            message = f"this waiver of {quoted(waiver.rule)} ends {when}, on {waiver.until}"
            yield Finding(message, waiver.span, "renew it, or settle what it waives")


CHECKS = (
    Check("unused-waiver", "a waiver that can do nothing", Severity.WARNING, _unused),
    Check("expired-waiver", "a waiver whose `until` has passed", Severity.WARNING, _expired),
    Check("expiring-waiver", "a waiver that ends soon", Severity.NOTE, _expiring, {"days": 30}),
)
