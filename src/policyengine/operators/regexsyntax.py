"""From the patterns of XPath and XML Schema to those of RE2."""

from __future__ import annotations

_NAME_START = r":A-Z_a-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}"
_NAME_CHAR = _NAME_START + r"\-.0-9\x{B7}\x{300}-\x{36F}\x{203F}-\x{2040}"
_ESCAPES = {
    "i": f"[{_NAME_START}]",
    "I": f"[^{_NAME_START}]",
    "c": f"[{_NAME_CHAR}]",
    "C": f"[^{_NAME_CHAR}]",
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "w": r"[^\p{P}\p{Z}\p{C}]",
    "W": r"[\p{P}\p{Z}\p{C}]",
    "s": r"[ \t\n\r]",
    "S": r"[^ \t\n\r]",
}
#: The same inside brackets, where a class stands without its own.
_IN_CLASS = {
    "i": _NAME_START,
    "c": _NAME_CHAR,
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "W": r"\p{P}\p{Z}\p{C}",
    "s": r" \t\n\r",
    "w": r"\p{L}\p{M}\p{N}\p{S}",
    "S": r"\x{0}-\x{8}\x{B}\x{C}\x{E}-\x{1F}\x{21}-\x{10FFFF}",
}
_BLOCKS = {
    "BasicLatin": r"\x{0}-\x{7F}",
    "Latin-1Supplement": r"\x{80}-\x{FF}",
    "LatinExtended-A": r"\x{100}-\x{17F}",
    "LatinExtended-B": r"\x{180}-\x{24F}",
    "Greek": r"\x{370}-\x{3FF}",
    "Cyrillic": r"\x{400}-\x{4FF}",
    "Hebrew": r"\x{590}-\x{5FF}",
    "Arabic": r"\x{600}-\x{6FF}",
}
_PLAIN = frozenset("\\|.?*+(){}[]^$-nrt")
_SPACE = " \t\n\r"


class PatternError(ValueError):
    """A pattern outside what is supported; the message says why."""


def translate(pattern: str, ignore_space: bool = False) -> str:
    """The RE2 form of a pattern; raises `PatternError`.

    With `ignore_space` (the flag `x`) blanks outside brackets are dropped.
    """
    out: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            text, at = _escape(pattern, at)
            out.append(text)
        elif char == "[":
            text, at = _class(pattern, at)
            out.append(text)
        elif pattern.startswith("(?", at) and not pattern.startswith("(?:", at):
            raise PatternError("`(?` groups other than `(?:…)` are not supported")
        else:
            if not (ignore_space and char in _SPACE):
                out.append(char)
            at += 1
    return "".join(out)


def _escape(pattern: str, at: int) -> tuple[str, int]:
    """What an escape outside brackets becomes, and where it ends."""
    char = pattern[at + 1 : at + 2]
    if char in ("p", "P"):
        body, end = _property(pattern, at)
        if body.startswith("\\x"):
            return f"[{'^' if char == 'P' else ''}{body}]", end
        return body, end
    if char and char in _ESCAPES:
        return _ESCAPES[char], at + 2
    if char.isdecimal():
        raise PatternError("back-references are not supported: they have no linear time")
    if char and char in _PLAIN:
        return "\\" + char, at + 2
    raise PatternError(f"`\\{char}` is not an escape here")


def _property(pattern: str, at: int) -> tuple[str, int]:
    end = pattern.find("}", at)
    if pattern[at + 2 : at + 3] != "{" or end < 0:
        raise PatternError("`\\p` needs a category in braces, as in `\\p{L}`")
    name = pattern[at + 3 : end]
    if name.startswith("Is"):
        block = _BLOCKS.get(name[2:])
        if block is None:
            raise PatternError(f"the block `{name}` is not supported")
        return block, end + 1
    return f"\\{pattern[at + 1]}{{{name}}}", end + 1


def _class(pattern: str, at: int) -> tuple[str, int]:
    """What a class in brackets becomes, and where it ends."""
    start = at
    at += 1
    negated = pattern.startswith("^", at)
    at += negated
    out: list[str] = []
    while at < len(pattern):
        char = pattern[at]
        if char == "]" and out:
            return f"[{'^' if negated else ''}{''.join(out)}]", at + 1
        if pattern.startswith("-[", at) and out:
            removed, end = _class(pattern, at + 1)
            if pattern[end : end + 1] != "]":
                raise PatternError("a subtraction stands at the end of a class")
            return _subtracted(pattern[start + 1 + negated : at], removed, negated), end + 1
        if char == "[":
            raise PatternError("write `\\[` for a bracket inside brackets")
        if char == "\\":
            text, at = _escape_in_class(pattern, at)
            out.append(text)
            continue
        out.append("\\" + char if char in "^&~" else char)
        at += 1
    raise PatternError("a class in brackets is not closed")


def _escape_in_class(pattern: str, at: int) -> tuple[str, int]:
    char = pattern[at + 1 : at + 2]
    if char in ("p", "P"):
        body, end = _property(pattern, at)
        if char == "P" and body.startswith("\\x"):
            raise PatternError("a negated block stands outside brackets")
        return body, end
    if char and char in _IN_CLASS:
        return _IN_CLASS[char], at + 2
    if char and char in _PLAIN:
        return "\\" + char, at + 2
    raise PatternError(f"`\\{char}` is not an escape inside brackets")


def _subtracted(body: str, removed: str, negated: bool) -> str:
    """A class less another, both of plain characters and ranges."""
    kept = _code_points(body)
    gone = _code_points(removed[1:-1].removeprefix("^"))
    if removed.startswith("[^"):
        kept = [span for low, high in gone for span in _overlap(kept, low, high)]
    else:
        for low, high in gone:
            kept = [
                span
                for first, last in kept
                for span in ((first, min(last, low - 1)), (max(first, high + 1), last))
                if span[0] <= span[1]
            ]
    if negated or not kept:
        raise PatternError("this subtraction of classes is not supported")
    return "[" + "".join(f"\\x{{{low:X}}}-\\x{{{high:X}}}" for low, high in kept) + "]"


def _overlap(spans: list[tuple[int, int]], low: int, high: int) -> list[tuple[int, int]]:
    return [
        (max(first, low), min(last, high))
        for first, last in spans
        if max(first, low) <= min(last, high)
    ]


def _code_points(body: str) -> list[tuple[int, int]]:
    """The ranges of a class of plain characters and ranges."""
    if "\\" in body:
        raise PatternError("a subtraction of classes with escapes is not supported")
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(body):
        low = high = ord(body[at])
        if body[at + 1 : at + 2] == "-" and at + 2 < len(body):
            high = ord(body[at + 2])
            at += 2
        if low > high:
            raise PatternError("a range of characters runs backwards")
        spans.append((low, high))
        at += 1
    return spans
