"""Rule files: rules, scorecards, interests and tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from policyengine import nodes
from policyengine.document.entries import NAME, Entries, day
from policyengine.document.model import (
    LEVELS,
    MANIFEST_KEYS,
    RULE_KEYS,
    RULES_KEYS,
    InterestDoc,
    PublicDoc,
    RuleDoc,
    RulesDoc,
    ScorecardDoc,
    ScoreItemDoc,
    SourceDoc,
)
from policyengine.document.tables import read_table
from policyengine.errors import Diagnostics
from policyengine.nodes import Node
from policyengine.source import quoted


def read_rules(node: nodes.Mapping, diagnostics: Diagnostics, *, in_manifest: bool) -> RulesDoc:
    """The rules, scorecards, interests and tables of one file."""
    keys = RULES_KEYS + (MANIFEST_KEYS if in_manifest else ())
    entries = Entries(node, "a rule file", keys, diagnostics)
    read: dict[str, list[Any]] = {key: [] for key in RULES_KEYS}
    readers: dict[str, tuple[str, Callable[[nodes.Mapping, Diagnostics], Any]]] = {
        "rules": ("a rule", _rule),
        "scorecards": ("a scorecard", _scorecard),
        "interests": ("an interest", _interest),
        "tables": ("a table", read_table),
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
    public = _public(entries.get("public"), diagnostics)
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
        public,
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


def _public(node: Node | None, diagnostics: Diagnostics) -> PublicDoc | None:
    if node is None:
        return None
    if not isinstance(node, nodes.Mapping):
        message = "`public` has a `say`, and may have an `open` and an `ask`"
        diagnostics.error("bad-shape", message, node.span)
        return None
    entries = Entries(node, "`public`", ("say", "open", "ask"), diagnostics)
    say = entries.text("say", required=True)
    open_, ask = entries.text("open"), entries.text("ask")
    return PublicDoc(say, open_, ask, node.span) if say is not None else None


def _scorecard(node: nodes.Mapping, diagnostics: Diagnostics) -> ScorecardDoc | None:
    entries = Entries(node, "a scorecard", ("id", "title", "items"), diagnostics)
    id_ = entries.text("id", required=True)
    if id_ is not None and not NAME.fullmatch(id_.value):
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
