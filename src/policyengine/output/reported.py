"""A report as a page: what is wrong first, by group, then what is well."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.errors import Severity, place
from policyengine.output.brief import Brief, Entry, Point, Section
from policyengine.output.report import Check, Report, Status
from policyengine.output.text import count
from policyengine.source import snippet

_TONES = {
    Status.PASSED: "good",
    Status.FAILED: "bad",
    Status.UNKNOWN: "open",
    Status.SKIPPED: "plain",
    Status.ERROR: "bad",
}
_SEVERITIES = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "plain"}


def brief(report: Report) -> Brief:
    """Everything in a report."""
    good = report.good
    tallies = [f"{number} {status.value}" for status in Status
               if (number := report.count(status))]  # fmt: skip
    return Brief(
        "good" if good else "bad",
        "passed" if good else "failed",
        report.title,
        "Nothing is wrong" if good else "Something is wrong",
        report.summary or ", ".join(tallies) or "nothing was checked",
        sections=tuple(_sections(report)),
        facts=(
            ("Command", f"policyengine {report.command}"),
            ("Checks", ", ".join(tallies) or "none"),
            *report.properties.items(),
        ),
    )


def _sections(report: Report) -> Iterator[Section]:
    told = [check for check in report.checks if not check.status.good or check.diagnostics]
    for group in dict.fromkeys(check.group for check in told):
        entries = tuple(_entry(check) for check in told if check.group == group)
        yield Section(group or report.title, entries=entries)
    if report.diagnostics:
        loose = Report(report.command, report.title, diagnostics=report.diagnostics)
        entries = tuple(_entry(case) for case in loose.cases())
        yield Section("Findings", entries=entries)
    quiet = [check for check in report.checks if check.status.good and not check.diagnostics]
    for status, title in ((Status.SKIPPED, "Skipped"), (Status.PASSED, "Passed")):
        points = tuple(
            Point(f"{check.group}: {check.name}" if check.group else check.name,
                  notes=tuple(filter(None, (check.title, check.message))))
            for check in quiet if check.status is status
        )  # fmt: skip
        if points:
            title = f"{title}: {count(len(points), 'check')}"
            yield Section(title, points=points, folded=True)


def _entry(check: Check) -> Entry:
    loose = len(check.diagnostics) == 1 and check.diagnostics[0].message == check.title
    bad = not check.status.good
    level = check.level if check.level is not None else Severity.WARNING
    points = tuple(Point(line) for line in check.details)
    notes = [f"{one}: {one.text}" if one.text else str(one) for one in check.related]
    code = ""
    if loose:
        found = check.diagnostics[0]
        notes += [f"hint: {found.hint}"] if found.hint else []
        notes += [f"{place(span)}: {text}" for span, text in found.related]
        if found.span is not None and found.span.source.text:
            code = snippet(found.span)
    else:
        points += tuple(
            Point(f"{found.severity.value}[{found.code}]", found.message,
                  notes=tuple(filter(None, (place(found.span) if found.span else "", found.hint))))
            for found in check.diagnostics
        )  # fmt: skip
    return Entry(
        _SEVERITIES[level] if loose or check.status is Status.FAILED
        else _TONES[check.status],
        level.value if loose else check.status.value,
        str(check.code) if loose else check.name,
        check.title,
        (check.message,) if bad and check.message and not loose else (),
        points,
        where=str(check.location) if check.location is not None else "",
        notes=tuple(notes),
        code=code,
    )  # fmt: skip
