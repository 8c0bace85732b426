"""Statements for the counterparty, in every format: numbered points, and nothing of one's own.

Formats are made of a `Statement`, never of a decision, so that none can show more.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from policyengine.errors import Severity
from policyengine.output.base import DataFormat
from policyengine.output.brief import Brief, Entry, Section
from policyengine.output.registry import renderer
from policyengine.output.report import Check, Report, Status
from policyengine.output.text import Page, Style, count
from policyengine.source import visible
from policyengine.statement import Raised, Statement, unreadable

_DATA = ("json", "yaml", "jsonl")
_NOTE = "This is not a decision: a point that is not raised here is not agreed."
_UNREADABLE = "The document could not be read"
_LONG = 2_000


class Format:
    """A format of statements, whatever its medium; `style` is for pages on a terminal."""

    def __init__(self, name: str, *, many: bool, style: Style | None = None) -> None:
        self.name = name
        self._style = style or Style()
        self._many = many
        self._made: Any = None
        if name in _DATA:
            self._made = importlib.import_module(f"policyengine.output.{name}").Format(many=many)
        elif name != "pretty":
            self._made = renderer(name, many=many)
        self._begun = False

    def start(self) -> str:
        return str(self._made.start()) if self._made is not None else ""

    def decision(self, statement: Statement) -> str:
        """The piece for one deal, under the name that formats of decisions have for it."""
        if isinstance(self._made, DataFormat):
            return self._made.row(statement.to_dict())
        if self._made is None:
            return self._between() + page(statement, self._style)
        if hasattr(self._made, "brief"):
            return str(self._made.brief(brief(statement)))
        return str(self._made.report(report(statement)))

    def error(self, row: Mapping[str, Any]) -> str:
        """A deal without an answer; why stays on one's own side."""
        del row
        if isinstance(self._made, DataFormat):
            return self._made.row(unreadable())
        if self._made is None:
            return self._between() + _UNREADABLE + ".\n" if self._many else ""
        if hasattr(self._made, "brief"):
            return str(self._made.brief(Brief("plain", "unreadable", "The draft", _UNREADABLE)))
        failed = Check("document", "The draft", Status.ERROR, _UNREADABLE.lower())
        return str(self._made.report(Report("evaluate", "The draft", (failed,))))

    def _between(self) -> str:
        lead = "\n" if self._begun else ""
        self._begun = True
        return lead

    def end(self) -> str:
        return str(self._made.end()) if self._made is not None else ""


def _title(statement: Statement) -> str:
    return statement.deal or "The draft"


def _verdict(statement: Statement) -> str:
    number = len(statement.points)
    return f"{count(number, 'point')} on the draft" if number else "No point is raised here"


def page(statement: Statement, style: Style) -> str:
    """Text for a terminal or a letter, every line ended."""
    made = Page(style)
    made.put((visible(_title(statement), 120), "bold"), hang=2)
    said = _verdict(statement)
    if statement.as_of is not None:
        said += f", as of {statement.as_of}"
    made.put(f"{said}. {_NOTE}")
    for number, point in enumerate(statement.points, 1):
        lead = f"{number}. "
        made.blank()
        made.put(lead + visible(point.say, _LONG), hang=len(lead))
        if point.ask:
            made.put(visible(point.ask, _LONG), indent=len(lead))
    return made.text()


def brief(statement: Statement) -> Brief:
    """The points as a page of html or markdown."""
    entries = tuple(_entry(number, point) for number, point in enumerate(statement.points, 1))
    day = statement.as_of
    return Brief(
        "plain",
        "",
        _title(statement),
        _verdict(statement),
        _NOTE,
        f"As of {day}." if day is not None else "",
        sections=(Section("Points", entries=entries),) if entries else (),
    )


def _entry(number: int, point: Raised) -> Entry:
    return Entry("plain", "", str(number), point.say, (point.ask,) if point.ask else ())


def report(statement: Statement) -> Report:
    """The points as checks, all of one weight."""
    title = _title(statement)
    checks = tuple(
        Check(
            f"point {number}",
            title,
            Status.FAILED,
            point.say,
            details=(point.ask,) if point.ask else (),
            code="point",
            level=Severity.WARNING,
        )
        for number, point in enumerate(statement.points, 1)
    )
    properties = {"as-of": statement.as_of} if statement.as_of is not None else {}
    return Report("evaluate", title, checks, summary=_verdict(statement), properties=properties)
