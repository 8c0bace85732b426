"""A negotiation as JSON Lines: a row for the opening and one for each command."""

from __future__ import annotations

from policyengine.cli.negotiating.table import Answer, Table
from policyengine.cli.writing import StandardOutput
from policyengine.decision import MissingTerm
from policyengine.errors import PolicyEngineError
from policyengine.output import json
from policyengine.session import Step
from policyengine.values.record import replace


class Rows:
    """Writes each row whole and at once: whoever sends commands waits for it."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._output = StandardOutput(data=True)

    def opening(self) -> None:
        self.said(self._table.session.steps[-1])

    def said(self, what: Step | Answer) -> None:
        if isinstance(what, Step):
            first = replace(what, missing=self._gravest_first(what.missing))
            row = first.to_dict()
            order = {term.path: number for number, term in enumerate(first.missing)}
            row["newly_missing"] = sorted(row["newly_missing"], key=order.__getitem__)
            self._row({"kind": "step", **row})
        else:
            self._row({"kind": "answer", "command": what.command, **what.data})

    def _gravest_first(self, missing: tuple[MissingTerm, ...]) -> tuple[MissingTerm, ...]:
        return tuple(term for _, term in self._table.ranked(missing))

    def refused(self, error: PolicyEngineError, line: int) -> None:
        errors = [diagnostic.to_dict() for diagnostic in error.diagnostics]
        self._row({"kind": "error", "line": line, "errors": errors})

    def _row(self, row: dict[str, object]) -> None:
        self._output.write(json.text(row, indent=None) + "\n")
        self._output.flush()
