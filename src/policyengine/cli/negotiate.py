"""`policyengine negotiate`: terms one at a time, and what each step does to the verdict."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policyengine.cli import COULD_NOT_RUN, console
from policyengine.config import read_config
from policyengine.errors import Diagnostic, DisagreementError, PolicyEngineError, UsageError

if TYPE_CHECKING:
    from policyengine.cli.negotiating.rows import Rows
    from policyengine.cli.negotiating.screen import Screen
    from policyengine.cli.negotiating.table import Table
    from policyengine.engine import Policy
    from policyengine.session import Session

_HELP = """Negotiate: state terms one at a time and see what each does.

After every step: the verdict, the rules that moved and why, what is missing.
TERMS is where it starts, a YAML or JSON document; without it, an empty table.
On a terminal there is a prompt, and `help` lists the commands; otherwise
commands are read from standard input, a line or a JSON object each, and rows
of JSON come out.

\b
Examples:
  policyengine negotiate draft.yaml -p national-interest
  policyengine negotiate draft.yaml --transcript today.jsonl
  policyengine negotiate --transcript today.jsonl --resume
  echo 'set exit.notice_days 90' | policyengine negotiate draft.yaml
"""
_EPILOG = """\b
Exit codes: that of the verdict at the end, as evaluate has them
  0  accept             1  reject             3  undetermined
  4  conditional        130  interrupted
  2  no verdict; or, where commands do not come from a terminal, some command
     could not be carried out
