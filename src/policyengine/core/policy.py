"""Rules, scorecards, parameters and policies of the core."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from policyengine.core.expressions import Expr
from policyengine.source import Span
from policyengine.types import Type
from policyengine.values.record import Record, replace


class Template(Record):
    """A sentence with placeholders: texts and expressions in turn."""

    parts: tuple[str | Expr, ...]
    span: Span


class Dated(Record):
    """Values by the date from which each is in force, earliest first."""

    values: tuple[tuple[date, Any], ...]

    def at(self, day: date) -> Any:
        """The value in force on a day; raises LookupError before the first."""
        found: Any = _NONE
        for start, value in self.values:
            if start <= day:
                found = value
        if found is _NONE:
            raise LookupError(self.values[0][0])
        return found


_NONE = object()


class ParameterValue(Record):
    """A declared parameter; `value` is `Dated` where it depends on the as-of date."""

    name: str
    value: Any
    type: Type
    span: Span


class SourceRef(Record):
    """Where a condition comes from, as its author cites it."""

    ref: str | None
    quote: str | None
    file: str | None


class Public(Record):
    """What may be said to the counterparty of a rule: where it is broken (`say`), where it is
    undecided (`open`; nothing is said without it), and what to ask for. Placeholders are
    terms, nothing else."""

    say: Template
    open: Template | None
    ask: Template | None


class Rule(Record):
    """One rule.

    `requirement` must hold (a prohibition is negated here); `condition` is the same as
    written, for explanation, and `form` says which of the two was written.
    """

    id: str
    title: str
    level: str
    form: str
    condition: Expr
    requirement: Expr
    applies: Expr | None
    unless: Expr | None
    effective_from: date | None
    effective_until: date | None
    because: Template | None
    ask: Template | None
    source: SourceRef | None
    tags: tuple[str, ...]
    focus: str | None
    action: str | None
    expected: str | None
    text_digest: str
    span: Span
    public: Public | None = None

    def __repr__(self) -> str:
        return f"<Rule {self.id}, {self.level}, {self.span.file}:{self.span.line}>"


class ScoreItem(Record):
    id: str
    title: str
    side: str | None
    aspect: str | None
    when: Expr
    points: Expr
    span: Span


class Scorecard(Record):
    id: str
    title: str | None
    items: tuple[ScoreItem, ...]
    span: Span


class Interest(Record):
    element: str
    ours: str
    theirs: str
    served: Expr
    conflict: Expr | None
    span: Span


class Definition(Record):
    """A derived term: its expression; `table` where it came from a decision table."""

    name: str
    value: Expr
    span: Span


class Policy(Record):
    """A whole policy. `order` names the definitions, and the scorecards as `score.id`, so that
    each uses only those before it."""

    id: str
    version: str
    title: str | None
    parameters: Mapping[str, ParameterValue]
    definitions: Mapping[str, Definition]
    scorecards: Mapping[str, Scorecard]
    order: tuple[str, ...]
    interests: tuple[Interest, ...]
    rules: tuple[Rule, ...]
    span: Span
    digest: str = ""

    def __repr__(self) -> str:
        return f"<Policy {self.id} {self.version} as meant, {len(self.rules)} rules>"


def points_range(points: Decimal, value: bool | None) -> tuple[Decimal, Decimal]:
    """The least and the most an item can still add to its score."""
    if value is True:
        return points, points
    if value is False:
        return Decimal(0), Decimal(0)
    return min(points, Decimal(0)), max(points, Decimal(0))


def with_digest(policy: Policy, digest: str) -> Policy:
    """The same policy with its digest."""
    return replace(policy, digest=digest)
