"""Which files a policy is made of, and whether they are the same as before."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

from policyengine.loader import MAX_FILES
from policyengine.schema import TermsSchema
from policyengine.values.record import Record

#: a file younger than this may be written again without a trace in its times
_YOUNG = 2_000_000_000
_CHUNK = 1 << 20


class Signature(Record):
    """The files of a policy as the file system describes them, their contents unread.

    `newest` is the latest change, and `seen` when this was looked at, in nanoseconds: they
    say whether the next look can rely on times.
    """

    files: tuple[tuple[str, tuple[int, ...] | None], ...]
    newest: int
    seen: int

    def same(self, other: Signature) -> bool:
        return self.files == other.files

    @property
    def young(self) -> bool:
        """Whether a file may have changed since without a change of its times."""
        return self.seen - self.newest < _YOUNG


def signature(path: Path, besides: Iterable[Path]) -> Signature:
    """The signature of the policy at a path, and of files outside of it that it reads."""
    found: list[tuple[str, tuple[int, ...] | None]] = []
    newest = 0
    for name in _names(path, besides):
        try:
            stat = name.stat()
        except (OSError, ValueError):
            found.append((str(name), None))
            continue
        times = (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino, stat.st_dev)
        found.append((str(name), times))
        newest = max(newest, stat.st_mtime_ns, stat.st_ctime_ns)
    return Signature(tuple(found), newest, time.time_ns())


def contents(path: Path, besides: Iterable[Path]) -> str:
    """A digest of the names and bytes of a policy's files; one that cannot be read is one."""
    made = hashlib.sha256()
    for name in _names(path, besides):
        made.update(b"\0" + os.fsencode(name) + b"\0")
        try:
            with name.open("rb") as stream:
                size = 0
                while chunk := stream.read(_CHUNK):
                    made.update(chunk)
                    size += len(chunk)
                made.update(size.to_bytes(8, "big"))
        except (OSError, ValueError) as error:
            made.update(type(error).__name__.encode())
    return made.hexdigest()


def outside(schema: TermsSchema) -> tuple[Path, ...]:
    """The schema's own file, and those that it refers to, wherever they lie."""
    first = schema.span.source
    if not first.text:
        return ()
    home = Path(first.name)
    # each is named from the schema's folder, whichever document refers to it
    named = (Path(os.path.normpath(home.parent / name)) for name in schema.beside)
    return tuple(dict.fromkeys((home, *named)))


def _names(path: Path, besides: Iterable[Path]) -> list[Path]:
    """Every file that is read, or whose being there is an error, each once, in order."""
    found = {path: None, **dict.fromkeys(besides)}
    folder = path.parent if path.name.startswith("policy.") else None
    if os.path.isdir(path):  # noqa: PTH112 - `is_dir` raises where a folder above may not be read
        folder = path
    if folder is not None:
        for where, folders, names in os.walk(folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            found.update(
                dict.fromkeys(
                    Path(where, name)
                    for name in names
                    if name[:1] != "." or name.endswith((".yaml", ".yml"))
                )
            )
            if len(found) > 2 * MAX_FILES:
                break  # loading refuses as many
    return sorted(found)
