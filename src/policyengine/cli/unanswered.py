"""What a run leaves in the files it was asked for, where it ended before it had an answer.

An older file there would pass for the answer. So each says, in the format asked for, why there is
none; but for one that the run reads, one that two outputs would go to, and all of them where an
option is unknown: what is not understood is no reason to write.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from policyengine.cli.formats import FILES, PUBLIC, Sink, Sinks, made, public_format, report
from policyengine.cli.writing import named, opened, write
from policyengine.config import read_config
from policyengine.errors import Diagnostic, PolicyEngineError, UsageError
from policyengine.output.text import Style, safe_lines

_NO_FILES: Mapping[str, Any] = {"policy": None, "parameters": None, "waivers": ()}


def of_deals(
    form: str, options: Mapping[str, Any], files: Sequence[Path], found: Iterable[Diagnostic]
) -> None:
    """Say in every output of an `evaluate` with these options that there is no verdict; `files`
    are what it may have read."""
    targets = [(form, named(options["output"]))]
    for text in options["report"] or ():
        try:
            targets.append(report(text))
        except UsageError:
            pass
    real = [file.resolve() for _, file in targets if file is not None]
    public = options["audience"] != "own"  # also where it is no audience that is known
    sinks: list[Sink] = []
    for name, file in targets:
        if file is not None and real.count(file.resolve()) > 1:
            continue
        if file is None and name == "pretty" and not public:
            continue  # standard error says it
        try:
            output = opened(file, files, data=name != "pretty")
        except PolicyEngineError:
            continue
        if public:
            sinks.append(Sink(public_format(name, many=False, style=Style()), output, PUBLIC))
        else:
            sinks.append(Sink(_format(name), output))
    Sinks(sinks).no_verdict(found)


def _format(name: str) -> Any:
    if name in FILES:
        return made(name, many=False)
    from policyengine.output.pretty import Asked, Format

    return Format(Style(), Asked(), many=False)


def of_command(command: click.Command, argv: Sequence[str], found: Sequence[Diagnostic]) -> None:
    """Say in the outputs that a command line names why there is no answer; where it names none,
    `evaluate` says so on standard output, in a format for programs.

    The options are all known; a value may be one that an option does not take.
    """
    name, *words = argv
    try:
        options = command.make_context(name, list(words), resilient_parsing=True).params
        read = _may_read(words, options.get("output"))
        if name == "evaluate":
            of_deals(_configured(options, words), options, read, found)
            return
        file = named(options.get("output"))
        if file is None or name == "doc":  # whose output is a folder
            return
        form = options.get("form") or options.get("format")
        write(_pieces(name, form, found), file, read, data=True)
    except (PolicyEngineError, click.ClickException, OSError):
        pass  # the exit code is 2 already, and the message is on standard error


def names_output(argv: Sequence[str]) -> bool:
    """Whether a command line that is not understood seems to name a file to write."""
    return any(word.startswith(("-o", "--output")) for word in argv)


def _may_read(words: Iterable[str], output: Path | None) -> list[Path]:
    """Every file that a word of the command line may mean, but the one to write."""
    from policyengine.cli.run import files_below

    named: list[str] = []
    for word in words:
        value = word.partition("=")[2] if word.startswith("--") else word
        if output is not None and value and Path(value) == output:
            output = None  # once: named twice, it is read as well
        elif value:
            named.append(value)
    return files_below(named, _NO_FILES)


def _configured(options: Mapping[str, Any], words: Iterable[str]) -> str:
    """The format of an `evaluate`: what it was given, else the project's."""
    if options["format"] is not None:
        return str(options["format"])
    if any(word.startswith("--format") for word in words):
        return "pretty"  # it was given one that there is not
    try:
        found = read_config(Path.cwd()).settings.get("format")
    except UsageError:
        return "pretty"
    return found.value if found is not None else "pretty"


def _pieces(name: str, form: str | None, found: Sequence[Diagnostic]) -> Iterator[str]:
    """Why there is no answer, in a command's format; in words where that is for people."""
    from policyengine.output import registry

    if form in ("json", "patch"):
        from policyengine.output import json

        errors = [diagnostic.to_dict() for diagnostic in found]
        data: dict[str, Any] = {"schema_version": "1", "errors": errors}
        if name == "test":
            from policyengine.testing.data import no_answer

            data = no_answer(found)
        yield json.text(data) + "\n"
    elif form is not None and form in registry.RENDERERS:
        from policyengine.output.report import Report

        yield from registry.pieces(
            form, Report(name, f"policyengine {name}", (), tuple(found), "could not run")
        )
    else:
        lead = "# " if form == "terms" else ""
        said = [f"policyengine {name} could not run", *(one.render() for one in found)]
        yield "".join(f"{lead}{line}\n" for line in safe_lines("\n".join(said)).split("\n"))
