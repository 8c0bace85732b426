"""Completion at the prompt: commands, terms, their values, rules. Without readline, none."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.cli.negotiating.commands import COMMANDS
from policyengine.cli.negotiating.values import path_of
from policyengine.errors import UsageError
from policyengine.session import Session

#: commands whose first word is a term
_TERMS_FIRST = ("set", "unset", "na", "terms")


class Completer:
    """What can follow on a line, for readline's protocol."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._found: Sequence[str] = ()

    def __call__(self, _text: str, number: int) -> str | None:
        """Readline's: the completions one after the other, then None."""
        import readline

        if number == 0:
            line = readline.get_line_buffer()[: readline.get_endidx()]
            self._found = self.options(line)
        return self._found[number] if number < len(self._found) else None

    def options(self, line: str) -> list[str]:
        """The words that the last one of a line can become, each with a blank after it."""
        *before, begun = line.split(" ")
        if not before:
            words = [name for name in COMMANDS if name != "help"] + ["help"]
        else:
            words = self._after(before)
        # the last of several values of a list is completed on its own
        head, comma, last = begun.rpartition(",")
        found = [word for word in words if word.startswith(last)]
        if not found and len(before) == 1 and before[0] in _TERMS_FIRST:
            # the last words of a path stand for it, as in a command
            found = [word for word in words if f".{last}" in word]
        return [f"{head}{comma}{word} " for word in found]

    def _after(self, before: Sequence[str]) -> list[str]:
        command, *given = before
        terms = self._session.policy.schema.terms
        if command in _TERMS_FIRST and not given:
            if command == "unset":
                return [path for path in terms if self._session.stated(path) is not None]
            if command == "na":
                return [path for path, spec in terms.items() if spec.may_not_apply]
            return list(terms)
        path = self._path(given[0]) if command == "set" and given else ""
        if path in terms:
            shape = terms[path].shape
            held = shape.item if shape.item is not None else shape
            if held.enum is not None:
                return [str(option) for option in held.enum]
            return ["yes", "no"] if held.type.kind == "boolean" else []
        if command == "why" and not given:
            return [rule.id for rule in self._session.policy.rules]
        return []

    def _path(self, typed: str) -> str:
        try:
            return path_of(typed, self._session.policy.schema)
        except UsageError:
            return ""  # the end of several terms: nobody knows whose values are meant


def install(session: Session) -> None:
    """Complete at the prompt, where Python was built with readline."""
    try:
        import readline
    except ImportError:
        return
    readline.set_completer(Completer(session))
    readline.set_completer_delims(" ")
    readline.parse_and_bind("tab: complete")
