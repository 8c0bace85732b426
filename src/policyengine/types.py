"""Value types, as FEEL names them, with units and enums.

A type says what a value may be before there is one. `ANY` fits everything and is fitted by
everything: the checker stays silent where it cannot know.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

KINDS = (
    "any",
    "null",
    "boolean",
    "number",
    "string",
    "date",
    "time",
    "date and time",
    "days and time duration",
    "years and months duration",
    "list",
    "context",
    "range",
    "function",
)


@dataclass(frozen=True, slots=True)
class Type:
    """One type.

    `item` is the element type of a list or range; `fields` those of a context (None: any
    fields); `unit` belongs to a number; `enum` lists the only strings there are;
    `unordered` marks a list whose order carries no meaning (`uniqueItems`).
    """

    kind: str
    item: Type | None = None
    fields: tuple[tuple[str, Type], ...] | None = None
    unit: str | None = None
    enum: tuple[str, ...] | None = None
    unordered: bool = False
    #: types within it, one in another
    depth: int = field(default=0, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        inside = [type_ for _, type_ in self.fields or ()]
        if self.item is not None:
            inside.append(self.item)
        if inside:
            object.__setattr__(self, "depth", 1 + max(type_.depth for type_ in inside))

    def field(self, name: str) -> Type | None:
        for known, type_ in self.fields or ():
            if known == name:
                return type_
        return None

    def __str__(self) -> str:
        if self.kind == "list" and self.item is not None and self.item.kind != "any":
            item = str(self.item)
            return f"list of {item}s" if " " not in item else f"list of {item}"
        if self.unit:
            return f"{self.kind} in {self.unit}"
        return self.kind


ANY = Type("any")
NULL = Type("null")
BOOLEAN = Type("boolean")
NUMBER = Type("number")
STRING = Type("string")
DATE = Type("date")
TIME = Type("time")
DATE_TIME = Type("date and time")
DAY_TIME_DURATION = Type("days and time duration")
YEAR_MONTH_DURATION = Type("years and months duration")
LIST = Type("list", item=ANY)
CONTEXT = Type("context")
RANGE = Type("range", item=ANY)
FUNCTION = Type("function")

TEMPORAL = frozenset({"date", "time", "date and time"})
DURATION = frozenset({"days and time duration", "years and months duration"})
#: kinds whose values are ordered by `<`
ORDERED = frozenset({"number", "string"}) | TEMPORAL | DURATION


#: Types that may lie within each other. What is deeper is `ANY`: a type of definitions that
#: use one another can grow by doubling, and so would the work of comparing it.
MAX_DEPTH = 20


def list_of(item: Type, *, unordered: bool = False) -> Type:
    return Type("list", item=_shallow(item), unordered=unordered)


def context_of(fields: Iterable[tuple[str, Type]]) -> Type:
    return Type("context", fields=tuple((name, _shallow(type_)) for name, type_ in fields))


def _shallow(type_: Type) -> Type:
    return type_ if type_.depth < MAX_DEPTH else ANY


def fits(given: Type, wanted: Type) -> bool:
    """Whether a value of `given` may stand where `wanted` is asked for, units and enums apart."""
    if "any" in (given.kind, wanted.kind):
        return True
    if given.kind == "null":
        return True
    if given.kind != wanted.kind:
        return False
    if given.item is not None and wanted.item is not None:
        return fits(given.item, wanted.item)
    return True


def join(types: list[Type]) -> Type:
    """The narrowest type that all of these fit, or `ANY`: a shared kind, with unit and enum
    where these are shared too."""
    known = [t for t in types if t.kind != "null"]
    if not known:
        return NULL if types else ANY
    first = known[0]
    if all(t == first for t in known):
        return first
    if any(t.kind != first.kind for t in known):
        return ANY
    if first.kind == "list":
        unordered = all(t.unordered for t in known)
        return list_of(join([t.item or ANY for t in known]), unordered=unordered)
    unit = first.unit if all(t.unit == first.unit for t in known) else None
    enum = first.enum if all(t.enum == first.enum for t in known) else None
    return Type(first.kind, unit=unit, enum=enum)
