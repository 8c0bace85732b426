"""The form of an entry's file: a digest over all the rest, the key, and four parts.

    policyengine cache 1\\n   SHA-256 of what follows   key   size, bytes   size, bytes …

Anything that is not exactly this, to the last byte, is no entry.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from policyengine.values.record import Record

MAGIC: Final = b"policyengine cache 1\n"
_DIGEST = 32
_SIZE = 8


class Entry(Record):
    """An entry in bytes. `label` says to people what it is; `besides` are the files outside of
    the policy's folder that it was made of, `meaning` the checked policy with its schema and
    warnings, `documents` what was written."""

    label: bytes
    besides: bytes
    meaning: bytes
    documents: bytes


def pack(key: bytes, entry: Entry) -> bytes:
    """The bytes of a file; `key` is 32 bytes that say what it was made of."""
    parts = [key]
    for part in (entry.label, entry.besides, entry.meaning, entry.documents):
        parts += [len(part).to_bytes(_SIZE, "big"), part]
    body = b"".join(parts)
    return MAGIC + sha256(body).digest() + body


def unpack(data: bytes, key: bytes | None) -> Entry | None:
    """The entry of a file, or None if it is not whole or was kept under another key."""
    start = len(MAGIC) + _DIGEST
    if not data.startswith(MAGIC) or len(data) < start + len(key or b""):
        return None
    if sha256(memoryview(data)[start:]).digest() != data[len(MAGIC) : start]:
        return None
    if key is not None and data[start : start + _DIGEST] != key:
        return None
    at = start + _DIGEST
    parts = []
    for _ in Entry.__fields__:
        end = at + _SIZE
        size = int.from_bytes(data[at:end], "big")
        parts.append(data[end : end + size])
        at = end + size
    return Entry(*parts) if at == len(data) else None
