"""`policyengine cache`: what is kept of policies, and where."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from policyengine.cli.writing import put
from policyengine.source import visible

if TYPE_CHECKING:
    from policyengine.cache import Folder

_HELP = """Where loaded policies are kept between runs, and what is kept.

\b
  path   print the folder
  list   the policies in it: bytes, when last used (UTC), id, version and path
  clear  remove them all

A policy is kept under a digest of everything it is made of, so that a change
of any file is a policy not kept yet. Removing the folder loses nothing.

\b
Examples:
  policyengine cache path
  policyengine cache list
  policyengine cache clear
"""
_EPILOG = """\b
POLICYENGINE_CACHE_DIR sets the folder, which may not lie in the working
folder or in a project; with POLICYENGINE_NO_CACHE=1 nothing is kept or read.
Exit codes: 0 done, 2 there is no folder to keep anything in.
"""


@click.command(name="cache", help=_HELP, epilog=_EPILOG)
@click.argument("action", type=click.Choice(("path", "list", "clear")))
def command(action: str) -> int:
    """Returns the exit code; raises `UsageError` where there is no place for a cache."""
    folder = _folder()
    if action == "path":
        put(f"{visible(str(folder.path))}\n")
    elif action == "list":
        put("".join(_rows(folder)))
    else:
        count = folder.clear()
        put(f"removed {count} {'policy' if count == 1 else 'policies'}\n")
    return 0


def _folder() -> Folder:
    from policyengine.cache import Folder, some_folder_path

    return Folder(some_folder_path())


def _rows(folder: Folder) -> list[str]:
    from policyengine.cache import labelled

    rows = []
    for listed in folder.entries():
        used = datetime.fromtimestamp(listed.used, UTC).strftime("%Y-%m-%dT%H:%MZ")
        label = labelled(folder, listed.name)
        rows.append(f"{listed.size:>9}  {used}  {visible(label or 'damaged', 300)}\n")
    return rows
