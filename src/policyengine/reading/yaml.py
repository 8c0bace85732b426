"""Strict YAML 1.2 (core schema) into positioned nodes.

libyaml, or PyYAML's own parser where it is missing, turns the text into events; the nodes
are built from them here, without recursion and without any of PyYAML's constructors.
Tags, merge keys, several documents, duplicate keys and keys that are not text are errors.
"""

from __future__ import annotations

import contextlib
import importlib
import re
from collections.abc import Callable
from typing import Any, Final

from yaml.error import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from policyengine.errors import Diagnostics
from policyengine.nodes import Mapping, Node, Scalar, ScalarValue, Sequence
from policyengine.reading import yaml_traps
from policyengine.reading.core_schema import number_error, resolve
from policyengine.reading.keys import check_key
from policyengine.reading.limits import LIMITS, Findings, Limits, check_size
from policyengine.reading.runs import block_runs, flow_runs
from policyengine.reading.yaml_syntax import raise_syntax_error
from policyengine.source import Source, Span, quoted
from policyengine.values.numbers import NumeralError


class PureParser(Reader, Scanner, Parser):
    """PyYAML's own event parser, for an installation without libyaml."""

    def __init__(self, stream: str) -> None:
        Reader.__init__(self, stream)
        Scanner.__init__(self)
        Parser.__init__(self)


#: makes an event parser of a text; the tests also run with `PureParser`
EVENT_PARSER: Callable[[str], Any] = PureParser
with contextlib.suppress(ImportError):  # a PyYAML built without libyaml
    EVENT_PARSER = importlib.import_module("yaml._yaml").CParser

_STYLES: Final = {"'": "single", '"': "double", "|": "literal", ">": "folded"}
#: what may stand before the content of a node: an anchor, and the space after it
_ANCHOR = re.compile(r"&[^\s,\[\]{}]*(?:[ \t\r\n]+|#[^\r\n]*)*")
_TAG = re.compile(r"!<[^>\r\n]*>|![^\s,\[\]{}]*")
#: what YAML 1.2 leaves out, and the line breaks of YAML 1.1 that it took back
_REFUSED = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
#: before the document: a directive that is not `%YAML 1.2`
_DIRECTIVE = re.compile(r"(?:^|[\r\n])(%(?!YAML 1\.2[ \t]*(?:#[^\r\n]*)?[\r\n])[^\r\n]*)")
_ZERO_WIDTH_NO_BREAK = "\ufeff"


def read_yaml(
    source: Source, *, limits: Limits = LIMITS, diagnostics: Diagnostics | None = None
) -> Node:
    """The one document of a YAML text; nothing but comments reads as a null scalar.

    Raises `DocumentError` with everything found wrong up to the first syntax error.
    Warnings go to `diagnostics` if it is given.
    """
    found = Findings()
    check_size(len(source.text), source.span(0, 0), limits, found)
    _check_characters(source, found)
    node = _Builder(source, limits, found).build()
    found.raise_all()
    if diagnostics is not None:
        diagnostics.extend(found.found)
    return node


def _check_characters(source: Source, found: Findings) -> None:
    """Refuse characters that YAML has no place for, and a byte order mark not at the start."""
    start = 1 if source.text.startswith(_ZERO_WIDTH_NO_BREAK) else 0
    bad = _REFUSED.search(source.text, start)
    if bad:
        found.fatal(
            "document-character",
            f"U+{ord(bad[0]):04X} cannot stand in a document",
            source.span(bad.start(), bad.end()),
            "remove it, or write it as an escape in a double-quoted text",
        )


class _Open:
    """A mapping or sequence whose end has not been read."""

    __slots__ = ("anchor", "count", "deepest", "entries", "flow", "items", "key", "keys", "start")

    def __init__(self, start: int, flow: bool, anchor: str | None, count: int, depth: int) -> None:
        self.start = start
        self.flow = flow
        self.anchor = anchor
        self.count = count  # nodes before this one
        self.deepest = depth
        self.key: Scalar | None = None
        self.keys: dict[str, Scalar] | None = None  # None in a sequence
        self.entries: list[tuple[Scalar, Node]] = []
        self.items: list[Node] = []


class _Anchored:
    """A node that aliases may stand for: what it costs, and whether one has."""

    __slots__ = ("height", "name", "node", "size", "start", "used")

    def __init__(self, name: str, start: int) -> None:
        self.name = name
        self.start = start
        self.node: Node | None = None  # None while it is being read
        self.size = 1
        self.height = 0
        self.used = False


