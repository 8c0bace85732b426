"""Frozen, slotted records that cost little to define.

A frozen slotted dataclass takes about a millisecond to create, most of it for a signature
in its docstring; a record takes a tenth of that, which counts where a module defines thirty
node classes and a command must start at once. A record behaves as a dataclass with
`frozen=True, slots=True` does: fields from annotations in order, defaults, `__post_init__`,
`==` and `hash` by type and fields, `match` by position, pickling.
"""

from __future__ import annotations

from functools import cache
from types import CodeType, FunctionType
from typing import Any, ClassVar, TypeVar, dataclass_transform

R = TypeVar("R", bound="Record")


@dataclass_transform(frozen_default=True)
class RecordType(type):
    """Turns annotations into slots and writes `__init__`."""

    def __new__(mcs, name: str, bases: tuple[type, ...], space: dict[str, Any]) -> RecordType:
        own = [
            field
            for field, kind in space.get("__annotations__", {}).items()
            if not str(kind).startswith("ClassVar")
        ]
        fields: dict[str, Any] = {}
        for base in bases:
            fields |= getattr(base, "__fields__", {})
        for field in own:
            fields[field] = space.pop(field, ...)
        space["__slots__"] = tuple(own)
        space["__fields__"] = fields
        space["__match_args__"] = tuple(fields)
        cls = super().__new__(mcs, name, bases, space)
        if fields:
            cls.__init__ = _initialiser(cls, fields)  # type: ignore[misc]
        return cls


def _initialiser(cls: type, fields: dict[str, Any]) -> Any:
    values = [value for value in fields.values() if value is not ...]
    if ... in list(fields.values())[len(fields) - len(values) :]:
        raise TypeError(f"a field of {cls.__name__} without a default follows one with a default")
    post = hasattr(cls, "__post_init__")
    code = _code_of(len(fields), post=post).replace(co_varnames=("self", *fields))
    space = {f"set_{n}": getattr(cls, field).__set__ for n, field in enumerate(fields)}
    made = FunctionType(code, space, "__init__", tuple(values))
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


@cache
def _code_of(count: int, *, post: bool) -> CodeType:
    """The code that sets so many fields, once for all records of as many: compiling it is most
    of what defining a record would cost."""
    names = [f"field_{n}" for n in range(count)]
    body = "".join(f"\n    set_{n}(self, {name})" for n, name in enumerate(names))
    if post:
        body += "\n    self.__post_init__()"
    space: dict[str, Any] = {}
    exec(f"def __init__(self, {', '.join(names)}):{body}", space)  # noqa: S102  # text made here
    code: CodeType = space["__init__"].__code__
    return code


def draft(record: type[Record]) -> Any:
    """A class whose instances may be set attribute by attribute, and become the record by
    `instance.__class__ = record`.

    That costs a third of what a record's `__init__` does, which counts for the few records made
    by the thousand. Defaults and `__post_init__` are the caller's.
    """
    own = dict.fromkeys(record.__slots__, "Any")  # type: ignore[attr-defined]
    space = {
        "__annotations__": own,
        # both: with only one of them Python looks each of them up at every assignment
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
    }
    return RecordType(f"_Draft{record.__name__}", record.__bases__, space)


class Record(metaclass=RecordType):
    """A frozen value made of its fields."""

    __fields__: ClassVar[dict[str, Any]]

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"cannot assign to field {name!r}: a record is frozen")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"cannot delete field {name!r}: a record is frozen")

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, field) == getattr(other, field) for field in self.__fields__)

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, field) for field in self.__fields__)))

    def __repr__(self) -> str:
        shown = ", ".join(f"{field}={getattr(self, field)!r}" for field in self.__fields__)
        return f"{type(self).__name__}({shown})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, field) for field in self.__fields__)


def replace(record: R, **changes: Any) -> R:
    """A copy with some fields changed; `TypeError` for a field it does not have."""
    return type(record)(**{field: getattr(record, field) for field in record.__fields__} | changes)
