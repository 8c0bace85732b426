"""`policyengine agree`: a deal that two policies accept, or the rules that rule it out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

_HELP = """A deal that two policies accept, or the rules that rule it out.

OURS and THEIRS are policy folders, files or names over the same terms, or over
schemas that share some. With --near the deal is the one that changes the fewest
terms of a deal at hand; what our schema marks as x-fixed does not move, nor what
--lock names, and --unlock frees a term. It is decided by both policies before it
is shown. Where there is none: the smallest set of rules of both sides, and of
terms that do not move, that no deal meets.

\b
Examples:
  policyengine agree rules/national-interest examples/agree/other-side
  policyengine agree OURS THEIRS --near draft.yaml --lock parties
  policyengine agree OURS THEIRS --target conditional --format terms -o d.yaml
"""
_EPILOG = """\b
Exit codes:
  0  there is such a deal
  1  there is none: what rules it out is written
  3  the limit was reached before either was settled
  2  could not run
"""


@click.command(name="agree", help=_HELP, epilog=_EPILOG)
@click.argument("ours")
@click.argument("theirs")
@click.option("--near", type=click.Path(path_type=Path), metavar="TERMS",
              help="A deal to stay near to.")  # fmt: skip
@click.option("--lock", metavar="PATTERN", multiple=True,
              help="Terms that stay as --near has them.")  # fmt: skip
@click.option("--unlock", metavar="PATTERN", multiple=True,
              help="Fixed terms that may move.")  # fmt: skip
@click.option("--target", type=click.Choice(("accept", "conditional")), default="accept",
              help="The verdict of both sides, or better. Default: accept.")  # fmt: skip
@click.option("--as-of", metavar="DATE", envvar="POLICYENGINE_AS_OF",
              help="The day of the decisions. Default: today.")  # fmt: skip
@click.option("--seconds", type=click.FloatRange(0.1, 3600), default=60.0,
              help="Time for everything. Default: 60.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(("pretty", "json", "terms")),
              default="pretty", help="Form of the output. Default: pretty.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to a file.")
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto")
def command(ours: str, theirs: str, **given: Any) -> int:
    """Returns the exit code; raises as loading and reading do."""
    from policyengine.analysis.agreement import agree
    from policyengine.cli.asking.deal import style, teller, write
    from policyengine.cli.asking.patience import stoppable
    from policyengine.cli.guarding import of_policy
    from policyengine.cli.proving import agreeing, subject
    from policyengine.engine import Terms
    from policyengine.errors import Diagnostic, UsageError

    one, other = subject.named_policy(ours), subject.named_policy(theirs)
    for option, does in (("lock", "keeps"), ("unlock", "frees")):
        if given[option] and given["near"] is None:
            text = f"`--{option}` {does} terms of a deal; `--near` names it"
            raise UsageError(Diagnostic("usage", text))
    near = Terms.from_path(given["near"]) if given["near"] is not None else None
    with stoppable() as stop:
        found = agree(
            one,
            other,
            subject.at(given),
            near=near,
            locked=given["lock"],
            unlocked=given["unlock"],
            target=given["target"],
            seconds=given["seconds"],
            stop=stop,
            tell=teller(),
        )
    form = given["form"]
    if form == "terms" and found.deal is None:
        if stop.pressed:
            return stop.code(3)
        raise UsageError(
            Diagnostic(
                "no-proposal",
                "there is no deal to write",
                hint="without `--format` it says what rules one out",
            )
        )
    text = agreeing.text(form, found, (one, other), near, style(given))
    files = [*of_policy(Path(one.path)), *of_policy(Path(other.path))]
    files += filter(None, (given["near"],))
    write(text, given, files, data=form != "pretty")
    if found.deal is not None:
        return stop.code(0)
    return stop.code(1 if found.ruled_out is not None else 3)
