"""`policyengine validate`: is every document well formed, typed and consistent?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from policyengine.cli.formats import annotate
from policyengine.cli.guarding import of_policy
from policyengine.cli.writing import named, write
from policyengine.errors import Diagnostic, Severity
from policyengine.output import registry
from policyengine.output.report import Check, Place, Report, Status
from policyengine.output.text import count

_HELP = """Check documents without deciding anything.

PATHS are policy folders, rule files, terms documents, waiver files, test files
and terms schemas, or folders of them; what each is shows from its content.
Terms are checked against the schema of the policy (-p, or the one that
evaluate would take).

\b
Examples:
  policyengine validate rules/
  policyengine validate deals/ -p rules/national-interest
  policyengine validate rules/ --strict --format json
  policyengine validate rules/ --format sarif -o findings.sarif
"""
_EPILOG = """\b
Exit codes:
  0  every document is valid
  1  some document is not (with --strict: or has a warning)
  2  could not run: no such path, bad usage
"""


@click.command(name="validate", help=_HELP, epilog=_EPILOG)
@click.argument("paths", nargs=-1, required=True)
@click.option("-p", "--policy", metavar="PATH|NAME", envvar="POLICYENGINE_POLICY")
@click.option(
    "--format",
    type=click.Choice(registry.FORMATS["validate"]),
    metavar="FORMAT",
    default="pretty",
    help=f"Form of the output: {', '.join(registry.FORMATS['validate'])}. Default: pretty.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to a file.")
@click.option("--strict", is_flag=True, help="Warnings count as well.")
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto")
@click.pass_context
def command(
    ctx: click.Context, /, paths: tuple[str, ...], policy: str | None, strict: bool, **options: Any
) -> int:
    """Returns the exit code; raises `UsageError` where there is nothing to check."""
    from policyengine.cli.checking import check

    found, against = check([Path(path) for path in paths], policy)
    failures = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    valid = not any(d.severity in failures for _, all_ in found for d in all_)
    form, file = options["format"], options["output"]
    if form == "json":
        made = _json(found, valid=valid)
    elif form == "pretty":
        made = _pretty(found, color=options["color"] if named(file) is None else "never")
    else:
        made = "".join(registry.pieces(form, _report(found, failures)))
    read = [file for path in (*paths, *against) for file in of_policy(Path(path))]
    write([made], file, read, data=form != "pretty")
    if ctx.get_parameter_source("format") is ParameterSource.DEFAULT:
        annotate(_report(found, failures))
    return 0 if valid else 1


_Found = Sequence[tuple[Path, Sequence[Diagnostic]]]


def _json(found: _Found, *, valid: bool) -> str:
    from policyengine.output import json

    rows = [{"path": path.as_posix(), "diagnostics": [d.to_dict() for d in all_]}
            for path, all_ in found]  # fmt: skip
    return json.text({"schema_version": "1", "valid": valid, "documents": rows}) + "\n"


def _report(found: _Found, failures: Sequence[Severity]) -> Report:
    """A check for each document, which holds what was found in it."""
    checks = []
    for path, all_ in found:
        wrong = [diagnostic for diagnostic in all_ if diagnostic.severity in failures]
        checks.append(
            Check(
                name=path.as_posix(),
                group="documents",
                status=Status.FAILED if wrong else Status.PASSED,
                message=_counted(wrong) if wrong else "",
                location=Place(path.as_posix()),
                diagnostics=tuple(all_),
            )
        )
    everything = [diagnostic for _, all_ in found for diagnostic in all_]
    summary = f"{count(len(found), 'document')}: {_counted(everything)}"
    return Report("validate", "validate", tuple(checks), summary=summary)


def _counted(found: Sequence[Diagnostic]) -> str:
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in found)
    warnings = sum(diagnostic.severity is Severity.WARNING for diagnostic in found)
    return f"{count(errors, 'error')}, {count(warnings, 'warning')}"


def _pretty(found: _Found, *, color: str) -> str:
    import sys

    from policyengine.cli.console import wants_color
    from policyengine.output.text import Style, safe_lines

    style = Style(color=wants_color(color, sys.stdout))
    lines: list[str] = []
    for path, all_ in found:
        lines.extend(safe_lines(diagnostic.render()) for diagnostic in all_)
        if not any(d.severity is Severity.ERROR for d in all_):
            lines.append(f"{style.paint('valid', 'green')}  {safe_lines(path.as_posix())}")
        else:
            lines.append(f"{style.paint('invalid', 'red')}  {safe_lines(path.as_posix())}")
    everything = [d for _, all_ in found for d in all_]
    lines.append(f"{count(len(found), 'document')}: {_counted(everything)}")
    return "\n".join(lines) + "\n"
