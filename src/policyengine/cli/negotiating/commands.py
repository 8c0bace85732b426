"""One command of a negotiation, from a line a person typed or a JSON object."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from policyengine.errors import Diagnostic, UsageError, did_you_mean
from policyengine.reading import fast_json
from policyengine.source import quoted
from policyengine.values.record import Record

#: command: the keys it takes, those of them it needs, how it is written, what it does
COMMANDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], str, str]] = {
    "set": (("path", "value"), ("path", "value"), "set TERM VALUE", "state a term, or change it"),
    "unset": (("path",), ("path",), "unset TERM", "take a term off the table"),
    "na": (("path",), ("path",), "na TERM", "list a term as not applicable"),
    "undo": ((), (), "undo", "take back the last step"),
    "verdict": ((), (), "verdict", "the verdict as it stands"),
    "status": ((), (), "status", "what stands in the way, and what to ask for"),
    "why": (("rule",), (), "why [RULE]", "the reason for one rule, or for the verdict"),
    "missing": ((), (), "missing", "the terms that rules wait for"),
    "terms": (("path",), (), "terms [GROUP]", "what is on the table, and what is assumed"),
    "decision": ((), (), "decision", "the whole decision"),
    "save": (("file", "replace"), ("file",), "save FILE", "write the terms; save! replaces a file"),
    "help": (("topic",), (), "help [COMMAND]", "this list, or one command of it"),
    "quit": ((), (), "quit", "leave"),
}
_ALIASES = {"table": "set", "change": "set", "withdraw": "unset", "show": "terms",
            "not_applicable": "na", "exit": "quit", "q": "quit", "?": "help"}  # fmt: skip
NOTHING = object()


class Command(Record):
    """What is asked. `text` is a value as it was typed, still to be read by its term's type."""

    name: str
    path: str | None = None
    value: Any = NOTHING
    text: str | None = None
    rule: str | None = None
    file: str | None = None
    topic: str | None = None
    replace: bool = False


def parse(line: str) -> Command | None:
    """The command on a line; None for a blank one or a comment. Raises `UsageError` and, for
    JSON, `DocumentError`."""
    line = line.strip()
    if not line or line.startswith("#"):
        return None
    if line.startswith("{"):
        return _from_json(fast_json(line, name="<command>"))
    word, rest = _parted(line)
    name = name_of(word.removesuffix("!") if word == "save!" else word)
    if name == "set":
        path, text = _parted(rest)
        # `set a.b = 5` and `set a.b: 5` are what people write
        path = path.removesuffix(":").removesuffix("=")
        text = text.removeprefix("=").strip()
        return _complete(Command(name, path=path or None, text=text or None), name)
    words = _words(rest)
    keys = [key for key in COMMANDS[name][0] if key != "replace"]
    if len(words) > len(keys):
        raise _bad(name, f"{quoted(words[len(keys)])} is one word too many")
    given: dict[str, Any] = dict(zip(keys, words, strict=False))
    return _complete(Command(name, **given, replace=word == "save!"), name)


def _parted(text: str) -> tuple[str, str]:
    """The first word, and what follows the blanks after it."""
    word, *rest = text.split(None, 1) or [""]
    return word, "".join(rest)


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()  # an apostrophe in a name is no quote


def _from_json(row: Any) -> Command:
    word = row.get("command") if isinstance(row, dict) else None
    if not isinstance(word, str):
        message = "a command is an object with the key `command`"
        raise UsageError(Diagnostic("bad-command", message))
    name = name_of(word)
    known = COMMANDS[name][0]
    given = {key: value for key, value in row.items() if key != "command"}
    for key, value in given.items():
        if key not in known:
            hint = did_you_mean(key, known)
            raise _bad(name, f"{quoted(key)} is not a key of it", hint)
        wanted = bool if key == "replace" else str
        if key != "value" and not isinstance(value, wanted):
            kind = "true or false" if wanted is bool else "a text"
            raise _bad(name, f"{quoted(key)} is {kind}")
    return _complete(Command(name, **given), name)


def name_of(word: str) -> str:
    """The command that a word means; raises `UsageError`."""
    name = _ALIASES.get(word.lower(), word.lower())
    if name not in COMMANDS:
        hint = did_you_mean(word, COMMANDS) or "`help` lists the commands"
        message = f"there is no command {quoted(word)}"
        raise UsageError(Diagnostic("unknown-command", message, hint=hint))
    return name


def _complete(command: Command, name: str) -> Command:
    for key in COMMANDS[name][1]:
        if key == "value":
            if command.value is NOTHING and command.text is None:
                raise _bad(name, "it lacks a value")
        elif getattr(command, key) is None:
            raise _bad(name, f"it lacks a {_KEYS[key]}")
    return command


_KEYS = {"path": "term", "file": "file", "rule": "rule"}


def _bad(name: str, why: str, hint: str | None = None) -> UsageError:
    message = f"{quoted(name)} cannot be carried out: {why}"
    return UsageError(
        Diagnostic("bad-command", message, hint=hint or f"it is written `{COMMANDS[name][2]}`")
    )
