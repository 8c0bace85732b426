"""What reads policies here: an entry that another engine, Python or library made is no good."""

from __future__ import annotations

import os
import sys
from functools import cache
from hashlib import sha256
from importlib.machinery import PathFinder
from typing import TypeAlias

from policyengine import _BEGUN

#: path, device, inode, size, when its content and when anything of it was changed last
_File: TypeAlias = tuple[str, int, int, int, int, int]
#: nanoseconds by which the clock of a file system may be behind that of a program
_TICK = 10_000_000
#: libraries that decide what a document or an expression says
_LIBRARIES = ("yaml", "re2", "tzdata")
#: folders of the engine's source that nothing is read with: what comes once a policy is there
AFTERWARDS = frozenset(
    {
        "analysis",
        "cli",
        "compiler",
        "explain",
        "formatting",
        "interpreter",
        "languageserver",
        "lint",
        "output",
        "rete",
        "review",
        "session",
        "site",
        "store",
        "symbolic",
        "testing",
    }
)


@cache
def engine_digest() -> bytes | None:
    """A digest of which files the source is that reads policies, of Python, and of the
    libraries that it reads with; None where there is no source to look at, and where a file was
    put in place after this process began, which may run what was there before it.

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
        home = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))  # noqa: PTH120  # as `os` walks it
        sources = sorted(_sources(home, AFTERWARDS))
        if not sources or any(changed > _BEGUN - _TICK for *_, changed in sources):
            return None
        made.update(repr(sources).encode("utf-8", "surrogatepass"))
        for library in _LIBRARIES:
            made.update(_installed(library))
    except (OSError, ImportError, ValueError):
        return None
    return made.digest()


def _sources(folder: str, but: frozenset[str] = frozenset()) -> list[_File]:
    """The files below a folder, but for some folders in it, each with what tells it from
    another one."""
    found: list[_File] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                at = entry.stat()
                times = at.st_mtime_ns, at.st_ctime_ns
                found.append((entry.path, at.st_dev, at.st_ino, at.st_size, *times))
            elif entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__" and entry.name not in but:
                    found += _sources(entry.path)
    return found


def _installed(library: str) -> bytes:
    """Where a library lies and when it was put there: known without importing it."""
    spec = PathFinder.find_spec(library)
    if spec is None or spec.origin is None:
        return f"{library}\0".encode()
    found = os.stat(spec.origin)  # noqa: PTH116  # one of a few that are looked at always
    return f"{library}\0{spec.origin}\0{found.st_size}\0{found.st_mtime_ns}\0".encode()
