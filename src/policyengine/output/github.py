"""Annotations of GitHub Actions: `::error file=…,line=…::message`, one a finding.

GitHub shows ten of a kind for each step and keeps the rest in the log; where that happens a last
notice, which is shown, says so and names the deals.
"""

from __future__ import annotations

from policyengine.errors import Severity
from policyengine.output.report import Finding, Place, Report
from policyengine.output.several import Several
from policyengine.output.text import neutral
from policyengine.source import visible

_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_SHOWN = 10
_NAMED = 1_000
_ROOM = 4_000  # characters of the names of deals


class Format:
    """`--format github`."""

    name = "github"

    def __init__(self, *, many: bool) -> None:
        self._many = many
        self._counts = dict.fromkeys(_KINDS.values(), 0)
        self._deals = Several(_NAMED)

    def start(self) -> str:
        return ""

    def report(self, report: Report) -> str:
        if report.standing is not None:
            self._deals.add(report.standing, report.title)
        out = []
        for found in report.findings():
            if found.waived is None:
                kind = _KINDS[found.level]
                self._counts[kind] += 1
                out.append(f"::{kind} {_properties(report, found)}::{_message(found)}\n")
        return "".join(out)

    def end(self) -> str:
        more = [f"{number} of kind {kind}" for kind, number in self._counts.items()
                if number > _SHOWN]  # fmt: skip
        if not more:
            return ""
        said = (
            f"GitHub shows {_SHOWN} annotations of a kind for each "
            f"step; this log has all: {_data(', '.join(more))}"
        )
        lines = [said]
        if self._many and self._deals.total:
            names = self._deals.left_out(0, lambda name: _data(visible(name, 100)), _ROOM)
            lines += [f"the deals: {self._deals.counts()}", *names[1:]]
        return f"::notice title=policyengine::{'%0A'.join(lines)}\n"


def _properties(report: Report, found: Finding) -> str:
    place = found.location
    title = f"{found.code}: {found.title}" if found.title else found.code
    pairs: list[tuple[str, object]] = []
    if place is not None:
        pairs += _where(place)
    pairs.append(("title", f"{report.title}: {title}" if report.command == "evaluate" else title))
    return ",".join(f"{name}={_property(str(value))}" for name, value in pairs)


def _where(place: Place) -> list[tuple[str, object]]:
    pairs: list[tuple[str, object]] = [("file", place.file)]
    if place.line is not None:
        pairs.append(("line", place.line))
        if place.end_line is not None:
            pairs.append(("endLine", place.end_line))
        # GitHub takes columns within one line only.
        if place.end_line in (None, place.line):
            pairs += [(name, value) for name, value in
                      (("col", place.column), ("endColumn", place.end_column))
                      if value is not None]  # fmt: skip
    return pairs


def _message(found: Finding) -> str:
    lines = [found.message, *([f"hint: {found.hint}"] if found.hint else [])]
    return "%0A".join(_data(line) for line in lines)


def _data(text: str) -> str:
    """A message; controls are made visible first, so no CR or LF is left to escape."""
    return neutral(visible(text, 1_000)).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
