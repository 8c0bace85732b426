"""Files and bytes into sources: opened once, regular files only, never more than the limit.

Every failure is a `DocumentError`: nothing here lets an `OSError` or a `UnicodeError` out.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path, PurePath
from typing import BinaryIO, NoReturn

from policyengine.errors import Diagnostic, Diagnostics, DocumentError, did_you_mean
from policyengine.nodes import Node
from policyengine.reading.json import read_json
from policyengine.reading.limits import LIMITS, Limits
from policyengine.reading.unsaved import held
from policyengine.reading.yaml import read_yaml
from policyengine.source import Source, quoted

#: controls that no text file holds; tab and line breaks may stand
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BOM = b"\xef\xbb\xbf"
#: byte order marks of other encodings; UTF-32 first, as UTF-16's is the beginning of its
_OTHER_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_SUFFIXES = {".json": "json", ".yaml": "yaml", ".yml": "yaml"}
_KINDS = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_CHUNK = 1 << 20
_SIBLINGS = 2000


@dataclass(frozen=True, slots=True)
class Document:
    """What was read and the very bytes it was read from, for a digest of what was judged."""

    source: Source
    node: Node
    data: bytes


def read_bytes(name: str, data: bytes, *, limit: int = LIMITS.max_bytes) -> Source:
    """Bytes as text: UTF-8, a byte order mark at the start dropped; no control characters.

    `name` is what messages call the source. Raises `DocumentError`.
    """
    if len(data) > limit:
        _too_large(name, limit)
    for mark, encoding in _OTHER_MARKS:
        if data.startswith(mark):
            _fail(
                "document-encoding",
                f"{quoted(name)} is {encoding}; expected UTF-8",
                hint="save the file as UTF-8",
            )
    start = len(_BOM) if data.startswith(_BOM) else 0
    try:
        source = Source(name, data[start:].decode())
    except UnicodeDecodeError as error:
        _not_utf8(name, data, start + error.start)
    bad = _CONTROLS.search(source.text)
    if bad:
        at = bad.start()
        byte = start + len(source.text[:at].encode())
        point = ord(bad[0])
        what = "a NUL byte" if point == 0 else f"the control character U+{point:04X}"
        raise DocumentError(
            Diagnostic(
                "document-character",
                f"byte {byte} is {what}; expected a text",
                source.span(at, at + 1),
                hint="save the file as UTF-8" if point == 0 else "remove it",
            )
        )
    return source


def _not_utf8(name: str, data: bytes, at: int) -> NoReturn:
    """Bytes that are not UTF-8 from the offset `at` on."""
    start = len(_BOM) if data.startswith(_BOM) else 0
    before = len(data[start:at].decode())
    source = Source(name, data[start:].decode(errors="replace"))
    byte = data[at]
    surrogate = byte == 0xED and 0xA0 <= (data[at + 1 : at + 2] or b"\0")[0] <= 0xBF
    message = "half of a surrogate pair" if surrogate else f"0x{byte:02X}, which is not UTF-8"
    raise DocumentError(
        Diagnostic(
            "document-encoding",
            f"byte {at} is {message}",
            source.span(before, before + 1),
            hint="save the file as UTF-8",
        )
    )


def read_path(
    path: str | os.PathLike[str], *, shown: str | None = None, limit: int = LIMITS.max_bytes
) -> tuple[Source, bytes]:
    """The text of a regular file, and its bytes, read once; `shown` is its name in messages.

    A pipe, device, directory or socket is refused without waiting on it. Symbolic links are
    followed: confining paths to a folder is the caller's. Raises `DocumentError`.
    """
    name = os.fspath(path) if shown is None else shown
    unsaved = held(path)
    if unsaved is not None:
        return read_bytes(name, unsaved, limit=limit), unsaved
    flags = os.O_RDONLY
    for flag in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):  # not all on all systems
        flags |= getattr(os, flag, 0)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        _cannot_open(path, name, error)
    except ValueError:  # a NUL, or what the file system's encoding cannot hold
        _fail("file-name", f"{quoted(name)} cannot be the name of a file")
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            kind = next((words for test, words in _KINDS if test(mode)), "something else")
            _fail("file-kind", f"{quoted(name)} is {kind}; expected a file")
        data = _read(partial(os.read, descriptor), limit)
    except OSError as error:
        _cannot_open(path, name, error)
    finally:
        os.close(descriptor)
    if data is None:
        _too_large(name, limit)
    return read_bytes(name, data, limit=limit), data


def read_stream(
    stream: BinaryIO, *, name: str = "<stdin>", limit: int = LIMITS.max_bytes
) -> tuple[Source, bytes]:
    """The text of a stream, such as standard input, to its end, and its bytes."""
    try:
        data = _read(stream.read, limit)
    except (OSError, ValueError) as error:  # ValueError: the stream is closed
        _fail("file-unreadable", f"cannot read {quoted(name)}: {_reason(error)}")
    if data is None:
        _too_large(name, limit)
    return read_bytes(name, data, limit=limit), data


def format_of(name: str) -> str:
    """`json` or `yaml`, by the suffix; `DocumentError` for any other."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in _SUFFIXES:
        _fail(
            "file-suffix",
            f"{quoted(name)} is neither YAML nor JSON; expected .yaml, .yml or .json",
        )
    return _SUFFIXES[suffix]


