"""Strict YAML 1.2 (core schema) into positioned nodes.

libyaml, or PyYAML's own parser where it is missing, turns the text into events; the nodes
are built from them here, without recursion and without any of PyYAML's constructors.
Tags, merge keys, several documents, duplicate keys and keys that are not text are errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final, NoReturn

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

from policyengine.errors import Diagnostics
from policyengine.nodes import Mapping, Node, Runs, Scalar, ScalarValue, Sequence
from policyengine.reading import yaml_traps
from policyengine.reading.anchors import Anchored, Anchors
from policyengine.reading.core_schema import number_error, resolve
from policyengine.reading.keys import check_key
from policyengine.reading.limits import LIMITS, Findings, Limits
from policyengine.reading.runs import block_runs, flow_runs
from policyengine.reading.yaml_events import BYTE_ORDER_MARK, event_source
from policyengine.reading.yaml_syntax import raise_syntax_error
from policyengine.source import Source, Span, quoted
from policyengine.values.numbers import NumeralError

_STYLES: Final = {"'": "single", '"': "double", "|": "literal", ">": "folded"}
#: what may stand before the content of a node: an anchor, and the space after it
_ANCHOR = re.compile(r"&[^\s,\[\]{}]*(?:[ \t\r\n]+|#[^\r\n]*)*")
_TAG = re.compile(r"!<[^>\r\n]*>|![^\s,\[\]{}]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
#: before the document: a directive that is not `%YAML 1.2`
_DIRECTIVE = re.compile(r"(?:^|[\r\n])(%(?!YAML 1\.2[ \t]*(?:#[^\r\n]*)?[\r\n])[^\r\n]*)")


def read_yaml(
    source: Source, *, limits: Limits = LIMITS, diagnostics: Diagnostics | None = None
) -> Node:
    """The one document of a YAML text; nothing but comments reads as a null scalar.

    Raises `DocumentError` with everything found wrong up to the first syntax error.
    Warnings go to `diagnostics` if it is given.
    """
    found = Findings()
    node = _Builder(source, limits, found).build()
    found.raise_all()
    if diagnostics is not None:
        diagnostics.extend(found.found)
    return node


class _Open:
    """A mapping or sequence whose end has not been read."""

    __slots__ = ("anchor", "count", "deepest", "entries", "flow", "items", "key", "keys", "start")

    def __init__(
        self, start: int, flow: bool, anchor: Anchored | None, count: int, depth: int
    ) -> None:
        self.start = start
        self.flow = flow
        self.anchor = anchor
        self.count = count  # nodes before this one
        self.deepest = depth
        self.key: Scalar | None = None
        self.keys: dict[str, Scalar] | None = None  # None in a sequence
        self.entries: list[tuple[Scalar, Node]] = []
        self.items: list[Node] = []


class _Builder:
    """Builds the nodes of one text from its events."""

    def __init__(self, source: Source, limits: Limits, found: Findings) -> None:
        self.source = source
        self.text = source.text
        self.limits = limits
        self.found = found
        self.shift = 1 if self.text.startswith(BYTE_ORDER_MARK) else 0
        self.comments = "#" in self.text
        self.stack: list[_Open] = []
        self.top: _Open | None = None
        self.root: Node | None = None
        self.documents = 0
        self.count = 0
        self.anchors = Anchors(source, limits, found)
        self.end = 0  # where the last node ended, as written

    def build(self) -> Node:
        get_event = event_source(self.source, self.limits, self.found)
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
            flow = self.top.start if self.top is not None and self.top.flow else None
            raise_syntax_error(error, self.source, self.shift, flow, self.found)
        self.anchors.warn_unused()
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
        anchor = None
        if event.anchor is not None or event.tag is not None or self.text[start : start + 1] == "!":
            start, anchor = self._properties(event, start, end)
        raw: str = event.value
        if len(raw) > self.limits.max_scalar:
            self.found.fatal(
                "document-scalar",
                f"a text has more than {self.limits.max_scalar} characters",
                self._span(start, end),
            )
        style = event.style
        value: ScalarValue = raw
        runs: Callable[[], Runs] | None = None
        content = start
        if not style:
            style = "plain"
            if end - start != len(raw):
                runs = partial(flow_runs, self.text, start, end, style)
        else:
            style = _STYLES[style]
            if style in ("literal", "folded"):
                runs = partial(block_runs, self.text, start, end, raw, style)
                end = start + len(self.text[start:end].rstrip(" \t\r\n"))
            else:
                content += 1
                if end - start - 2 != len(raw):
                    runs = partial(flow_runs, self.text, content, end - 1, style)
                    if _SURROGATE.search(raw):  # PyYAML's own parser lets them pass
                        yaml_traps.surrogate(self._span(start, end), self.found)
        span = Span(self.source, start, end)
        top = self.top
        is_key = top is not None and top.keys is not None and top.key is None
        if style == "plain" and not is_key:
            value = self._plain(raw, span)
        node = Scalar(span, value, style, runs, content)
        if anchor is not None:
            anchor.node = node
        self.end = end
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
        if isinstance(value, str):
            if self.comments:
                yaml_traps.cut_comment(self.source, value, span, self.found)
            if "(" in value and self.top is not None and self.top.flow:
                yaml_traps.cut_text(self.source, value, span, self.found)
        elif raw == "000" and self.top is not None and self.top.flow:
            yaml_traps.cut_number(self.source, span, self.found)
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
            shown = f"the key {quoted(raw)} is not a text" if raw else "a key is missing"
            hint = f'quote it: `"{raw}"`' if 0 < len(raw) <= 40 else "quote it"
            if re.fullmatch(r"[0-9]{3}(?:\.[0-9]+)?", raw):
                yaml_traps.cut_number(self.source, span, self.found)
            self.found.error("yaml-key-type", shown, span, hint if raw else None)

    def _add(self, node: Node) -> None:
        """Put a finished node where it belongs."""
        top = self.top
        if top is None:
            self.root = node
        elif top.keys is None:
            top.items.append(node)
        elif top.key is None:
            self._complex_key(node.span)
        else:
            top.entries.append((top.key, node))
            top.key = None

    def _open(self, event: Any) -> None:
        self._grow(1, event)
        start = event.start_mark.index + self.shift
        anchor = None
        if event.anchor is not None or event.tag is not None or self.text[start : start + 1] == "!":
            start, anchor = self._properties(event, start, len(self.text))
        depth = len(self.stack) + 1
        self._check_depth(depth, self.source.span(start, start + 1))
        self.top = _Open(start, bool(event.flow_style), anchor, self.count - 1, depth)
        if type(event) is MappingStartEvent:
            self.top.keys = {}
        self.stack.append(self.top)

    def _close(self, event: Any) -> None:
        done = self.stack.pop()
        self.top = self.stack[-1] if self.stack else None
        if done.flow:  # the mark of a block's end is at whatever follows it
            self.end = event.end_mark.index + self.shift
        span = self._span(done.start, self.end)
        node: Node
        if done.keys is None:
            node = Sequence(span, tuple(done.items))
        else:
            if done.flow and done.entries:
                yaml_traps.placeholder(span, done.entries, self.found)
            node = Mapping(span, tuple(done.entries))
        if self.top is not None and self.top.deepest < done.deepest:
            self.top.deepest = done.deepest
        if done.anchor is not None:
            done.anchor.node = node
            done.anchor.size = self.count - done.count
            done.anchor.height = done.deepest - len(self.stack)
        self._add(node)

    def _properties(self, event: Any, start: int, end: int) -> tuple[int, Anchored | None]:
        """Refuse a tag, note an anchor; gives where the node itself begins, before `end`."""
        skipped = _ANCHOR.match(self.text, start, end)
        content = skipped.end() if skipped else start
        tag = _TAG.match(self.text, content, end)
        if event.tag is not None or tag:
            yaml_traps.tag(self._span(*(tag.span() if tag else (start, end))), self.found)
        return content, self.anchors.open(event.anchor, start)

    def _alias(self, event: Any) -> None:
        start = event.start_mark.index + self.shift
        span = self._span(start, event.end_mark.index + self.shift)
        node, anchored = self.anchors.use(event.anchor, span)
        self._grow(anchored.size, event)
        depth = len(self.stack) + anchored.height
        self._check_depth(depth, span)
        top = self.top
        assert top is not None  # an alias of the document itself would be a cycle
        top.deepest = max(top.deepest, depth)
        self.end = span.end
        if top.keys is not None and top.key is None:
            self._complex_key(span)
        self._add(node)

    def _check_depth(self, depth: int, span: Span) -> None:
        if depth > self.limits.max_depth:
            self.found.fatal(
                "document-depth",
                f"mappings and lists are nested more than {self.limits.max_depth} deep",
                span,
            )

    def _complex_key(self, span: Span) -> NoReturn:
        opening = span.text[:1]
        hint = f"quote a text that begins with `{opening}`" if opening in ("{", "[", "*") else None
        message = "a mapping, a list or an alias cannot be a key"
        self.found.fatal("yaml-complex-key", message, span, hint)

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
