"""A decision: what the engine answers, as frozen data.

The same object comes from the library, `--format json` and everything that reads decisions
back; `schemas/decision.schema.json` describes its JSON form and `Decision.from_dict` reads
it. The verdict and the outcomes are there at once; reasons and the rest are worked out when
first asked for.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from policyengine.values.jsontext import dumps
from policyengine.values.record import Record

SCHEMA_VERSION = "1"


class _NoTruth(enum.Enum):
    """An enum that refuses to stand for yes or no: `if decision.verdict:` would always pass."""

    def __bool__(self) -> bool:
        raise TypeError(
            f"a {type(self).__name__.lower()} is not true or false; "
            f"compare it: `verdict is Verdict.ACCEPT`"
        )

    def __str__(self) -> str:
        return str(self.value)


class Verdict(_NoTruth):
    """The answer for a deal; `exit_code` is the command's."""

    ACCEPT = "accept"
    REJECT = "reject"
    UNDETERMINED = "undetermined"
    CONDITIONAL = "conditional"

    @property
    def exit_code(self) -> int:
        return {"accept": 0, "reject": 1, "undetermined": 3, "conditional": 4}[self.value]


class Outcome(_NoTruth):
    """The answer of one rule."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"


class Level(_NoTruth):
    """What a rule's failure does: reject, make conditional, or advise."""

    MANDATORY = "mandatory"
    NEGOTIABLE = "negotiable"
    ADVISORY = "advisory"


class Location(Record):
    """A place in a document, line and column from 1."""

    file: str
    line: int
    column: int


class Condition(Record):
    """A condition as a tree with the value of every part.

    `kind` is `all`, `any`, `not`, `some_of` (with `at_least`) or `leaf`. A leaf has its text
    with parameters filled in, the paths it reads, and, where it tests one term, that term's
    `actual` value. `decides` marks the parts on which the value of the whole rests.
    """

    kind: str
    value: bool | None
    decides: bool = True
    parts: tuple[Condition, ...] = ()
    at_least: int | None = None
    text: str | None = None
    paths: tuple[str, ...] = ()
    actual: Any = None
    location: Location | None = None

    def leaves(self) -> list[Condition]:
        if self.kind == "leaf":
            return [self]
        return [leaf for part in self.parts for leaf in part.leaves()]

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {}
        if self.kind == "leaf":
            out["text"] = self.text
        elif self.kind == "not":
            out["not"] = self.parts[0].to_dict()
        elif self.kind == "some_of":
            out["some_of"] = {
                "at_least": self.at_least,
                "of": [part.to_dict() for part in self.parts],
            }
        else:
            out[self.kind] = [part.to_dict() for part in self.parts]
        out["value"] = self.value
        out["decides"] = self.decides
        if self.kind == "leaf":
            out["paths"] = list(self.paths)
            out["actual"] = _data(self.actual)
            out["location"] = _data(self.location)
        return out

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Condition:
        value, decides = data["value"], data["decides"]
        if "text" in data:
            return cls(
                "leaf",
                value,
                decides,
                text=data["text"],
                paths=tuple(data["paths"]),
                actual=_frozen(data["actual"]),
                location=Location(**data["location"]) if data["location"] else None,
            )
        if "not" in data:
            return cls("not", value, decides, (cls.from_dict(data["not"]),))
        if "some_of" in data:
            some = data["some_of"]
            parts = tuple(map(cls.from_dict, some["of"]))
            return cls("some_of", value, decides, parts, int(some["at_least"]))
        kind = "all" if "all" in data else "any"
        return cls(kind, value, decides, tuple(map(cls.from_dict, data[kind])))


