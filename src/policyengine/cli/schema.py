"""`policyengine schema`: the JSON Schemas of the documents, as published."""

from __future__ import annotations

import click

from policyengine.cli.writing import StandardOutput
from policyengine.errors import Diagnostic, UsageError, did_you_mean
from policyengine.source import quoted

_HELP = """Print the JSON Schema of a kind of document; without one, list the kinds.

\b
Examples:
  policyengine schema
  policyengine schema decision > decision.schema.json
"""
_EPILOG = "Exit codes: 0 printed, 2 there is no such kind."


@click.command(name="schema", help=_HELP, epilog=_EPILOG)
@click.argument("kind", required=False)
def command(kind: str | None) -> int:
    """Returns the exit code; raises `UsageError` for an unknown kind."""
    from policyengine import resources

    kinds = resources.schema_kinds()
    if kind is None:
        return _write("\n".join(kinds) + "\n")
    if kind not in kinds:
        raise UsageError(
            Diagnostic(
                "unknown-kind",
                f"there is no schema of {quoted(kind)}; expected one of {', '.join(kinds)}",
                hint=did_you_mean(kind, kinds),
            )
        )
    return _write(resources.schema_text(kind))


def _write(text: str) -> int:
    output = StandardOutput(data=True)
    output.write(text)
    output.commit()
    return 0
