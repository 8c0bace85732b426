"""Where things are: a file of a policy's folder and an anchor in it.

Anchors are those words of a document that are plain letters, so that a link to a rule lasts;
whatever else they hold becomes a number. No two things share an anchor, no two pages a name,
not even where the file system is blind to case.
"""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?", re.ASCII)
_OTHER = re.compile(r"[^A-Za-z0-9_-]+", re.ASCII)


class Names:
    """Gives out names, each once; the same name for the same thing."""

    def __init__(self, *taken: str) -> None:
        self._taken = {name.casefold() for name in taken}
        self._given: dict[str, str] = {}

    def of(self, key: str, wanted: str) -> str:
        """The name of a thing, as near to what is wanted as can be."""
        if key not in self._given:
            base = wanted if _PLAIN.fullmatch(wanted) else _OTHER.sub("-", wanted)[:60].strip("-_")
            base = base or "n"
            name, number = base, 1
            while name.casefold() in self._taken:
                number += 1
                name = f"{base}-{number}"
            self._taken.add(name.casefold())
            self._given[key] = name
        return self._given[key]
