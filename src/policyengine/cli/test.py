"""`policyengine test`: do the cases beside the rules hold, and do they say enough?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from policyengine.output.registry import FORMATS

_HELP = """Run the cases of a policy: *_test.yaml beside its rules.

PATHS are policy folders or files, folders of policies, and test files; without
any, the policy that evaluate would take. A case gives terms and expects a
verdict, outcomes of rules, missing terms, scores, words of messages.

\b
Examples:
  policyengine test
  policyengine test rules/national-interest --run 'SOV-5|port'
  policyengine test rules/ --coverage --threshold outcome=100 --threshold 95
  policyengine test rules/ --coverage --write-missing missing_test.yaml
  policyengine test rules/ --mutate -j 2
  policyengine test rules/ --format junit -o tests.xml
"""
_EPILOG = """\b
Exit codes:
  0  every case passed (and every threshold is reached, every mutant told)
  1  some case failed, a threshold is missed, or a mutant is told by no case
  2  could not run: bad rules, a bad test file, nothing to run, or a case
     that has no decision at all (its deal or its question cannot be read)
  130  interrupted

\b
--threshold N asks for N percent of all that coverage asks for; KIND=N for N
percent of a kind: outcome, leaf, boundary, row.
"""


@click.command(name="test", help=_HELP, epilog=_EPILOG)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "-p",
    "--policy",
    metavar="PATH|NAME",
    envvar="POLICYENGINE_POLICY",
    help="The policy that test files are about; PATHS are then its test files.",
)
@click.option(
    "--run",
    "pattern",
    metavar="REGEX",
    help="Only cases in whose `file: name` it occurs; with --mutate, only such mutants.",
)
@click.option("--allow-empty", is_flag=True, help="Nothing to run is no error.")
@click.option("-v", "--verbose", is_flag=True, help="List every case, passing ones too.")
@click.option("-j", "--jobs", type=click.IntRange(1, 256), default=1, help="Processes. Default: 1.")
@click.option("--coverage", is_flag=True, help="What the cases leave untried, and why.")
@click.option(
    "--threshold",
    "thresholds",
    metavar="[KIND=]N",
    multiple=True,
    help="Percent of coverage below which the run fails; may be repeated.",
)
@click.option(
    "--write-missing",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a new test file with the deals found for what is missing.",
)
@click.option("--mutate", is_flag=True, help="Change the rules; some case should notice.")
@click.option(
    "--mutate-limit",
    type=click.IntRange(1),
    metavar="N",
    help="At most N mutants, evenly spread.",
)
@click.option("--watch", is_flag=True, help="Run again whenever a file changes, until Ctrl-C.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS["test"]),
    default="pretty",
    help="Form of the output. Default: pretty.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write to a file, which appears whole or not at all.",
)
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto")
def command(**options: Any) -> int:
    """Returns the exit code; raises `UsageError` where there is nothing to run."""
    from policyengine.cli.testing.request import Request

    request = Request.make(options)
    if options["watch"]:
        from policyengine.cli.testing.watch import watch

        return watch(request)
    from policyengine.cli.testing.running import run

    return run(request)