"""


@click.command(name="negotiate", help=_HELP, epilog=_EPILOG)
@click.argument("terms", required=False)
@click.option(
    "-p",
    "--policy",
    metavar="PATH|NAME",
    envvar="POLICYENGINE_POLICY",
    help="The policy: a folder, a file or a name.",
)
@click.option(
    "--as-of",
    metavar="DATE",
    envvar="POLICYENGINE_AS_OF",
    help="The day of the decision, YYYY-MM-DD. Default: today.",
)
@click.option("--final", is_flag=True, help="What the deal omits counts against it.")
@click.option("--no-assume", is_flag=True, help="Silence takes no defaults.")
@click.option(
    "--waivers",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A file of waivers; may be repeated.",
)
@click.option(
    "--parameters",
    type=click.Path(path_type=Path),
    help="A mapping (YAML, JSON) of parameters to override.",
)
@click.option(
    "--engine",
    type=click.Choice(("interpreter", "compiled", "rete")),
    default="interpreter",
    help="How it is worked out; the answers are the same. Default: interpreter.",
)
@click.option(
    "--transcript",
    type=click.Path(path_type=Path),
    help="A new file to which every step is written as it is made.",
)
@click.option("--resume", is_flag=True, help="Go on with the session in the transcript.")
@click.option(
    "--replay",
    type=click.Path(path_type=Path),
    help="Begin with the steps of another transcript, which is only read.",
)
@click.option("--other-policy", is_flag=True, help="Replay under other rules or waivers.")
@click.option(
    "--format",
    type=click.Choice(("auto", "pretty", "jsonl")),
    default="auto",
    help="Default: pretty on a terminal, else jsonl.",
)
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto")
@click.pass_context
def command(ctx: click.Context, /, terms: str | None, **options: Any) -> int:
    """Returns the exit code; raises what keeps the session from beginning."""
    from policyengine.cli.negotiating.table import Table

    _refuse(terms, options)
    policy, as_of = _policy(ctx, options["parameters"])
    console.tell(policy.warnings)
    with _session(policy, terms, as_of, options) as session:
        table = Table(session)
        at_terminal = console.is_terminal(sys.stdin) and console.is_terminal(sys.stdout)
        pretty = options["format"] == "pretty" or (options["format"] == "auto" and at_terminal)
        voice: Screen | Rows
        if pretty:
            voice = _screen(table, options["color"])
        else:
            from policyengine.cli.negotiating.rows import Rows

            voice = Rows(table)
        voice.opening()
        lines = _typed(table, voice) if at_terminal else _piped()
        failed = _talk(table, voice, lines, at_terminal=at_terminal)
        return COULD_NOT_RUN if failed and not at_terminal else _ending(session)


def _refuse(terms: str | None, options: dict[str, Any]) -> None:
    why = None
    if options["resume"] and options["transcript"] is None:
        why = "`--resume` goes on with a transcript; `--transcript` names none"
    elif terms is not None and (options["resume"] or options["replay"] is not None):
        why = "a transcript has terms of its own; TERMS would begin another session"
    elif options["resume"] and options["replay"] is not None:
        why = "`--resume` and `--replay` each begin the session"
    elif options["other_policy"] and options["replay"] is None:
        why = "`--other-policy` belongs to `--replay`"
    elif terms == "-":
        why = "commands are read from standard input; the terms are a file"
    elif terms is None and any(options[name] for name in ("resume", "replay")):
        given = [name for name in ("final", "no_assume", "as_of") if options[name]]
        if given:
            name = given[0].replace("_", "-")
            why = f"`--{name}` is in the transcript already"
    if why is not None:
        raise UsageError(Diagnostic("usage", why))


def _policy(ctx: click.Context, parameters: Path | None) -> tuple[Policy, Any]:
    from policyengine.cli import run
    from policyengine.cli import settings as settings_
    from policyengine.cli.loading import load

    settings = settings_.resolve(ctx, read_config(Path.cwd()))
    choice = settings_.policy(settings)
    day = settings_.day(settings["as_of"])
    given = run.read_parameters(parameters)
    return load(choice.path, parameters=given, shown=choice.folder), day


def _session(policy: Policy, terms: str | None, as_of: Any, options: dict[str, Any]) -> Session:
    from policyengine.engine import Terms, Waivers
    from policyengine.session import Session

    files, engine = options["waivers"], options["engine"]
    waivers = Waivers.load(*files) if files else None
    if options["resume"]:
        return Session.resume(options["transcript"], policy, waivers=waivers, engine=engine)
    if options["replay"] is not None:
        session = Session.replay(
            options["replay"],
            policy,
            other_policy=options["other_policy"],
            waivers=waivers,
            engine=engine,
        )
    else:
        session = Session(
            policy,
            Terms.from_path(terms) if terms is not None else None,
            as_of=as_of,
            final=options["final"],
            assume=not options["no_assume"],
            waivers=waivers,
            engine=engine,
        )
    if options["transcript"] is not None:
        session.record(options["transcript"])
    return session


def _screen(table: Table, color: str) -> Screen:
    from policyengine.cli.negotiating.screen import Screen
    from policyengine.cli.writing import is_unicode
    from policyengine.output.text import Style

    width = min(console.width(), 80)
    return Screen(table, Style(width, console.wants_color(color, sys.stdout), is_unicode()))


# lines ------------------------------------------------------------------------------------------


def _talk(
    table: Table,
    voice: Screen | Rows,
    lines: Iterator[tuple[int, Callable[[], str]]],
    *,
    at_terminal: bool,
) -> bool:
    """Carry out every line until there is none or one says `quit`; whether one failed."""
    from policyengine.cli.negotiating.commands import parse

    failed = warned = False
    for number, read in lines:
        try:
            asked = parse(read())
            if asked is None:
                continue
            what = table.do(asked)
        except PolicyEngineError as error:
            failed = True
            voice.refused(error, number)
            continue
        leave = asked.name == "quit"
        if leave and at_terminal and table.unsaved and not warned and not table.session.recording:
            warned, leave = True, False
            voice.said(what)
        elif not leave:
            warned = False
            voice.said(what)
        if leave:
            break
    return failed


def _typed(table: Table, voice: Any) -> Iterator[tuple[int, Callable[[], str]]]:
    """The lines of a person at a terminal; Ctrl-C gives up the line, Ctrl-D ends."""
    from policyengine.cli.negotiating.completing import install

    install(table.session)
    number = 0
    while True:
        number += 1
        try:
            line = input(voice.prompt() if hasattr(voice, "prompt") else "> ")
        except EOFError:
            console.say("")
            return
        except KeyboardInterrupt:
            console.say("\n`quit` leaves")
            continue
        except UnicodeDecodeError:
            console.say("the line is no text in the encoding of this terminal")
            continue
        yield number, lambda line=line: line  # type: ignore[misc]


def _piped() -> Iterator[tuple[int, Callable[[], str]]]:
    """The lines of standard input, each as it arrives; reading one that is no text raises."""
    from policyengine.reading import LIMITS, read_bytes

    if sys.stdin is None:
        raise UsageError(Diagnostic("standard-input", "standard input is closed"))
    stream = sys.stdin.buffer
    number = 0
    while data := stream.readline(LIMITS.max_bytes + 1):
        number += 1
        rest = data
        while not rest.endswith(b"\n") and len(rest) > LIMITS.max_bytes:
            rest = stream.readline(LIMITS.max_bytes + 1)
        yield number, lambda data=data: read_bytes("<stdin>", data.rstrip(b"\r\n")).text  # type: ignore[misc]


def _ending(session: Session) -> int:
    """The exit code: of the whole decision, evaluated afresh, never of a step alone."""
    if session.required:
        return COULD_NOT_RUN
    decision = session.decision()
    if decision.verdict is not session.verdict or decision.outcomes != session.outcomes:
        message = "the session and a fresh evaluation of its terms disagree; there is no verdict"
        hint = "this is a fault of the engine; please report it with the transcript"
        raise DisagreementError(Diagnostic("executors-disagree", message, hint=hint))
    return decision.verdict.exit_code
