"""JUnit XML as Jenkins and GitLab read it: a suite for each report, a case for each check.

Passed, failed (`<failure type="failed">`), undecided (`<failure type="unknown">`), skipped,
and checks that could not be made (`<error>`) are told apart.
"""

from __future__ import annotations

from policyengine.errors import Severity
from policyengine.output.report import Check, Report, Status
from policyengine.output.xml import escape, lines

_ELEMENTS = {
    Status.FAILED: ("failure", "failed"),
    Status.UNKNOWN: ("failure", "unknown"),
    Status.ERROR: ("error", "error"),
}


class Format:
    """`--format junit`."""

    name = "junit"

    def __init__(self, *, many: bool) -> None:
        del many  # one suite or several: the same document

    def start(self) -> str:
        return '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="policyengine">\n'

    def report(self, report: Report) -> str:
        cases = tuple(report.cases())
        bad = sum(case.status in (Status.FAILED, Status.UNKNOWN) for case in cases)
        errors = sum(case.status is Status.ERROR for case in cases)
        skipped = sum(case.status is Status.SKIPPED for case in cases)
        counts = f'tests="{len(cases)}" failures="{bad}" errors="{errors}" skipped="{skipped}"'
        durations = [case.duration for case in cases if case.duration is not None]
        time = f' time="{sum(durations):.3f}"' if durations else ""
        out = [f'  <testsuite name="{escape(report.title, 300)}" {counts}{time}>']
        facts = {"command": report.command, "summary": report.summary, **report.properties}
        out.append("    <properties>")
        out += [
            f'      <property name="{escape(name, 100)}" value="{escape(value)}"/>'
            for name, value in facts.items()
            if value
        ]
        out.append("    </properties>")
        out += [_case(case) for case in cases]
        out.append("  </testsuite>\n")
        return "\n".join(out)

    def end(self) -> str:
        return "</testsuites>\n"


def _case(case: Check) -> str:
    name = f"{case.name} {case.title}" if case.title else case.name
    time = f' time="{case.duration:.3f}"' if case.duration is not None else ""
    head = f'    <testcase classname="{escape(case.group, 300)}" name="{escape(name, 300)}"{time}'
    body = lines(_body(case), 20_000)
    message = escape(case.message or case.status.value, 500)
    if case.status is Status.SKIPPED:
        return f'{head}>\n      <skipped message="{message}"/>\n    </testcase>'
    if case.status is Status.PASSED:
        if not body:
            return f"{head}/>"
        return f"{head}>\n      <system-out>{body}</system-out>\n    </testcase>"
    element, kind = _ELEMENTS[case.status]
    if case.level is None and case.code is not None:
        kind = escape(case.code, 100)  # it has no weight: what it is, not how it went
    opened = f'<{element} type="{kind}" message="{message}">'
    return f"{head}>\n      {opened}{body}</{element}>\n    </testcase>"


def _body(case: Check) -> str:
    """What the message does not say: details, diagnostics, places."""
    parts = list(case.details)
    parts += [found.render() for found in case.diagnostics]
    if not case.status.good and not case.diagnostics:
        places = [place for place in (case.location, *case.related) if place is not None]
        parts += [f"{place}: {place.text}" if place.text else str(place) for place in places]
    if not case.status.good and case.level is not None and case.level is not Severity.ERROR:
        parts.append(f"level: {case.level.value}")
    return "\n".join(parts)
