"""JSON text with exact decimals, and its canonical form for digests.

The standard library writes floats only; here a `Decimal` is written digit for digit, as a
JSON number. Canonical text (sorted keys, no blanks, numbers in one shape) is what a digest
is taken over: two documents that say the same have the same digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from policyengine.values.numbers import to_text

_string = json.encoder.encode_basestring
# what is most often met comes first: whether something is any `Mapping` takes long to tell
_GROUPS, _LISTS = (dict, Mapping), (list, tuple)


def dumps(value: Any, *, indent: int | None = None, canonical: bool = False) -> str:
    """JSON text of dict, list, tuple, str, Decimal, int, bool and None; other values as `str()`.

    `indent` breaks lines as `json.dumps` does; `canonical` sorts keys and drops blanks.
    """
    comma, colon = (",", ":") if canonical else (", ", ": ")
    if indent is None:
        return _line(value, comma, colon, canonical)
    return _lines(value, " " * indent, "\n", colon, canonical)


def _line(value: Any, comma: str, colon: str, ordered: bool) -> str:
    """A value in one line."""
    kind = type(value)
    if kind is str:
        return _string(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is Decimal:
        return to_text(value)
    if isinstance(value, _GROUPS):
        rows = [
            f"{_string(str(key))}{colon}"
            # most items are texts, and a call costs more than writing one
            f"{_string(item) if type(item) is str else _line(item, comma, colon, ordered)}"
            for key, item in _items(value, ordered)
        ]
        return f"{{{comma.join(rows)}}}"
    if isinstance(value, _LISTS):
        return f"[{comma.join([_line(item, comma, colon, ordered) for item in value])}]"
    if isinstance(value, Decimal):
        return to_text(value)
    return str(value) if isinstance(value, int) else _string(str(value))


def _lines(value: Any, step: str, newline: str, colon: str, ordered: bool) -> str:
    """A value over several lines, each item further in by a step."""
    if type(value) is str:
        return _string(value)
    inner = newline + step
    if isinstance(value, _GROUPS) and value:
        rows = [
            f"{_string(str(key))}{colon}{_lines(item, step, inner, colon, ordered)}"
            for key, item in _items(value, ordered)
        ]
        return f"{{{inner}{f',{inner}'.join(rows)}{newline}}}"
    if isinstance(value, _LISTS) and value:
        rows = [_lines(item, step, inner, colon, ordered) for item in value]
        return f"[{inner}{f',{inner}'.join(rows)}{newline}]"
    return _line(value, ",", colon, ordered)


def _items(value: Mapping[Any, Any], ordered: bool) -> Iterable[tuple[Any, Any]]:
    return ((key, value[key]) for key in sorted(value)) if ordered else value.items()


def digest(value: Any) -> str:
    """`sha256:` and the hex SHA-256 of the canonical JSON text in UTF-8."""
    return digest_bytes(dumps(value, canonical=True).encode("utf-8", "surrogatepass"))


def digest_bytes(data: bytes) -> str:
    """`sha256:` and the hex SHA-256 of some bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()
