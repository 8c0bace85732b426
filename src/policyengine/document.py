"""Documents as written: a policy's parts with their places, before they mean anything.

Each reader takes a positioned node and gives a frozen document, reporting unknown keys,
missing ones and wrong shapes; conditions stay nodes. Nothing is ever ignored.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from policyengine import nodes
from policyengine.errors import Diagnostics, did_you_mean, nearest
from policyengine.nodes import Node, Scalar
from policyengine.source import Span, quoted
from policyengine.values.record import Record

LEVELS = ("mandatory", "negotiable", "advisory")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Text(Record):
    """A text with the scalar it was read from."""

    value: str
    node: Scalar

    @property
    def span(self) -> Span:
        return self.node.span


class ParameterDoc(Record):
    """`dated` holds (from, value) rows in the order written; otherwise `value` is the node."""

    name: Text
    value: Node | None
    dated: tuple[tuple[dt.date, Node], ...]


class SourceDoc(Record):
    ref: Text | None
    quote: Text | None
    file: Text | None


class RuleDoc(Record):
    id: Text
    title: Text
    level: str
    form: str
    condition: Node
    applies: Node | None
    unless: Node | None
    effective_from: dt.date | None
    effective_until: dt.date | None
    because: Text | None
    ask: Text | None
    source: SourceDoc | None
    tags: tuple[str, ...]
    focus: str | None
    action: str | None
    expected: str | None
    node: nodes.Mapping


class ScoreItemDoc(Record):
    id: Text
    title: Text
    side: str | None
    aspect: str | None
    when: Node
    points: Node
    span: Span


class ScorecardDoc(Record):
    id: Text
    title: Text | None
    items: tuple[ScoreItemDoc, ...]
    span: Span


class InterestDoc(Record):
    element: Text
    ours: Text
    theirs: Text
    served: Node
    conflict: Node | None
    span: Span


class TableDoc(Record):
    """`rows` are (cells, output); `values` rank the outputs, best first."""

    id: Text
    title: Text | None
    hit_policy: Text
    inputs: tuple[Text, ...]
    output_type: Text | None
    values: tuple[Node, ...]
    rows: tuple[tuple[tuple[Node, ...], Node, Span], ...]
    default: Node | None
    span: Span


class RulesDoc(Record):
    """One rule file (or the rules of a single-file policy)."""

    rules: tuple[RuleDoc, ...]
    scorecards: tuple[ScorecardDoc, ...]
    interests: tuple[InterestDoc, ...]
    tables: tuple[TableDoc, ...]


class ManifestDoc(Record):
    """`terms` is a path to the terms schema, or the schema itself."""

    id: Text
    version: Text
    title: Text | None
    terms: Node
    parameters: tuple[ParameterDoc, ...]
    definitions: tuple[tuple[Text, Text], ...]
    span: Span


class WaiverDoc(Record):
    """`deal` is an id or a glob; `until` is included, in UTC."""

    rule: str
    deal: str
    approved_by: str
    reason: str
    until: dt.date
    digest: str | None
    span: Span


MANIFEST_KEYS = ("policy", "version", "title", "terms", "parameters", "define")
RULES_KEYS = ("rules", "scorecards", "interests", "tables")
RULE_KEYS = (
    "id",
    "title",
    "level",
    "require",
    "forbid",
    "applies",
    "unless",
    "effective",
    "because",
    "ask",
    "source",
    "tags",
    "focus",
    "action",
    "expected",
)


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


# the manifest -------------------------------------------------------------------------------


def read_manifest(
    node: nodes.Mapping, diagnostics: Diagnostics, *, with_rules: bool
) -> ManifestDoc | None:
    """A manifest; `with_rules` where the same file holds the rules."""
    keys = MANIFEST_KEYS + (RULES_KEYS if with_rules else ())
    entries = Entries(node, "a policy", keys, diagnostics)
    id_ = entries.identifier("policy")
    version = entries.text("version", required=True)
    title = entries.text("title")
    terms = entries.get("terms", required=True)
    parameters = _parameters(entries.get("parameters"), diagnostics)
    definitions = _definitions(entries.get("define"), diagnostics)
    if id_ is None or version is None or terms is None:
        return None
    return ManifestDoc(id_, version, title, terms, parameters, definitions, node.span)


def _parameters(node: Node | None, diagnostics: Diagnostics) -> tuple[ParameterDoc, ...]:
    if node is None:
        return ()
    if not isinstance(node, nodes.Mapping):
        diagnostics.error("bad-shape", "`parameters` maps names to values", node.span)
        return ()
    out = []
    for key, value in node.entries:
        name = _name(key, "a parameter", diagnostics)
        if name is not None:
            found = read_parameter(name, value, diagnostics)
            if found is not None:
                out.append(found)
    return tuple(out)


def read_parameter(name: Text, value: Node, diagnostics: Diagnostics) -> ParameterDoc | None:
    """A parameter's value, or its dated values: a list of mappings with `from` and `value`."""
    if not isinstance(value, nodes.Sequence) or not any(
        isinstance(item, nodes.Mapping) for item in value
    ):
        if isinstance(value, Scalar) and value.value is None:
            diagnostics.error(
                "bad-value", f"the parameter {quoted(name.value)} has no value", name.span
            )
            return None
        return ParameterDoc(name, value, ())
    rows: list[tuple[dt.date, Node]] = []
    for item in value:
        if not isinstance(item, nodes.Mapping):
            diagnostics.error(
                "bad-shape", "every row of a dated parameter has `from` and `value`", item.span
            )
            continue
        entries = Entries(item, "a dated value", ("from", "value"), diagnostics)
        from_node = entries.get("from", required=True)
        row = entries.get("value", required=True)
        start = day(from_node, "`from`", diagnostics) if from_node is not None else None
        if start is None or row is None:
            continue
        if rows and start <= rows[-1][0]:
            diagnostics.error(
                "bad-order",
                "dated values stand in the order of their dates; "
                f"{start} is not after {rows[-1][0]}",
                item.span,
            )
        rows.append((start, row))
    return ParameterDoc(name, None, tuple(rows)) if rows else None


