"""Attributes that are worked out when somebody first asks for them.

Neither helper locks: what they work out follows from frozen data alone, so that threads that
race work out equal values, and all of them see the first one kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeAlias, TypeVar, overload

T = TypeVar("T")
#: what gives fields left unset, by name, and what it is asked for
Rest: TypeAlias = tuple[Callable[[Any], Mapping[str, Any]], Any]


class once(Generic[T]):  # noqa: N801  # stands where `property` stands
    """A property worked out once. (`functools.cached_property` locks, on Python 3.11 for all
    instances at once.)"""

    def __init__(self, work: Callable[[Any], T]) -> None:
        self.work = work
        self.__doc__ = work.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> once[T]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> once[T] | T:
        if instance is None:
            return self
        made: T = instance.__dict__.setdefault(self.name, self.work(instance))
        return made


class Lazy:
    """For a record some of whose fields are left unset, and worked out together later."""

    __slots__ = ("_rest",)

    def __getattr__(self, name: str) -> Any:
        # asked for a slot that is not set: a class attribute or a set slot never comes here
        if name == "_rest" or name not in getattr(type(self), "__fields__", ()):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        rest: Rest | None = getattr(self, "_rest", None)
        if rest is not None:
            work, key = rest
            found = work(key)
            for field, value in found.items():
                object.__setattr__(self, field, value)
            object.__setattr__(self, "_rest", None)  # and with it what it was worked out from
        return object.__getattribute__(self, name)
