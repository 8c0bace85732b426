"""`policyengine next`: what to ask about a deal that is not settled."""

from __future__ import annotations

from typing import Any

import click

from policyengine.cli.asking.deal import asked, options, style, teller, write
from policyengine.cli.asking.patience import seconds, stoppable

_HELP = """What to ask next: the fewest open terms whose answers settle a deal.

Settled is a reject, an accept, a conditional with a rule that fails, or a
deal to which no rule applies: what is still open no longer matters. The questions come in
the order to ask, with what each answer would mean: each option, and each
range of a number or a date.

\b
Examples:
  policyengine next deal.yaml -p national-interest
  policyengine next deal.yaml --all-answers
  policyengine next deal.yaml --format json
"""
_EPILOG = """\b
Exit codes:
  0  the deal is settled
  3  there is something to ask
  4  no answers settle it, or the solver does not say, or not in time
  2  could not run
  130  interrupted; what was found until then is written
"""


@click.command(name="next", help=_HELP, epilog=_EPILOG)
@click.argument("terms")
@click.option("--all-answers", is_flag=True, help="What every answer to every question means.")
@seconds(30.0)
@click.option("--format", "form", type=click.Choice(("pretty", "json")), default="pretty",
              help="Form of the output. Default: pretty.")  # fmt: skip
@options
def command(terms: str, **given: Any) -> int:
    """Returns the exit code; raises as loading and reading do."""
    from policyengine.analysis.questions import questions
    from policyengine.cli.asking import next as answer
    from policyengine.output import json

    with stoppable() as stop:
        about = asked(terms, given)
        found = questions(
            about.policy, about.terms, about.at, seconds=given["seconds"], stop=stop, tell=teller()
        )
    if given["form"] == "json":
        made = json.text(answer.data(found)) + "\n"
    else:
        made = answer.page(found, about.policy.schema, style(given), every=given["all_answers"])
    write(made, given, about.files, data=given["form"] == "json")
    if found.settled:
        return stop.code(0)
    return stop.code(4 if found.needed is None else 3)
