"""Statements for the counterparty, in every format: numbered points, and nothing of one's own.

Formats are made of a `Statement`, never of a decision, so that none can show more.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from policyengine.output.base import DataFormat
from policyengine.output.brief import Brief, Point, Section
from policyengine.output.registry import renderer
from policyengine.output.report import Check, Report, Status, Topic
from policyengine.output.several import NO_POINT, NO_STATEMENT, POINTS, Standing
from policyengine.output.text import Page, Style, count
from policyengine.source import visible
from policyengine.statement import Raised, Statement, no_statement

_DATA = ("json", "yaml", "jsonl")
_NOTE = "This is not a decision: a point that is not raised here is not agreed."
_UNREADABLE = "The document could not be read"
_NOTHING_SAID = "No statement is made on the draft"
_TOPICS = (
    Topic("point", "A point on the draft"),
    Topic("no-statement", "A draft on which no statement is made"),
)
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
        if hasattr(self._made, "statement"):
            return str(self._made.statement(brief(statement), _standing(statement)))
        return str(self._made.report(report(statement)))

    def error(self, row: Mapping[str, Any]) -> str:
        """A deal without an answer; why stays on one's own side, but for a fault of the
        document itself."""
        if isinstance(self._made, DataFormat):
            return self._made.row(no_statement())
        said = _UNREADABLE if _is_theirs(row) else _NOTHING_SAID
        if self._made is None:
            return self._between() + said + ".\n"
        if hasattr(self._made, "statement"):
            nothing = Brief("plain", "", "The draft", said)
            return str(self._made.statement(nothing, NO_STATEMENT))
        failed = Check("document", "The draft", Status.ERROR, said, code="no-statement", level=None)
        made = Report("evaluate", "The draft", (failed,), summary=said, topics=_TOPICS,
                      standing=NO_STATEMENT)  # fmt: skip
        return str(self._made.report(made))

    def _between(self) -> str:
        lead = "\n" if self._begun else ""
        self._begun = True
        return lead

    def end(self) -> str:
        return str(self._made.end()) if self._made is not None else ""


def _is_theirs(row: Mapping[str, Any]) -> bool:
    """Whether everything that is wrong is wrong in the deal's own document: not in a policy, a
    parameter, a call, or the engine."""
    places = [error.get("location") for error in row.get("errors") or ()]
    source = row.get("source")
    return bool(places) and all(place and place.get("file") == source for place in places)


def _title(statement: Statement) -> str:
    return statement.deal or "The draft"


def _verdict(statement: Statement) -> str:
    number = len(statement.points)
    return f"{count(number, 'point')} on the draft" if number else "No point is raised here"


def _standing(statement: Statement) -> Standing:
    return POINTS if statement.points else NO_POINT


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
    points = tuple(map(_point, statement.points))
    day = statement.as_of
    return Brief(
        "plain",
        "",
        _title(statement),
        _verdict(statement),
        _NOTE,
        f"As of {day}." if day is not None else "",
        sections=(Section("Points", points=points, numbered=True),) if points else (),
    )


def _point(point: Raised) -> Point:
    return Point(point.say, parts=(Point(point.ask),) if point.ask else ())


def report(statement: Statement) -> Report:
    """The points as checks, none with a weight; where there is none, nothing is approved."""
    title = _title(statement)
    said = _verdict(statement)
    checks = tuple(
        Check(
            f"point {number}",
            title,
            Status.FAILED,
            point.say,
            details=(point.ask,) if point.ask else (),
            code="point",
            level=None,
        )
        for number, point in enumerate(statement.points, 1)
    )
    checks = checks or (Check("points", title, Status.SKIPPED, said),)
    properties = {"as-of": statement.as_of} if statement.as_of is not None else {}
    standing = _standing(statement)
    return Report("evaluate", title, checks, (), said, _TOPICS, properties, standing)
