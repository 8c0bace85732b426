"""One deal, one policy and a setting, from the options that `evaluate` has too."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from policyengine.cli import console, writing
from policyengine.errors import Diagnostic, UsageError

if TYPE_CHECKING:
    from policyengine.analysis.setting import At
    from policyengine.engine import Policy, Terms
    from policyengine.output.text import Style

_Command = TypeVar("_Command", bound=Callable[..., Any])
#: seconds before anything is told of what takes a while, and between one line and the next
_FIRST_SECONDS = 1.0
_TOLD_SECONDS = 2.0

_OPTIONS = (
    click.option(
        "-p",
        "--policy",
        metavar="PATH|NAME",
        envvar="POLICYENGINE_POLICY",
        help="The policy: a folder, a file or a name.",
    ),
    click.option(
        "--as-of",
        metavar="DATE",
        envvar="POLICYENGINE_AS_OF",
        help="The day of the decision, YYYY-MM-DD. Default: today.",
    ),
    click.option(
        "--final",
        is_flag=True,
        envvar="POLICYENGINE_FINAL",
        help="The deal is complete: what it omits counts against it.",
    ),
    click.option(
        "--no-assume",
        is_flag=True,
        envvar="POLICYENGINE_NO_ASSUME",
        help="Silence takes no defaults.",
    ),
    click.option(
        "--waivers",
        type=click.Path(path_type=Path),
        multiple=True,
        envvar="POLICYENGINE_WAIVERS",
        help="A file of waivers; may be repeated.",
    ),
    click.option(
        "--parameters",
        type=click.Path(path_type=Path),
        envvar="POLICYENGINE_PARAMETERS",
        help="A mapping (YAML, JSON) of parameters to override.",
    ),
    click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        help="Write to a file, which appears whole or not at all.",
    ),
    click.option(
        "--color",
        type=click.Choice(("auto", "always", "never")),
        default="auto",
        envvar="POLICYENGINE_COLOR",
        help="Colours. Default: auto.",
    ),
    click.option("--stdin-filename", metavar="NAME", help="What to call standard input."),
)


def options(command: _Command) -> _Command:
    """The options that every question about a deal has."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True)
class Asked:
    """What is asked about, loaded."""

    policy: Policy
    terms: Terms
    at: At
    shown: str
    files: tuple[Path, ...]


def asked(terms: str, given: Mapping[str, Any]) -> Asked:
    """Raises `UsageError` for several deals, and whatever reading raises."""
    from policyengine.analysis.setting import At, need_solver
    from policyengine.cli.deals import deals
    from policyengine.cli.guarding import of_policy
    from policyengine.cli.inputs import collect
    from policyengine.cli.loading import load
    from policyengine.cli.run import read_parameters
    from policyengine.cli.settings import day, policy
    from policyengine.config import Setting, read_config
    from policyengine.engine import Waivers

    need_solver()
    settings = dict(read_config(Path.cwd()).settings)
    for name in ("policy", "as_of"):
        if given[name] is not None:
            settings[name] = Setting(given[name], "flag")
    if "as-of" in settings:
        settings.setdefault("as_of", settings["as-of"])
    choice = policy(settings)
    inputs, many = collect((terms,), given["stdin_filename"])
    if many:
        raise UsageError(
            Diagnostic(
                "one-deal", "this is asked about one deal at a time", hint="name one document"
            )
        )
    (found,) = deals(inputs)
    read = found.read()
    loaded = load(choice.path, parameters=read_parameters(given["parameters"]), shown=choice.folder)
    console.tell(loaded.warnings)
    waivers = Waivers.load(*given["waivers"]) if given["waivers"] else None
    at = At(
        day(settings["as_of"]) if "as_of" in settings else _today(),
        given["final"],
        not given["no_assume"],
        waivers,
    )
    files = [*(i.path for i in inputs if i.path is not None), *given["waivers"]]
    files += filter(None, (given["parameters"],))
    return Asked(loaded, read, at, found.source, (*files, *of_policy(choice.path)))


def _today() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC).date()


def style(given: Mapping[str, Any]) -> Style:
    return writing.style(given["output"], given["color"])


def write(made: str, given: Mapping[str, Any], files: Iterable[Path], *, data: bool) -> None:
    """To standard output or the file named; never over a file that was read."""
    writing.write([made], given["output"], files, data=data)


def teller() -> Callable[[str], None]:
    """Tells on standard error what takes a while, where that is a terminal: not at once, and
    not more often than can be read."""
    told = time.monotonic() + _FIRST_SECONDS - _TOLD_SECONDS

    def tell(text: str) -> None:
        nonlocal told
        if time.monotonic() - told > _TOLD_SECONDS and console.is_terminal(sys.stderr):
            told = time.monotonic()
            console.say(f"{text} …")

    return tell