def _definitions(node: Node | None, diagnostics: Diagnostics) -> tuple[tuple[Text, Text], ...]:
    if node is None:
        return ()
    if not isinstance(node, nodes.Mapping):
        diagnostics.error("bad-shape", "`define` maps names to expressions", node.span)
        return ()
    out = []
    for key, value in node.entries:
        name = _name(key, "a definition", diagnostics)
        if (
            isinstance(value, Scalar)
            and not isinstance(value.value, str)
            and value.value is not None
        ):
            value = Scalar(value.span, value.span.text, value.style, None, value.span.start)
        expression = text(value, f"the definition of {quoted(key.value)}", diagnostics)
        if name is not None and expression is not None:
            out.append((name, expression))
    return tuple(out)


def _name(key: Scalar, what: str, diagnostics: Diagnostics) -> Text | None:
    name = str(key.value)
    if not _NAME.fullmatch(name):
        diagnostics.error(
            "bad-name",
            f"{quoted(name)} is not a name for {what}; expected letters, digits and `_`",
            key.span,
        )
        return None
    return Text(name, key)


# rule files -----------------------------------------------------------------------------------


def read_rules(node: nodes.Mapping, diagnostics: Diagnostics, *, in_manifest: bool) -> RulesDoc:
    """The rules, scorecards, interests and tables of one file."""
    keys = RULES_KEYS + (MANIFEST_KEYS if in_manifest else ())
    entries = Entries(node, "a rule file", keys, diagnostics)
    read: dict[str, list[Any]] = {key: [] for key in RULES_KEYS}
    readers: dict[str, tuple[str, Callable[[nodes.Mapping, Diagnostics], Any]]] = {
        "rules": ("a rule", _rule),
        "scorecards": ("a scorecard", _scorecard),
        "interests": ("an interest", _interest),
        "tables": ("a table", _table),
    }
    for key, (what, reader) in readers.items():
        for item in entries.items(key, what):
            found = reader(item, diagnostics)
            if found is not None:
                read[key].append(found)
    return RulesDoc(*(tuple(read[key]) for key in RULES_KEYS))


