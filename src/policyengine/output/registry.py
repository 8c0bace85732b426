"""Formats by name, and which command has which.

A format that renders reports is a module of this package with a class `Format`, made once
for an output: `start`, a piece for each report, `end`; the pieces joined are the output.
`pretty` and `json` are each command's own and have no entry in `RENDERERS`. html and
markdown have more to say of a decision than a report can hold, and take one as it is.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from policyengine.decision import Decision
from policyengine.output.base import Format
from policyengine.output.report import Report

#: format: the module with its `Format`
RENDERERS: Mapping[str, str] = {
    "junit": "policyengine.output.junit",
    "sarif": "policyengine.output.sarif",
    "github": "policyengine.output.github",
    "markdown": "policyengine.output.markdown",
    "html": "policyengine.output.html",
    "tap": "policyengine.output.tap",
}
_ALL = tuple(RENDERERS)
#: command: what its `--format` takes, the default first
FORMATS: Mapping[str, tuple[str, ...]] = {
    "evaluate": ("pretty", "json", "yaml", "jsonl", *_ALL),
    "validate": ("pretty", "json", *_ALL),
    "test": ("pretty", "json", *_ALL),
    "lint": ("pretty", "json", *_ALL),
    "fmt": ("pretty", "json", "junit", "sarif", "github"),
    "diff": ("pretty", "json", *_ALL),
    "compare": ("pretty", "json", *_ALL),
    "analyze": ("pretty", "json", *_ALL),
}


class Renderer(Protocol):
    """What is kept between pieces does not grow with the number of reports, except where the
    format says up to which number it shows them."""

    def start(self) -> str: ...

    def report(self, report: Report) -> str: ...

    def end(self) -> str: ...


def renderer(name: str, *, many: bool = False) -> Renderer:
    """A fresh renderer of a format in `RENDERERS`; `many` where several reports are expected,
    though perhaps only one comes. Raises `KeyError` for any other name."""
    made: Renderer = importlib.import_module(RENDERERS[name]).Format(many=many)
    return made


def pieces(name: str, *reports: Report) -> Iterator[str]:
    """The output for reports that are there already."""
    return stream(name, reports, many=len(reports) != 1)


def stream(name: str, reports: Iterable[Report], *, many: bool) -> Iterator[str]:
    """The output for reports as they come."""
    made = renderer(name, many=many)
    yield made.start()
    for report in reports:
        yield made.report(report)
    yield made.end()


class _Deals:
    """A format of reports, for decisions."""

    def __init__(self, name: str, *, many: bool) -> None:
        self.name = name
        self._made = renderer(name, many=many)

    def wants(self, _rank: int) -> bool:
        return True

    def start(self) -> str:
        return self._made.start()

    def decision(self, decision: Decision) -> str:
        from policyengine.output import decided

        return self._made.report(decided.report(decision))

    def error(self, row: Mapping[str, Any]) -> str:
        from policyengine.output import decided

        return self._made.report(decided.unreadable(row))

    def end(self) -> str:
        return self._made.end()


def of_deals(name: str, *, many: bool) -> Format:
    """A format of `RENDERERS` for decisions and for deals without one."""
    if name in ("html", "markdown"):
        made: Format = importlib.import_module(RENDERERS[name]).Format(many=many)
        return made
    return _Deals(name, many=many)
