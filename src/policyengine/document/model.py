"""The documents of a policy as frozen records."""

from __future__ import annotations

import datetime as dt

from policyengine import nodes
from policyengine.document.entries import Text
from policyengine.nodes import Node
from policyengine.source import Span
from policyengine.values.record import Record

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
    "public",
)

LEVELS = ("mandatory", "negotiable", "advisory")


class ParameterDoc(Record):
    """`dated` holds (from, value) rows in the order written; otherwise `value` is the node."""

    name: Text
    value: Node | None
    dated: tuple[tuple[dt.date, Node], ...]

    @property
    def values(self) -> tuple[Node, ...]:
        """Every value it has, on whatever day."""
        return tuple(node for _, node in self.dated) if self.value is None else (self.value,)


class SourceDoc(Record):
    ref: Text | None
    quote: Text | None
    file: Text | None


class PublicDoc(Record):
    """What may be said to the counterparty: where the rule is broken (`say`), where it is
    undecided (`open`), and what to ask for."""

    say: Text
    open: Text | None
    ask: Text | None
    span: Span


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
    public: PublicDoc | None = None


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
