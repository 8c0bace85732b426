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
    """A digest of the engine's own source, of Python, and of the libraries that it reads
    with; None where there is no source to look at."""
    made = sha256()
    for text in (
        sys.implementation.name,
        str(sys.implementation.cache_tag),
        sys.version,
        str(sys.flags.optimize),
    ):
        made.update(text.encode() + b"\0")
    try:
        home = Path(__file__).resolve().parents[1]
        sources = sorted(_sources(str(home)))
        if not sources:
            return None
        for name in sources:
            with open(name, "rb") as stream:  # noqa: PTH123  # hundreds of them at every start
                data = stream.read()
            made.update(f"{name}\0{len(data)}\0".encode("utf-8", "surrogatepass") + data)
        for library in _LIBRARIES:
            made.update(_installed(library))
    except (OSError, ImportError, ValueError):
        return None
    return made.digest()


def _sources(folder: str) -> list[str]:
    found: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                found.append(entry.path)
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
