"""Texts that stand for files while they are being edited: read in place of what is saved.

An editor holds a text before it is written. What asks for a file inside `unsaved` is given
that text; everything else about the file (that it exists, where it lies) is still the disk's.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

_NOTHING: Mapping[str, bytes] = MappingProxyType({})
_HELD: ContextVar[Mapping[str, bytes]] = ContextVar("unsaved", default=_NOTHING)


@contextmanager
def unsaved(texts: Mapping[str, bytes]) -> Iterator[None]:
    """Read these bytes in place of files, by their real paths, in this thread or task."""
    token = _HELD.set(texts)
    try:
        yield
    finally:
        _HELD.reset(token)


def held(path: str | os.PathLike[str]) -> bytes | None:
    """The bytes that stand for a file, or None where the file itself is to be read."""
    texts = _HELD.get()
    if not texts:
        return None
    try:
        return texts.get(os.path.realpath(path))
    except ValueError:  # a NUL in the name: opening it says so
        return None