def _rule(node: nodes.Mapping, diagnostics: Diagnostics) -> RuleDoc | None:
    entries = Entries(node, "a rule", RULE_KEYS, diagnostics)
    id_ = entries.identifier("id")
    title = entries.text("title", required=True)
    level = entries.choice("level", LEVELS, "mandatory")
    require, forbid = node.get("require"), node.get("forbid")
    misspelled = require is None and entries.meant & {"require", "forbid"}
    if (require is None) == (forbid is None) and not misspelled:
        at = node.key("forbid") or node.key("id") or node
        entries.error(
            "require-or-forbid",
            "a rule has exactly one of `require` and `forbid`; found "
            + ("both" if require is not None else "neither"),
            at.span,
        )
    start, until = _effective(entries)
    source = _source(entries.get("source"), diagnostics)
    because, ask = entries.text("because"), entries.text("ask")
    tags = entries.texts("tags")
    focus, action, expected = (entries.word(key) for key in ("focus", "action", "expected"))
    condition = require if require is not None else forbid
    if id_ is None or title is None or condition is None or level is None:
        return None
    form = "require" if require is not None else "forbid"
    return RuleDoc(
        id_,
        title,
        level,
        form,
        condition,
        node.get("applies"),
        node.get("unless"),
        start,
        until,
        because,
        ask,
        source,
        tags,
        focus,
        action,
        expected,
        node,
    )


def _effective(entries: Entries) -> tuple[dt.date | None, dt.date | None]:
    node = entries.get("effective")
    if node is None:
        return None, None
    if not isinstance(node, nodes.Mapping) or not node.entries:
        entries.error("bad-shape", "`effective` has a `from`, an `until`, or both", node.span)
        return None, None
    inner = Entries(node, "`effective`", ("from", "until"), entries.diagnostics)
    start_node, until_node = inner.get("from"), inner.get("until")
    start = day(start_node, "`from`", entries.diagnostics) if start_node is not None else None
    until = day(until_node, "`until`", entries.diagnostics) if until_node is not None else None
    if start is not None and until is not None and until < start:
        entries.error(
            "never-in-force",
            f"never in force: `until` {until} lies before `from` {start}",
            node.span,
        )
    return start, until


def _source(node: Node | None, diagnostics: Diagnostics) -> SourceDoc | None:
    if node is None:
        return None
    if not isinstance(node, nodes.Mapping):
        diagnostics.error("bad-shape", "`source` has a `ref`, a `quote` and a `file`", node.span)
        return None
    entries = Entries(node, "a source", ("ref", "quote", "file"), diagnostics)
    return SourceDoc(entries.text("ref"), entries.text("quote"), entries.text("file"))


def _scorecard(node: nodes.Mapping, diagnostics: Diagnostics) -> ScorecardDoc | None:
    entries = Entries(node, "a scorecard", ("id", "title", "items"), diagnostics)
    id_ = entries.text("id", required=True)
    if id_ is not None and not _NAME.fullmatch(id_.value):
        entries.error(
            "bad-name",
            f"{quoted(id_.value)} is not a name for a scorecard; expected letters, digits and `_`",
            id_.span,
        )
    title = entries.text("title")
    entries.get("items", required=True)
    items = []
    keys = ("id", "title", "aspect", "side", "when", "points")
    for item in entries.items("items", "an item with `id`, `title`, `when` and `points`"):
        inner = Entries(item, "a scorecard item", keys, diagnostics)
        item_id, item_title = inner.identifier("id"), inner.text("title", required=True)
        side = inner.choice("side", ("benefit", "risk"), None)
        aspect = inner.word("aspect")
        when, points = inner.get("when", required=True), inner.get("points", required=True)
        if item_id and item_title and when is not None and points is not None:
            items.append(ScoreItemDoc(item_id, item_title, side, aspect, when, points, item.span))
    return ScorecardDoc(id_, title, tuple(items), node.span) if id_ is not None else None


def _interest(node: nodes.Mapping, diagnostics: Diagnostics) -> InterestDoc | None:
    keys = ("element", "ours", "theirs", "served", "conflict")
    entries = Entries(node, "an interest", keys, diagnostics)
    element, ours, theirs = (entries.text(key, required=True) for key in keys[:3])
    served = entries.get("served", required=True)
    if element is None or ours is None or theirs is None or served is None:
        return None
    return InterestDoc(element, ours, theirs, served, entries.get("conflict"), node.span)


