"""The parts of a decision: reasons and everything around them, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from policyengine.decision.conditions import Condition, Location, Missing
from policyengine.values.record import Record


class TermUse(Record):
    """A term a reason rests on: its value, whether silence was read as its default, where
    the deal states it, and the evidence given for it."""

    path: str
    value: Any
    stated: bool
    assumed: bool
    label: str | None = None
    unit: str | None = None
    location: Location | None = None
    evidence: Mapping[str, Any] | None = None


class WaiverUse(Record):
    """What became of a waiver: `applied`, `expired`, `not_needed` or `stale` (its digest is
    of another text)."""

    rule: str
    deal: str
    status: str
    approved_by: str
    reason: str
    until: str
    location: Location | None = None


class Reason(Record):
    """One rule in a decision. `rule` is None for a reason about the whole (`nothing-applied`)."""

    rule: str | None
    code: str
    title: str
    level: str | None
    outcome: str | None
    message: str
    form: str | None = None
    ask: str | None = None
    source: Mapping[str, Any] | None = None
    tags: tuple[str, ...] = ()
    location: Location | None = None
    terms: tuple[TermUse, ...] = ()
    conditions: Condition | None = None
    applies: Condition | None = None
    unless: Condition | None = None
    missing: Missing | None = None
    waiver: WaiverUse | None = None


class MissingTerm(Record):
    """A term some unsettled rule waits for, and those rules."""

    path: str
    rules: tuple[str, ...]
    label: str | None = None


class AssumedTerm(Record):
    """A default that silence took, and the rules whose outcome rests on it."""

    path: str
    value: Any
    rules: tuple[str, ...]
    label: str | None = None


class Caveat(Record):
    """Low-confidence evidence that the verdict rests on."""

    path: str
    rules: tuple[str, ...]
    evidence: Mapping[str, Any]


class ScoreItem(Record):
    id: str
    title: str
    side: str | None
    aspect: str | None
    points: Decimal
    value: bool | None


class Score(Record):
    """A scorecard: `value` is None while an item is unknown; `low` and `high` bound it."""

    value: Decimal | None
    low: Decimal
    high: Decimal
    title: str | None = None
    items: tuple[ScoreItem, ...] = ()


class Interest(Record):
    element: str
    ours: str
    theirs: str
    served: bool | None
    conflict: bool | None


class Advice(Record):
    """An advisory rule: `state` is present, missing, unknown or not_applicable."""

    rule: str
    title: str
    state: str
    message: str | None = None
    focus: str | None = None
    action: str | None = None
    expected: str | None = None
    source: Mapping[str, Any] | None = None
    location: Location | None = None


class EvaluationFault(Record):
    """An error while evaluating; it made `rule` unknown."""

    code: str
    message: str
    rule: str | None = None
    location: Location | None = None


class DealRef(Record):
    id: str | None
    source: str | None
    digest: str
    source_digest: str | None


class PolicyRef(Record):
    id: str
    version: str
    title: str | None
    digest: str


class Settings(Record):
    """How the question was put; these change the answer, so the answer carries them.

    `parameters` holds overrides only.
    """

    as_of: str | None
    final: bool
    assume: bool
    parameters: Mapping[str, Any] = {}  # a record field, never changed


class Details(Record):
    """Everything in a decision beyond verdict, outcomes and settings."""

    deal: DealRef
    policy: PolicyRef
    reasons: tuple[Reason, ...]
    missing: tuple[MissingTerm, ...]
    assumed: tuple[AssumedTerm, ...]
    not_applicable: tuple[str, ...]
    caveats: tuple[Caveat, ...]
    scores: Mapping[str, Score]
    interests: tuple[Interest, ...]
    advice: tuple[Advice, ...]
    defined: Mapping[str, Any]
    waivers: tuple[WaiverUse, ...]
    errors: tuple[EvaluationFault, ...]
