"""What becomes of a list of objects, element by element: in words, and as a JSON Patch.

Elements keep their order; of all ways to get from one list to the other, the one that touches
the fewest elements is told, then the fewest fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from policyengine.cli.asking import say
from policyengine.output import words
from policyengine.values.record import Record

#: pairs of elements beyond which a list is told as a whole
_PAIRS = 40_000


class Edit(Record):
    """An element that is added (no `old`), dropped (no `new`) or altered; its places in either
    list are counted from 0."""

    old: int | None
    new: int | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    def fields(self) -> Iterator[tuple[str, Any, Any]]:
        """What an altered element has otherwise: name, before, after; None is not stated."""
        before, after = self.before or {}, self.after or {}
        for name in dict.fromkeys((*before, *after)):
            if before.get(name) != after.get(name):
                yield name, before.get(name), after.get(name)


def edits(before: Any, after: Any) -> tuple[Edit, ...] | None:
    """None where these are not two lists of objects that have something to do with each other."""
    if not _objects(before) or not _objects(after) or len(before) * len(after) > _PAIRS:
        return None
    steps = _cheapest(before, after)
    if not any(edit.old is not None and edit.new is not None for edit in steps):
        return None
    return tuple(edit for edit in steps if edit.before != edit.after)


def _objects(value: Any) -> bool:
    if not isinstance(value, list | tuple):
        return False
    return bool(value) and all(isinstance(each, Mapping) for each in value)


def _cheapest(before: Sequence[Any], after: Sequence[Any]) -> list[Edit]:
    """Every element of either list, in order, as dropped, added, or the same one altered."""
    rows, columns = len(before) + 1, len(after) + 1
    # what it costs to get the rest of one list from the rest of the other: elements, fields
    costs = [[(0, 0)] * columns for _ in range(rows)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            found = [cost for cost, _, _ in _ways(before, after, i, j, costs)]
            costs[i][j] = min(found, default=(0, 0))
    made = []
    i = j = 0
    while i + 1 < rows or j + 1 < columns:
        _, di, dj = min(_ways(before, after, i, j, costs), key=lambda way: way[0])
        old, new = (i if di else None), (j if dj else None)
        made.append(Edit(old, new, before[i] if di else None, after[j] if dj else None))
        i, j = i + di, j + dj
    return made


def _ways(
    before: Sequence[Any],
    after: Sequence[Any],
    i: int,
    j: int,
    costs: Sequence[Sequence[tuple[int, int]]],
) -> Iterator[tuple[tuple[int, int], int, int]]:
    """The next step, by what it and the rest cost: to keep an element first, to add one last."""
    if i < len(before) and j < len(after):
        count = sum(1 for _ in Edit(i, j, before[i], after[j]).fields())
        rest = costs[i + 1][j + 1]
        yield (rest[0] + bool(count), rest[1] + count), 1, 1
    if i < len(before):
        rest = costs[i + 1][j]
        yield (rest[0] + 1, rest[1] + len(before[i])), 1, 0
    if j < len(after):
        rest = costs[i][j + 1]
        yield (rest[0] + 1, rest[1] + len(after[j])), 0, 1


def sentences(found: Sequence[Edit]) -> Iterator[str]:
    """Each edit in words; elements are counted from 1, as the deal has them."""
    for edit in found:
        if edit.old is None:
            yield f"add {words.value(edit.after)}"
        elif edit.new is None:
            yield f"leave out element {edit.old + 1}, {words.value(edit.before)}"
        else:
            for name, before, after in edit.fields():
                where = f"in element {edit.old + 1}, {words.name(name, None)}:"
                if after is None:
                    yield f"{where} leave it out"
                elif before is None:
                    yield f"{where} state {words.value(after)}"
                else:
                    yield f"{where} {words.value(after)} instead of {words.value(before)}"


def patch(found: Sequence[Edit], path: str, held: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """The edits as operations on the list at a pointer, which the document holds as `held`:
    first in place, then from the end what is dropped, then from the front what is added."""
    for edit in found:
        if edit.old is not None and edit.new is not None:
            for name, _, after in edit.fields():
                where = f"{path}/{edit.old}/{name.replace('~', '~0').replace('/', '~1')}"
                if after is None:
                    yield {"op": "remove", "path": where}
                else:
                    op = "replace" if name in held[edit.old] else "add"
                    yield {"op": op, "path": where, "value": say.data(after)}
    for edit in reversed(found):
        if edit.new is None:
            yield {"op": "remove", "path": f"{path}/{edit.old}"}
    for edit in found:
        if edit.old is None:
            yield {"op": "add", "path": f"{path}/{edit.new}", "value": say.data(edit.after)}
