"""Where output goes: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from policyengine.cli import console
from policyengine.cli.guarding import refuse_overwriting
from policyengine.errors import Diagnostic, PolicyEngineError
from policyengine.source import quoted

if TYPE_CHECKING:
    from policyengine.output.text import Style


class WriteError(PolicyEngineError):
    """Output that cannot be written; a closed pipe stays a `BrokenPipeError`."""


def _cannot(name: str, error: OSError | ValueError) -> WriteError:
    why = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return WriteError(
        Diagnostic("cannot-write", f"cannot write {quoted(name, 200)}: {why.lower()}")
    )


class Output(Protocol):
    """`write` pieces of text, then `commit`; `abort` leaves nothing new behind."""

    def write(self, text: str) -> None: ...

    def flush(self) -> None: ...

    def commit(self) -> None: ...

    def abort(self) -> None: ...


class StandardOutput:
    """Standard output: UTF-8 for data, whatever the locale; its own encoding for people.

    What that encoding cannot say is written as an escape.
    """

    def __init__(self, *, data: bool) -> None:
        self._encoding = "utf-8" if data else encoding()

    def write(self, text: str) -> None:
        stream = sys.stdout
        if stream is None:
            raise WriteError(Diagnostic("cannot-write", "standard output is closed"))
        try:
            made = text.encode(self._encoding, "backslashreplace")
            if hasattr(stream, "buffer"):
                stream.buffer.write(made)
            else:
                stream.write(made.decode(self._encoding))
        except BrokenPipeError:
            raise
        except (OSError, ValueError) as error:
            raise _cannot("standard output", error) from None

    def flush(self) -> None:
        try:
            if sys.stdout is not None:
                sys.stdout.flush()
        except BrokenPipeError:
            raise
        except (OSError, ValueError) as error:
            raise _cannot("standard output", error) from None

    def commit(self) -> None:
        self.flush()

    def abort(self) -> None:
        """What was written stays written; there is nothing to take back."""


class FileOutput:
    """A file, written beside its place and moved there at the end.

    A reader sees the old file or the new one, never a part; a device or a pipe is written
    directly.
    """

    def __init__(self, path: Path) -> None:
        self._shown = path.as_posix()
        self._temporary: Path | None = None
        try:
            self._target = Path(os.path.realpath(path))
            mode = self._target.stat().st_mode if self._target.exists() else None
            if mode is not None and not stat.S_ISREG(mode):
                self._stream: BinaryIO = self._target.open("wb")
                return
            self._temporary = self._target.with_name(f".{secrets.token_hex(8)}.tmp")
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
            descriptor = os.open(self._temporary, flags, 0o666)
            if mode is not None:
                os.chmod(self._temporary, stat.S_IMODE(mode))  # noqa: PTH101 - as on the line above
            self._stream = os.fdopen(descriptor, "wb")
        except (OSError, ValueError) as error:
            raise _cannot(self._shown, error) from None

    def write(self, text: str) -> None:
        try:
            self._stream.write(text.encode("utf-8", "backslashreplace"))
        except OSError as error:
            raise _cannot(self._shown, error) from None

    def flush(self) -> None:
        """Nobody reads the file before it is whole."""

    def commit(self) -> None:
        try:
            self._stream.flush()
            if self._temporary is None:
                self._stream.close()
                return
            os.fsync(self._stream.fileno())
            self._stream.close()
            self._temporary.replace(self._target)
            self._temporary = None
        except OSError as error:
            raise _cannot(self._shown, error) from None
        _sync_folder(self._target.parent)

    def abort(self) -> None:
        try:
            self._stream.close()
        except OSError:
            pass
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)


def named(file: Path | None) -> Path | None:
    """The file that `-o` names; None for standard output, which `-` stands for."""
    return file if file is not None and str(file) != "-" else None


def opened(file: Path | None, read: Iterable[Path], *, data: bool) -> Output:
    """A file, or standard output where there is none; raises `UsageError` for a file that the
    run reads: one of `read`, or what one of those names."""
    if file is None:
        return StandardOutput(data=data)
    refuse_overwriting(file, read)
    return FileOutput(file)


def write(pieces: Iterable[str], file: Path | None, read: Iterable[Path], *, data: bool) -> None:
    """A command's answer, where `-o` sends it; raises as `opened` does, before the first piece
    is asked for."""
    output = opened(named(file), read, data=data)
    try:
        for piece in pieces:
            output.write(piece)
        output.commit()
    except BaseException:
        output.abort()
        raise


def style(file: Path | None, color: str) -> Style:
    """How a page looks where `-o` sends it: a file is the same whatever the terminal that it was
    asked for on. `color` is `auto`, `always` or `never`, for standard output."""
    from policyengine.output.text import Style

    if named(file) is not None:
        return Style()
    return Style(console.width(), console.wants_color(color, sys.stdout), is_unicode())


def write_file(path: Path, text: str) -> None:
    """A file that appears whole or not at all; raises `WriteError`."""
    output = FileOutput(path)
    try:
        output.write(text)
        output.commit()
    finally:
        output.abort()


def _sync_folder(folder: Path) -> None:
    """Make the move itself durable, where the system can."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)


def encoding() -> str:
    """The encoding of standard output for people."""
    return getattr(sys.stdout, "encoding", None) or "utf-8"


def is_unicode() -> bool:
    """Whether standard output can show signs beyond ASCII."""
    return encoding().lower().replace("-", "").replace("_", "").startswith("utf")


def put(text: str) -> None:
    """Text for people on standard output, written and flushed."""
    output = StandardOutput(data=False)
    output.write(text)
    output.commit()
