"""What one step of a negotiation did, as frozen data."""

from __future__ import annotations

from typing import Any

from policyengine.decision import MissingTerm, Outcome, Verdict, WaiverUse
from policyengine.decision.data import as_data
from policyengine.values.record import Record


class Moved(Record):
    """A rule whose outcome changed, and the reason for what it is now.

    `waiver` is the one that waives it now, or that did and no longer does: it is stale, or
    names another deal; None where no waiver has a part in it.
    """

    rule: str
    title: str
    level: str
    before: Outcome
    after: Outcome
    message: str
    ask: str | None
    waiver: WaiverUse | None

    def to_dict(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "title": self.title,
            "level": self.level,
            "before": self.before.value,
            "after": self.after.value,
            "message": self.message,
            "ask": self.ask,
            "waiver": None if self.waiver is None else as_data(self.waiver),
        }


class Step(Record):
    """One step: what was done, the verdict before and after it, and what moved.

    `action` is `open`, `table`, `change`, `withdraw`, `not_applicable` or `undo`; an undo has
    the path of the step it takes back. `value` and `previous` are what the deal states after
    and before it, None for nothing. A verdict is None while the deal lacks a term that its
    schema requires; `required` lists those. `evaluated` names the rules evaluated for it.
    `waivers` are those that name the deal, with what became of them.
    """

    number: int
    action: str
    path: str | None
    value: Any
    previous: Any
    before: Verdict | None
    after: Verdict | None
    moved: tuple[Moved, ...]
    missing: tuple[MissingTerm, ...]
    newly_missing: tuple[str, ...]
    required: tuple[str, ...]
    evaluated: tuple[str, ...]
    waivers: tuple[WaiverUse, ...]

    def to_dict(self) -> dict[str, Any]:
        """The step as plain data; numbers are `Decimal`."""
        return {
            "step": self.number,
            "action": self.action,
            "path": self.path,
            "value": self.value,
            "previous": self.previous,
            "before": None if self.before is None else self.before.value,
            "verdict": None if self.after is None else self.after.value,
            "moved": [moved.to_dict() for moved in self.moved],
            "missing": [
                {"path": term.path, "rules": list(term.rules), "label": term.label}
                for term in self.missing
            ],
            "newly_missing": list(self.newly_missing),
            "required": list(self.required),
            "evaluated": list(self.evaluated),
            "waivers": as_data(self.waivers),
        }
