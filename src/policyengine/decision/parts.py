"""The parts of a decision: reasons and everything around them, frozen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from policyengine.decision.conditions import Condition, Location, Missing
from policyengine.decision.data import without_words
from policyengine.decision.lazily import Lazy, Rest
from policyengine.decision.verdicts import Level, Outcome, Presence, WaiverStatus
from policyengine.decision.wording import NO_WORDS, Words
from policyengine.values.frozen import FrozenDict
from policyengine.values.record import Record, draft


class TermUse(Record):
    """A term a reason rests on: its value, whether silence was read as its default, where
    the deal states it, and the evidence given for it. `words` are for pages, and no part of
    its JSON."""

    path: str
    value: Any
    stated: bool
    assumed: bool
    label: str | None = None
    unit: str | None = None
    location: Location | None = None
    evidence: Mapping[str, Any] | None = None
    words: Words = NO_WORDS

    def to_dict(self) -> dict[str, Any]:
        return without_words(self)


class WaiverUse(Record):
    """What became of a waiver."""

    rule: str
    deal: str
    status: WaiverStatus
    approved_by: str
    reason: str
    until: str
    location: Location | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "status", WaiverStatus(self.status))


class Reason(Record, Lazy):
    """One rule in a decision. `rule`, `level` and `outcome` are None for a reason about the
    whole (`nothing-applied`).

    In a decision just made, `terms`, the conditions and `missing` are worked out when first
    asked for.
    """

    rule: str | None
    code: str
    title: str
    level: Level | None
    outcome: Outcome | None
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

    def __repr__(self) -> str:
        return f"<Reason {self.code if self.outcome is None else f'{self.rule}: {self.outcome}'}>"

    def __post_init__(self) -> None:
        if self.level is not None:
            object.__setattr__(self, "level", Level(self.level))
        if self.outcome is not None:
            object.__setattr__(self, "outcome", Outcome(self.outcome))


class MissingTerm(Record):
    """A term some unsettled rule waits for, and those rules."""

    path: str
    rules: tuple[str, ...]
    label: str | None = None


class AssumedTerm(Record):
    """A default that silence took, and the rules whose outcome rests on it. `words` are for
    pages, and no part of its JSON."""

    path: str
    value: Any
    rules: tuple[str, ...]
    label: str | None = None
    words: Words = NO_WORDS

    def to_dict(self) -> dict[str, Any]:
        return without_words(self)


class UnreadTerm(Record):
    """A term that the deal states and nothing in the policy reads: it was not looked at."""

    path: str
    label: str | None
    location: Location | None


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
    """An advisory rule, and whether the deal does what it asks for."""

    rule: str
    title: str
    state: Presence
    message: str | None = None
    focus: str | None = None
    action: str | None = None
    expected: str | None = None
    source: Mapping[str, Any] | None = None
    location: Location | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "state", Presence(self.state))


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
    parameters: Mapping[str, Any] = FrozenDict()


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
    unread: tuple[UnreadTerm, ...] = ()
    #: units by name of what is defined: for pages, and no part of the JSON
    units: Words = NO_WORDS


_Draft = draft(Reason)
_new: Callable[[Any], Any] = _Draft.__new__


#: of a rule's reasons what no deal changes: the rule, its title, level, form, source, tags and
#: location
Fixed = tuple[str, str, Level, str, Mapping[str, Any] | None, tuple[str, ...], Location | None]


def reason_with_rest(
    fixed: Fixed,
    code: str,
    outcome: Outcome,
    message: str,
    ask: str | None,
    waiver: WaiverUse | None,
    rest: Rest,
) -> Reason:
    """A reason whose other fields `rest` gives, by name, when one of them is asked for."""
    reason = _new(_Draft)
    (
        reason.rule,
        reason.title,
        reason.level,
        reason.form,
        reason.source,
        reason.tags,
        reason.location,
    ) = fixed
    reason.code = code
    reason.outcome = outcome
    reason.message = message
    reason.ask = ask
    reason.waiver = waiver
    reason._rest = rest
    reason.__class__ = Reason
    made: Reason = reason
    return made
