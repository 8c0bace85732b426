"""One ruleset of durable-rules: a few alternatives, asserted and drained as one.

What holds against the library's hazards is here. Rules, atoms and the session have names
made here, the same in every ruleset; every rule begins with one constant atom; sizes stay
under what the library survives; the session is primed when made, as deleting one that never
acted crashes, and deleted before the ruleset, which would leak it; there is one fact at most,
under the one id that it always has, and it is retracted before the next.
"""

from __future__ import annotations

import json
import weakref
from collections.abc import Iterable, Sequence
from typing import Any

from policyengine.errors import Diagnostic, DisagreementError
from policyengine.rete.plan import Alternative, Target

#: alternatives of a ruleset, its sentinel apart: 64 conditions that hold side by side overflow
#: a stack of the library
ALTERNATIVES = 56
#: atoms of a ruleset: a fact of more than 255 properties is refused
ATOMS = 200

_CONSTANT = "c"
_SENTINEL = "s"
_SESSION = "0"
#: where the library keeps its only session; with any other number it reads what is not there
_STATE = 1
_FACT = f'{{"sid":"{_SESSION}","id":"f","{_CONSTANT}":1'
_OK = 0


class Ruleset:
    """Rules `r0`, `r1`, … over atoms `a0`, `a1`, …, and the sentinel `s`."""

    def __init__(self, library: Any, alternatives: Sequence[Alternative]) -> None:
        self._library = library
        atoms = sorted({atom for alternative in alternatives for atom in alternative.atoms})
        assert len(alternatives) <= ALTERNATIVES
        assert len(atoms) <= ATOMS
        names = {atom: f"a{number}" for number, atom in enumerate(atoms)}
        self._atoms = [
            (variable, mask, f',"{names[variable, mask]}":1') for variable, mask in atoms
        ]
        self._targets: dict[str, Target] = {}
        self._held: str | None = None
        self._found: frozenset[Target] = frozenset()
        rules = {_SENTINEL: _rule([_CONSTANT])}
        for number, alternative in enumerate(alternatives):
            rules[f"r{number}"] = _rule([_CONSTANT, *(names[atom] for atom in alternative.atoms)])
            self._targets[f"r{number}"] = alternative.target
        self._handle: int = library.create_ruleset("p", json.dumps(rules))
        try:
            self._assert(f"{_FACT}}}")
            self._drain()
        except BaseException:
            # a session that never acted cannot be deleted without a crash: better a leak
            library.delete_ruleset(self._handle)
            raise
        self._close = weakref.finalize(self, _close, library, self._handle)
        self._close.atexit = False
        self._retract(f"{_FACT}}}")

    def run(self, values: Sequence[int]) -> frozenset[Target]:
        """The targets of the alternatives that hold; raises `DisagreementError` where the
        library gives an answer that cannot be trusted."""
        found = self.hold(values)
        self.release()
        return found

    def hold(self, values: Sequence[int]) -> frozenset[Target]:
        """As `run`, with a fact that stays: it is replaced when another atom holds, and what
        it made fire is the answer until then. The library never says that a rule no longer
        fires, so that no part of a fact is taken back alone."""
        true = [text for variable, mask, text in self._atoms if values[variable] & mask]
        fact = f"{_FACT}{''.join(true)}}}"
        if fact != self._held:
            self.release()
            try:
                self._assert(fact)
                fired = self._drain()
            except self._library.error as error:
                raise refused(str(error)) from None
            self._held = fact
            self._found = frozenset([self._targets[name] for name in fired])
        return self._found

    def release(self) -> None:
        """Retract what is held."""
        held, self._held = self._held, None
        if held is not None:
            try:
                self._retract(held)
            except self._library.error as error:
                raise refused(str(error)) from None

    def close(self) -> None:
        """Free the ruleset; it cannot be used again."""
        self._close()

    def _assert(self, fact: str) -> None:
        code, state = self._library.assert_fact(self._handle, fact)
        if code != _OK or state != _STATE:
            raise refused(f"a fact was answered with {code}, {state}")

    def _retract(self, fact: str) -> None:
        code, _ = self._library.retract_fact(self._handle, fact)
        if code != _OK:
            raise refused(f"the retraction of a fact was answered with {code}")

    def _drain(self) -> list[str]:
        """The names of the rules that fired, the sentinel's taken out."""
        library, handle = self._library, self._handle
        started = library.start_action_for_state(handle, _STATE)
        message = started[1] if started else None
        fired: list[str] = []
        while message:
            # `{"r7":{"m":{…}}}`: the name is ours, and the rest is the fact again
            fired.append(message[2 : message.index('"', 2)])
            if len(fired) > 2 * ALTERNATIVES:
                raise refused("rules fire without end")
            message = library.complete_and_start_action(handle, _STATE)
        if fired.count(_SENTINEL) != 1:
            raise refused(f"the sentinel fired {fired.count(_SENTINEL)} times")
        fired.remove(_SENTINEL)
        if any(name not in self._targets for name in fired):
            raise refused("a rule fired that there is not")
        return fired


def refused(why: str) -> DisagreementError:
    """The error for a result that is not used."""
    return DisagreementError(
        Diagnostic(
            "rete-refused",
            f"durable-rules gave a result that cannot be trusted: {why}; there is no verdict",
            hint="use another engine, and please report it with the policy and the terms",
        )
    )


def chunks(alternatives: Iterable[Alternative]) -> list[list[Alternative]]:
    """The alternatives in order, cut so that each part fits a ruleset."""
    parts: list[list[Alternative]] = []
    atoms: set[tuple[int, int]] = set()
    for alternative in alternatives:
        more = atoms.union(alternative.atoms)
        if not parts or len(parts[-1]) == ALTERNATIVES or len(more) > ATOMS:
            parts.append([])
            more = set(alternative.atoms)
        parts[-1].append(alternative)
        atoms = more
    return parts


def _rule(names: list[str]) -> dict[str, Any]:
    tests = [{name: 1} for name in names]
    return {"all": [{"m": {"$and": tests} if len(tests) > 1 else tests[0]}]}


def _close(library: Any, handle: int) -> None:
    library.delete_state(handle, _SESSION)
    library.delete_ruleset(handle)
