"""JSON text with exact decimals, and its canonical form for digests.

The standard library writes floats only; here a `Decimal` is written digit for digit, as a
JSON number. Canonical text (sorted keys, no blanks, numbers in one shape) is what a digest
is taken over: two documents that say the same have the same digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from policyengine.values.numbers import to_text

_string = json.encoder.encode_basestring


def dumps(value: Any, *, indent: int | None = None, canonical: bool = False) -> str:
    """JSON text of dict, list, tuple, str, Decimal, int, bool and None; other values as `str()`.

    `indent` breaks lines as `json.dumps` does; `canonical` sorts keys and drops blanks.
    """
    out: list[str] = []
    _write(value, out, indent, 0, canonical)
    return "".join(out)


def _write(value: Any, out: list[str], indent: int | None, depth: int, canonical: bool) -> None:
    if value is None:
        out.append("null")
    elif value is True:
        out.append("true")
    elif value is False:
        out.append("false")
    elif isinstance(value, str):
        out.append(_string(value))
    elif isinstance(value, Decimal):
        out.append(to_text(value))
    elif isinstance(value, int):
        out.append(str(value))
    elif isinstance(value, Mapping):
        keys = sorted(value) if canonical else value
        rows = [(f"{_string(str(k))}:{'' if canonical else ' '}", value[k]) for k in keys]
        _write_group("{", rows, "}", out, indent, depth, canonical)
    elif isinstance(value, list | tuple):
        _write_group("[", [("", item) for item in value], "]", out, indent, depth, canonical)
    else:
        out.append(_string(str(value)))


def _write_group(
    opening: str,
    rows: list[tuple[str, Any]],
    closing: str,
    out: list[str],
    indent: int | None,
    depth: int,
    canonical: bool,
) -> None:
    out.append(opening)
    if rows:
        inner = "\n" + " " * (indent * (depth + 1)) if indent is not None else ""
        comma = "," if canonical or indent is not None else ", "
        for number, (lead, value) in enumerate(rows):
            out.append((comma if number else "") + inner + lead)
            _write(value, out, indent, depth + 1, canonical)
        if indent is not None:
            out.append("\n" + " " * (indent * depth))
    out.append(closing)


def digest(value: Any) -> str:
    """`sha256:` and the hex SHA-256 of the canonical JSON text in UTF-8."""
    return digest_bytes(dumps(value, canonical=True).encode("utf-8", "surrogatepass"))


def digest_bytes(data: bytes) -> str:
    """`sha256:` and the hex SHA-256 of some bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()
