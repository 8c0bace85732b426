"""Variables for the terms of any deal, and what the terms schema says of them.

A term that the document may leave out has a proposition `stated`. Where silence takes a
default, the same variable holds it while the term is not stated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine.schema import Group, TermSpec, TermsSchema
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.mentions import Mentions
from policyengine.symbolic.shapes import Shapes, exactly
from policyengine.symbolic.texts import Texts
from policyengine.symbolic.values import Value, only_where
from policyengine.symbolic.z import z3

#: reserved terms that no rule may read and no analysis changes
_ID = "deal.id"


class Space:
    """The deals there are under a terms schema.

    `mentions` says what the policy holds each term against; `documents` are values that a
    document at hand gives, so that they have a representation. With `exact`, numbers are
    reals instead of multiples of a step: for proofs. `assume` gives silence its defaults;
    `listed` allows terms to be listed as not applicable, where the schema does. Constraints
    are added as terms are asked for.
    """

    def __init__(
        self,
        schema: TermsSchema,
        mentions: Mentions,
        *,
        document: Mapping[str, Any] | None = None,
        exact: bool = False,
        assume: bool = True,
        listed: bool = True,
        list_length: int = 3,
        texts: Texts | None = None,
        finer: int = 0,
    ) -> None:
        self.schema = schema
        self.assume = assume
        self.listing = listed
        self.exact = exact
        self.constraints: list[Bool] = []
        #: what is left open about a term, by its path, as a reader is told
        self.limits: dict[str, str] = {}
        #: how many elements of a list are looked at, by the path of its term
        self.lengths: dict[str, int] = {}
        self._mentions = mentions
        self._document = document or {}
        self._length = list_length
        self._finer = finer
        self._values: dict[str, Value] = {}
        self._stated: dict[str, Bool] = {}
        self._not_applicable: dict[str, Bool] = {}
        #: the numbers of texts, shared with the spaces of deals beside these
        self.texts = Texts() if texts is None else texts
        for path in _always(schema.root):
            self.raw(path)

    @property
    def paths(self) -> tuple[str, ...]:
        """The terms asked for so far, in the order of the schema."""
        return tuple(path for path in self.schema.terms if path in self._values)

    def raw(self, path: str) -> Value:
        """The value a term has: stated, or the default while it is not; known throughout."""
        found = self._values.get(path)
        if found is None:
            found = self._make(path)
        return found

    def term(self, path: str) -> Value:
        """The value a rule reads: unknown while silence has no meaning."""
        raw = self.raw(path)
        stated = self._stated[path]
        if self._assumes(path):
            known = bools.no(self._not_applicable[path])
        else:
            known = stated
        return only_where(known, raw)

    def stated(self, path: str) -> Bool:
        self.raw(path)
        return self._stated[path]

    def not_applicable(self, path: str) -> Bool:
        """Whether the document lists the term as not applicable."""
        self.raw(path)
        return self._not_applicable[path]

    def holds(self, path: str, value: Any) -> Bool:
        """That a term has exactly this value, as the engine holds it."""
        return exactly(self.raw(path), value, self.texts.numbers)

    def code(self, text: str) -> int:
        """The number of a text among all texts."""
        return self.texts.number(text)

    def _name(self, path: str) -> str:
        """What the variables of a term are called."""
        return path

    # making variables ------------------------------------------------------------------------

    def _assumes(self, path: str) -> bool:
        return self.assume and self.schema.terms[path].has_default

    def _make(self, path: str) -> Value:
        spec = self.schema.terms[path]
        shapes = Shapes(self, path)
        name = self._name(path)
        given = (self._document.get(path), spec.default if spec.has_default else None)
        value = shapes.fresh(name, spec.shape, tuple(v for v in given if v is not None))
        self._values[path] = value
        required = path in _required(self.schema.root)
        stated: Bool = True if required else z3.Bool(f"{name} stated")
        self._stated[path] = stated
        listed: Bool = False
        if spec.may_not_apply and self.listing and not required:
            listed = z3.Bool(f"{name} not applicable")
            self.constraints.append(bools.no(bools.both(stated, listed)))
        self._not_applicable[path] = listed
        if self._assumes(path):
            default = exactly(value, spec.default, self.texts.numbers)
            self.constraints.append(bools.either(stated, default))
        self._in_group(path)
        return value

    def _in_group(self, path: str) -> None:
        """What groups require of a document that states anything in them."""
        for other in required_with(self.schema, path):
            self.constraints.append(bools.implies(self._stated[path], self.stated(other)))

    def needing(self, path: str) -> tuple[str, ...]:
        """The terms asked for so far that no document states without this one."""
        return tuple(each for each in self.paths if path in required_with(self.schema, each))

    def given(self, path: str) -> Any:
        """What the document at hand gives; None where it does not, or there is none."""
        return self._document.get(path)

    def places(self, path: str) -> int:
        return self._mentions.places.get(path, 0) + self._finer

    def mentioned(self, path: str) -> tuple[str, ...]:
        return self._mentions.texts.get(path, ())

    @property
    def list_length(self) -> int:
        return self._length


def required_with(schema: TermsSchema, path: str) -> tuple[str, ...]:
    """The terms that a document has to state if it states this one: what the groups that it
    stands in require."""
    found: dict[str, None] = {}
    names = path.split(".")[:-1]
    for depth in range(1, len(names) + 1):
        group = schema.group(".".join(names[:depth]))
        found.update(dict.fromkeys(_always(group) if group is not None else ()))
    found.pop(path, None)
    return tuple(found)


def _required(root: Group) -> frozenset[str]:
    """Terms that every document states."""
    return frozenset(_always(root))


def _always(group: Group) -> list[str]:
    found = []
    for name in group.required:
        member = group.members.get(name)
        if isinstance(member, TermSpec):
            if not member.shape.nullable:  # a null is there, and states nothing
                found.append(member.path)
        elif isinstance(member, Group):
            found += _always(member)
    return found
