"""Failing data made small: parts dropped, lifted and simplified while it still fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

Path = tuple[Any, ...]
_SIMPLE = ("true", "1", '"a"')


def shrink(found: Any, bad: Callable[[Any], bool]) -> Any:
    """The smallest data that is still bad, by the steps of `smaller`; what makes `bad` raise
    is no smaller case."""
    progress = True
    while progress:
        progress = False
        for path in [path for path, _ in _places(found)]:
            if not _reaches(found, path):
                continue  # something above it has gone meanwhile
            again = True
            while again:
                again = False
                for candidate in _changes(found, path):
                    if _is(bad, candidate):
                        found, again, progress = candidate, _reaches(candidate, path), True
                        break
    return found


def _is(bad: Callable[[Any], bool], candidate: Any) -> bool:
    try:
        return bad(candidate)
    except Exception:  # noqa: BLE001  # what breaks the loader is no smaller case
        return False


def smaller(data: Any) -> Iterator[Any]:
    """Copies of nested data with one part dropped, lifted or simplified, the largest first."""
    for path, _ in list(_places(data)):
        yield from _changes(data, path)


def _changes(data: Any, path: Path) -> Iterator[Any]:
    """Copies of data, changed at one place."""
    value = _at(data, path)
    if isinstance(value, dict):
        yield from _dropped(data, path, list(value))
    elif isinstance(value, list):
        yield from _dropped(data, path, list(range(len(value))))
    if not path:
        return
    for simpler in _simpler(value):
        yield _with(data, path, simpler)


def _dropped(data: Any, path: Path, keys: list[Any]) -> Iterator[Any]:
    """All parts but one, half of them, and each alone left out."""
    if len(keys) > 2:
        for size in (len(keys) // 2, len(keys) // 4):
            for start in range(0, len(keys), size) if size > 1 else ():
                yield _without(data, path, keys[start : start + size])
    for key in keys:
        yield _without(data, path, [key])


def _simpler(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            if isinstance(part, dict | str | list):
                yield part
    elif isinstance(value, str):
        yield from _shorter(value)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        for simple in (0, 1):
            if value != simple and (value != 0 or simple == 0):
                yield simple


def _shorter(text: str) -> Iterator[str]:
    """Shorter expressions: a part in place of the whole, a constant in place of a part."""
    parts = sorted(_parts(text), key=lambda span: span[0] - span[1])
    for start, end in parts:
        if end - start < len(text):
            yield text[start:end]
    for start, end in parts:
        for simple in _SIMPLE:
            if len(simple) < end - start:
                yield text[:start] + simple + text[end:]
    if not parts and len(text) > 20:
        yield text[: len(text) // 2]
        yield text[len(text) // 2 :]


def _parts(text: str) -> list[tuple[int, int]]:
    """The spans of what stands between brackets, and of the arguments there."""
    found: set[tuple[int, int]] = set()
    open_: list[tuple[int, list[int]]] = []
    quoted = False
    for at, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif char in "([{":
            open_.append((at, [at]))
        elif char == "," and open_:
            open_[-1][1].append(at)
        elif char in ")]}" and open_:
            start, commas = open_.pop()
            found.add((start, at + 1))
            edges = [*commas, at]
            found |= {(low + 1, high) for low, high in pairwise(edges)}
            name = re.search(r"[a-z][a-z ]*$", text[:start])
            if name is not None:
                found.add((name.start(), at + 1))
    for word in re.finditer(r" (?:and|or|then|else|[-+*/=<>]|<=|>=|!=|\*\*) ", text):
        for low, high in ((0, word.start()), (word.end(), len(text))):
            found.add((low, high))
    return [(low, high) for low, high in found if high > low and text[low:high].strip()]


def _places(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    yield path, data
    rows: Any = ()
    if isinstance(data, dict):
        rows = data.items()
    elif isinstance(data, list | tuple):
        rows = enumerate(data)
    for key, value in rows:
        yield from _places(value, (*path, key))


def _reaches(data: Any, path: Path) -> bool:
    try:
        _at(data, path)
    except (LookupError, TypeError):
        return False
    return True


def _at(data: Any, path: Path) -> Any:
    for key in path:
        if isinstance(data, str):
            raise TypeError("a text has no parts")
        data = data[key]
    return data


def _replaced(data: Any, path: Path, make: Callable[[Any], Any]) -> Any:
    """A copy with the value at a place made anew; what is beside it is shared."""
    if not path:
        return make(data)
    key, *rest = path
    inner = _replaced(data[key], tuple(rest), make)
    if isinstance(data, dict):
        return {**data, key: inner}
    made = list(data)
    made[key] = inner
    return made


def _without(data: Any, path: Path, keys: list[Any]) -> Any:
    def drop(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: part for key, part in value.items() if key not in keys}
        return [part for number, part in enumerate(value) if number not in keys]

    return _replaced(data, path, drop)


def _with(data: Any, path: Path, value: Any) -> Any:
    return _replaced(data, path, lambda _: value)
