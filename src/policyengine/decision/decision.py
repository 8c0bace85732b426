"""The decision itself: verdict and outcomes at once, the rest when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from policyengine.decision.data import as_data, frozen
from policyengine.decision.jsonform import SCHEMA_VERSION, read_flat, read_reason, read_score
from policyengine.decision.parts import (
    Advice,
    AssumedTerm,
    Caveat,
    DealRef,
    Details,
    EvaluationFault,
    Interest,
    MissingTerm,
    PolicyRef,
    Reason,
    Score,
    Settings,
    UnreadTerm,
    WaiverUse,
)
from policyengine.decision.verdicts import Outcome, Verdict
from policyengine.values.frozen import FrozenDict
from policyengine.values.jsontext import dumps


class Decision:
    """The answer for one deal.

    `verdict`, `outcomes` (rule id to `Outcome`, every rule, in file order) and `settings` are
    there at once; the other attributes are those of `Details`, each worked out when first
    asked for and apart from the others. Mappings are read-only. Equal decisions have equal
    JSON. A decision is neither true nor false.
    """

    __slots__ = ("_details", "outcomes", "settings", "verdict")

    verdict: Verdict
    outcomes: Mapping[str, Outcome]
    settings: Settings
    _details: Any

    def __init__(
        self,
        verdict: Verdict,
        outcomes: Mapping[str, Outcome],
        settings: Settings,
        details: Details | Callable[[], Any],
    ) -> None:
        """`details`, where it is a function, gives an object with the attributes of `Details`."""
        if type(outcomes) is not FrozenDict:
            outcomes = FrozenDict(outcomes)
        _set_verdict(self, verdict)
        _set_outcomes(self, outcomes)
        _set_settings(self, settings)
        _set_details(self, details)

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
        """All the rest, worked out by now."""
        found = self._parts()
        if not isinstance(found, Details):
            found = Details(*(getattr(found, name) for name in Details.__fields__))
            _set_details(self, found)
        return found

    def _parts(self) -> Any:
        """What has the attributes of `Details`."""
        found = self._details
        if callable(found):
            found = found()
            _set_details(self, found)
        return found

    @property
    def deal(self) -> DealRef:
        """The deal's id, where it was read from, and its digests."""
        return self._parts().deal  # type: ignore[no-any-return]

    @property
    def policy(self) -> PolicyRef:
        """The policy's id, version, title and digest."""
        return self._parts().policy  # type: ignore[no-any-return]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Rules that fail, are unknown or waived, mandatory first; in full, those that pass too."""
        return self._parts().reasons  # type: ignore[no-any-return]

    @property
    def missing(self) -> tuple[MissingTerm, ...]:
        """The terms that undecided rules wait for, and those rules."""
        return self._parts().missing  # type: ignore[no-any-return]

    @property
    def assumed(self) -> tuple[AssumedTerm, ...]:
        """The defaults that silence took, and the rules that rest on them."""
        return self._parts().assumed  # type: ignore[no-any-return]

    @property
    def unread(self) -> tuple[UnreadTerm, ...]:
        """What the deal states and no rule reads."""
        return self._parts().unread  # type: ignore[no-any-return]

    @property
    def not_applicable(self) -> tuple[str, ...]:
        """The paths that the deal lists as not applicable."""
        return self._parts().not_applicable  # type: ignore[no-any-return]

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """Evidence of low confidence that the verdict rests on."""
        return self._parts().caveats  # type: ignore[no-any-return]

    @property
    def scores(self) -> Mapping[str, Score]:
        """Scorecards by id, each with its bounds while an item is unknown."""
        return self._parts().scores  # type: ignore[no-any-return]

    @property
    def interests(self) -> tuple[Interest, ...]:
        """What is served or in conflict, for both sides."""
        return self._parts().interests  # type: ignore[no-any-return]

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What advisory rules say; it never changes the verdict."""
        return self._parts().advice  # type: ignore[no-any-return]

    @property
    def defined(self) -> Mapping[str, Any]:
        """Values worked out from the terms, by name; None for unknown."""
        return self._parts().defined  # type: ignore[no-any-return]

    @property
    def units(self) -> Mapping[str, str]:
        """Units of what is worked out, by name, where it has one; no part of the JSON form."""
        return self._parts().units  # type: ignore[no-any-return]

    @property
    def waivers(self) -> tuple[WaiverUse, ...]:
        """What became of each waiver that names the deal."""
        return self._parts().waivers  # type: ignore[no-any-return]

    @property
    def errors(self) -> tuple[EvaluationFault, ...]:
        """What went wrong while rules were evaluated; each made a rule unknown."""
        return self._parts().errors  # type: ignore[no-any-return]

    def to_dict(self) -> dict[str, Any]:
        """The JSON form as plain data; numbers are `Decimal`, which `json.dumps` refuses:
        `to_json` writes them exactly."""
        details = self.details
        return {
            "schema_version": SCHEMA_VERSION,
            "verdict": self.verdict.value,
            "deal": as_data(details.deal),
            "policy": as_data(details.policy),
            "as_of": self.settings.as_of,
            "final": self.settings.final,
            "assume": self.settings.assume,
            "parameters": as_data(self.settings.parameters),
            "reasons": as_data(details.reasons),
            "outcomes": {rule: outcome.value for rule, outcome in self.outcomes.items()},
            "missing": as_data(details.missing),
            "assumed": as_data(details.assumed),
            "unread": as_data(details.unread),
            "not_applicable": list(details.not_applicable),
            "caveats": as_data(details.caveats),
            "scores": as_data(details.scores),
            "interests": as_data(details.interests),
            "advice": as_data(details.advice),
            "defined": as_data(details.defined),
            "waivers": as_data(details.waivers),
            "errors": as_data(details.errors),
        }

    def to_json(self, *, indent: int | None = None) -> str:
        """The published JSON form; numbers are written exactly."""
        return dumps(self.to_dict(), indent=indent)

    @classmethod
    def from_json(cls, text: str) -> Decision:
        """Read a decision back from its JSON text, numbers exactly. Raises as `from_dict`."""
        import json
        from decimal import Decimal

        return cls.from_dict(json.loads(text, parse_float=Decimal))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Decision:
        """Read a decision back from its JSON form (numbers as `Decimal` or `int`)."""
        if data.get("schema_version") != SCHEMA_VERSION:
            raise ValueError("not a decision of schema version 1")
        return cls(
            Verdict(data["verdict"]),
            {rule: Outcome(value) for rule, value in data["outcomes"].items()},
            Settings(data["as_of"], data["final"], data["assume"], frozen(data["parameters"])),
            Details(
                deal=DealRef(**data["deal"]),
                policy=PolicyRef(**data["policy"]),
                reasons=tuple(map(read_reason, data["reasons"])),
                missing=tuple(read_flat(MissingTerm, m) for m in data["missing"]),
                assumed=tuple(read_flat(AssumedTerm, a) for a in data["assumed"]),
                # decisions written before there was such a key have none
                unread=tuple(read_flat(UnreadTerm, u) for u in data.get("unread", ())),
                not_applicable=tuple(data["not_applicable"]),
                caveats=tuple(read_flat(Caveat, c) for c in data["caveats"]),
                scores=FrozenDict(
                    (name, read_score(score)) for name, score in data["scores"].items()
                ),
                interests=tuple(read_flat(Interest, i) for i in data["interests"]),
                advice=tuple(read_flat(Advice, a) for a in data["advice"]),
                defined=frozen(data["defined"]),
                waivers=tuple(read_flat(WaiverUse, w) for w in data["waivers"]),
                errors=tuple(read_flat(EvaluationFault, e) for e in data["errors"]),
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
        return Decision, (self.verdict, self.outcomes, self.settings, self.details)


# the setters of its slots: `object.__setattr__` looks each of them up by name
_set_verdict, _set_outcomes, _set_settings, _set_details = (
    getattr(Decision, name).__set__ for name in ("verdict", "outcomes", "settings", "_details")
)
