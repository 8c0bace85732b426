"""Formats by name, and the object of a run that could not decide."""

from __future__ import annotations

import importlib
from collections.abc import Iterable

from policyengine.cli.writing import Output, StandardOutput, WriteError
from policyengine.decision import no_verdict
from policyengine.errors import Diagnostic
from policyengine.output.base import Format

DATA = ("json", "yaml", "jsonl")


def data_format(name: str, *, many: bool) -> Format:
    """A format of the decision object: `json`, `yaml` or `jsonl`."""
    made: Format = importlib.import_module(f"policyengine.output.{name}").Format(many=many)
    return made


def report_no_verdict(found: Iterable[Diagnostic], form: str, output: Output | None = None) -> None:
    """Write the object of a run that could not decide, where the format is one of data."""
    if form not in DATA:
        return
    made = data_format(form, many=False)
    row = no_verdict([diagnostic.to_dict() for diagnostic in found])
    try:
        target = output or StandardOutput(data=True)
        target.write(made.start() + made.error(row) + made.end())
        target.commit()
    except (WriteError, BrokenPipeError):
        pass  # the exit code is 2 already, and the message is on standard error
