"""`policyengine evaluate`: decide deals and say why."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from policyengine.cli import COULD_NOT_RUN, console
from policyengine.cli.formats import (
    DATA,
    FILES,
    PUBLIC,
    Sink,
    Sinks,
    StandardError,
    made,
    on_github,
    public_format,
    report,
)
from policyengine.cli.writing import WriteError, is_unicode, named, opened, put
from policyengine.config import SETTINGS, Config, Setting, read_config
from policyengine.errors import Diagnostic, PolicyEngineError, UsageError
from policyengine.source import quoted

#: those of `Policy.evaluate`, which is not imported for a line of help
ENGINES = ("auto", "compiled", "interpreter", "rete", "all")

_Command = TypeVar("_Command", bound=Callable[..., Any])

_HELP = """Decide deals: accept, reject, undetermined or conditional, with reasons.

TERMS are terms documents (YAML, JSON), folders, quoted patterns, JSON Lines
files (.jsonl, a deal on each line), or - for standard input. Folders are read
to the bottom, in the order of their paths, hidden entries apart.

\b
Examples:
  policyengine evaluate deal.yaml
  policyengine evaluate deal.yaml -p national-interest --as-of 2026-01-31
  policyengine evaluate deals/ --format json -o decisions.json
  policyengine evaluate deals.jsonl --format jsonl > decisions.jsonl
  generate | policyengine evaluate - --stdin-filename deal.json
  policyengine evaluate deal.yaml --waivers waivers.yaml --fail-on reject
  policyengine evaluate deals/ --report html=all.html --report junit=all.xml
"""
_EPILOG = """\b
Exit codes (of several deals, the worst, in this order):
  2  could not run, or some deal could not be read; never masked
  1  reject
  3  undetermined: a mandatory condition waits for terms
  4  conditional: acceptable once the listed points are settled
  0  accept
  130  interrupted
--fail-on says which verdicts count; the others then exit 0.

\b
Output: json and yaml give one object for one deal and a list for several (a
folder, a pattern and JSON Lines stand for several); jsonl gives one line for
each. A deal that cannot be read is a row too, with its errors and no verdict;
so is a blank line of JSON Lines. junit, sarif, tap and github are for other
programs, markdown for a comment, html for people: docs/outputs.md. Where
GITHUB_ACTIONS is true and no format was chosen, annotations go to standard
error beside the page.

