"""`policyengine validate`: is every document well formed, typed and consistent?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from policyengine.cli.writing import StandardOutput
from policyengine.errors import Diagnostic, Severity

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
@click.option("--format", type=click.Choice(("pretty", "json")), default="pretty")
@click.option("--strict", is_flag=True, help="Warnings count as well.")
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto")
def command(paths: tuple[str, ...], policy: str | None, strict: bool, **options: Any) -> int:
    """Returns the exit code; raises `UsageError` where there is nothing to check."""
    from policyengine.cli.checking import check

    found = check([Path(path) for path in paths], policy)
    failures = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    valid = not any(d.severity in failures for _, all_ in found for d in all_)
    output = StandardOutput(data=options["format"] == "json")
    if options["format"] == "json":
        output.write(_json(found, valid=valid))
    else:
        output.write(_pretty(found, color=options["color"]))
    output.commit()
    return 0 if valid else 1


_Found = Sequence[tuple[Path, Sequence[Diagnostic]]]


def _json(found: _Found, *, valid: bool) -> str:
    from policyengine.output import json

    rows = [{"path": path.as_posix(), "diagnostics": [d.to_dict() for d in all_]}
            for path, all_ in found]  # fmt: skip
    return json.text({"schema_version": "1", "valid": valid, "documents": rows}) + "\n"


def _pretty(found: _Found, *, color: str) -> str:
    import sys

    from policyengine.cli.console import wants_color
    from policyengine.output.text import Style, count, safe_lines

    style = Style(color=wants_color(color, sys.stdout))
    lines: list[str] = []
    for path, all_ in found:
        lines.extend(safe_lines(diagnostic.render()) for diagnostic in all_)
        if not any(d.severity is Severity.ERROR for d in all_):
            lines.append(f"{style.paint('valid', 'green')}  {safe_lines(path.as_posix())}")
        else:
            lines.append(f"{style.paint('invalid', 'red')}  {safe_lines(path.as_posix())}")
    everything = [d for _, all_ in found for d in all_]
    errors = sum(d.severity is Severity.ERROR for d in everything)
    warnings = sum(d.severity is Severity.WARNING for d in everything)
    lines.append(f"{count(len(found), 'document')}: {count(errors, 'error')}, "
                 f"{count(warnings, 'warning')}")  # fmt: skip
    return "\n".join(lines) + "\n"
