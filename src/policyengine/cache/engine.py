"""What reads policies here: an entry that another engine, Python or library made is no good."""

from __future__ import annotations

import os
import sys
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

#: libraries that decide what a document or an expression says
_LIBRARIES = ("yaml", "re2", "tzdata")


@cache
def engine_digest() -> bytes | None:
    """A digest of which files the engine's own source is, of Python, and of the libraries that
    it reads with; None where there is no source to look at.

    A file is told by its place, its size and its times: no program can set the time at which a
    file was last changed in any way, so that what was written anew is another file. Reading
    hundreds of them takes longer than reading a policy.
    """
    made = sha256()
    for text in (
        sys.implementation.name,
        str(sys.implementation.cache_tag),
        sys.version,
        str(sys.flags.optimize),
    ):
        made.update(text.encode() + b"\0")
    try:
        sources = sorted(_sources(str(Path(__file__).resolve().parents[1])))
        if not sources:
            return None
        made.update(repr(sources).encode("utf-8", "surrogatepass"))
        for library in _LIBRARIES:
            made.update(_installed(library))
    except (OSError, ImportError, ValueError):
        return None
    return made.digest()


def _sources(folder: str) -> list[tuple[str | int, ...]]:
    """The files below a folder, each with what tells it from another one."""
    found: list[tuple[str | int, ...]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                at = entry.stat()
                times = at.st_mtime_ns, at.st_ctime_ns
                found.append((entry.path, at.st_dev, at.st_ino, at.st_size, *times))
            elif entry.name != "__pycache__" and entry.is_dir(follow_symlinks=False):
                found += _sources(entry.path)
    return found


def _installed(library: str) -> bytes:
    """Where a library lies and when it was put there: known without importing it."""
    spec = find_spec(library)
    if spec is None or spec.origin is None:
        return f"{library}\0".encode()
    found = Path(spec.origin).stat()
    return f"{library}\0{spec.origin}\0{found.st_size}\0{found.st_mtime_ns}\0".encode()
