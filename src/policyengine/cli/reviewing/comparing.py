"""What `compare` does: read the drafts, compare each with the one before, write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from policyengine.cli import console, writing
from policyengine.cli.deals import deals
from policyengine.cli.guarding import of_policy
from policyengine.cli.inputs import collect
from policyengine.cli.loading import load
from policyengine.cli.reviewing.diffing import one_page, question, style
from policyengine.cli.run import source_of
from policyengine.config import choose_policy, read_config
from policyengine.decision import Verdict
from policyengine.errors import Diagnostic, UsageError
from policyengine.review.drafts import History, compare

#: the best first
_ORDER = (Verdict.ACCEPT, Verdict.CONDITIONAL, Verdict.UNDETERMINED, Verdict.REJECT)
_MOST = 200


def run(named: tuple[str, ...], options: Mapping[str, Any]) -> tuple[History, list[Path]]:
    """Raises `UsageError` for fewer than two drafts, and as reading and deciding do."""
    inputs, _ = collect(named, options["stdin_filename"])
    configured = read_config(Path.cwd()).settings.get("policy")
    name = options["policy"] or (configured.value if configured is not None else None)
    choice = choose_policy(name, Path.cwd())
    policy = load(choice.path, shown=choice.folder)
    console.tell(policy.warnings)
    drafts = []
    for deal in deals(inputs):
        drafts.append((source_of(deal), deal.read()))
        if len(drafts) > _MOST:
            message = f"more than {_MOST} drafts are given; a history is read as a whole"
            raise UsageError(Diagnostic("usage", message))
    if len(drafts) < 2:
        message = f"drafts are compared with one another, and {len(drafts)} is given"
        raise UsageError(Diagnostic("usage", message, hint="name two or more, in order"))
    files = [given.path for given in inputs if given.path is not None]
    files += [*options["waivers"], *of_policy(choice.path)]
    return compare(policy, drafts, question(options)), files


def counts(history: History, fail_on: str) -> bool:
    """Whether what changed makes the run fail."""
    first, last = history.drafts[0][1].verdict, history.drafts[-1][1].verdict
    if fail_on == "changed":
        return any(step.changed for step in history.steps)
    if fail_on == "verdict":
        return first is not last
    return fail_on == "worse" and _ORDER.index(last) > _ORDER.index(first)


def worse(before: Verdict, after: Verdict) -> bool:
    return _ORDER.index(after) > _ORDER.index(before)


def write(
    history: History, options: Mapping[str, Any], files: Iterable[Path], *, failed: bool
) -> None:
    """To standard output or a file, which is never one that was read."""
    pieces = _pieces(history, options, failed=failed)
    writing.write(pieces, options["output"], files, data=options["form"] != "pretty")


def _pieces(history: History, options: Mapping[str, Any], *, failed: bool) -> Iterator[str]:
    from policyengine.cli.reviewing import drafts

    form = options["form"]
    if form == "pretty":
        yield drafts.page(history, style(options))
    elif form == "json":
        from policyengine.cli.reviewing import draftdata
        from policyengine.output import json

        yield json.text(draftdata.compare(history, failed=failed)) + "\n"
    elif form in ("markdown", "html"):
        yield one_page(form, drafts.brief(history))
    else:
        from policyengine.output import registry

        yield from registry.pieces(form, drafts.report(history, options["fail_on"]))
