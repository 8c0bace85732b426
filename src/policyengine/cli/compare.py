"""`policyengine compare`: what changed between drafts of a deal, and what moved for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from policyengine.output.registry import FORMATS

_HELP = """What changed between drafts of a deal, and what moved because of it.

DRAFTS are terms documents in order, two or more: files, a folder, JSON Lines.
Each is compared with the one before it: terms, rules, scores, what is newly
missing or settled, and the verdict.

\b
Examples:
  policyengine compare draft3.yaml draft4.yaml -p national-interest
  policyengine compare drafts/ -p national-interest
  policyengine compare draft3.yaml draft4.yaml --fail-on worse
  policyengine compare draft3.yaml draft4.yaml --format markdown
"""
_EPILOG = """\b
Exit codes:
  0  compared; with --fail-on: nothing that it counts
  1  with --fail-on changed: some term differs; verdict: the verdict of the
     last draft is not that of the first; worse: it is worse
  2  could not run: a draft or a policy that is not valid, bad usage
"""


@click.command(name="compare", help=_HELP, epilog=_EPILOG)
@click.argument("drafts", nargs=-1, required=True)
@click.option("-p", "--policy", metavar="PATH|NAME", envvar="POLICYENGINE_POLICY",
              help="The policy: a folder, a file or a name.")  # fmt: skip
@click.option("--fail-on", type=click.Choice(("changed", "verdict", "worse", "never")),
              default="never", help="When the exit code is 1. Default: never.")  # fmt: skip
@click.option("--as-of", metavar="DATE", envvar="POLICYENGINE_AS_OF",
              help="The day of the decisions. Default: today.")  # fmt: skip
@click.option("--final", is_flag=True, help="Drafts are complete: what they omit counts.")
@click.option("--no-assume", is_flag=True, help="Silence takes no defaults.")
@click.option("--waivers", type=click.Path(path_type=Path), multiple=True,
              help="A file of waivers; may be repeated.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(FORMATS["compare"]), metavar="FORMAT",
              default="pretty",
              help=f"Form: {', '.join(FORMATS['compare'])}. Default: pretty.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to a file.")
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto")
@click.option("--stdin-filename", metavar="NAME", help="What to call standard input.")
def command(drafts: tuple[str, ...], **options: Any) -> int:
    """Returns the exit code; raises as reading, loading and deciding do."""
    from policyengine.cli.reviewing import comparing

    history, files = comparing.run(drafts, options)
    failed = comparing.counts(history, options["fail_on"])
    comparing.write(history, options, files, failed=failed)
    return int(failed)
