"""`policyengine margins`: what a verdict rests on, and how near it is to another."""

from __future__ import annotations

import time
from typing import Any

import click

from policyengine.cli.asking.deal import asked, options, style, teller, write
from policyengine.cli.asking.patience import seconds, stoppable

_HELP = """What the verdict on a deal rests on, and how near it is to another.

The smallest set of facts that alone force the verdict, whatever all other
terms were; and for each number and date how far it may move, all else
standing, before the verdict is another: the first value that changes it.

\b
Examples:
  policyengine margins deal.yaml -p national-interest
  policyengine margins deal.yaml --format json
"""
_EPILOG = """\b
Exit codes:
  0  written; what was not computed in time says so
  2  could not run
  130  interrupted; what was found until then is written
"""


@click.command(name="margins", help=_HELP, epilog=_EPILOG)
@click.argument("terms")
@seconds(30.0)
@click.option("--format", "form", type=click.Choice(("pretty", "json")), default="pretty",
              help="Form of the output. Default: pretty.")  # fmt: skip
@options
def command(terms: str, **given: Any) -> int:
    """Returns the exit code; raises as loading and reading do."""
    from policyengine.analysis.margins import margins
    from policyengine.analysis.sufficient import sufficient
    from policyengine.cli.asking import margins as answer
    from policyengine.output import json

    with stoppable() as stop:
        about = asked(terms, given)
        begun, tell = time.monotonic(), teller()
        found = margins(
            about.policy, about.terms, about.at, seconds=given["seconds"], stop=stop, tell=tell
        )
        left = given["seconds"] - (time.monotonic() - begun)
        forced = sufficient(about.policy, about.terms, about.at, seconds=left, stop=stop, tell=tell)
    if given["form"] == "json":
        made = json.text(answer.data(forced, found)) + "\n"
    else:
        made = answer.page(forced, found, about.policy.schema, style(given))
    write(made, given, about.files, data=given["form"] == "json")
    return stop.code(0)
