"""Entries of a mapping taken by key, and the plain values in them."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from policyengine import nodes
from policyengine.errors import Diagnostics, did_you_mean, nearest
from policyengine.nodes import Node, Scalar
from policyengine.source import Span, quoted
from policyengine.values.record import Record

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")


NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Text(Record):
    """A text with the scalar it was read from."""

    value: str
    node: Scalar

    @property
    def span(self) -> Span:
        return self.node.span


class Entries:
    """The entries of one mapping, taken by key; what is not taken is an unknown key."""

    def __init__(
        self, node: nodes.Mapping, what: str, known: tuple[str, ...], diagnostics: Diagnostics
    ) -> None:
        self.node = node
        self.what = what
        self.diagnostics = diagnostics
        #: known keys that were probably meant by unknown ones
        self.meant: set[str | None] = set()
        for key, _ in node.entries:
            if key.value not in known:
                self.meant.add(nearest(str(key.value), known))
                diagnostics.error(
                    "unknown-key",
                    f"{quoted(key.value)} is not a key of {what}",
                    key.span,
                    did_you_mean(str(key.value), known)
                    or "expected one of " + ", ".join(f"`{name}`" for name in known),
                )

    def error(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        self.diagnostics.error(code, message, span, hint)

    def missing(self, key: str) -> None:
        if key in self.meant:
            return  # it is there, misspelled, which was reported
        at = self.node.entries[0][0].span if self.node.entries else self.node.span
        self.error("missing-key", f"{self.what} has no `{key}`, which it needs", at)

    def get(self, key: str, *, required: bool = False) -> Node | None:
        found = self.node.get(key)
        if found is None and required:
            self.missing(key)
        return found

    def text(self, key: str, *, required: bool = False) -> Text | None:
        node = self.get(key, required=required)
        return None if node is None else text(node, f"`{key}`", self.diagnostics)

    def word(self, key: str) -> str | None:
        found = self.text(key)
        return found.value if found is not None else None

    def choice(self, key: str, options: tuple[str, ...], default: str | None) -> str | None:
        found = self.text(key)
        if found is None:
            return default
        if found.value not in options:
            listing = ", ".join(f"`{option}`" for option in options)
            self.error(
                "bad-value",
                f"{quoted(found.value)} is no `{key}`; expected one of {listing}",
                found.span,
                did_you_mean(found.value, options),
            )
            return default
        return found.value

    def identifier(self, key: str) -> Text | None:
        found = self.text(key, required=True)
        if found is not None and not _ID.fullmatch(found.value):
            self.error(
                "bad-id",
                f"{quoted(found.value)} is not an id; expected a letter, then letters, digits, "
                "`-`, `_` or `.`",
                found.span,
            )
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        node = self.get(key)
        if node is None:
            return ()
        if not isinstance(node, nodes.Sequence):
            self.error("bad-shape", f"`{key}` must be a list of texts", node.span)
            return ()
        found = [text(item, f"an entry of `{key}`", self.diagnostics) for item in node]
        return tuple(item.value for item in found if item is not None)

    def items(self, key: str, what: str) -> tuple[nodes.Mapping, ...]:
        """The mappings in a list; null or an empty list is an error where the key is given."""
        node = self.get(key)
        if node is None:
            return ()
        if not isinstance(node, nodes.Sequence):
            self.error(
                "bad-shape",
                f"`{key}` must be a list; each entry is {what}",
                node.span,
                "begin each entry with `- `",
            )
            return ()
        if not len(node):
            self.error("empty-list", f"`{key}` is empty", node.span)
        found = []
        for item in node:
            if isinstance(item, nodes.Mapping):
                found.append(item)
            else:
                self.error("bad-shape", f"an entry of `{key}` must be a mapping: {what}", item.span)
        return tuple(found)


def text(node: Node, what: str, diagnostics: Diagnostics) -> Text | None:
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return Text(node.value, node)
    hint = None
    if isinstance(node, nodes.Mapping) and node.span.text.startswith("{"):
        hint = "a text that begins with `{` needs quotes around it"
    elif isinstance(node, Scalar) and node.value is not None:
        hint = "put it in quotes to make it a text"
    diagnostics.error("bad-shape", f"{what} must be a text", node.span, hint)
    return None


def day(node: Node, what: str, diagnostics: Diagnostics) -> dt.date | None:
    """An ISO date (year, month, day), as Python has it."""
    written = node.value if isinstance(node, Scalar) else None
    try:
        if not isinstance(written, str) or not re.fullmatch(
            r"\d{4}-\d{2}-\d{2}", written, re.ASCII
        ):
            raise ValueError
        return dt.date.fromisoformat(written)
    except ValueError:
        found = f"{quoted(node.span.text)} is not" if node.span.text else f"{what} takes"
        diagnostics.error(
            "bad-date", f"{found} a date; expected `YYYY-MM-DD`, a day that exists", node.span
        )
        return None


def texts(entries: Entries, key: str) -> tuple[Text, ...]:
    node = entries.get(key, required=True)
    if node is None:
        return ()
    if not isinstance(node, nodes.Sequence) or not len(node):
        entries.error(
            "bad-shape", f"`{key}` is a list of at least one term or expression", node.span
        )
        return ()
    found = [text(item, f"an entry of `{key}`", entries.diagnostics) for item in node]
    return tuple(item for item in found if item is not None)


def number(node: Node) -> Decimal | None:
    """The number a node holds, if it holds one."""
    return node.value if isinstance(node, Scalar) and isinstance(node.value, Decimal) else None
