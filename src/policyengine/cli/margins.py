"""`policyengine margins`: what a verdict rests on, and how near it is to another."""

from __future__ import annotations

from typing import Any

import click

from policyengine.cli.asking.deal import asked, options, style, write

_HELP = """What the verdict on a deal rests on, and how near it is to another.

The smallest set of facts that alone force the verdict, whatever all other
terms were; and for each number and date how far it may move, all else
standing, before the verdict is another.

\b
Examples:
  policyengine margins deal.yaml -p national-interest
  policyengine margins deal.yaml --format json
"""
_EPILOG = "Exit codes: 0 written, 2 could not run."


@click.command(name="margins", help=_HELP, epilog=_EPILOG)
@click.argument("terms")
@click.option("--format", "form", type=click.Choice(("pretty", "json")), default="pretty",
              help="Form of the output. Default: pretty.")  # fmt: skip
@options
def command(terms: str, **given: Any) -> int:
    """Returns the exit code; raises as loading and reading do."""
    from policyengine.analysis.margins import margins
    from policyengine.analysis.sufficient import sufficient
    from policyengine.cli.asking import margins as answer
    from policyengine.output import json

    about = asked(terms, given)
    forced = sufficient(about.policy, about.terms, about.at)
    found = margins(about.policy, about.terms, about.at)
    if given["form"] == "json":
        made = json.text(answer.data(forced, found)) + "\n"
    else:
        made = answer.page(forced, found, about.policy.schema, style(given))
    write(made, given, about.files, data=given["form"] == "json")
    return 0
