"""Strict JSON (RFC 8259) into positioned nodes: one pass, no recursion, exact decimals.

Nothing is forgiven: comments, trailing commas, NaN, leading zeros, single quotes, duplicate
keys and lone surrogates are errors, each with its place.
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import NoReturn

from policyengine.errors import Diagnostics
from policyengine.nodes import Mapping, Node, Scalar, ScalarValue, Sequence
from policyengine.reading import json_syntax
from policyengine.reading.core_schema import number_error, numeral
from policyengine.reading.keys import check_key
from policyengine.reading.limits import LIMITS, Findings, Limits, check_size
from policyengine.reading.runs import flow_runs
from policyengine.source import Source, Span, quoted
from policyengine.values.numbers import NumeralError

#: One token and the white space before it. A string without escapes is matched whole; of
#: any other only the opening quote (group 4), and `json` decodes it.
_TOKEN = re.compile(
    r"[ \t\r\n]*+(?:"
    r'"([^"\\\x00-\x1f]*)"'
    r"|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)(?![0-9A-Za-z_.+-])"
    r"|([{}\[\],:])"
    r'|(")'
    r"|(true|false|null)(?![0-9A-Za-z_])"
    r")"
)
_STRING, _NUMBER, _PUNCTUATION, _QUOTE, _WORD = 1, 2, 3, 4, 5
_SPACE = re.compile(r"[ \t\r\n]*")
_WORDS: dict[str, ScalarValue] = {"true": True, "false": False, "null": None}
_SURROGATE = re.compile("[\ud800-\udfff]")
_scan_string = json.decoder.scanstring  # type: ignore[attr-defined]


def read_json(
    source: Source, *, limits: Limits = LIMITS, diagnostics: Diagnostics | None = None
) -> Node:
    """The one value of a JSON text (a byte order mark before it is passed over).

    Raises `DocumentError` with everything found wrong up to the first syntax error.
    Warnings go to `diagnostics` if it is given.
    """
    found = Findings()
    check_size(len(source.text), source.span(0, 0), limits, found)
    node = _Parser(source, limits, found).parse()
    found.raise_all()
    if diagnostics is not None:
        diagnostics.extend(found.found)
    return node


class _Open:
    """An object or array whose end has not been read."""

    __slots__ = ("entries", "items", "key", "keys", "start")

    def __init__(self, start: int, is_object: bool) -> None:
        self.start = start
        self.key: Scalar | None = None
        self.keys: dict[str, Scalar] | None = {} if is_object else None
        self.entries: list[tuple[Scalar, Node]] = []
        self.items: list[Node] = []


class _Parser:
    def __init__(self, source: Source, limits: Limits, found: Findings) -> None:
        self.source = source
        self.text = source.text
        self.limits = limits
        self.found = found
        self.checked = self.text.isascii()  # then no string holds a surrogate unless escaped

    def parse(self) -> Node:
        text = self.text
        match = _TOKEN.match
        stack: list[_Open] = []
        top: _Open | None = None
        count = 0
        may_close = False  # just after an opening bracket
        at = 1 if text.startswith("\ufeff") else 0
        while True:
            # a value, or an object's next key, or the end of an empty container
            token = match(text, at)
            if token is None:
                self._unexpected(at, top, "value")
            kind = token.lastindex
            start, at = token.span(kind or 0)
            closes = kind == _PUNCTUATION and text[start] in "]}"
            count += not closes
            if count > self.limits.max_nodes:
                self._too_many(start)
            node: Node | None
            if kind in (_STRING, _QUOTE):
                node, at = self._string(start - (kind == _STRING), token[1])
            elif kind == _PUNCTUATION:
                char = text[start]
                if char in "{[":
                    if len(stack) >= self.limits.max_depth:
                        self._too_deep(start)
                    if top is not None and top.keys is not None and top.key is None:
                        self._unexpected(start, top, "key")
                    top = _Open(start, char == "{")
                    stack.append(top)
                    may_close = True
                    continue
                if not (may_close and top and char == ("]" if top.keys is None else "}")):
                    self._unexpected(start, top, "value")
                node = None
            elif kind == _NUMBER:
                node = self._number(token[2], start, at)
            else:
                node = Scalar(Span(self.source, start, at), _WORDS[token[5]], "json", None, start)
            may_close = False
            if node is not None and top is not None and top.keys is not None and top.key is None:
                at = self._key(top, node, at)
                continue
            # the value is complete: what follows it, closing as many containers as end here
            while True:
                if node is None:
                    assert top is not None
                    node = self._close(top, at)
                    stack.pop()
                    top = stack[-1] if stack else None
                if top is None:
                    return self._end(node, at)
                if top.keys is None:
                    top.items.append(node)
                else:
                    assert top.key is not None
                    top.entries.append((top.key, node))
                    top.key = None
                token = match(text, at)
                if token is None:
                    self._unexpected(at, top, "comma")
                if token[3] == ",":
                    at = token.end()
                    break
                if token[3] != ("]" if top.keys is None else "}"):
                    self._unexpected(at, top, "comma")
                at = token.end()
                node = None

    def _string(self, start: int, simple: str | None) -> tuple[Scalar, int]:
        """The string that opens at `start`, and the offset after it."""
        runs = None
        if simple is not None:
            value = simple
            end = start + len(simple) + 2
        else:
            try:
                value, end = _scan_string(self.text, start + 1, True)
            except json.JSONDecodeError as error:
                json_syntax.bad_string(self.source, start, error.pos, self.found)
            runs = partial(flow_runs, self.text, start + 1, end - 1, "json")
        span = Span(self.source, start, end)
        if (runs is not None or not self.checked) and _SURROGATE.search(value):
            self.found.error(
                "json-surrogate",
                "half of a surrogate pair is not a character",
                span,
                "write `\\ud83d\\ude00`, both halves, or the character itself",
            )
        if len(value) > self.limits.max_scalar:
            self.found.fatal(
                "document-scalar",
                f"a text has more than {self.limits.max_scalar} characters",
                span,
            )
        return Scalar(span, value, "json", runs, start + 1), end

    def _number(self, text: str, start: int, end: int) -> Scalar:
        span = Span(self.source, start, end)
        try:
            value: ScalarValue = numeral(text)
        except NumeralError as error:
            number_error(text, error, span, self.found)
            value = None
        return Scalar(span, value, "json", None, start)

    def _key(self, top: _Open, key: Node, at: int) -> int:
        """Take a node as the key of an object's next entry; gives the offset after its colon."""
        if not isinstance(key, Scalar) or key.style != "json" or not isinstance(key.value, str):
            self._unexpected(key.span.start, top, "key")
        assert top.keys is not None
        check_key(key.value, lambda: key.span, self.found)
        first = top.keys.setdefault(key.value, key)
        if first is not key:
            self.found.error(
                "duplicate-key",
                f"the key {quoted(key.value)} is written twice in one mapping",
                key.span,
                related=((first.span, "first written here"),),
            )
        top.key = key
        token = _TOKEN.match(self.text, at)
        if token is None or token[3] != ":":
            self._unexpected(at, top, "colon")
        return token.end()

    def _close(self, done: _Open, end: int) -> Node:
        span = Span(self.source, done.start, end)
        if done.keys is None:
            return Sequence(span, tuple(done.items))
        return Mapping(span, tuple(done.entries))

    def _end(self, node: Node, at: int) -> Node:
        space = _SPACE.match(self.text, at)
        if space and space.end() < len(self.text):
            self._unexpected(at, None, "end")
        return node

    def _unexpected(self, at: int, top: _Open | None, expected: str) -> NoReturn:
        inside = None if top is None else "array" if top.keys is None else "object"
        if inside == "object" and expected == "value" and top is not None and top.key is None:
            expected = "key"
        json_syntax.unexpected(
            self.source, at, expected, inside, top.start if top else 0, self.found
        )

    def _too_deep(self, start: int) -> NoReturn:
        self.found.fatal(
            "document-depth",
            f"mappings and lists are nested more than {self.limits.max_depth} deep",
            self.source.span(start, start + 1),
        )

    def _too_many(self, start: int) -> NoReturn:
        self.found.fatal(
            "document-nodes",
            f"the document has more than {self.limits.max_nodes} values",
            self.source.span(start, start + 1),
        )