def _table(node: nodes.Mapping, diagnostics: Diagnostics) -> TableDoc | None:
    keys = ("id", "title", "hit_policy", "inputs", "output", "rules", "default")
    entries = Entries(node, "a table", keys, diagnostics)
    id_ = entries.text("id", required=True)
    if id_ is not None and not _NAME.fullmatch(id_.value):
        entries.error(
            "bad-name",
            f"{quoted(id_.value)} is not a name for a table; expected letters, digits and `_`",
            id_.span,
        )
    hit_policy = entries.text("hit_policy", required=True)
    inputs = _texts(entries, "inputs")
    output_type, values = _output(entries.get("output"), diagnostics)
    rows = []
    rules = entries.get("rules", required=True)
    if rules is not None and not isinstance(rules, nodes.Sequence):
        entries.error("bad-shape", "the `rules` of a table are a list of rows", rules.span)
    for row in rules if isinstance(rules, nodes.Sequence) else ():
        if not inputs:
            break  # reported
        if not isinstance(row, nodes.Sequence) or len(row) != len(inputs) + 1:
            entries.error(
                "bad-row",
                "a row of this table is a list of "
                f"{len(inputs)} cell{'' if len(inputs) == 1 else 's'} and the output",
                row.span,
            )
            continue
        rows.append((row.items[:-1], row.items[-1], row.span))
    if isinstance(rules, nodes.Sequence) and not len(rules):
        entries.error("empty-list", "a table has at least one row", rules.span)
    if id_ is None or hit_policy is None:
        return None
    title = entries.text("title")
    default = entries.get("default")
    return TableDoc(
        id_, title, hit_policy, inputs, output_type, values, tuple(rows), default, node.span
    )


def _texts(entries: Entries, key: str) -> tuple[Text, ...]:
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


def _output(node: Node | None, diagnostics: Diagnostics) -> tuple[Text | None, tuple[Node, ...]]:
    if node is None:
        return None, ()
    if not isinstance(node, nodes.Mapping):
        diagnostics.error("bad-shape", "`output` has a `type` and its `values`", node.span)
        return None, ()
    entries = Entries(node, "an output", ("type", "values"), diagnostics)
    values = entries.get("values")
    if values is not None and not isinstance(values, nodes.Sequence):
        diagnostics.error("bad-shape", "`values` is a list, best first", values.span)
        values = None
    return entries.text("type"), values.items if isinstance(values, nodes.Sequence) else ()


# waivers --------------------------------------------------------------------------------------


def read_waivers(node: Node, diagnostics: Diagnostics) -> tuple[WaiverDoc, ...]:
    """The waivers of a file; every one is named in full."""
    if not isinstance(node, nodes.Mapping):
        diagnostics.error("bad-shape", "a waiver file has a list of `waivers`", node.span)
        return ()
    entries = Entries(node, "a waiver file", ("waivers",), diagnostics)
    entries.get("waivers", required=True)
    out = []
    keys = ("rule", "deal", "approved_by", "reason", "until", "digest")
    for item in entries.items("waivers", "a waiver"):
        inner = Entries(item, "a waiver", keys, diagnostics)
        rule, deal, approved, reason = (inner.text(key, required=True) for key in keys[:4])
        until_node = inner.get("until", required=True)
        until = day(until_node, "`until`", diagnostics) if until_node is not None else None
        digest = inner.text("digest")
        if digest is not None and not re.fullmatch(r"sha256:[0-9a-f]{64}", digest.value):
            diagnostics.error(
                "bad-digest",
                f"{quoted(digest.value)} is not a digest; expected `sha256:` and 64 hex digits",
                digest.span,
            )
        for written in (rule, deal, approved, reason):
            if written is not None and not written.value.strip():
                diagnostics.error(
                    "bad-value", "a blank text; a waiver says each of these", written.span
                )
        if rule and deal and approved and reason and until is not None:
            out.append(
                WaiverDoc(
                    rule.value,
                    deal.value,
                    approved.value,
                    reason.value,
                    until,
                    digest.value if digest is not None else None,
                    item.span,
                )
            )
    return tuple(out)


def number(node: Node) -> Decimal | None:
    """The number a node holds, if it holds one."""
    return node.value if isinstance(node, Scalar) and isinstance(node.value, Decimal) else None
