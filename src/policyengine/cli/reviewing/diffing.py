"""What `diff` does: load both policies, compare, replay deals, write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policyengine.cli import console, writing
from policyengine.cli import settings as settings_
from policyengine.cli.asking.patience import Stop, stoppable
from policyengine.cli.deals import deals
from policyengine.cli.guarding import of_policy
from policyengine.cli.inputs import Input, collect
from policyengine.cli.reviewing import proving
from policyengine.cli.reviewing.sides import Side, sides
from policyengine.config import Setting, read_config
from policyengine.output.brief import Brief
from policyengine.output.text import Style
from policyengine.review import PolicyDiff, Replay, diff
from policyengine.review.replay import Question, Row
from policyengine.waivers import Waivers

if TYPE_CHECKING:
    from policyengine.analysis.equivalence import PolicyComparison


@dataclass(frozen=True, slots=True)
class Found:
    """What a run found; `sorts` are the sorts of change there are, and `stop` is whether Ctrl-C
    cut the proof off."""

    diff: PolicyDiff
    replay: Replay | None
    files: tuple[Path, ...]
    proof: PolicyComparison | None = None
    stop: Stop = field(default_factory=Stop)

    @property
    def sorts(self) -> frozenset[str]:
        replay = self.replay
        there = {
            "words": bool(self.diff.in_words()),
            "meaning": self.diff.meaning,
            "outcomes": replay is not None and replay.counts["outcome"] > 0,
            "verdicts": replay is not None and replay.counts["verdict"] > 0,
        }
        return frozenset(sort for sort, found in there.items() if found)


def run(old: str, new: str, named: tuple[str, ...], options: Mapping[str, Any]) -> Found:
    """Raises `UsageError` for what is not there, and as loading does."""
    inputs: list[Input] = []
    if named or options["stdin_filename"]:
        inputs, _ = collect(named, options["stdin_filename"])
    asked = question(options)
    before, after = sides(old, new)
    found = diff(before.policy, after.policy, sources=(before.shown, after.shown))
    replay = None
    if inputs:
        replay = Replay(before.policy, after.policy, asked, renamed=found.renamed,
                        limit=options["limit"])  # fmt: skip
        _replay(replay, inputs)
    files = [given.path for given in inputs if given.path is not None]
    files += [*options["waivers"], *_read(before), *_read(after)]
    if not options["prove"]:
        return Found(found, replay, tuple(files))
    with stoppable() as stop:
        proof = proving.prove(before.policy, after.policy, asked, stop)
    return Found(found, replay, tuple(files), proof, stop)


def question(options: Mapping[str, Any]) -> Question:
    """How deals are decided, from the options that `evaluate` has too."""
    waivers = Waivers.load(*options["waivers"]) if options["waivers"] else None
    return Question(_day(options["as_of"]), options["final"], not options["no_assume"], waivers)


def _day(given: str | None) -> date:
    if given is not None:
        return settings_.day(Setting(given, "flag"))
    configured = read_config(Path.cwd()).settings.get("as-of")
    return settings_.day(configured) if configured is not None else datetime.now(UTC).date()


def _replay(replay: Replay, inputs: list[Input]) -> None:
    lines = any(given.is_lines or given.path is None for given in inputs)
    progress = console.Progress(None if lines else len(inputs), quiet=False)
    for _ in replay.run(_rows(inputs)):
        progress.step()
    progress.clear()


def _rows(inputs: Iterable[Input]) -> Iterator[Row]:
    for deal in deals(inputs):
        yield Row(deal.source, deal.line, deal.read)


def _read(side: Side) -> list[Path]:
    return of_policy(side.choice.path) if side.choice is not None else []


# how it is said -------------------------------------------------------------------------------


def write(
    found: Found, options: Mapping[str, Any], counts: frozenset[str], *, failed: bool
) -> None:
    """To standard output or a file, which is never one that was read."""
    form = options["form"]
    pieces = _pieces(form, found, options, counts, failed=failed)
    writing.write(pieces, options["output"], found.files, data=form != "pretty")


def style(options: Mapping[str, Any]) -> Style:
    return writing.style(options["output"], options["color"])


def _pieces(
    form: str, found: Found, options: Mapping[str, Any], counts: frozenset[str], *, failed: bool
) -> Iterator[str]:
    if form == "pretty":
        from policyengine.cli.reviewing.page import page

        yield page(found.diff, found.replay, style(options))
        if found.proof is not None:
            yield proving.page(found.proof, style(options))
    elif form == "json":
        from policyengine.cli.reviewing import data
        from policyengine.output import json

        made = data.diff(found.diff, found.replay, failed=failed)
        if found.proof is not None:
            made = {**made, "proof": proving.data(found.proof)}
        yield json.text(made) + "\n"
    elif form in ("markdown", "html"):
        from policyengine.cli.reviewing.briefs import brief

        yield one_page(form, brief(found.diff, found.replay, found.proof))
    else:
        from policyengine.cli.reviewing.briefs import report
        from policyengine.output import registry

        told = report(found.diff, found.replay, found.proof, counts=counts)
        yield from registry.pieces(form, told)


def one_page(form: str, brief: Brief) -> str:
    """A page of markdown or html."""
    from policyengine.output import html, markdown

    return markdown.whole(brief) if form == "markdown" else html.whole(brief)
