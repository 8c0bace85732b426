"""`policyengine counter`: the smallest changes to a deal that would be accepted."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import click

from policyengine.cli.asking.deal import asked, options, style, teller, write
from policyengine.cli.asking.patience import seconds, stoppable
from policyengine.errors import Diagnostic, UsageError
from policyengine.source import quoted

_HELP = """The path to yes: the smallest changes to a deal that would be accepted.

Fewest terms first, then the least distance. Every proposal is decided by the
reference interpreter before it is shown; that no smaller change would do is
proved, or said not to be. If nothing helps: what stands in the way.

Terms marked x-fixed in the schema (who the parties are, what kind of deal it
is) do not move, nor do those of --lock; --unlock frees one. A pattern is a
path, a group, or has `*`. --keep gives a condition in FEEL that every proposal
has to meet besides, over terms, definitions, parameters and scores.

\b
Examples:
  policyengine counter deal.yaml -p national-interest
  policyengine counter deal.yaml --target conditional --lock finance
  policyengine counter deal.yaml --cost sovereignty.concession_years=5
  policyengine counter deal.yaml --keep 'finance.loan_usd >= 1000000'
  policyengine counter deal.yaml --format terms -o proposal.yaml
  policyengine counter deal.yaml --format patch --proposal 2
"""
_EPILOG = """\b
Exit codes:
  0  there is a path, or nothing has to change
  1  there is none: what stands in the way is written
  3  neither is settled: a limit was reached, or no path was found and none is
     not proved
  2  could not run
  130  interrupted; what was found until then is written
"""


@click.command(name="counter", help=_HELP, epilog=_EPILOG)
@click.argument("terms")
@click.option("--target", type=click.Choice(("accept", "conditional")), default="accept",
              help="The verdict to reach, or better. Default: accept.")  # fmt: skip
@click.option("--lock", metavar="PATTERN", multiple=True, help="Terms that may not move.")
@click.option("--unlock", metavar="PATTERN", multiple=True, help="Fixed terms that may.")
@click.option("--cost", metavar="PATTERN=N", multiple=True,
              help="How much a change of a term weighs. Default: 1.")  # fmt: skip
@click.option("--keep", metavar="CONDITION", multiple=True,
              help="A FEEL condition that proposals have to meet; may be repeated.")  # fmt: skip
@click.option("-n", "--alternatives", type=click.IntRange(1, 20), default=3,
              help="Proposals, each with other terms. Default: 3.")  # fmt: skip
@click.option("--proposal", type=click.IntRange(1, 20), default=1,
              help="Which one patch and terms are of. Default: 1.")  # fmt: skip
@seconds(30.0)
@click.option("--format", "form",
              type=click.Choice(("pretty", "table", "json", "patch", "terms")),
              default="pretty", help="Form of the output. Default: pretty.")  # fmt: skip
@options
def command(terms: str, **given: Any) -> int:
    """Returns the exit code; raises as loading and reading do."""
    from policyengine.analysis.counter import counter
    from policyengine.cli.asking.counter import text_of

    with stoppable() as stop:
        about = asked(terms, given)
        found = counter(
            about.policy,
            about.terms,
            about.at,
            target=given["target"],
            locked=given["lock"],
            unlocked=given["unlock"],
            costs=dict(map(_cost, given["cost"])),
            keep=given["keep"],
            alternatives=max(given["alternatives"], given["proposal"]),
            seconds=given["seconds"],
            stop=stop,
            tell=teller(),
        )
    form = given["form"]
    if form in ("patch", "terms") and len(found.proposals) < given["proposal"]:
        if stop.pressed:
            return stop.code(3)
        raise UsageError(
            Diagnostic(
                "no-proposal",
                "nothing has to change: the deal is there already"
                if found.reached
                else f"there is no proposal {given['proposal']}; {len(found.proposals)} were found",
                hint="without `--format` it says what stands in the way",
            )
        )
    made = text_of(
        form, found, about.policy.schema, about.terms.document, given["proposal"] - 1, style(given)
    )
    write(made, given, about.files, data=form not in ("pretty", "table"))
    if found.proposals or found.reached:
        return stop.code(0)
    return stop.code(1 if found.blocked is not None and not found.limits else 3)


def _cost(text: str) -> tuple[str, Decimal]:
    pattern, sign, number = text.rpartition("=")
    try:
        cost = Decimal(number)
        if sign and pattern and cost.is_finite() and 0 < cost <= 1_000_000:
            return pattern, cost
    except InvalidOperation:
        pass
    raise UsageError(
        Diagnostic(
            "bad-cost",
            f"{quoted(text)} is no cost; expected `term=number`, above 0 and at most a million",
            hint="for instance `--cost finance.loan_usd=5`",
        )
    )
