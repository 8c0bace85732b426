"""JSON without positions, for batches: millions of lines through the C decoder.

Accepts exactly what `read_json` accepts. Whatever the C decoder refuses or cannot judge is
read again by `read_json`, which has the last word and the place.
"""

from __future__ import annotations

import json
from typing import Any

from policyengine.nodes import plain
from policyengine.reading.core_schema import numeral
from policyengine.reading.json import read_json
from policyengine.reading.keys import refused_character
from policyengine.reading.limits import LIMITS, Limits
from policyengine.source import Source


class _ReadAgainError(ValueError):
    """The C decoder cannot judge this."""


def fast_json(text: str, *, name: str = "<json>", limits: Limits = LIMITS) -> Any:
    """A JSON text as dict, list, str, Decimal, bool and None.

    Raises `DocumentError` as `read_json` does, with `name` for the place. A dict from here
    has its keys in document order.
    """
    try:
        # Lone surrogates, sizes: the C decoder has no opinion.
        if len(text) > limits.max_bytes or len(text) > limits.max_scalar or "\\ud" in text:
            raise _ReadAgainError
        if "\\uD" in text or not (text.isascii() or _encodable(text)):
            raise _ReadAgainError
        value = _decode(text)
        openings = text.count("{") + text.count("[")
        if openings > limits.max_depth and _depth_over(value, limits.max_depth):
            raise _ReadAgainError
        if len(text) > limits.max_nodes:
            most = openings + text.count(",") + text.count(":") + 1
            if most > limits.max_nodes:
                raise _ReadAgainError
    except (ValueError, RecursionError):
        return plain(read_json(Source(name, text), limits=limits))
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        raise _ReadAgainError
    for key in out:
        if not key.isascii() or not key.isprintable():
            if refused_character(key) is not None:
                raise _ReadAgainError
    return out


def _constant(_: str) -> Any:
    raise _ReadAgainError


_decode = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=numeral, parse_int=numeral, parse_constant=_constant
).decode


def _encodable(text: str) -> bool:
    """Whether a text is free of lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _depth_over(value: Any, limit: int) -> bool:
    """Whether containers are nested deeper than the limit."""
    level = [value]
    for _ in range(limit):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return any(isinstance(item, dict | list) for item in level)
