"""`policyengine fmt`: documents in canonical form."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from policyengine.cli import COULD_NOT_RUN
from policyengine.cli.writing import StandardOutput
from policyengine.errors import Diagnostic, UsageError
from policyengine.output.registry import FORMATS

_HELP = """Put documents of a policy into canonical form, or show how they differ from it.

PATHS are YAML files, folders of them, or - for standard input. Without an
option the canonical text goes to standard output and no file is changed.

The order of keys, the layout and the quotes become the same everywhere; every
comment and every value stays. A file that is not valid YAML is left alone.

\b
Examples:
  policyengine fmt -w rules/
  policyengine fmt --check rules/ examples/
  policyengine fmt --diff rules/my-policy/rules.yaml
  cat rules.yaml | policyengine fmt -
"""
_EPILOG = """\b
Exit codes:
  0  done; with --check or --diff: every document is in canonical form
  1  with --check or --diff: some document is not
  2  could not run: no such path, a document that cannot be read or written
"""


@click.command(name="fmt", help=_HELP, epilog=_EPILOG)
@click.argument("paths", nargs=-1, required=True)
@click.option("-w", "--write", is_flag=True, help="Replace files by their canonical form.")
@click.option("--check", is_flag=True, help="Change nothing; list what is not canonical.")
@click.option("--diff", is_flag=True, help="Change nothing; show what would change.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS["fmt"]),
    default="pretty",
    help="With --check: how the list is written.",
)
@click.option("--stdin-filename", metavar="NAME", help="What standard input is called.")
def command(
    paths: tuple[str, ...],
    write: bool,
    check: bool,
    diff: bool,
    form: str,
    stdin_filename: str | None,
) -> int:
    """Returns the exit code; raises `UsageError` where there is nothing to format."""
    from policyengine.cli import formatted

    _refuse(paths, write=write, look=check or diff, form=form, check=check, named=stdin_filename)
    found = formatted.documents(paths, stdin_filename)
    if write:
        found = [formatted.replace(one) if one.changed else one for one in found]
        for one in found:
            if one.changed and not one.diagnostics:
                _say(f"formatted {one.shown}")
    _tell(d for one in found if form == "pretty" for d in one.diagnostics)
    if not write:
        _output(found, check=check, diff=diff, form=form)
    if any(one.diagnostics for one in found):
        return COULD_NOT_RUN
    return 1 if (check or diff) and any(one.changed for one in found) else 0


def _refuse(
    paths: Sequence[str], *, write: bool, look: bool, form: str, check: bool, named: str | None
) -> None:
    if write and look:
        message = "`-w` writes, `--check` and `--diff` only look; give one of them"
        raise UsageError(Diagnostic("usage", message))
    if write and "-" in paths:
        message = (
            "standard input cannot be written back; without `-w` its canonical form is printed"
        )
        raise UsageError(Diagnostic("usage", message))
    if form != "pretty" and not check:
        raise UsageError(Diagnostic("usage", "`--format` belongs to `--check`"))
    if paths.count("-") > 1:
        raise UsageError(Diagnostic("standard-input", "standard input can be read only once"))
    if named is not None and "-" not in paths:
        message = "standard input has a name, but is not among the paths"
        raise UsageError(Diagnostic("standard-input", message, hint="name it: `-`"))


def _say(text: str) -> None:
    from policyengine.cli import console

    console.say(text)


def _tell(found: Any) -> None:
    from policyengine.cli import console

    console.tell(found)


def _output(found: Sequence[Any], *, check: bool, diff: bool, form: str) -> None:
    """What was asked for on standard output: a list, a difference, or the texts."""
    from policyengine.cli import console, formatted
    from policyengine.output.text import safe_lines

    output = StandardOutput(data=form != "pretty" or not check)
    if form != "pretty":
        for piece in formatted.pieces(form, found):
            output.write(piece)
    elif diff:
        text = "".join(one.difference() for one in found if one.changed)
        output.write(safe_lines(text) if console.is_terminal(sys.stdout) else text)
    elif check:
        names = [one.shown for one in found if one.changed]
        output.write("".join(f"{safe_lines(name)}\n" for name in names))
    else:
        for one in found:
            output.write(one.text)
    output.commit()