class _Builder:
    """Builds the nodes of one text from its events."""

    def __init__(self, source: Source, limits: Limits, found: Findings) -> None:
        self.source = source
        self.text = source.text
        self.limits = limits
        self.found = found
        self.shift = 1 if self.text.startswith(_ZERO_WIDTH_NO_BREAK) else 0
        self.comments = "#" in self.text
        self.stack: list[_Open] = []
        self.top: _Open | None = None
        self.root: Node | None = None
        self.documents = 0
        self.count = 0
        self.aliases = 0
        self.anchors: dict[str, _Anchored] = {}
        self.all_anchors: list[_Anchored] = []

    def build(self) -> Node:
        get_event = EVENT_PARSER(self.text[self.shift :] if self.shift else self.text).get_event
        handlers = {
            ScalarEvent: self._scalar,
            MappingStartEvent: self._open,
            SequenceStartEvent: self._open,
            MappingEndEvent: self._close,
            SequenceEndEvent: self._close,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document,
        }
        try:
            while True:
                event = get_event()
                handler = handlers.get(type(event))
                if handler is not None:
                    handler(event)
                elif type(event) is StreamEndEvent:
                    break
        except YAMLError as error:
            raise_syntax_error(error, self.source, self.shift, self.found)
        for anchored in self.all_anchors:
            if not anchored.used:
                yaml_traps.unused_anchor(self.source, anchored.name, anchored.start, self.found)
        return Scalar(self.source.span(0, 0), None) if self.root is None else self.root

    def _span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end)

    def _document(self, event: Any) -> None:
        start = event.start_mark.index + self.shift
        refused = _DIRECTIVE.search(self.text, 0, event.end_mark.index + self.shift)
        if refused and self.documents == 0:
            yaml_traps.directive(self._span(*refused.span(1)), self.found)
        self.documents += 1
        if self.documents > 1:
            self.found.fatal(
                "yaml-several-documents",
                "a second document begins here",
                self._span(start, min(start + 3, len(self.text))),
                "a file holds one document; put the other in a file of its own",
            )

    def _scalar(self, event: Any) -> None:
        self._grow(1, event)
        start = event.start_mark.index + self.shift
        end = event.end_mark.index + self.shift
        if event.anchor is not None or event.tag is not None or self.text[start : start + 1] == "!":
            start = self._properties(event, start, end)
        raw: str = event.value
        if len(raw) > self.limits.max_scalar:
            self.found.fatal(
                "document-scalar",
                f"a text has more than {self.limits.max_scalar} characters",
                self._span(start, end),
            )
        style = event.style
        value: ScalarValue = raw
        runs = None
        content = start
        if not style:
            style = "plain"
            if end - start != len(raw):
                runs = flow_runs(self.text, start, end, style)
        else:
            style = _STYLES[style]
            if style in ("literal", "folded"):
                runs = block_runs(self.text, start, end, raw, style)
                end = start + len(self.text[start:end].rstrip())
            else:
                content += 1
                if end - start - 2 != len(raw):
                    runs = flow_runs(self.text, content, end - 1, style)
                    if _SURROGATE.search(raw):  # PyYAML's own parser lets them pass
                        yaml_traps.surrogate(self._span(start, end), self.found)
        span = Span(self.source, start, end)
        top = self.top
        is_key = top is not None and top.keys is not None and top.key is None
        if style == "plain" and not is_key:
            value = self._plain(raw, span)
        node = Scalar(span, value, style, runs, content)
        if event.anchor is not None:
            self.anchors[event.anchor].node = node
        if top is not None and is_key:
            self._key(top, node)
        else:
            self._add(node)

    def _plain(self, raw: str, span: Span) -> ScalarValue:
        """The value of an unquoted scalar; a numeral that is no number here reads as null."""
        try:
            value = resolve(raw)
        except NumeralError as error:
            number_error(raw, error, span, self.found)
            return None
        if self.comments and isinstance(value, str):
            yaml_traps.cut_comment(self.source, value, span, self.found)
        return value

    def _key(self, top: _Open, key: Scalar) -> None:
        """Take a scalar as the key of the next entry."""
        raw = key.value
        assert isinstance(raw, str)
        assert top.keys is not None
        top.key = key
        if key.style == "plain":
            self._check_plain_key(raw, key.span)
        check_key(raw, lambda: key.span, self.found)
        first = top.keys.setdefault(raw, key)
        if first is not key:
            self.found.error(
                "duplicate-key",
                f"the key {quoted(raw)} is written twice in one mapping",
                key.span,
                related=((first.span, "first written here"),),
            )

    def _check_plain_key(self, raw: str, span: Span) -> None:
        if raw == "<<":
            self.found.fatal(
                "yaml-merge-key",
                "merge keys (`<<`) are not supported",
                span,
                "write the entries out",
            )
        try:
            text = isinstance(resolve(raw), str)
        except NumeralError:
            text = False
        if not text:
            shown = f"the key {quoted(raw)} is not a text" if raw else "a key is missing before `:`"
            hint = f'quote it: `"{raw}"`' if 0 < len(raw) <= 40 else "quote it"
            self.found.error("yaml-key-type", shown, span, hint if raw else None)

    def _add(self, node: Node) -> None:
        """Put a finished node where it belongs."""
        top = self.top
        if top is None:
            self.root = node
        elif top.keys is None:
            top.items.append(node)
        elif top.key is None:
            self.found.fatal(
                "yaml-complex-key",
                "a mapping, a list or an alias cannot be a key",
                node.span,
                yaml_traps.complex_key_hint(self.source, node.span),
            )
        else:
            top.entries.append((top.key, node))
            top.key = None

    def _open(self, event: Any) -> None:
        self._grow(1, event)
        start = event.start_mark.index + self.shift
        if event.anchor is not None or event.tag is not None or self.text[start : start + 1] == "!":
            start = self._properties(event, start, start + 1)
        depth = len(self.stack) + 1
        if depth > self.limits.max_depth:
            self.found.fatal(
                "document-depth",
                f"mappings and lists are nested more than {self.limits.max_depth} deep",
                self._span(start, min(start + 1, len(self.text))),
            )
        self.top = _Open(start, bool(event.flow_style), event.anchor, self.count - 1, depth)
        if type(event) is MappingStartEvent:
            self.top.keys = {}
        self.stack.append(self.top)

    def _close(self, event: Any) -> None:
        done = self.stack.pop()
        self.top = self.stack[-1] if self.stack else None
        end = event.end_mark.index + self.shift
        node: Node
        if done.keys is not None:
            if not done.flow:
                end = done.entries[-1][1].span.end
            elif done.entries:
                yaml_traps.placeholder(self.source, done.start, end, done.entries, self.found)
            node = Mapping(self._span(done.start, end), tuple(done.entries))
        else:
            if not done.flow:
                end = done.items[-1].span.end
            node = Sequence(self._span(done.start, end), tuple(done.items))
        if self.top is not None and self.top.deepest < done.deepest:
            self.top.deepest = done.deepest
        if done.anchor is not None:
            anchored = self.anchors[done.anchor]
            anchored.node = node
            anchored.size = self.count - done.count
            anchored.height = done.deepest - len(self.stack)
        self._add(node)

    def _properties(self, event: Any, start: int, end: int) -> int:
        """Refuse a tag, note an anchor; gives where the node itself begins."""
        content = start
        if event.anchor is not None:
            skipped = _ANCHOR.match(self.text, start)
            content = skipped.end() if skipped else start
            anchored = _Anchored(event.anchor, start)
            self.anchors[event.anchor] = anchored
            self.all_anchors.append(anchored)
        tag = _TAG.match(self.text, content)
        if event.tag is not None or tag:
            yaml_traps.tag(self.source, *(tag.span() if tag else (start, end)), self.found)
        return min(content, max(end, start))

    def _alias(self, event: Any) -> None:
        start = event.start_mark.index + self.shift
        span = self._span(start, event.end_mark.index + self.shift)
        anchored = self.anchors.get(event.anchor)
        if anchored is None:
            yaml_traps.unknown_alias(span, self.found)
        elif anchored.node is None:
            self.found.fatal(
                "yaml-alias-cycle", f"{quoted(span.text)} stands inside what it names", span
            )
        else:
            anchored.used = True
            self.aliases += 1
            if self.aliases > self.limits.max_aliases:
                self.found.fatal(
                    "yaml-alias-limit",
                    f"aliases are used more than {self.limits.max_aliases} times",
                    span,
                )
            self._grow(anchored.size, event)
            depth = len(self.stack) + anchored.height
            if depth > self.limits.max_depth:
                self.found.fatal(
                    "document-depth",
                    f"mappings and lists are nested more than {self.limits.max_depth} deep",
                    span,
                )
            if self.top is not None:
                self.top.deepest = max(self.top.deepest, depth)
                if self.top.keys is not None and self.top.key is None:
                    self.found.fatal(
                        "yaml-complex-key", "an alias cannot be a key", span, "write the key out"
                    )
            self._add(anchored.node)

    def _grow(self, size: int, event: Any) -> None:
        """Count nodes, an alias as all that it stands for."""
        self.count += size
        if self.count > self.limits.max_nodes:
            start = event.start_mark.index + self.shift
            self.found.fatal(
                "document-nodes",
                f"the document has more than {self.limits.max_nodes} values",
                self._span(start, start + 1),
            )
