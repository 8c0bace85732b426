"""The file of a transcript: appended to so that no finished step is ever lost.

A step is one write to a file opened for appending, flushed to the disk before the step is
returned. A process that is killed can leave only its last line unfinished, and of that step
nobody was told.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from policyengine.errors import Diagnostic, DocumentError, UsageError
from policyengine.reading import LIMITS
from policyengine.source import quoted

_MOST = 16 * LIMITS.max_bytes
_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def read_lines(path: str | os.PathLike[str]) -> tuple[list[str], str]:
    """The whole lines of a file without their breaks, and what follows the last break."""
    shown = os.fspath(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
    except (OSError, ValueError) as error:
        raise _refused("file-unreadable", "cannot read", shown, error) from None
    try:
        return _lines(descriptor, shown)
    finally:
        os.close(descriptor)


def write_new(path: str | os.PathLike[str], text: str) -> None:
    """Write a file that is not there yet, which appears whole or not at all."""
    target = Path(path)
    beside = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        try:
            _write(descriptor, text.encode())
        finally:
            os.close(descriptor)
        _place(beside, target)
    except FileExistsError:
        raise _exists(target.as_posix()) from None
    except (OSError, ValueError) as error:
        raise _refused("cannot-write", "cannot write", target.as_posix(), error) from None
    finally:
        beside.unlink(missing_ok=True)


def _place(beside: Path, target: Path) -> None:
    """Give a finished file its name, which no other file may have."""
    try:
        os.link(beside, target)  # unlike a rename, it never replaces
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if target.exists():
            raise FileExistsError from None
        beside.replace(target)


class Appender:
    """A file that only grows, by whole lines, and that one process at a time may hold."""

    def __init__(self, descriptor: int, shown: str) -> None:
        self._descriptor = descriptor
        self._shown = shown

    @classmethod
    def create(cls, path: str | os.PathLike[str], text: str) -> Appender:
        """A new file that holds a text; `UsageError` if it is there already."""
        write_new(path, text)
        return cls.open(path)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Appender:
        """Hold an existing file; `UsageError` while another process does."""
        shown = os.fspath(path)
        flags = os.O_RDWR | os.O_APPEND | getattr(os, "O_NONBLOCK", 0) | _BINARY
        try:
            descriptor = os.open(path, flags)
        except (OSError, ValueError) as error:
            raise _refused("file-unreadable", "cannot open", shown, error) from None
        try:
            _check_kind(descriptor, shown)
            if not _locked(descriptor):
                message = f"another session is writing to {quoted(shown, 200)}"
                raise UsageError(Diagnostic("transcript-in-use", message))
        except BaseException:
            os.close(descriptor)
            raise
        return cls(descriptor, shown)

    def lines(self) -> tuple[list[str], str]:
        """As `read_lines`."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        return _lines(self._descriptor, self._shown)

    def mend(self, whole: int) -> None:
        """Make the file end after so many lines, each with its break."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        data = _read(self._descriptor, self._shown)
        lines = data.split(b"\n")
        kept = b"".join(line + b"\n" for line in lines[:whole])
        if data == kept:
            return
        if kept.startswith(data):
            self.append(kept[len(data) :].decode())
        else:
            os.ftruncate(self._descriptor, len(kept))
            os.fsync(self._descriptor)

    def append(self, line: str) -> None:
        """Add a line in one write and flush it to the disk. What cannot be written whole is
        taken back, and raises."""
        before = os.fstat(self._descriptor).st_size
        try:
            _write(self._descriptor, line.encode())
        except OSError as error:
            try:
                os.ftruncate(self._descriptor, before)
            except OSError:
                pass  # the line stays unfinished, which a reader knows how to take
            raise _refused("cannot-write", "cannot write", self._shown, error) from None

    def close(self) -> None:
        os.close(self._descriptor)


def _write(descriptor: int, data: bytes) -> None:
    written = os.write(descriptor, data)
    if written != len(data):
        raise OSError(None, "the disk is full")
    os.fsync(descriptor)


def _check_kind(descriptor: int, shown: str) -> None:
    """Raise `DocumentError` for a pipe, a device or a folder."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        message = f"{quoted(shown, 200)} is not a file"
        raise DocumentError(Diagnostic("file-kind", message))


def _read(descriptor: int, shown: str) -> bytes:
    chunks = []
    size = 0
    try:
        _check_kind(descriptor, shown)
        while chunk := os.read(descriptor, 1 << 20):
            chunks.append(chunk)
            size += len(chunk)
            if size > _MOST:
                message = f"{quoted(shown, 200)} is larger than {_MOST} bytes"
                raise DocumentError(Diagnostic("document-size", message))
    except OSError as error:
        raise _refused("file-unreadable", "cannot read", shown, error) from None
    return b"".join(chunks)


def _lines(descriptor: int, shown: str) -> tuple[list[str], str]:
    *whole, torn = _read(descriptor, shown).split(b"\n")
    try:
        lines = [line.decode() for line in whole]
    except UnicodeDecodeError:
        message = f"{quoted(shown, 200)} is not UTF-8"
        raise DocumentError(Diagnostic("document-encoding", message)) from None
    return lines, torn.decode(errors="replace")


def _locked(descriptor: int) -> bool:
    """Whether the file is this process's alone now; always, where there are no locks."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass  # a file system without locks
    return True


def _refused(code: str, what: str, shown: str, error: OSError | ValueError) -> DocumentError:
    if code == "file-unreadable" and isinstance(error, FileNotFoundError):
        return DocumentError(Diagnostic("file-missing", f"{quoted(shown, 200)} does not exist"))
    why = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return DocumentError(Diagnostic(code, f"{what} {quoted(shown, 200)}: {why.lower()}"))


def _exists(shown: str) -> UsageError:
    message = f"{quoted(shown, 200)} is there already; a transcript is a new file"
    return UsageError(Diagnostic("file-exists", message, hint="resume it, or choose another name"))
