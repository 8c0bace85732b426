"""Values as texts: what `string()` gives."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from policyengine.feel.printer import key_text, string_text
from policyengine.operators.fault import Fault
from policyengine.operators.limits import MAX_TEXT
from policyengine.values.numbers import to_text as number_text
from policyengine.values.ranges import Matcher, Range


def to_text(value: Any) -> str | None:
    """The text of a value: a string as it is, null as null, anything else as a literal
    would be written, but a date, time or duration without `@` and quotes.

    Raises `Fault("overflow")` where the text would be too long.
    """
    if value is None or isinstance(value, str):
        return value
    out: list[str] = []
    _write(value, out, [MAX_TEXT])
    return "".join(out)


def _write(value: Any, out: list[str], left: list[int]) -> None:
    if isinstance(value, tuple):
        _put("[", out, left)
        for number, item in enumerate(value):
            if number:
                _put(", ", out, left)
            _write(item, out, left)
        _put("]", out, left)
    elif isinstance(value, dict):
        _put("{", out, left)
        for number, (key, item) in enumerate(value.items()):
            _put((", " if number else "") + key_text(key) + ": ", out, left)
            _write(item, out, left)
        _put("}", out, left)
    elif isinstance(value, Range):
        _put("[" if value.low_included else "(", out, left)
        if value.low is not None:
            _write(value.low, out, left)
        _put("..", out, left)
        if value.high is not None:
            _write(value.high, out, left)
        _put("]" if value.high_included else ")", out, left)
    elif isinstance(value, Matcher):
        _put(f"({value.operator} ", out, left)
        _write(value.operand, out, left)
        _put(")", out, left)
    else:
        _put(_plain(value), out, left)


def _plain(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return number_text(value)
    return string_text(value) if isinstance(value, str) else str(value)


def _put(text: str, out: list[str], left: list[int]) -> None:
    left[0] -= len(text)
    if left[0] < 0:
        raise Fault("overflow", f"the text is longer than {MAX_TEXT} characters")
    out.append(text)
