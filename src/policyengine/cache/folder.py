"""The folder on disk: entries of this user's alone, each whole or not there.

A file is believed only if it and its folder belong to the user who runs this and nobody else
may write to them; links are not followed. Every failure (no rights, no room, a file where a
folder should be) means that nothing is found or kept, and nothing more. Where a system does
not say whose a file is, there is no cache.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from policyengine.values.record import Record

_HEX = frozenset("0123456789abcdef")
#: what is kept: entries, and bytes of all together
MAX_ENTRIES = 64
MAX_BYTES = 64_000_000
#: a larger policy is read from its documents
MAX_ENTRY = 16_000_000
#: a temporary file of this age, in seconds, was left behind by a process that ended
_ABANDONED = 3_600
#: how old, in seconds, a time of last use may get before it is noted again
_NOTED = 86_400
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_OPEN = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class Listed(Record):
    """An entry's file: its size in bytes, and when it was last used, in seconds."""

    name: str
    size: int
    used: float


class Folder:
    """The cache at a path."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, name: str) -> bytes | None:
        """The bytes of a file that this user alone can have written; None for any other."""
        try:
            with self._opened() as folder:
                descriptor = os.open(name, os.O_RDONLY | _OPEN, dir_fd=folder)
                try:
                    found = os.fstat(descriptor)
                    if not stat.S_ISREG(found.st_mode) or not _is_ours(found):
                        return None
                    if found.st_size > MAX_ENTRY:
                        return None
                    data = _all(descriptor, found.st_size)
                    if time.time() - found.st_mtime > _NOTED:
                        with suppress(OSError):  # a file system that is only read
                            os.utime(descriptor)
                    return data
                finally:
                    os.close(descriptor)
        except (OSError, ValueError):
            return None

    def write(self, name: str, data: bytes) -> bool:
        """Put a file in place, whole, and make room; whether it is there now."""
        if len(data) > MAX_ENTRY:
            return False
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileExistsError):
                self.path.mkdir(mode=0o700)
            with self._opened() as folder:
                self._put(folder, name, data)
                self._make_room(folder)
        except (OSError, ValueError):
            return False
        return True

    def entries(self) -> list[Listed]:
        """The entries, latest used first."""
        try:
            with self._opened() as folder:
                return self._listed(folder)
        except (OSError, ValueError):
            return []

    def clear(self) -> int:
        """Remove every entry; how many there were. Files of others are left alone."""
        gone = 0
        try:
            with self._opened() as folder:
                for name in _names(folder):
                    if _is_entry(name) or _is_temporary(name):
                        with suppress(OSError):
                            os.unlink(name, dir_fd=folder)
                            gone += _is_entry(name)
        except (OSError, ValueError):
            pass
        return gone

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """The folder, held open: what is checked is what is used. Raises `OSError`."""
        if not hasattr(os, "geteuid") or os.open not in os.supports_dir_fd:
            raise OSError("the system does not say whose a file is")
        descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | _OPEN)
        try:
            if not _is_ours(os.fstat(descriptor)):
                raise PermissionError("others can write to the folder")
            yield descriptor
        finally:
            os.close(descriptor)

    def _put(self, folder: int, name: str, data: bytes) -> None:
        temporary = f".{os.urandom(8).hex()}.tmp"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _OPEN
        descriptor = os.open(temporary, flags, 0o600, dir_fd=folder)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
            os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=folder)
            raise

    def _make_room(self, folder: int) -> None:
        """Remove what was not used for longest, and what was left half written."""
        size = 0
        for number, entry in enumerate(self._listed(folder), start=1):
            size += entry.size
            if number > MAX_ENTRIES or size > MAX_BYTES:
                with suppress(OSError):
                    os.unlink(entry.name, dir_fd=folder)
        for name in _names(folder):
            if _is_temporary(name):
                with suppress(OSError):
                    found = os.stat(name, dir_fd=folder, follow_symlinks=False)
                    if time.time() - found.st_mtime > _ABANDONED:
                        os.unlink(name, dir_fd=folder)

    def _listed(self, folder: int) -> list[Listed]:
        found = []
        for name in _names(folder):
            if _is_entry(name):
                with suppress(OSError):
                    entry = os.stat(name, dir_fd=folder, follow_symlinks=False)
                    found.append(Listed(name, entry.st_size, entry.st_mtime))
        return sorted(found, key=lambda entry: (-entry.used, entry.name))


def _names(folder: int) -> list[str]:
    return os.listdir(folder)  # of a folder held open, which has no path


def _is_entry(name: str) -> bool:
    return len(name) == 71 and name.endswith(".policy") and _HEX.issuperset(name[:64])


def _is_temporary(name: str) -> bool:
    return len(name) == 21 and name[0] + name[17:] == "..tmp" and _HEX.issuperset(name[1:17])


def _is_ours(found: os.stat_result) -> bool:
    """Whether a file or folder is this user's, and nobody else may write to it."""
    return found.st_uid == os.geteuid() and not found.st_mode & _OTHERS_WRITE


def _all(descriptor: int, size: int) -> bytes:
    chunks = []
    while size > 0:
        chunk = os.read(descriptor, size)
        if not chunk:
            break
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)
