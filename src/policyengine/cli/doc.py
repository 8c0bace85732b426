"""`policyengine doc`: a rule base as pages to read."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policyengine.cli import console
from policyengine.config import Choice, choose_policy, find_policies, read_config
from policyengine.errors import Diagnostic, UsageError
from policyengine.source import quoted

if TYPE_CHECKING:
    from policyengine.engine import Policy

_HELP = """Write a rule base as a folder of pages to read and search.

POLICIES are policy folders, files or names, and folders of policies; without
any, the policy that evaluate would take. The pages say of every rule what it
asks for, why, where it comes from and what its tests show; they list terms,
parameters over time, tables and scorecards, and draw which rule reads what.
They work from a disk, without a network and without scripts.

\b
Examples:
  policyengine doc -o site
  policyengine doc rules/ -o site --title 'Rules on deals' --as-of 2026-01-31
  policyengine doc national-interest -o site --no-tests
"""
_EPILOG = """\b
Exit codes:
  0    the site is written, whole
  2    it could not be: a policy or a test file does not load, or the folder
       holds something else
  130  interrupted
"""


@click.command(name="doc", help=_HELP, epilog=_EPILOG)
@click.argument("policies", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FOLDER",
    help="Where the site goes: a new folder, or one that this command wrote.",
)
@click.option("--title", default="Rule base", help="What the site is called.")
@click.option("--as-of", metavar="DATE", help="Mark which rules and values are in force on a day.")
@click.option("--no-tests", is_flag=True, help="Run no cases, and say nothing of coverage.")
def command(policies: tuple[str, ...], output: Path, **options: Any) -> int:
    """Returns the exit code; raises `UsageError` where there is nothing to read, or the folder
    holds something else."""
    from policyengine import site
    from policyengine.cli.loading import load
    from policyengine.dating import as_date
    from policyengine.site import folder

    day: date | None = as_date(options["as_of"])
    title = options["title"].strip()
    if not title:
        raise UsageError(Diagnostic("usage", "the title is empty"))
    folder.refuse_other(output)
    read: list[tuple[Policy, site.Tested | None]] = []
    for choice in _choices(policies):
        _progress(f"reading {choice.path.as_posix()}")
        policy = load(choice.path, shown=choice.folder)
        tested = None
        if not options["no_tests"]:
            _progress(f"testing {choice.path.as_posix()}")
            tested = site.Tested.of(policy)
        read.append((policy, tested))
    _progress("writing pages")
    pages = site.pages(site.books(read, day), title)
    folder.write(output, pages)
    size = sum(len(page.encode("utf-8", "backslashreplace")) for page in pages.values())
    rules = sum(len(policy.rules) for policy, _ in read)
    console.say(
        f"wrote {quoted((output / 'index.html').as_posix(), 200)}: {len(pages)} pages on "
        f"{rules} rules, {max(1, size // 1000)} kB"
    )
    return 0


def _choices(names: tuple[str, ...]) -> list[Choice]:
    """The policies that are meant, each once, in the order given."""
    found: dict[Path, Choice] = {}
    for choice in _named(names):
        found.setdefault(choice.path.resolve(), choice)
    return list(found.values())


def _named(names: tuple[str, ...]) -> Iterator[Choice]:
    if not names:
        configured = read_config(Path.cwd()).settings.get("policy")
        yield choose_policy(configured.value if configured else None, Path.cwd())
    for name in names:
        path = Path(name)
        below = find_policies(path, depth=64) if name and path.is_dir() else []
        if name and path.is_dir() and not below:
            message = f"there is no policy in {quoted(path.as_posix(), 200)}"
            raise UsageError(Diagnostic("unknown-policy", message))
        if below:
            for one in below:
                yield Choice(one, one.as_posix())
        else:
            yield choose_policy(name, Path.cwd())


def _progress(said: str) -> None:
    """What is being done, where somebody watches."""
    if console.is_terminal(sys.stderr):
        console.say(f"{said} …")
