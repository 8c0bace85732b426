"""Formats by name, and where each of a run's outputs goes."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policyengine.cli import console
from policyengine.cli.writing import FileOutput, Output, StandardOutput, WriteError
from policyengine.decision import Decision, Verdict, no_verdict
from policyengine.errors import Diagnostic, UsageError
from policyengine.output.base import Format
from policyengine.output.registry import FORMATS, of_deals, pieces
from policyengine.output.report import Report
from policyengine.output.several import VERDICTS
from policyengine.source import quoted
from policyengine.statement import Statement

PUBLIC = "public"
DATA = ("json", "yaml", "jsonl")
#: whatever a program reads, or a person without the command
FILES = tuple(name for name in FORMATS["evaluate"] if name != "pretty")


def made(name: str, *, many: bool) -> Format:
    """A fresh format of `FILES`."""
    if name not in DATA:
        return of_deals(name, many=many)
    form: Format = importlib.import_module(f"policyengine.output.{name}").Format(many=many)
    return form


def public_format(name: str, *, many: bool, style: Any = None) -> Any:
    """A fresh format of statements for the counterparty; `style` is for `pretty`."""
    from policyengine.output.public import Format as Public

    return Public(name, many=many, style=style)


def report(text: str) -> tuple[str, Path]:
    """`html=deals.html` in two; raises `UsageError` for what is no such pair."""
    name, equals, file = text.partition("=")
    if name not in FILES or not equals or not file:
        message = f"the report {quoted(text, 120)} is not `FORMAT=FILE`"
        hint = f"formats are {', '.join(FILES)}"
        raise UsageError(Diagnostic("usage", message, hint=hint))
    return name, Path(file)


def on_github() -> bool:
    """Whether this runs in a job of GitHub Actions, which shows annotations."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def annotate(*reports: Report) -> None:
    """On GitHub, findings as annotations on standard error: for a command whose format nobody
    chose, beside its page."""
    if on_github():
        for piece in pieces("github", *reports):
            StandardError().write(piece)


class StandardError:
    """Messages as an output: for annotations, beside whatever goes to standard output."""

    def write(self, text: str) -> None:
        if text:
            console.write_error(text)

    def flush(self) -> None:
        """Every write is flushed."""

    def commit(self) -> None:
        """What was written stays written."""

    abort = commit


@dataclass(frozen=True)
class Sink:
    """One output of a run: its format, where it goes, how much is explained in it; `PUBLIC`
    stands for a format of statements."""

    form: Any
    output: Output
    explain: str = "full"


class Sinks:
    """All outputs of a run, the main one first: each gets every deal in its own format."""

    def __init__(self, sinks: Sequence[Sink]) -> None:
        self.sinks = tuple(sinks)

    @property
    def main(self) -> Sink:
        return self.sinks[0]

    def beside(self, sink: Sink) -> Sinks:
        return Sinks((*self.sinks, sink))

    def start(self) -> None:
        self._each(lambda sink: sink.form.start())

    @property
    def explains(self) -> tuple[str, ...]:
        """How much is to be explained, each once."""
        return tuple(dict.fromkeys(sink.explain for sink in self.sinks))

    def decision(self, made: Mapping[str, Decision | Statement]) -> None:
        """Write one decision; `made` has it by how much is explained in it."""
        self._each(lambda sink: sink.form.decision(made[sink.explain]))

    def want(self, explain: str, verdict: Verdict) -> bool:
        """Whether an output that explains so much shows a deal of this verdict."""
        rank = VERDICTS[verdict.value].rank
        return any(sink.explain == explain and sink.form.wants(rank) for sink in self.sinks)

    def error(self, row: Mapping[str, Any]) -> None:
        self._each(lambda sink: sink.form.error(row))

    def end(self) -> None:
        """The last pieces; then every output is whole."""
        self._each(lambda sink: sink.form.end())
        for sink in self.sinks:
            sink.output.commit()

    def _each(self, piece: Callable[[Sink], str]) -> None:
        for sink in self.sinks:
            sink.output.write(piece(sink))

    def flush(self) -> None:
        for sink in self.sinks:
            sink.output.flush()

    def abort(self) -> None:
        for sink in self.sinks:
            sink.output.abort()

    def no_verdict(self, found: Iterable[Diagnostic]) -> None:
        """The outputs of a run that could not decide; nothing older may pass for its answer."""
        row = no_verdict([diagnostic.to_dict() for diagnostic in found])
        for sink in self.sinks:
            form = sink.form
            said = form.start() + form.error(row) + form.end()
            if form.name == "pretty" and sink.explain != PUBLIC:
                said = _page(row) if isinstance(sink.output, FileOutput) else ""
            try:
                sink.output.write(said)
                sink.output.commit()
            except (WriteError, BrokenPipeError):
                pass  # the exit code is 2 already, and the message is on standard error


def _page(row: Mapping[str, Any]) -> str:
    from policyengine.output.summary import error_page
    from policyengine.output.text import Style

    return error_page(row, Style())


def report_no_verdict(found: Iterable[Diagnostic], name: str, *, public: bool = False) -> None:
    """On standard output, that a run could not decide, where the format is one of `FILES`; for
    the other side, without why, in any format."""
    if public:
        form = public_format(name, many=False)
        Sinks([Sink(form, StandardOutput(data=name in FILES), PUBLIC)]).no_verdict(found)
    elif name in FILES:
        Sinks([Sink(made(name, many=False), StandardOutput(data=True))]).no_verdict(found)
