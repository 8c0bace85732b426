"""Functions on strings. Positions count characters (code points) from 1, or from -1 at the end."""

from __future__ import annotations

from decimal import Decimal

from policyengine.feel.builtins.model import Family, whole
from policyengine.operators import regex
from policyengine.operators.fault import Fault
from policyengine.operators.limits import MAX_TEXT

TEXTS = Family("strings")


def substring(string: str, start: Decimal, length: Decimal | None = None) -> str:
    at = whole(start, "start position")
    if at == 0 or abs(at) > len(string):
        raise Fault("bad-index", "the start position is outside the text")
    begin = at - 1 if at > 0 else len(string) + at
    if length is None:
        return string[begin:]
    count = whole(length, "length")
    if count < 1:
        raise Fault("invalid-argument", "the length is at least 1")
    return string[begin : begin + count]


def substring_before(string: str, match: str) -> str:
    return string.partition(match)[0] if match and match in string else ""


def substring_after(string: str, match: str) -> str:
    return string.partition(match)[2] if match else string


def string_join(items: tuple[str | None, ...], delimiter: str | None = None) -> str:
    parts = [item for item in items if item is not None]
    between = delimiter or ""
    if sum(map(len, parts)) + len(between) * len(parts) > MAX_TEXT:
        raise Fault("overflow", f"the text is longer than {MAX_TEXT} characters")
    return between.join(parts)


def _join(items: tuple[str | None, ...], delimiter: object = None) -> str:
    if delimiter is not None and not isinstance(delimiter, str):
        raise Fault("type-mismatch", "the delimiter is not a string")
    return string_join(items, delimiter)


def _matches(string: str, pattern: str, flags: str | None = None) -> bool:
    return regex.search(pattern, string, _flags(flags))


def _replace(string: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    return regex.replace(pattern, string, replacement, _flags(flags))


def _flags(flags: object) -> str:
    if flags is None:
        return ""
    if not isinstance(flags, str):
        raise Fault("type-mismatch", "the flags are not a string")
    return flags


_define = TEXTS.define
_define(
    "substring(string: string, start position: number, length?: number) -> string",
    substring,
    "The part of a text from a position, so many characters or to the end.",
)
_define(
    "string length(string: string) -> number",
    lambda string: Decimal(len(string)),
    "The number of characters.",
)
_define("upper case(string: string) -> string", str.upper, "The text in upper case.")
_define("lower case(string: string) -> string", str.lower, "The text in lower case.")
_define(
    "substring before(string: string, match: string) -> string",
    substring_before,
    "What stands before the first occurrence; the empty text if there is none.",
)
_define(
    "substring after(string: string, match: string) -> string",
    substring_after,
    "What stands after the first occurrence; the empty text if there is none.",
)
_define(
    "replace(input: string, pattern: string, replacement: string, flags?: Any) -> string",
    _replace,
    "Every match of a regular expression replaced; `$1` is the first group.",
)
_define(
    "contains(string: string, match: string) -> boolean",
    lambda string, match: match in string,
    "Whether a text occurs in another.",
)
_define(
    "starts with(string: string, match: string) -> boolean",
    str.startswith,
    "Whether a text begins with another.",
)
_define(
    "ends with(string: string, match: string) -> boolean",
    str.endswith,
    "Whether a text ends with another.",
)
_define(
    "matches(input: string, pattern: string, flags?: Any) -> boolean",
    _matches,
    "Whether a part of the text matches a regular expression.",
)
_define(
    "split(string: string, delimiter: string) -> list<string>",
    lambda string, delimiter: regex.split(delimiter, string),
    "The parts between the matches of a regular expression.",
)
_define(
    "string join(list: list<string>, delimiter?: Any) -> string",
    _join,
    "The texts of a list in one, nulls left out, with a delimiter between them.",
)