class Missing(Record):
    """What to state so that a rule can settle: a tree of `all` and `any` over paths."""

    kind: str
    path: str | None = None
    parts: tuple[Missing, ...] = ()
    at_least: int | None = None

    def paths(self) -> list[str]:
        """Every path in the tree, first mention first, each once."""
        if self.path is not None:
            return [self.path]
        return list(dict.fromkeys(p for part in self.parts for p in part.paths()))

    def to_dict(self) -> dict[str, Any]:
        if self.path is not None:
            return {"path": self.path}
        if self.kind == "some_of":
            return {"some_of": {"at_least": self.at_least, "of": [p.to_dict() for p in self.parts]}}
        return {self.kind: [part.to_dict() for part in self.parts]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Missing:
        if "path" in data:
            return cls("leaf", data["path"])
        if "some_of" in data:
            some = data["some_of"]
            parts = tuple(map(cls.from_dict, some["of"]))
            return cls("some_of", None, parts, int(some["at_least"]))
        kind = "all" if "all" in data else "any"
        return cls(kind, None, tuple(map(cls.from_dict, data[kind])))


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


class Decision:
    """The answer for one deal.

    `verdict`, `outcomes` (rule id to `Outcome`, every rule, in file order) and `settings` are
    there at once; the other attributes are those of `Details`. Equal decisions have equal
    JSON. A decision is neither true nor false.
    """

    __slots__ = ("_details", "outcomes", "settings", "verdict")

    verdict: Verdict
    outcomes: Mapping[str, Outcome]
    settings: Settings
    _details: Details | Callable[[], Details]

    def __init__(
        self,
        verdict: Verdict,
        outcomes: Mapping[str, Outcome],
        settings: Settings,
        details: Details | Callable[[], Details],
    ) -> None:
        put = object.__setattr__
        put(self, "verdict", verdict)
        put(self, "outcomes", outcomes)
        put(self, "settings", settings)
        put(self, "_details", details)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a decision is frozen")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a decision is frozen")

    def __bool__(self) -> bool:
        raise TypeError(
            "a decision is not true or false; compare its verdict: "
            "`decision.verdict is Verdict.ACCEPT`"
        )

    @property
    def details(self) -> Details:
        found = self._details
        if isinstance(found, Details):
            return found
        made: Details = found()
        object.__setattr__(self, "_details", made)
        return made

    @property
    def deal(self) -> DealRef:
        return self.details.deal

    @property
    def policy(self) -> PolicyRef:
        return self.details.policy

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return self.details.reasons

    @property
    def missing(self) -> tuple[MissingTerm, ...]:
        return self.details.missing

    @property
    def assumed(self) -> tuple[AssumedTerm, ...]:
        return self.details.assumed

    @property
    def not_applicable(self) -> tuple[str, ...]:
        return self.details.not_applicable

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        return self.details.caveats

    @property
    def scores(self) -> Mapping[str, Score]:
        return self.details.scores

    @property
    def interests(self) -> tuple[Interest, ...]:
        return self.details.interests

    @property
    def advice(self) -> tuple[Advice, ...]:
        return self.details.advice

    @property
    def defined(self) -> Mapping[str, Any]:
        return self.details.defined

    @property
    def waivers(self) -> tuple[WaiverUse, ...]:
        return self.details.waivers

    @property
    def errors(self) -> tuple[EvaluationFault, ...]:
        return self.details.errors

    def to_dict(self) -> dict[str, Any]:
        """The JSON form as plain data; numbers are `Decimal`."""
        details = self.details
        return {
            "schema_version": SCHEMA_VERSION,
            "verdict": self.verdict.value,
            "deal": _data(details.deal),
            "policy": _data(details.policy),
            "as_of": self.settings.as_of,
            "final": self.settings.final,
            "assume": self.settings.assume,
            "parameters": _data(self.settings.parameters),
            "reasons": _data(details.reasons),
            "outcomes": {rule: outcome.value for rule, outcome in self.outcomes.items()},
            "missing": _data(details.missing),
            "assumed": _data(details.assumed),
            "not_applicable": list(details.not_applicable),
            "caveats": _data(details.caveats),
            "scores": _data(details.scores),
            "interests": _data(details.interests),
            "advice": _data(details.advice),
            "defined": _data(details.defined),
            "waivers": _data(details.waivers),
            "errors": _data(details.errors),
        }

    def to_json(self, *, indent: int | None = None) -> str:
        """The published JSON form; numbers are written exactly."""
        return dumps(self.to_dict(), indent=indent)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Decision:
        """Read a decision back from its JSON form (numbers as `Decimal` or `int`)."""
        if data.get("schema_version") != SCHEMA_VERSION:
            raise ValueError("not a decision of schema version 1")
        return cls(
            Verdict(data["verdict"]),
            {rule: Outcome(value) for rule, value in data["outcomes"].items()},
            Settings(data["as_of"], data["final"], data["assume"], _frozen(data["parameters"])),
            Details(
                deal=DealRef(**data["deal"]),
                policy=PolicyRef(**data["policy"]),
                reasons=tuple(map(_reason, data["reasons"])),
                missing=tuple(_flat(MissingTerm, m) for m in data["missing"]),
                assumed=tuple(_flat(AssumedTerm, a) for a in data["assumed"]),
                not_applicable=tuple(data["not_applicable"]),
                caveats=tuple(_flat(Caveat, c) for c in data["caveats"]),
                scores={name: _score(score) for name, score in data["scores"].items()},
                interests=tuple(_flat(Interest, i) for i in data["interests"]),
                advice=tuple(_flat(Advice, a) for a in data["advice"]),
                defined=_frozen(data["defined"]),
                waivers=tuple(_flat(WaiverUse, w) for w in data["waivers"]),
                errors=tuple(_flat(EvaluationFault, e) for e in data["errors"]),
            ),
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Decision):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.verdict, tuple(self.outcomes.items())))

    def __repr__(self) -> str:
        return f"<Decision {self.verdict.value}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return Decision, (self.verdict, dict(self.outcomes), self.settings, self.details)


