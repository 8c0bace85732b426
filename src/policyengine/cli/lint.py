"""`policyengine lint`: what is missing, doubled, dead or unclear in a policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from policyengine.output.registry import FORMATS

_HELP = """Find what is missing, doubled, dead or unclear in a policy.

PATHS are policy folders or files, rule files, and folders of policies; without
any, the policy that evaluate would take. Each check has a code and a page;
settings say how much it counts:

\b
  [tool.policyengine.lint]          # in pyproject.toml
  missing-ask = "off"
  long-title = {severity = "error", most = 60}

A comment takes a finding back, on its line or right above it:

\b
  # policyengine: ignore[missing-ask] until=2026-12-31 why it may stand

\b
Examples:
  policyengine lint rules/national-interest
  policyengine lint --select missing-test,untested-boundary
  policyengine lint --fix
  policyengine lint --list
"""
_EPILOG = """\b
Exit codes:
  0  nothing found that counts (errors and warnings; see --fail-on)
  1  something was found
  2  could not run: no such path, bad usage, or a policy, test or waiver file
     that is not valid (`policyengine validate` says the same)
"""


@click.command(name="lint", help=_HELP, epilog=_EPILOG)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--select", metavar="CODES", multiple=True, help="Only these checks.")
@click.option("--ignore", metavar="CODES", multiple=True, help="All checks but these.")
@click.option("--fix", is_flag=True, help="Mend what can be mended without a change of meaning.")
@click.option("--no-ignores", is_flag=True, help="Find what comments take back, too.")
@click.option("--as-of", metavar="DATE", help="The day waivers are held against. Default: today.")
@click.option(
    "--waivers",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A waiver file besides those that lie with the rules.",
)
@click.option(
    "--fail-on",
    type=click.Choice(("error", "warning", "note", "never")),
    default="warning",
    help="The least that counts. Default: warning.",
)
@click.option("--strict", is_flag=True, help="Notes count as well: --fail-on note.")
@click.option("--list", "listing", is_flag=True, help="List the checks and how much each counts.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS["lint"]),
    metavar="FORMAT",
    default="pretty",
    help=f"Form of the output: {', '.join(FORMATS['lint'])}. Default: pretty.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to a file.")
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto")
def command(**options: Any) -> int:
    """Returns the exit code; raises `UsageError` where there is nothing to look at."""
    from policyengine.cli import linting
    from policyengine.cli.writing import named, write

    request = linting.Request.make(options)
    if options["listing"]:
        linting.show(request)
        return 0
    results = [linting.run(target, request) for target in request.targets]
    form, file = options["form"], options["output"]
    color = None if named(file) is None else "never"
    pieces = linting.pieces(form, results, request, color)
    write(pieces, file, request.files(), data=form != "pretty")
    return linting.exit_code(results, request)
