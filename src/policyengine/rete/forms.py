"""Positive formulas over atoms, as bounded disjunctions of conjunctions.

A *variable* has at run time one of three values, which are bits: `T`, `F` and `U`. An *atom*
is a variable and a mask of bits, and holds when the variable's value is among them: there is
no negation, because "not true" is the atom of `F | U`. A variable that has no value makes
none of its atoms hold.

Multiplying out conjunctions of disjunctions explodes. Where it would, a part becomes a
*gate*: a variable of its own that is `T` when one of its alternatives holds. Gates come in
strata, each using only those below.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from policyengine.values.record import Record

T, F, U = 1, 2, 4
ANY = T | F | U

#: a variable and the values among which it is
Atom: TypeAlias = tuple[int, int]
#: atoms that all hold, one for each variable
Conjunction: TypeAlias = frozenset[Atom]
#: conjunctions one of which holds
Form: TypeAlias = tuple[Conjunction, ...]

TRUE: Form = (frozenset(),)
FALSE: Form = ()

#: alternatives that a conjunction may be multiplied out to
PRODUCT = 16
#: alternatives that a disjunction keeps before it becomes a gate
ALTERNATIVES = 32
#: atoms in a conjunction: the memory of a ruleset grows with it, to megabytes at thirty
WIDTH = 8


class Gate(Record):
    """A variable that is `T` when one of its alternatives holds."""

    variable: int
    alternatives: Form


class Forms:
    """Makes formulas, and the variables and gates they use."""

    def __init__(self) -> None:
        #: the stratum of each variable: 0, or one more than what its gate uses
        self.strata: list[int] = []
        self.gates: list[Gate] = []
        self._known: dict[frozenset[Conjunction], int] = {}

    def variable(self, stratum: int = 0) -> int:
        self.strata.append(stratum)
        return len(self.strata) - 1

    @staticmethod
    def atom(variable: int, mask: int) -> Form:
        return (frozenset({(variable, mask)}),) if mask else FALSE

    def disjunction(self, forms: Iterable[Form]) -> Form:
        """One of the forms holds."""
        parts = tuple(dict.fromkeys(part for form in forms for part in form))
        if frozenset() in parts:
            return TRUE
        return _absorbed(parts) if len(parts) <= ALTERNATIVES else self.gate(parts)

    def conjunction(self, forms: Iterable[Form]) -> Form:
        """All of the forms hold."""
        made: Form = TRUE
        for form in sorted(forms, key=len):
            if len(made) * len(form) > PRODUCT:
                form = self.gate(form)
            both = (_merged(left, right) for left in made for right in form)
            made = _absorbed(tuple(dict.fromkeys(part for part in both if part is not None)))
        return tuple(self._narrow(part) for part in made)

    def at_least(self, count: int, forms: list[Form]) -> Form:
        """`count` or more of the forms hold: halves, and every way to share the count."""
        if count <= 0:
            return TRUE
        if count > len(forms):
            return FALSE
        return self._counts(count, forms)[count]

    def _counts(self, most: int, forms: list[Form]) -> list[Form]:
        """The forms of "at least 0, 1, … `most` hold"."""
        if len(forms) == 1:
            return [TRUE, forms[0], *[FALSE] * (most - 1)]
        middle = len(forms) // 2
        left, right = self._counts(most, forms[:middle]), self._counts(most, forms[middle:])
        return [
            self.disjunction(
                self.conjunction([left[part], right[count - part]])
                for part in range(max(0, count - len(forms) + middle), min(count, middle) + 1)
            )
            for count in range(most + 1)
        ]

    def gate(self, form: Form) -> Form:
        """A form of at most one atom that holds when the form does."""
        if not form or form == TRUE or (len(form) == 1 and len(form[0]) == 1):
            return form
        key = frozenset(form)
        variable = self._known.get(key)
        if variable is None:
            form = tuple(self._narrow(part) for part in form)
            variable = self.variable(self.stratum(form))
            self._known[key] = variable
            self.gates.append(Gate(variable, form))
        return self.atom(variable, T)

    def stratum(self, form: Form) -> int:
        """The stratum in which a form can be told: above everything it uses."""
        return 1 + max((self.strata[variable] for part in form for variable, _ in part), default=0)

    def _narrow(self, part: Conjunction) -> Conjunction:
        """The same with at most `WIDTH` atoms, groups of them gates."""
        while len(part) > WIDTH:
            atoms = sorted(part)
            groups = [frozenset(atoms[at : at + WIDTH]) for at in range(0, len(atoms), WIDTH)]
            part = frozenset().union(*(self.gate((group,))[0] for group in groups))
        return part


def _merged(left: Conjunction, right: Conjunction) -> Conjunction | None:
    """Both hold; None where they cannot."""
    masks = dict(left)
    for variable, mask in right:
        masks[variable] = masks.get(variable, ANY) & mask
        if not masks[variable]:
            return None
    return frozenset(masks.items())


def _absorbed(parts: Form) -> Form:
    """Without the conjunctions that another one makes superfluous."""
    kept: list[Conjunction] = []
    for part in sorted(parts, key=len):
        masks = dict(part)
        if not any(
            all(masks.get(variable, ANY) & ~mask == 0 for variable, mask in weaker)
            for weaker in kept
        ):
            kept.append(part)
    return tuple(kept)
