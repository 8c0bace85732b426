"""JSON syntax errors in our words: what stands where what was expected, and what was meant."""

from __future__ import annotations

import re
from typing import NoReturn

from policyengine.reading.limits import Findings
from policyengine.source import Source, quoted

_SPACE = re.compile(r"[ \t\r\n]*")
_WORD = re.compile(r"\"[^\"\r\n]{1,38}\"?|[^\s,:\[\]{}\"']{1,40}|\S")
_LEADING_ZERO = re.compile(r"-?0[0-9]")
_NUMBER_LIKE = re.compile(r"[-+]?\.?[0-9]")
_EXPECTED = {"value": "a value", "colon": "`:`", "key": "a key in double quotes"}


def unexpected(
    source: Source, at: int, expected: str, inside: str | None, opened: int, found: Findings
) -> NoReturn:
    """What stands at `at` is not what was expected: value, key, colon, comma or end.

    `inside` is the kind of the container that is open, begun at the offset `opened`.
    """
    text = source.text
    space = _SPACE.match(text, at)
    start = space.end() if space else at
    close = "]" if inside == "array" else "}"
    if expected == "comma":
        wanted = f"`,` or `{close}`"
    elif expected == "end":
        wanted = "the end of the document"
    else:
        wanted = _EXPECTED[expected]
    if start >= len(text):
        if inside is not None:
            found.fatal(
                "json-unclosed",
                f"`{text[opened]}` is never closed; expected {wanted}",
                source.span(opened, opened + 1),
            )
        found.fatal("json-syntax", "the document is empty; expected a value", source.span(0, 0))
    match = _WORD.match(text, start)
    word = match[0] if match else text[start]
    code, message, hint = _meant(text, start, word, expected, close if inside else None)
    found.fatal(
        code,
        message or f"expected {wanted} where {quoted(word)} stands",
        source.span(start, start + len(word)),
        hint,
    )


def _meant(
    text: str, start: int, word: str, expected: str, close: str | None
) -> tuple[str, str | None, str | None]:
    """Code, message (None for the general one) and hint."""
    if word[0] in "#/" and (word[0] == "#" or text.startswith(("//", "/*"), start)):
        return "json-comment", "JSON has no comments", "remove it, or write the file as YAML"
    if expected in ("value", "key"):
        before = text[:start].rstrip(" \t\r\n")[-1:]
        if word == close and before == ",":
            return "json-trailing-comma", f"a comma stands before `{close}`", "remove the comma"
        if word == "'":
            return "json-syntax", "JSON texts stand in double quotes", None
    if expected == "value":
        return _meant_value(word)
    if expected == "end":
        return "json-syntax", None, "a document is one value; several, one in a line, are JSONL"
    if expected == "comma" and (word[0] in '"{[-' or word[0].isalnum()):
        return "json-syntax", None, "put a comma before it"
    return "json-syntax", None, None


def _meant_value(word: str) -> tuple[str, str | None, str | None]:
    """What a word that is no JSON value was meant to be."""
    if word.lstrip("+-").lower() in ("nan", "inf", "infinity"):
        return "number-not-finite", f"{quoted(word)} is not a number; expected digits", None
    if word.lower() in ("true", "false", "null", "none"):
        meant = {"none": "null"}.get(word.lower(), word.lower())
        return "json-syntax", f"{quoted(word)} is not a JSON value", f"did you mean `{meant}`?"
    if _LEADING_ZERO.match(word):
        return "json-number", f"the number {quoted(word)} begins with a zero", "remove the zero"
    if _NUMBER_LIKE.match(word):
        return (
            "json-number",
            f"{quoted(word)} is not a JSON number",
            "write digits, with digits on both sides of a point, and no `+` before them",
        )
    return "json-syntax", None, None


def bad_string(source: Source, start: int, at: int, found: Findings) -> NoReturn:
    """A string that `json` refused at `at`, opened at `start`."""
    char = source.text[at : at + 1]
    if at <= start:
        found.fatal(
            "json-unclosed",
            "a quote is opened here and never closed",
            source.span(start, start + 1),
        )
    if char < " ":
        hint = "write `\\t`" if char == "\t" else f"write `\\u{ord(char):04x}`"
        if char in "\r\n":
            hint = "close the quotes on this line, or write `\\n` for a line break"
        found.fatal(
            "json-control-character",
            f"U+{ord(char):04X} cannot stand in a JSON text as it is",
            source.span(at, at + 1),
            hint,
        )
    begin = source.text.rfind("\\", start, at + 1)
    found.fatal(
        "json-escape",
        f"{quoted(source.text[begin : begin + 2])} is not an escape JSON knows",
        source.span(begin, begin + 2),
        "write a backslash as `\\\\`; `\\u` takes four hexadecimal digits",
    )
