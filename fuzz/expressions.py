"""FEEL expressions drawn from the grammar."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from fuzz.chance import Chance
from fuzz.grammar import CONSTANTS, FORMS
from fuzz.vocabulary import BORDERS, NUMBERS

#: forms that generated code leaves to the interpreter, so that they prove little about it
_LEFT = re.compile(
    r"for |\{R[ND]\}|\{C\}|\}\[|instance of|sort\(|\{\{|split|\.\.|\{LL\}|\{S\}.*\)$"
)
_HOLE = re.compile(r"\{\{|\}\}|\{([A-Za-z]+)\}")
_THEMES = ["S", "S", "S", "RN", "RN", "RD", "C", "DT", "T", "D", "LN", "LC", "LS", "x"]
_PLAIN = {kind: [form for form in forms if not _LEFT.search(form)] for kind, forms in FORMS.items()}
_PLAIN["S"] = []  # a text that was made costs what no length of a term bounds


class Expressions:
    """Draws expressions over what is in scope: `names` lists paths and parameters by kind."""

    def __init__(
        self, chance: Chance, names: Mapping[str, Sequence[str]], *, plain: bool = False
    ) -> None:
        self.chance = chance
        self.names = names
        #: only what generated code can do by itself
        self.plain = plain
        #: otherwise some kind of value that comes up again and again
        self.theme = "{" + chance.pick(_THEMES) + "}"

    def of(self, kind: str, depth: int) -> str:
        """An expression of a kind, with at most `depth` forms within each other."""
        forms = FORMS.get(kind, [])
        if (
            depth <= 0
            or not forms
            or (self.plain and not _PLAIN[kind])
            or self.chance.happens(0.15)
        ):
            return self.leaf(kind)
        return self.filled(self.form(kind), depth)

    def form(self, kind: str) -> str:
        if self.plain:
            return self.chance.pick(_PLAIN[kind])
        on_theme = [form for form in FORMS[kind] if self.theme in form]
        return self.chance.pick(on_theme if on_theme and self.chance.happens(0.4) else FORMS[kind])

    def condition(self, depth: int) -> str:
        """One whose value is a truth value and more than a term where it has depth."""
        return self.filled(self.form("B"), depth)

    def filled(self, form: str, depth: int) -> str:
        def fill(hole: re.Match[str]) -> str:
            name = hole.group(1)
            if name is None:
                return hole.group()[0]
            return self.leaf(name.upper()) if name.islower() else self.of(name, depth - 1)

        return _HOLE.sub(fill, form)

    def leaf(self, kind: str) -> str:
        """A term, a parameter, a defined name or a constant."""
        chance = self.chance
        known = self.names.get(kind)
        if kind == "S" and chance.happens(0.2):
            known = self.names.get("E")
        if known and chance.happens(0.85):
            return chance.pick(known)
        if kind == "N":
            return str(chance.pick(BORDERS if chance.happens(0.1) else NUMBERS))
        return _HOLE.sub(lambda hole: hole.group()[0], chance.pick(CONSTANTS[kind]))
