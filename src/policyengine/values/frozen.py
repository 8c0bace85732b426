"""A mapping that nobody changes, and that is otherwise a dict: equal to one, copied and
pickled as one, written as JSON like one."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class FrozenDict(dict[K, V]):
    """A dict whose entries were given once. Changing it raises `TypeError`; `dict(it)` is a
    copy to change."""

    __slots__ = ()

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("this mapping is read-only; `dict(...)` makes a copy to change")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)

    def __copy__(self) -> FrozenDict[K, V]:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> FrozenDict[K, V]:
        import copy  # seldom wanted, and not otherwise loaded

        return type(self)((key, copy.deepcopy(value, memo)) for key, value in self.items())