def read_source(
    source: Source,
    form: str,
    *,
    limits: Limits = LIMITS,
    diagnostics: Diagnostics | None = None,
) -> Node:
    """The node of a text in one of the forms that `format_of` gives."""
    read = read_json if form == "json" else read_yaml
    return read(source, limits=limits, diagnostics=diagnostics)


def read_document(
    path: str | os.PathLike[str],
    *,
    shown: str | None = None,
    limits: Limits = LIMITS,
    diagnostics: Diagnostics | None = None,
) -> Document:
    """A file as a document; its suffix says whether it is JSON or YAML."""
    if not os.path.lexists(path) and held(path) is None:
        read_path(path, shown=shown)  # that there is nothing counts before what it is called
    form = format_of(os.fspath(path))
    source, data = read_path(path, shown=shown, limit=limits.max_bytes)
    return Document(source, read_source(source, form, limits=limits, diagnostics=diagnostics), data)


def read_standard_input(
    stream: BinaryIO,
    *,
    filename: str | None = None,
    limits: Limits = LIMITS,
    diagnostics: Diagnostics | None = None,
) -> Document:
    """Standard input as a document, named and typed by `filename`.

    Without a file name it is YAML, whatever it begins with: the text never decides which
    rules it is read by. Strict JSON needs a name that ends in .json.
    """
    form = "yaml" if filename is None else format_of(filename)
    source, data = read_stream(stream, name=filename or "<stdin>", limit=limits.max_bytes)
    return Document(source, read_source(source, form, limits=limits, diagnostics=diagnostics), data)


def _read(read: Callable[[int], bytes | None], limit: int) -> bytes | None:
    """All that a stream's `read` gives, or None where that is more bytes than the limit."""
    chunks: list[bytes] = []
    size = 0
    while size <= limit:
        chunk = read(min(_CHUNK, limit + 1 - size))
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
        size += len(chunk)
    return None


def _fail(code: str, message: str, hint: str | None = None) -> NoReturn:
    raise DocumentError(Diagnostic(code, message, hint=hint))


def _too_large(name: str, limit: int) -> NoReturn:
    _fail("document-size", f"{quoted(name)} is larger than {limit} bytes")


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) else None
    return (text or "the stream is closed").lower()


def _cannot_open(path: str | os.PathLike[str], name: str, error: OSError) -> NoReturn:
    shown = quoted(name)
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        _fail("file-missing", f"{shown} does not exist", _similar(path))
    if error.errno == errno.ELOOP:
        _fail("file-link-loop", f"{shown} is a symbolic link that leads back to itself")
    if error.errno == errno.ENAMETOOLONG:
        _fail("file-name", f"{shown} cannot be the name of a file")
    if error.errno in (errno.ENXIO, errno.EOPNOTSUPP):  # opening a socket
        _fail("file-kind", f"{shown} is a socket; expected a file")
    if error.errno == errno.EACCES and os.path.isdir(path):  # noqa: PTH112 - it never raises
        _fail("file-kind", f"{shown} is a directory; expected a file")  # as Windows refuses one
    _fail("file-unreadable", f"cannot read {shown}: {_reason(error)}")


def _similar(path: str | os.PathLike[str]) -> str | None:
    """The file beside a missing one that was probably meant."""
    wanted = Path(path)
    try:
        with os.scandir(wanted.parent) as entries:
            names = [entry.name for entry in islice(entries, _SIBLINGS)]
    except (OSError, ValueError):
        return None
    return did_you_mean(wanted.name, names)
