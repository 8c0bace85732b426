"""All checks on one policy: findings by place, those that comments take back left out."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.audit.codes import KINDS as ANALYZED
from policyengine.errors import Diagnostic, Severity
from policyengine.lint import ignores as ignores_
from policyengine.lint.ignores import Ignore, ignores
from policyengine.lint.model import Edit, Finding
from policyengine.lint.registry import BY_CODE, CHECKS
from policyengine.lint.settings import Settings, defaults
from policyengine.lint.subject import Subject
from policyengine.source import quoted
from policyengine.values.record import Record


class Linted(Record):
    """A finding as a diagnostic, and the edits that would mend it."""

    diagnostic: Diagnostic
    fix: tuple[Edit, ...] = ()


def examine(
    subject: Subject, settings: Settings | None = None, *, no_ignores: bool = False
) -> tuple[Linted, ...]:
    """What every check that is on finds in a policy, by file and place."""
    chosen = settings or defaults()
    found = [
        (check.code, finding)
        for check in CHECKS
        if chosen.severities[check.code] is not None
        for finding in check.find(subject, chosen.options[check.code])
    ]
    if not no_ignores:
        found = list(_left(found, subject, chosen))
    made = [
        Linted(_diagnostic(code, finding, severity), finding.fix)
        for code, finding in found
        if (severity := chosen.severities[code]) is not None
    ]
    return tuple(sorted(made, key=lambda one: _place(one.diagnostic)))


def _diagnostic(code: str, finding: Finding, severity: Severity) -> Diagnostic:
    return Diagnostic(code, finding.message, finding.span, severity, finding.hint, finding.related)


def _place(found: Diagnostic) -> tuple[str, int, str, str]:
    span = found.span
    return (span.file if span else "", span.start if span else -1, found.code, found.message)


def _left(
    found: list[tuple[str, Finding]], subject: Subject, settings: Settings
) -> Iterator[tuple[str, Finding]]:
    """What no comment takes back, and what is wrong with the comments."""
    made, wrong = ignores(subject.sources, {**BY_CODE, **ANALYZED})
    yield from ((ignores_.BAD, finding) for finding in wrong)
    by_line: dict[tuple[str, int], list[Ignore]] = {}
    for ignore in made:
        if ignore.until is not None and ignore.until < subject.as_of:
            message = f"this comment takes nothing back since {ignore.until}"
            yield ignores_.EXPIRED, Finding(message, ignore.span, "look at what it was about again")
        else:
            by_line.setdefault((ignore.span.file, ignore.line), []).append(ignore)
    used: set[tuple[int, str]] = set()
    for code, finding in found:
        span = finding.span
        beside = by_line.get((span.file, span.line), ()) if span is not None else ()
        taking = [ignore for ignore in beside if code in ignore.codes]
        used |= {(id(ignore), code) for ignore in taking}
        if not taking:
            yield code, finding
    for ignore in (ignore for some in by_line.values() for ignore in some):
        for code in ignore.codes:
            if (id(ignore), code) not in used and settings.severities.get(code) is not None:
                message = f"nothing of {quoted(code)} is found here to take back"
                yield ignores_.UNUSED, Finding(message, ignore.span, "remove the comment")
