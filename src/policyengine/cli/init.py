"""`policyengine init`: a starter policy that works at once."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from policyengine.cli.starter import FILES
from policyengine.cli.writing import WriteError, put
from policyengine.errors import Diagnostic, UsageError
from policyengine.output.text import safe_lines
from policyengine.source import quoted

_HELP = """Write a starter policy into DIR (this folder, if absent).

A policy with two rules, their tests, a terms schema and a deal. Nothing that
is there already is overwritten: if one of the files exists, none is written.

\b
Example:
  policyengine init my-policy
  cd my-policy
  policyengine evaluate deals/example.yaml
"""
_EPILOG = "Exit codes: 0 written, 2 a file exists or cannot be written."


@click.command(name="init", help=_HELP, epilog=_EPILOG)
@click.argument("directory", required=False, type=click.Path(path_type=Path))
def command(directory: Path | None) -> int:
    """Returns the exit code; raises `UsageError` before anything is written."""
    folder = directory or Path()
    targets = {folder / name: text for name, text in FILES.items()}
    taken = [path for path in targets if path.exists() or path.is_symlink()]
    if taken:
        raise UsageError(
            [
                Diagnostic(
                    "file-exists",
                    f"{quoted(path.as_posix(), 200)} exists already",
                    hint="nothing was written; choose another folder",
                )
                for path in taken
            ]
        )
    for path, text in targets.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Exclusive: a file that appeared in the meantime is not overwritten either.
            with path.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            name = quoted(path.as_posix(), 200)
            diagnostic = Diagnostic("cannot-write", f"cannot write {name}: {why}")
            raise WriteError(diagnostic) from None
    lines = [f"wrote {path.as_posix()}" for path in targets]
    lines += ["", "next:"]
    if directory is not None:
        lines.append(f"  cd {shlex.quote(folder.as_posix())}")
    lines += [
        "  policyengine evaluate deals/example.yaml",
        "  policyengine explain EXIT-1",
        "  policyengine validate rules/ deals/",
        "  policyengine test",
    ]
    put(safe_lines("\n".join(lines)) + "\n")
    return 0
