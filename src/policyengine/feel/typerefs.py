"""Type names after `instance of` and in the parameters of an inline function."""

from __future__ import annotations

from policyengine.errors import did_you_mean
from policyengine.feel import mistakes
from policyengine.feel.lexer import fail
from policyengine.feel.names import TYPE_NAMES
from policyengine.feel.stream import Stream
from policyengine.source import quoted
from policyengine.types import ANY, Type

_LONGEST = max(len(name.split()) for name in TYPE_NAMES)


def parse_type(stream: Stream) -> Type:
    """`number`, `list<string>`, `context<a: date>`, `range<number>`,
    `function<number>->string`, …"""
    token = stream.token
    if token.kind != "name":
        stream.unexpected("the name of a type")
    kind = _kind(stream)
    stream.enter()
    found = Type(kind)
    if kind in ("list", "range") and stream.accept("<"):
        found = Type(kind, item=parse_type(stream))
        stream.expect(">", "to close the type")
    elif kind == "list" or kind == "range":
        found = Type(kind, item=ANY)
    elif kind == "context" and stream.accept("<"):
        found = Type(kind, fields=_fields(stream))
    elif kind == "function" and stream.accept("<"):
        while not stream.accept(">"):
            parse_type(stream)
            if not stream.token.is_op(">"):
                stream.expect(",", "or `>` after the type")
        stream.expect("->", "before the type of the result")
        parse_type(stream)
    stream.leave()
    return found


def _kind(stream: Stream) -> str:
    """The longest type name that begins here, taken."""
    token = stream.token
    for size in range(_LONGEST, 0, -1):
        words = [stream.peek(i) for i in range(size)]
        name = " ".join(word.text for word in words)
        if name in TYPE_NAMES and all(word.kind == "name" for word in words):
            stream.at += size
            return TYPE_NAMES[name]
    known = mistakes.TYPES.get(token.text)
    hint = f"write `{known}`" if known else did_you_mean(token.text, TYPE_NAMES)
    return fail("feel-type", f"unknown type {quoted(token.text)}", stream.of(token), hint)


def _fields(stream: Stream) -> tuple[tuple[str, Type], ...]:
    """`a: number, b: list<string>>` up to and with the closing `>`."""
    fields: list[tuple[str, Type]] = []
    while not stream.accept(">"):
        if fields:
            stream.expect(",", "or `>` after the type")
        words = []
        while stream.token.kind == "name":
            words.append(stream.take().text)
        if not words:
            stream.unexpected("the name of a field")
        stream.expect(":", "after the name of the field")
        fields.append((" ".join(words), parse_type(stream)))
    return tuple(fields)
