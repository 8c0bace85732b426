"""`policyengine lsp`: the language server of an editor, on standard input and output."""

from __future__ import annotations

import os
import sys

import click

from policyengine import extras
from policyengine.cli import COULD_NOT_RUN
from policyengine.cli.app import version
from policyengine.errors import Diagnostic, UsageError

_HELP = f"""Serve an editor: findings while you type, completion, hover, rename.

Speaks the Language Server Protocol on standard input and output; an editor
starts it (docs/editor.md). It needs pygls, the extra `lsp`:

\b
  {extras.LSP}
"""
_EPILOG = """\b
Exit codes:
  0  the editor ended the session
  2  could not run: pygls is not installed, bad usage, or an editor that was
     gone without ending the session
"""


@click.command(name="lsp", help=_HELP, epilog=_EPILOG)
@click.option("--stdio", is_flag=True, help="Standard input and output; there is nothing else.")
def command(stdio: bool) -> int:  # noqa: ARG001  # editors pass it by custom
    """Returns the exit code; raises `UsageError` where pygls is not installed."""
    try:
        import pygls.lsp.server  # noqa: F401  # before the server, to tell what is missing
    except ImportError:
        message = "the language server needs pygls, which is not installed"
        raise UsageError(Diagnostic("lsp-missing", message, hint=extras.LSP)) from None
    from policyengine.languageserver.features import serve

    # a copy: pygls closes what it writes to, and nothing else may write there
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as output:
        ended = serve(version(), sys.stdin.buffer, output)
    return 0 if ended else COULD_NOT_RUN
