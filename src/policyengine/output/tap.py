"""TAP 14: a test point for each check; of several reports, a subtest for each.

What could not be decided is `not ok`, never a `# TODO`, which counts as success.
"""

from __future__ import annotations

from typing import Any

from policyengine.output import yaml
from policyengine.output.report import Check, Report, Status
from policyengine.output.text import neutral
from policyengine.source import visible


class Format:
    """`--format tap`."""

    name = "tap"

    def __init__(self, *, many: bool) -> None:
        self._many = many
        self._reports = 0

    def start(self) -> str:
        return "TAP version 14\n"

    def report(self, report: Report) -> str:
        points = [line for number, case in enumerate(report.cases(), 1)
                  for line in _point(number, case)]  # fmt: skip
        plan = f"1..{sum(1 for _ in report.cases())}"
        comment = [f"# {_text(report.summary)}"] if report.summary else []
        if not self._many:
            return "\n".join([*comment, *points, plan]) + "\n"
        self._reports += 1
        inner = ["    " + line for line in (*comment, *points, plan)]
        result = "ok" if report.good else "not ok"
        title = _text(report.title)
        last = f"{result} {self._reports} - {title}"
        if points and report.count(Status.SKIPPED) == len(tuple(report.cases())):
            last += f" # SKIP {_text(report.summary)}".rstrip()  # nothing was found good
        return "\n".join([f"# Subtest: {title}", *inner, last]) + "\n"

    def end(self) -> str:
        return f"1..{self._reports}\n" if self._many else ""


def _text(text: str) -> str:
    """A description: `#` would begin a directive, a backslash escapes."""
    return visible(text, 300).replace("\\", "\\\\").replace("#", "\\#")


def _point(number: int, case: Check) -> list[str]:
    said = f"{case.name} {case.title}" if case.title else case.name
    line = f"{'ok' if case.status.good else 'not ok'} {number} - {_text(said)}"
    if case.status is Status.SKIPPED:
        return [f"{line} # SKIP {_text(case.message)}".rstrip()]
    block = yaml.text(_data(case)).splitlines() if _data(case) else []
    return [line, *(["  ---", *(f"  {neutral(row)}" for row in block), "  ..."] if block else [])]


def _data(case: Check) -> dict[str, Any]:
    """The block below a test point: nothing where all is well and there is nothing to say."""
    details = [*case.details, *(found.render() for found in case.diagnostics)]
    if case.status is Status.PASSED and not details:
        return {}
    data: dict[str, Any] = {"status": case.status.value} if case.level is not None else {}
    if case.message:
        data["message"] = visible(case.message, 2_000)
    if not case.status.good and case.level is not None:
        data["severity"] = case.level.value
    if case.group:
        data["group"] = visible(case.group, 300)
    if case.location is not None:
        data["at"] = visible(str(case.location), 300)
    if details:
        data["details"] = [visible(line, 2_000) for text in details for line in text.split("\n")]
    return data
