"""What a policy was made of: the name of its entry, and proof that it still is the one.

The key covers how the policy was asked for and, of its folder, every name and the bytes of
every file that loading reads. Files outside of the folder (the terms schema, what it refers
to) are known only once the policy was read; an entry lists them with their digests.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policyengine.cache.engine import engine_digest
from policyengine.project import MANIFESTS
from policyengine.values.record import Record

if TYPE_CHECKING:
    from policyengine.loader import Reads

_READ = (".yaml", ".yml", ".json")
#: a folder of more names, a file of more bytes, or as many in all, is not looked through
_MAX_NAMES = 2_000
_MAX_FILE = 10_000_000
_MAX_BYTES = 50_000_000
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class Contents(Record):
    """The key of a policy as it is now, and the digests of the files below its folder."""

    key: bytes
    files: Mapping[str, bytes]


#: a file outside of the folder: its path, where that leads, and its digest; None for both
#: where no file may be
Beside = tuple[str, str | None, bytes | None]


def contents(
    path: Path, *, root: Path, shown: str | None, overrides: Mapping[str, Any]
) -> Contents | None:
    """What the policy at a path is made of; None where that cannot be told in full."""
    engine = engine_digest()
    asked = _canonical(overrides)
    if engine is None or asked is None:
        return None
    try:
        made = sha256(engine)
        for text in (
            "" if shown is None else f"={shown}",
            str(path),
            os.path.realpath(path),
            str(root),
            asked,
        ):
            data = os.fsencode(text)
            made.update(len(data).to_bytes(8, "big") + data)
        files: dict[str, bytes] = {}
        if path.is_dir():
            _below(path, made, files)
        else:
            if path.name in MANIFESTS:  # one without rules stands for its folder
                _below(path.parent, made, files)
            files[str(path)] = _digest(str(path))
        for name, digest in sorted(files.items()):
            made.update(sha256(os.fsencode(name)).digest() + digest)
    except (OSError, ValueError):
        return None
    return Contents(made.digest(), files)


def besides(known: Contents, reads: Reads, *, whole: bool) -> tuple[Beside, ...] | None:
    """The files outside of the folder that loading read; None if it did not read what the
    key says. `whole` says that the policy is its folder."""
    if not reads.steady:
        return None
    found: list[Beside] = []
    for name, digest in reads.files.items():
        inside = known.files.get(name)
        if inside is None:
            found.append((name, os.path.realpath(name), digest))
        elif inside != digest:
            return None
    if whole and not known.files.keys() <= reads.files.keys():
        return None
    found += [(name, None, None) for name, there in reads.probed.items() if not there]
    return tuple(found)


def are_as_before(files: Iterable[Beside]) -> bool:
    """Whether the files outside of the folder are what they were."""
    try:
        for name, real, digest in files:
            if digest is None:
                if os.path.isfile(name):  # noqa: PTH113  # one of a few that are looked at always
                    return False
            elif os.path.realpath(name) != real or _digest(name) != digest:
                return False
    except (OSError, ValueError):
        return False
    return True


def _below(folder: Path, made: Any, files: dict[str, bytes]) -> None:
    """Every name below a folder, as loading walks it, and the digests of what it reads."""
    stack = [(str(folder), "")]
    seen = 0
    size = 0
    while stack:
        where, below = stack.pop()
        with os.scandir(where) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        for entry in entries:
            seen += 1
            if seen > _MAX_NAMES:
                raise ValueError("too many files")
            name = f"{below}{entry.name}"
            kind = "file"
            if entry.is_symlink():
                kind = f"link {os.path.realpath(entry.path)}"
            elif entry.is_dir():
                kind = "folder"
                if not entry.name.startswith("."):
                    stack.append((entry.path, f"{name}/"))
            made.update(sha256(os.fsencode(f"{name}\0{kind}")).digest())
            if entry.name.lower().endswith(_READ) and not entry.is_dir():
                digest, length = _digest_and_size(entry.path)
                size += length
                if size > _MAX_BYTES:
                    raise ValueError("too many bytes")
                # as a path made of the folder's and the name's would be written
                files[str(Path(entry.path))] = digest


def _digest(path: str) -> bytes:
    return _digest_and_size(path)[0]


def _digest_and_size(path: str) -> tuple[bytes, int]:
    """Raises `OSError` or `ValueError` for what is no file that a policy is read from."""
    descriptor = os.open(path, _FLAGS)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MAX_FILE:
            raise ValueError("not a file of a policy")
        made = sha256()
        size = 0
        while chunk := os.read(descriptor, found.st_size + 1):
            made.update(chunk)
            size += len(chunk)
            if size > _MAX_FILE:
                raise ValueError("a file that grows")
    finally:
        os.close(descriptor)
    return made.digest(), size


def _canonical(value: Any) -> str | None:
    """Parameters as a text that says their values and their types; None for other values."""
    kind = type(value)
    if value is None or kind in (bool, int, float, str, Decimal):
        return f"{kind.__name__}:{value!r}"
    if kind is date:
        return f"date:{value.isoformat()}"
    if kind in (list, tuple):
        items = [_canonical(item) for item in value]
        return None if None in items else f"[{','.join(map(str, items))}]"
    if isinstance(value, Mapping):
        if any(type(key) is not str for key in value):
            return None
        entries = [(key, _canonical(item)) for key, item in value.items()]
        if any(item is None for _, item in entries):
            return None
        return "{" + ",".join(f"{key!r}={item}" for key, item in entries) + "}"
    return None
