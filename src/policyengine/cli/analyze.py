"""`policyengine analyze`: what is wrong with rules, whatever the deal."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from policyengine.cli import console
from policyengine.output.registry import FORMATS

_HELP = """What is wrong with rules, whatever the deal.

Rules that never apply, never object, are never met or say what another says;
rules that no deal meets together; parts, rows, parameters and scores that make
no difference. What is found is shown by a deal, which the reference interpreter
has decided, or proved for every deal there is; or it is not called a proof. A
question that the solver does not settle is open, never guessed.

A comment takes a finding back, on its line or right above it:

\b
  # policyengine: ignore[implied-rule] kept because its sentence is better

\b
Examples:
  policyengine analyze rules/national-interest
  policyengine analyze -p national-interest --rules 'SOV-*'
  policyengine analyze --select conflicting-rules,never-accepted
  policyengine analyze rules/loans --write-tests borders_test.yaml
  policyengine analyze --format sarif -o analysis.sarif
"""
_EPILOG = """\b
Exit codes:
  0  nothing found that counts (notes do not)
  1  something was found
  3  nothing was found, and some question stayed open
  2  could not run
"""


@click.command(name="analyze", help=_HELP, epilog=_EPILOG)
@click.argument("policy", required=False)
@click.option("-p", "--policy", "named", metavar="PATH|NAME", envvar="POLICYENGINE_POLICY",
              help="The policy: a folder, a file or a name.")  # fmt: skip
@click.option("--as-of", metavar="DATE", envvar="POLICYENGINE_AS_OF",
              help="The day whose rules and values are looked at. Default: today.")  # fmt: skip
@click.option("--final", is_flag=True, help="Deals are complete: what they omit counts.")
@click.option("--select", metavar="CODES", multiple=True, help="Look for these only.")
@click.option("--ignore", metavar="CODES", multiple=True, help="Look for all but these.")
@click.option("--rules", metavar="PATTERN", default="*", help="Only about rules like this.")
@click.option("--no-ignores", is_flag=True, help="Find what comments take back, too.")
@click.option("--seconds", type=click.FloatRange(0.1, 86_400), default=120.0,
              help="Time for everything. Default: 120.")  # fmt: skip
@click.option("--witness", type=click.Path(path_type=Path), metavar="FOLDER",
              help="Write the deals that show findings, a file each.")  # fmt: skip
@click.option("--write-tests", type=click.Path(path_type=Path), metavar="FILE",
              help="Write a test file with the borders of every rule.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(FORMATS["analyze"]), metavar="FORMAT",
              default="pretty",
              help=f"Form: {', '.join(FORMATS['analyze'])}. Default: pretty.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to a file.")
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto")
def command(policy: str | None, named: str | None, **given: Any) -> int:
    """Returns the exit code; raises as loading does."""
    from policyengine.analysis.audit.run import audit
    from policyengine.cli.asking.deal import style, teller
    from policyengine.cli.asking.patience import stoppable
    from policyengine.cli.guarding import of_policy, refuse_overwriting
    from policyengine.cli.proving import analyzing, subject, writing
    from policyengine.cli.writing import named as file_named
    from policyengine.cli.writing import write, write_file

    loaded = subject.the_policy(policy if policy is not None else named)
    at = subject.at(given)
    read = of_policy(Path(loaded.path))
    for file in (file_named(given["output"]), given["write_tests"]):
        if file is not None:
            refuse_overwriting(file, read)
    day = subject.as_of(given["as_of"])
    made = None
    with stoppable() as stop:
        found = audit(
            loaded,
            at,
            codes=writing.codes(given["select"], given["ignore"]),
            rules=given["rules"],
            seconds=given["seconds"],
            stop=stop,
            tell=teller(),
        )
        if given["write_tests"] is not None and not stop.pressed:
            from policyengine.analysis.borders import borders, test_file

            # half of the borders would be a test file that looks whole
            with suppress(KeyboardInterrupt):
                made = borders(loaded, at, rules=given["rules"], stop=stop, tell=teller())
    of = analyzing.analyzed(loaded, found, day, no_ignores=given["no_ignores"])
    if given["witness"] is not None:
        writing.deals(of.findings, given["witness"])
    if made is not None:
        write_file(given["write_tests"], test_file(loaded, made, day))
        console.say(f"wrote {len(made.pairs)} borders to {given['write_tests']}")
    form = given["form"]
    write(analyzing.pieces(form, of, style(given)), given["output"], read, data=form != "pretty")
    if of.audit.open and form != "pretty":
        console.say(f"{len(of.audit.open)} questions stayed open")
    return stop.code(of.code)