def _data(value: Any) -> Any:
    """Frozen objects as plain data; whatever has no JSON form as its text."""
    if value is None or isinstance(value, str | bool | Decimal | int):
        return value
    if isinstance(value, Condition | Missing):
        return value.to_dict()
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Record):
        return {name: _data(getattr(value, name)) for name in value.__fields__}
    if isinstance(value, Mapping):
        return {str(key): _data(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_data(item) for item in value]
    return str(value)


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_frozen, value))
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value


def _flat(kind: Any, data: Mapping[str, Any]) -> Any:
    values = {key: _frozen(value) for key, value in data.items()}
    if values.get("location"):
        values["location"] = _location(data["location"])
    return kind(**values)


def _location(data: Mapping[str, Any]) -> Location:
    return Location(data["file"], int(data["line"]), int(data["column"]))


def _score(data: Mapping[str, Any]) -> Score:
    values = {key: _frozen(value) for key, value in data.items()}
    values["items"] = tuple(_flat(ScoreItem, item) for item in data["items"])
    return Score(**values)


def _reason(data: Mapping[str, Any]) -> Reason:
    values = dict(data)
    values["tags"] = tuple(data["tags"])
    values["terms"] = tuple(_flat(TermUse, term) for term in data["terms"])
    for key in ("conditions", "applies", "unless"):
        values[key] = Condition.from_dict(data[key]) if data[key] else None
    values["missing"] = Missing.from_dict(data["missing"]) if data["missing"] else None
    values["location"] = _location(data["location"]) if data["location"] else None
    values["waiver"] = _flat(WaiverUse, data["waiver"]) if data["waiver"] else None
    return Reason(**values)


def no_verdict(
    errors: list[dict[str, Any]], *, source: str | None = None, line: int | None = None
) -> dict[str, Any]:
    """The JSON object of a run, or of one deal in a batch, that could not be decided."""
    out: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "verdict": None}
    if source is not None:
        out["source"] = source
        out["line"] = line
    out["errors"] = errors
    return out
