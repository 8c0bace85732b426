"""Terms and their shapes, by dotted path and as a tree of groups."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from policyengine.source import Span
from policyengine.types import (
    Type,
)
from policyengine.values.frozen import FrozenDict
from policyengine.values.record import Record

#: Read by the engine itself whatever the schema says of them.
RESERVED = ("deal.id", "evidence", "not_applicable")


#: Names of the expression scope that no top-level group or term may take.
SCOPE_NAMES = frozenset({"parameters", "score", "as_of", "item", "partial"})


class Shape(Record):
    """What a value may be: one term, an element of a list, or a field of an object in one.

    Bounds are in the term's own unit. `fields` of an object are (name, shape, required).
    """

    type: Type
    nullable: bool = False
    integer: bool = False
    enum: tuple[Any, ...] | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    exclusive_minimum: Decimal | None = None
    exclusive_maximum: Decimal | None = None
    multiple_of: Decimal | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    min_items: int | None = None
    max_items: int | None = None
    unique: bool = False
    item: Shape | None = None
    fields: tuple[tuple[str, Shape, bool], ...] = ()


class TermSpec(Record):
    """One term. `labels` gives people's words for its values; `default` what silence means;
    a `fixed` one is a fact that no negotiation changes. `field_titles` are people's words for
    the fields of what a list holds, by the path below an element."""

    path: str
    shape: Shape
    required: bool
    has_default: bool
    default: Any
    title: str | None
    description: str | None
    labels: Mapping[str, str]
    may_not_apply: bool
    span: Span
    fixed: bool = False
    field_titles: Mapping[str, str] = FrozenDict()

    @property
    def type(self) -> Type:
        return self.shape.type

    @property
    def unit(self) -> str | None:
        return self.shape.type.unit

    @property
    def label(self) -> str | None:
        return self.title


class Group(Record):
    """A group of terms: its members by name, and those a document must state."""

    path: str
    members: Mapping[str, Group | TermSpec]
    required: tuple[str, ...]
    title: str | None
    span: Span


class TermsSchema(Record):
    """All terms by dotted path, in the order of the schema, and the tree of their groups.

    `data` is the document as plain data, `beside` those that it refers to, by their paths from
    its folder.
    """

    root: Group
    terms: Mapping[str, TermSpec]
    span: Span
    data: Any = None
    beside: Mapping[str, Any] = FrozenDict()

    def __repr__(self) -> str:
        return f"<TermsSchema {self.span.file}, {len(self.terms)} terms>"

    def group(self, path: str) -> Group | None:
        found: Group | TermSpec | None = self.root
        for name in path.split("."):
            found = found.members.get(name) if isinstance(found, Group) else None
        return found if isinstance(found, Group) else None