\b
Settings come from a flag, else the environment (POLICYENGINE_POLICY,
POLICYENGINE_FORMAT, …: POLICYENGINE_ and the name of the option), else
[tool.policyengine] in pyproject.toml or policyengine.toml in this folder or
one above (policy, format, explain), else their defaults;
--show-config says which. Without a policy named, it is the only one under
./rules; the bundled one answers to -p national-interest.
"""


def _option(*names: str, **more: Any) -> Callable[[_Command], _Command]:
    """An option that the environment may give too: POLICYENGINE_ and its name."""
    name = next(word for word in names if word.startswith("--"))
    variable = "POLICYENGINE_" + name.lstrip("-").replace("-", "_").upper()
    return click.option(*names, envvar=variable, **more)


@click.command(name="evaluate", help=_HELP, epilog=_EPILOG, no_args_is_help=False)
@click.argument("terms", nargs=-1)
@_option("-p", "--policy", metavar="PATH|NAME", help="The policy: a folder, a file or a name.")
@_option(
    "--format",
    type=click.Choice(SETTINGS["format"] or ()),
    metavar="FORMAT",
    help=f"Form of the output: {', '.join(SETTINGS['format'] or ())}. Default: pretty.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write to a file, which appears whole or not at all.",
)
@click.option(
    "--report",
    metavar="FORMAT=FILE",
    multiple=True,
    help="Write a file in another format as well; may be repeated.",
)
@click.option(
    "--audience",
    type=click.Choice(("own", "counterparty")),
    default="own",
    help="For whom. counterparty: only what rules mark as public. Default: own.",
)
@_option("--as-of", metavar="DATE", help="The day of the decision, YYYY-MM-DD. Default: today.")
@_option("--final", is_flag=True, help="The deal is complete: what it omits counts against it.")
@_option("--no-assume", is_flag=True, help="Silence takes no defaults.")
@_option(
    "--waivers",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A file of waivers; may be repeated.",
)
@_option("--ignore-waivers", is_flag=True, help="Decide as if there were no waivers.")
@_option(
    "--parameters",
    type=click.Path(path_type=Path),
    help="A mapping (YAML, JSON) of parameters to override.",
)
@_option(
    "--explain",
    type=click.Choice(SETTINGS["explain"] or ()),
    help="How much to explain. Default: fails.",
)
@_option(
    "--engine",
    type=click.Choice(ENGINES),
    default="auto",
    help="How it is worked out; the answers are the same. Default: auto.",
)
@_option("--no-cache", is_flag=True, help="Read the policy's files, and keep nothing of it.")
@_option(
    "--fail-on",
    type=click.Choice(("reject", "undetermined", "conditional", "never")),
    help="From which verdict on the exit code is not 0. Default: conditional.",
)
@_option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    help="Colours. Default: auto, which heeds NO_COLOR, FORCE_COLOR and TERM.",
)
@click.option("--stdin-filename", metavar="NAME", help="What to call (and read) standard input as.")
@click.option("--show-config", is_flag=True, help="Show every setting and its origin; exit.")
@click.pass_context
def command(ctx: click.Context, /, terms: tuple[str, ...], **options: Any) -> int:
    """Returns the exit code; everything that goes wrong on purpose is reported here."""
    form = options["format"]
    sinks: Sinks | None = None
    try:
        config = read_config(Path.cwd())
        settings = _settings(ctx, config)
        form = settings["format"].value
        if options["show_config"]:
            return _show_config(settings, config, form)
        if not terms:
            raise click.UsageError("no terms are given: name a document, a folder or `-`", ctx)
        from policyengine.cli.run import Request, run

        request = Request.make(terms, settings, options)
        sinks = _sinks(form, options, request.files(), request)
        own = options["audience"] == "own"
        if own and settings["format"].origin == "default" and on_github():
            sinks = sinks.beside(Sink(made("github", many=request.many), StandardError()))
        return run(request, sinks)
    except WriteError as error:
        console.tell(error.diagnostics)
        if sinks is not None:
            sinks.abort()
        else:  # one of the outputs cannot be opened
            _no_verdict(form, options, terms, error.diagnostics)
        return COULD_NOT_RUN
    except PolicyEngineError as error:
        console.tell(error.diagnostics)
        if sinks is not None:
            sinks.no_verdict(error.diagnostics)
        else:
            _no_verdict(form, options, terms, error.diagnostics)
        return COULD_NOT_RUN
    except BaseException:
        if sinks is not None:
            sinks.abort()
        raise


def _no_verdict(
    form: str | None,
    options: dict[str, Any],
    terms: tuple[str, ...],
    found: Iterable[Diagnostic],
) -> None:
    from policyengine.cli import unanswered
    from policyengine.cli.run import files_below

    unanswered.of_deals(form or "pretty", options, files_below(terms, options), found)


def _settings(ctx: click.Context, config: Config) -> dict[str, Setting]:
    from policyengine.cli.settings import resolve, strange_variables

    console.tell(strange_variables(ctx))
    return resolve(ctx, config)


def _show_config(settings: dict[str, Setting], config: Config, form: str) -> int:
    from policyengine.cli.settings import table

    rows = table(settings, config)
    if form in DATA:
        from policyengine.output import json

        put(json.text({name: {"value": v, "origin": o} for name, v, o in rows}) + "\n")
        return 0
    from policyengine.output.text import pad, safe_lines

    name_width = max(len(name) for name, _, _ in rows)
    value_width = min(40, max(len(value) for _, value, _ in rows))
    lines = [f"{pad(n, name_width)}  {pad(v, value_width)}  {o}" for n, v, o in rows]
    put(safe_lines("\n".join(lines)) + "\n")
    return 0


def _sinks(form: str, options: dict[str, Any], files: list[Path], request: Any) -> Sinks:
    """Where everything goes; raises `UsageError` for a report that makes no sense or would
    overwrite what is read."""
    more = [report(text) for text in options["report"]]
    main = named(options["output"])
    _refuse_twice([file for file in (main, *(file for _, file in more)) if file is not None])
    found: list[Sink] = []
    try:
        for name, file in ((form, main), *more):
            output = opened(file, files, data=name != "pretty")
            if options["audience"] == "counterparty":
                style = _style(options) if name == "pretty" else None
                public = public_format(name, many=request.many, style=style)
                found.append(Sink(public, output, PUBLIC))
                continue
            # Other formats name every rule, also one that holds: they need its title.
            explain = request.explain if name in ("pretty", *DATA) else "full"
            chosen = made(name, many=request.many) if name in FILES else _pretty(request, options)
            found.append(Sink(chosen, output, explain))
    except BaseException:
        Sinks(found).abort()
        raise
    return Sinks(found)


def _refuse_twice(files: list[Path]) -> None:
    """Raise `UsageError` where two outputs are one file."""
    real = [file.resolve() for file in files]
    for file in files:
        if real.count(file.resolve()) > 1:
            message = f"two outputs go to {quoted(file.as_posix(), 200)}"
            raise UsageError(Diagnostic("usage", message))


def _pretty(request: Any, options: dict[str, Any]) -> Any:
    from policyengine.output.pretty import Asked, Format

    asked = Asked(request.choice.shown, request.is_today, request.explain)
    return Format(_style(options), asked, many=request.many)


def _style(options: dict[str, Any]) -> Any:
    from policyengine.output.text import Style

    to_file = options["output"] is not None
    stream = None if to_file else sys.stdout
    return Style(
        # A file is the same whatever the terminal it was asked for on.
        width=80 if to_file else console.width(),
        color=console.wants_color(options["color"], stream),
        unicode=to_file or is_unicode(),
    )
