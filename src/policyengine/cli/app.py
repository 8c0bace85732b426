"""The command's frame: which commands there are, and what becomes of what they raise."""

from __future__ import annotations

import os

import click

from policyengine.cli import COULD_NOT_RUN, INTERRUPTED, console
from policyengine.errors import Diagnostic, PolicyEngineError

#: command: its module, and one line for `--help`, which then need not load it
COMMANDS = {
    "evaluate": ("policyengine.cli.evaluate", "Decide deals: accept, reject, and why."),
    "validate": ("policyengine.cli.validate", "Check rule, terms, waiver and test files."),
    "lint": ("policyengine.cli.lint", "Find what is missing, doubled, dead or unclear."),
    "fmt": ("policyengine.cli.fmt", "Put documents into canonical form."),
    "test": ("policyengine.cli.test", "Run the cases of a policy; coverage and mutants."),
    "diff": ("policyengine.cli.diff", "What changed between two policies; deals it turns."),
    "compare": ("policyengine.cli.compare", "What changed between drafts, and what moved."),
    "counter": ("policyengine.cli.counter", "The smallest changes that would be accepted."),
    "next": ("policyengine.cli.next", "What to ask about a deal that is not settled."),
    "agree": ("policyengine.cli.agree", "A deal that two policies accept, or why there is none."),
    "analyze": ("policyengine.cli.analyze", "What is wrong with rules, whatever the deal."),
    "margins": ("policyengine.cli.margins", "What a verdict rests on; how near it is to another."),
    "explain": ("policyengine.cli.explain", "A rule of the policy as a person reads it."),
    "doc": ("policyengine.cli.doc", "A rule base as pages to read and search."),
    "negotiate": ("policyengine.cli.negotiate", "Change terms one at a time; see what moves."),
    "compile": ("policyengine.cli.compile", "A policy as the Python it is run as."),
    "schema": ("policyengine.cli.schema", "Print the JSON Schema of a kind of document."),
    "init": ("policyengine.cli.init", "Start a policy: rule, schema, test and deal."),
    "lsp": ("policyengine.cli.lsp", "Serve an editor: findings, completion, rename."),
    "cache": ("policyengine.cli.cache", "Where loaded policies are kept, and what is kept."),
    "completion": ("policyengine.cli.completion", "Print the completion script of a shell."),
}
_COMPLETE = "_POLICYENGINE_COMPLETE"

_HELP = """Check the terms of a deal against declared conditions.

The answer is accept, reject, undetermined (terms are missing) or conditional
(acceptable once some points are settled), with the reasons.

\b
Examples:
  policyengine evaluate deal.yaml
  policyengine evaluate deals/ --format jsonl
  policyengine evaluate deal.yaml -p national-interest --explain full
  policyengine explain SOV-5 -p national-interest
  policyengine init my-policy
"""
_EPILOG = """\b
Exit codes of evaluate:
  0  accept             1  reject             3  undetermined
  4  conditional        2  could not run      130  interrupted
The other commands document theirs: policyengine COMMAND --help.
"""


class _Commands(click.Group):
    """Loads a command's module when it is called for."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        import importlib

        module = importlib.import_module(COMMANDS[name][0])
        found: click.Command = module.command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from policyengine.errors import did_you_mean
            from policyengine.source import quoted

            hint = did_you_mean(args[0], COMMANDS) or f"commands are {', '.join(COMMANDS)}"
            raise click.UsageError(f"there is no command {quoted(args[0])}; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


def _print_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"policyengine {version()}")
        ctx.exit()


@click.group(
    cls=_Commands,
    no_args_is_help=False,
    help=_HELP,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 90},
)
@click.option(
    "-V",
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Print the version.",
)
def app() -> None:
    """The group itself does nothing."""


def version() -> str:
    """The version of the installed distribution."""
    from importlib import metadata

    try:
        return metadata.version("policyengine-rules")
    except metadata.PackageNotFoundError:
        return "0+unknown"


def run(argv: list[str]) -> int:
    """Run a command; the exit code. What it raises on purpose becomes messages and a 2."""
    asked_for_completion = os.environ.pop(_COMPLETE, None)
    if asked_for_completion and not argv:
        # The script that `completion` prints calls the bare command with this variable set.
        # Beside arguments it is ignored: no variable may turn a decision into an exit code 0.
        return _complete(asked_for_completion)
    if not argv:
        # Lost arguments are no success, whatever the version of click makes of them.
        console.say(click.Context(app, info_name="policyengine").get_help())
        return COULD_NOT_RUN
    try:
        # Not `app.main`: it ends the process itself when a pipe closes, with a verdict's code.
        with app.make_context("policyengine", argv) as context:
            result = app.invoke(context)
    except click.exceptions.Exit as ended:
        return ended.exit_code  # after `--help` or `--version`
    except click.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        _report_usage(error, argv)
        return COULD_NOT_RUN
    except PolicyEngineError as error:
        console.tell(error.diagnostics)
        _leave(argv, error.diagnostics)
        return COULD_NOT_RUN
    except BrokenPipeError:
        return COULD_NOT_RUN  # the reader has gone: nobody is left to tell
    except OSError as error:
        name = f" `{error.filename}`" if isinstance(error.filename, str) else ""
        why = (error.strerror or str(error)).lower()
        console.tell([Diagnostic("cannot-write", f"the system refuses{name}: {why}")])
        return COULD_NOT_RUN
    # A command that returns nothing has decided nothing.
    return result if type(result) is int else COULD_NOT_RUN


def _complete(instruction: str) -> int:
    from click.shell_completion import shell_complete

    return shell_complete(app, {}, "policyengine", _COMPLETE, instruction)


def _report_usage(error: click.ClickException, argv: list[str]) -> None:
    message = error.format_message().rstrip(".")
    message = message[:1].lower() + message[1:]
    context = getattr(error, "ctx", None)
    hint = f"see `{context.command_path} --help`" if context is not None else None
    diagnostic = Diagnostic("usage", message.replace("\n", " "), hint=hint)
    console.tell([diagnostic])
    if "--show-config" in argv:
        return
    if not isinstance(error, (click.NoSuchOption, click.BadOptionUsage)):
        _leave(argv, (diagnostic,))
    elif argv[:1] == ["evaluate"]:
        from policyengine.cli.formats import report_no_verdict
        from policyengine.cli.unanswered import names_output

        if not names_output(argv):
            # what is wrong with the command line is not for the other side
            public = any(word.endswith("counterparty") for word in argv)
            report_no_verdict([diagnostic], _wanted_format(argv) or "pretty", public=public)


def _leave(argv: list[str], found: tuple[Diagnostic, ...]) -> None:
    """Nothing older may pass for an answer in the files that the command was to write."""
    if argv[0] in COMMANDS:
        from policyengine.cli.unanswered import of_command

        command = app.get_command(click.Context(app), argv[0])
        assert command is not None
        of_command(command, argv, found)


def _wanted_format(argv: list[str]) -> str | None:
    """The format, not `pretty`, that a command line asks for which could not be parsed."""
    found = os.environ.get("POLICYENGINE_FORMAT")
    for number, word in enumerate(argv):
        if word.startswith("--format="):
            found = word.partition("=")[2]
        elif word == "--format" and number + 1 < len(argv):
            found = argv[number + 1]
    from policyengine.cli.formats import FILES

    return found if found in FILES else None
