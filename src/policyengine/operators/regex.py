"""Regular expressions of linear time (RE2), written as XPath and XML Schema write them.

RE2 is imported when a pattern is first met. What XPath has and RE2 does not
(back-references) is refused; what RE2 has and XPath does not (`(?…)` groups but
`(?:…)`, `\\b`, `\\A`, `\\z`, `\\Q…\\E`) is refused too, so that a pattern means the same
elsewhere. `\\i`, `\\c` and the subtraction of simple classes are translated.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from policyengine.operators.fault import Fault
from policyengine.operators.limits import MAX_PATTERN, MAX_TEXT
from policyengine.operators.regexsyntax import PatternError, translate
from policyengine.source import quoted

_FLAGS = frozenset("ismxq")


def pattern_problem(pattern: str, flags: str = "", *, divides: bool = False) -> str | None:
    """Why a pattern is refused, in words, or None if it is not. One that `divides` a text, as
    in `replace` and `split`, may not match the empty text."""
    try:
        compiled = _compiled(pattern, flags)
    except Fault as fault:
        return fault.message
    return "it matches the empty text" if divides and compiled.search(b"") is not None else None


def replacement_problem(replacement: str, flags: str = "") -> str | None:
    """Why a replacement is refused, in words, or None if it is not."""
    try:
        _parts(replacement, flags, 0)
    except Fault as fault:
        return fault.message
    return None


def search(pattern: str, text: str, flags: str = "") -> bool:
    """Whether a part of the text matches. Raises `Fault("bad-pattern")`."""
    return _compiled(pattern, flags).search(_encoded(text)) is not None


def replace(pattern: str, text: str, replacement: str, flags: str = "") -> str:
    """The text with every match replaced; `$1` in the replacement is the first group, `$0`
    the match, `\\$` and `\\\\` the characters themselves.

    Raises `Fault`: `bad-pattern` (also for a pattern that matches the empty text),
    `invalid-argument`, `overflow`.
    """
    compiled = _compiled(pattern, flags)
    data = _encoded(text)
    _refuse_empty(compiled, pattern)
    parts = _parts(replacement, flags, compiled.groups)
    out: list[bytes] = []
    size = at = 0
    for match in compiled.finditer(data):
        made = b"".join(
            part.encode() if isinstance(part, str) else match.group(part) or b"" for part in parts
        )
        out += [data[at : match.start()], made]
        size += len(made)
        if size > MAX_TEXT:
            raise Fault("overflow", f"the text is longer than {MAX_TEXT} characters")
        at = match.end()
    out.append(data[at:])
    return b"".join(out).decode()


def split(pattern: str, text: str, flags: str = "") -> tuple[str, ...]:
    """The parts between the matches; raises `Fault` as `replace` does."""
    compiled = _compiled(pattern, flags)
    data = _encoded(text)
    _refuse_empty(compiled, pattern)
    parts = []
    at = 0
    for match in compiled.finditer(data):
        parts.append(data[at : match.start()].decode())
        at = match.end()
    return (*parts, data[at:].decode())


@lru_cache(maxsize=256)
def _compiled(pattern: str, flags: str) -> Any:
    unknown = set(flags) - _FLAGS
    if unknown:
        shown = quoted("".join(sorted(unknown)))
        raise Fault("bad-pattern", f"unknown flag {shown}; there are i, s, m, x and q")
    if len(pattern) > MAX_PATTERN:
        raise Fault("bad-pattern", f"it is longer than {MAX_PATTERN} characters")
    try:
        translated = re.escape(pattern) if "q" in flags else translate(pattern, "x" in flags)
    except PatternError as refused:
        raise Fault("bad-pattern", str(refused)) from None
    switches = "".join(flag for flag in "ism" if flag in flags and "q" not in flags)
    if "q" in flags and "i" in flags:
        switches = "i"

    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 22
    data = _encoded((f"(?{switches})" if switches else "") + translated)
    try:
        return re2.compile(data, options)
    except re2.error as refused:
        reason = refused.args[0] if refused.args else ""
        words = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        what, _, where = words.partition(": ")  # what is wrong, and the part that is
        shown = f"{what}: {quoted(where)}" if where and where != pattern else what
        raise Fault("bad-pattern", shown or "not a regular expression") from None


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Fault("invalid-argument", "the text holds half a character") from None


def _refuse_empty(compiled: Any, pattern: str) -> None:
    if compiled.search(b"") is not None:
        raise Fault("bad-pattern", f"the pattern {quoted(pattern)} matches the empty text")


def _parts(replacement: str, flags: str, groups: int) -> list[str | int]:
    """A replacement as texts and numbers of groups; with the flag `q`, a text as it is."""
    if "q" in flags:
        return [replacement]
    parts: list[str | int] = []
    at = 0
    while at < len(replacement):
        char = replacement[at]
        following = replacement[at + 1 : at + 2]
        if char == "\\":
            if following not in ("\\", "$") or not following:
                raise Fault("invalid-argument", r"in a replacement `\` stands before `\` or `$`")
            parts.append(following)
            at += 2
        elif char == "$":
            if not following.isdecimal() or not following.isascii():
                raise Fault("invalid-argument", "in a replacement `$` stands before a digit")
            number = int(following)
            at += 2
            while at < len(replacement) and replacement[at] in "0123456789":
                longer = number * 10 + int(replacement[at])
                if longer > groups:
                    break
                number = longer
                at += 1
            parts.append(number if number <= groups else "")
        else:
            parts.append(char)
            at += 1
    return parts
