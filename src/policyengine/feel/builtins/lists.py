"""Functions on lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from policyengine.feel.builtins.model import Family, whole
from policyengine.operators.comparison import same
from policyengine.operators.fault import Fault
from policyengine.operators.hashing import key_of
from policyengine.operators.membership import list_contains
from policyengine.values.logic import Truth, conjunction, disjunction

LISTS = Family("lists")

Items = tuple[Any, ...]


def position_in(items: Items, position: Decimal, *, beyond: int = 0) -> int:
    """The offset of an element by its position; `Fault("bad-index")` if there is none."""
    at = whole(position, "position")
    if 1 <= at <= len(items) + beyond:
        return at - 1
    if -len(items) <= at <= -1:
        return len(items) + at
    raise Fault("bad-index", f"there is no element {at} in a list of {len(items)}")


def sublist(items: Items, start: Decimal, length: Decimal | None = None) -> Items:
    begin = position_in(items, start)
    if length is None:
        return items[begin:]
    count = whole(length, "length")
    if count < 1 or begin + count > len(items):
        raise Fault("bad-index", "the length runs beyond the list")
    return items[begin : begin + count]


def insert_before(items: Items, position: Decimal, item: Any) -> Items:
    at = position_in(items, position)
    return (*items[:at], item, *items[at:])


def remove(items: Items, position: Decimal) -> Items:
    at = position_in(items, position)
    return items[:at] + items[at + 1 :]


def replace_at(items: Items, position: Decimal, item: Any) -> Items:
    at = position_in(items, position)
    return (*items[:at], item, *items[at + 1 :])


def replace_matching(items: Items, match: Callable[..., Any], item: Any) -> Items:
    found = [match(element, item) for element in items]
    if any(answer is not True and answer is not False for answer in found):
        raise Fault("type-mismatch", "the function gave neither true nor false")
    return tuple(item if hit else element for hit, element in zip(found, items, strict=True))


def distinct(items: Sequence[Any]) -> Items:
    seen: dict[Any, Any] = {}
    for item in items:
        seen.setdefault(key_of(item), item)
    return tuple(seen.values())


def flatten(items: Items) -> Items:
    out: list[Any] = []
    pending = [iter(items)]
    while pending:
        for item in pending[-1]:
            if isinstance(item, tuple):
                pending.append(iter(item))
                break
            out.append(item)
        else:
            pending.pop()
    return tuple(out)


def index_of(items: Items, match: Any) -> Items:
    return tuple(Decimal(at) for at, item in enumerate(items, 1) if same(item, match))


def sort(items: Items, precedes: Callable[..., Any]) -> Items:
    """A stable merge sort: it asks only whether one element precedes another."""
    runs = [[item] for item in items]
    while len(runs) > 1:
        merged = [_merged(runs[i], runs[i + 1], precedes) for i in range(0, len(runs) - 1, 2)]
        runs = merged + runs[len(runs) - len(runs) % 2 :]
    return tuple(runs[0]) if runs else ()


def _merged(left: list[Any], right: list[Any], precedes: Callable[..., Any]) -> list[Any]:
    out = []
    i = j = 0
    while i < len(left) and j < len(right):
        answer = precedes(right[j], left[i])
        if answer is not True and answer is not False:
            raise Fault("type-mismatch", "the function gave neither true nor false")
        if answer:
            out.append(right[j])
            j += 1
        else:
            out.append(left[i])
            i += 1
    return out + left[i:] + right[j:]


def settle_contains(arguments: Sequence[Any]) -> Truth:
    items, element = arguments
    if items is None:
        return None
    return list_contains(items if isinstance(items, tuple) else (items,), element)


def settle_count(_: Sequence[Any]) -> None:
    """A list with an unknown element is unknown as a whole, as everywhere; what an element
    leaves unknown of itself, a field not stated, does not touch how many there are."""
    return


def _items(arguments: Sequence[Any]) -> Sequence[Any]:
    if len(arguments) == 1 and isinstance(arguments[0], tuple):
        return arguments[0]
    return arguments


def every(items: Sequence[Any]) -> Truth:
    return conjunction(item if isinstance(item, bool) else None for item in items)


def some(items: Sequence[Any]) -> Truth:
    return disjunction(item if isinstance(item, bool) else None for item in items)


_define = LISTS.define
_define(
    "list contains(list: list, element: Any) -> boolean",
    lambda items, element: any(same(item, element) for item in items),
    "Whether an element is in a list.",
    settle_contains,
)
_define(
    "count(list: list) -> number",
    lambda items: Decimal(len(items)),
    "The number of elements.",
    settle_count,
)
_define(
    "all(list: list) -> boolean",
    every,
    "Whether every element is true; true for an empty list.",
    lambda arguments: every(_items(arguments)),
)
_define("all(...b: Any) -> boolean", lambda *items: every(items))
_define(
    "any(list: list) -> boolean",
    some,
    "Whether some element is true; false for an empty list.",
    lambda arguments: some(_items(arguments)),
)
_define("any(...b: Any) -> boolean", lambda *items: some(items))
_define(
    "sublist(list: list, start position: number, length?: number) -> list",
    sublist,
    "The elements from a position, so many or to the end.",
)
_define(
    "append(list: list, ...items: Any) -> list",
    lambda items, *more: items + more,
    "The list with elements added at its end.",
)
_define(
    "concatenate(...lists: list) -> list",
    lambda *lists: tuple(item for items in lists for item in items),
    "Several lists in one.",
)
_define(
    "insert before(list: list, position: number, newItem: Any) -> list",
    insert_before,
    "The list with an element put in before a position.",
)
_define(
    "remove(list: list, position: number) -> list",
    remove,
    "The list without the element at a position.",
)
_define(
    "list replace(list: list, position: number, newItem: Any) -> list",
    replace_at,
    "The list with the element at a position, or those that match, replaced.",
)
_define("list replace(list: list, match: function, newItem: Any) -> list", replace_matching)
_define("reverse(list: list) -> list", lambda items: items[::-1], "The list back to front.")
_define(
    "index of(list: list, match: Any) -> list<number>",
    index_of,
    "The positions of the elements equal to a value.",
)
_define(
    "union(...lists: list) -> list",
    lambda *lists: distinct([item for items in lists for item in items]),
    "Several lists in one, without duplicates.",
)
_define("distinct values(list: list) -> list", distinct, "The list without duplicates.")
_define("flatten(list: list) -> list", flatten, "The elements of nested lists in one list.")
_define(
    "sort(list: list, precedes: function) -> list",
    sort,
    "The list in order; the function says whether its first argument precedes its second.",
)
