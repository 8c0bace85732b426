"""Which terms of a deal may not move: what the schema fixes and a caller locks or frees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from policyengine.errors import Diagnostic, UsageError, did_you_mean
from policyengine.schema import TermSpec
from policyengine.source import quoted


class Locks:
    """`locked` holds patterns of paths (a group's name locks all of it) on top of what the
    schema marks as fixed; `unlocked` takes some of these out again, and of two patterns that
    name a term the closer one counts, `unlocked` where none is. Raises `UsageError` for a
    pattern that names no term.
    """

    def __init__(
        self,
        terms: Mapping[str, TermSpec],
        locked: Sequence[str] = (),
        unlocked: Sequence[str] = (),
    ) -> None:
        self._terms = terms
        self._locked = _closest(terms, locked, "lock")
        self._unlocked = _closest(terms, unlocked, "unlock")

    def held(self, path: str) -> bool:
        """Whether a term stays as it is."""
        said = self.said(path)
        return self._terms[path].fixed if said is None else said

    def said(self, path: str) -> bool | None:
        """Whether a term is locked (or freed) by a pattern; None where none names it."""
        locked, unlocked = self._locked.get(path, -1), self._unlocked.get(path, -1)
        return None if locked < 0 and unlocked < 0 else locked > unlocked


def _closest(terms: Mapping[str, Any], patterns: Sequence[str], what: str) -> dict[str, int]:
    """Of each term that patterns name, how close the closest of them comes."""
    close: dict[str, int] = {}
    for pattern in patterns:
        for path in named(terms, (pattern,), what):
            # a path in full is closer than any pattern with a star
            here = len(pattern.replace("*", "")) + (path == pattern)
            close[path] = max(close.get(path, 0), here)
    return close


def named(terms: Mapping[str, Any], patterns: Sequence[str], what: str) -> frozenset[str]:
    """Terms that patterns name (a group stands for all of its terms); `what` is done to them.
    Raises `UsageError` for a pattern that names none."""
    found: set[str] = set()
    for pattern in patterns:
        here = {
            path
            for path in terms
            if fnmatchcase(path, pattern) or path.startswith(pattern.rstrip(".") + ".")
        }
        if not here:
            raise UsageError(
                Diagnostic(
                    "unknown-term",
                    f"there is no term {quoted(pattern)} to {what}",
                    hint=did_you_mean(pattern, [*terms, *{p.partition(".")[0] for p in terms}]),
                )
            )
        found |= here
    return frozenset(found)
