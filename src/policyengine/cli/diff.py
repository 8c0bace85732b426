"""`policyengine diff`: what differs between two policies, and which deals it turns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from policyengine.cli import COULD_NOT_RUN
from policyengine.output.registry import FORMATS

_HELP = """What differs between two policies, and which deals it turns.

OLD and NEW are policy folders or files, names, or a path at a git revision:
REV:PATH, the path counted from the top of the repository (from here with ./);
REV: alone is the other side's path. Nothing of a revision is run or checked
out, and nothing is fetched.

Changes of meaning are told apart from those of words only. With DEALS (files,
folders, patterns, JSON Lines, -) each is decided under both policies.

\b
Examples:
  policyengine diff main: rules/national-interest
  policyengine diff HEAD~1: rules/national-interest deals/
  policyengine diff v1.2:rules/loans v1.3:rules/loans --fail-on never
  policyengine diff old/ new/ deals.jsonl --fail-on verdicts --format json
  policyengine diff main: rules/loans deals/ --format markdown -o comment.md
  policyengine diff --prove main: rules/loans
"""
_EPILOG = """\b
Exit codes:
  0  no change, or none that --fail-on counts
  1  changed
  2  could not run: no such policy or revision, a policy that is not valid,
     bad usage, or a deal that neither policy could read; never masked

\b
--fail-on: words counts every change; meaning (the default) those that may
decide some deal otherwise; flips only deals given whose outcomes are others;
verdicts only deals whose verdict is another; never nothing.
"""
#: threshold: the sorts of change that count
_COUNTS = {
    "words": frozenset({"words", "meaning", "outcomes", "verdicts"}),
    "meaning": frozenset({"meaning", "outcomes", "verdicts"}),
    "flips": frozenset({"outcomes", "verdicts"}),
    "verdicts": frozenset({"verdicts"}),
    "never": frozenset[str](),
}


@click.command(name="diff", help=_HELP, epilog=_EPILOG)
@click.argument("old")
@click.argument("new")
@click.argument("deals", nargs=-1)
@click.option("--fail-on", type=click.Choice(tuple(_COUNTS)), default="meaning",
              help="From which change on the exit code is 1. Default: meaning.")  # fmt: skip
@click.option("--as-of", metavar="DATE", envvar="POLICYENGINE_AS_OF",
              help="The day deals are decided for. Default: today.")  # fmt: skip
@click.option("--final", is_flag=True, help="Deals are complete: what they omit counts.")
@click.option("--no-assume", is_flag=True, help="Silence takes no defaults.")
@click.option("--waivers", type=click.Path(path_type=Path), multiple=True,
              help="A file of waivers, for both policies; may be repeated.")  # fmt: skip
@click.option("--prove", is_flag=True,
              help="Compare for every deal there is, with a solver.")  # fmt: skip
@click.option("--limit", type=click.IntRange(1, 100_000), default=200,
              help="Deals of a sort to keep in detail; all are counted. Default: 200.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(FORMATS["diff"]), metavar="FORMAT",
              default="pretty",
              help=f"Form: {', '.join(FORMATS['diff'])}. Default: pretty.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to a file.")
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto")
@click.option("--stdin-filename", metavar="NAME", help="What to call standard input.")
def command(old: str, new: str, deals: tuple[str, ...], **options: Any) -> int:
    """Returns the exit code; raises as reading and loading do."""
    from policyengine.cli.reviewing import diffing
    from policyengine.errors import Diagnostic, UsageError

    if not deals and options["fail_on"] in ("flips", "verdicts"):
        raise UsageError(
            Diagnostic(
                "usage",
                f"`--fail-on {options['fail_on']}` counts deals, and none are given",
                hint="name deals after the two policies",
            )
        )
    counts = _COUNTS[options["fail_on"]]
    made = diffing.run(old, new, deals, options)
    failed = bool(made.sorts & counts)
    diffing.write(made, options, counts, failed=failed)
    if made.replay is not None and made.replay.counts["unreadable"]:
        return COULD_NOT_RUN
    return made.stop.code(int(failed))
