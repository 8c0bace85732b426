"""Rows of decision tables: that never decide, that decide together, and deals without one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from policyengine import core
from policyengine.document import TableDoc
from policyengine.errors import Severity
from policyengine.lint.cells import Cells, Unsettled, shown
from policyengine.lint.model import Check, Finding
from policyengine.lint.subject import Subject
from policyengine.source import quoted


def _cells(subject: Subject, table: core.Table) -> Cells | None:
    """The cells of a table's rows, where they are settled by constants and parameters."""
    parameters = {
        name: known.value
        for name, known in subject.policy.core.parameters.items()
        if not isinstance(known.value, core.Dated)
    }
    try:
        return Cells([row.condition for row in table.rows], subject.policy.schema, parameters)
    except Unsettled:
        return None


def _tables(subject: Subject) -> Iterator[tuple[TableDoc, core.Table, Cells]]:
    for doc, table in subject.tables:
        cells = _cells(subject, table)
        if cells is not None:
            yield doc, table, cells


def _shadowed(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
    """Rows that no deal gets to: none matches, or with hit policy F an earlier one always does."""
    for doc, table, cells in _tables(subject):
        first = [False] * len(table.rows)
        matched = [False] * len(table.rows)
        for point in cells.points():
            found = [n for n, row in enumerate(table.rows) if cells.holds(row.condition, point)]
            for n in found:
                matched[n] = True
            if found:
                first[found[0]] = True
        for n, row in enumerate(table.rows):
            if not matched[n]:
                message = f"no deal matches row {n + 1} of {quoted(doc.id.value)}"
                yield Finding(message, row.span, "look at the values that the schema allows")
            elif table.hit_policy == "F" and not first[n]:
                message = (
                    f"earlier rows of {quoted(doc.id.value)} take all that row {n + 1} matches"
                )
                yield Finding(message, row.span, "put it before them, or remove it")


def _gaps(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
    for doc, table, cells in _tables(subject):
        if table.default is not None or table.hit_policy in ("C", "C+", "C#", "R", "O"):
            continue
        for point in cells.points():
            if not any(cells.holds(row.condition, point) for row in table.rows):
                message = f"{quoted(doc.id.value)} has no row for {shown(point)}"
                hint = "add a row or a `default`; without one its rules are unknown for such a deal"
                yield Finding(message, doc.id.span, hint)
                break


def _overlaps(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
    for doc, table, cells in _tables(subject):
        if table.hit_policy not in ("U", "A"):
            continue
        reported: set[tuple[int, int]] = set()
        for point in cells.points():
            found = [n for n, row in enumerate(table.rows) if cells.holds(row.condition, point)]
            for one, other in combinations(found, 2):
                if (one, other) in reported or (
                    table.hit_policy == "A" and table.rows[one].output == table.rows[other].output
                ):
                    continue
                reported.add((one, other))
                message = (
                    f"rows {one + 1} and {other + 1} of {quoted(doc.id.value)} both match "
                    f"{shown(point)}"
                )
                hint = "a rule that reads the table is unknown for such a deal"
                first = (table.rows[one].span, f"row {one + 1}")
                yield Finding(message, table.rows[other].span, hint, (first,))


CHECKS = (
    Check("shadowed-row", "a row of a table that no deal gets to", Severity.WARNING, _shadowed),
    Check("table-gap", "a table without a row for some deal", Severity.WARNING, _gaps),
    Check(
        "table-overlap", "rows of a table that match one deal together", Severity.WARNING, _overlaps
    ),
)
