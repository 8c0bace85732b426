"""What may be said across the table about a deal, and nothing else.

A statement is made of the sentences that rules mark as `public`, the terms that the deal
states itself, in the words that the schema of deals has for these values, its id and the
day: of nothing else. It has no verdict, no level, no rule and no count of what is left out,
since a counterparty who can ask again learns from each of these where one's limits are. Two
policies that differ only in what is not marked make the same statement of a deal, as long
as what is marked comes out the same.
"""

from __future__ import annotations

from typing import Any

from policyengine import core
from policyengine.decision import Decision, Outcome, Reason
from policyengine.decision.wording import in_words
from policyengine.explain.words import NOT_STATED, readable
from policyengine.intake import Deal
from policyengine.schema import TermsSchema
from policyengine.values.record import Record

SCHEMA_VERSION = "1"


class Raised(Record):
    """A point on the text: what is said of it, and what is asked for."""

    say: str
    ask: str | None


class Statement(Record):
    """The points on a deal, in the order of the policy's files."""

    deal: str | None
    as_of: str | None
    points: tuple[Raised, ...]

    def __repr__(self) -> str:
        return f"<Statement on {self.deal or 'a deal without an id'}, {len(self.points)} points>"

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, as `schemas/statement.schema.json` describes it."""
        return {
            "schema_version": SCHEMA_VERSION,
            "deal": self.deal,
            "as_of": self.as_of,
            "points": [{"say": point.say, "ask": point.ask} for point in self.points],
        }


def no_statement() -> dict[str, Any]:
    """The JSON form for a deal that was not decided; why is for one's own side."""
    return {"schema_version": SCHEMA_VERSION, "deal": None, "as_of": None, "points": None}


def statement(
    policy: core.Policy, schema: TermsSchema, deal: Deal, decision: Decision
) -> Statement:
    """The statement on a deal that was decided."""
    reasons = {reason.rule: reason for reason in decision.reasons}
    # A rule that could not be worked out says nothing about the deal.
    broken = {fault.rule for fault in decision.errors}
    points = []
    for rule in policy.rules:
        if rule.public is None or rule.id in broken:
            continue
        said = _sentence(rule.public, decision.outcomes[rule.id], reasons.get(rule.id))
        if said is not None:
            ask = rule.public.ask
            asked = _fill(ask, deal, schema) if ask is not None else None
            points.append(Raised(_fill(said, deal, schema), asked))
    return Statement(deal.id, decision.settings.as_of, tuple(points))


def _sentence(public: core.Public, outcome: Outcome, reason: Reason | None) -> core.Template | None:
    """Which sentence is true of the deal: one that is silent breaks nothing by its words, even
    where silence counts against it."""
    if outcome is Outcome.UNKNOWN:
        return public.open
    if outcome is not Outcome.FAIL:
        return None
    condition = reason.conditions if reason is not None else None
    return public.open if condition is not None and condition.value is None else public.say


def _fill(sentence: core.Template, deal: Deal, schema: TermsSchema) -> str:
    """A sentence with the values that the deal states, in the words that the schema of deals
    has for them; a default is one's own reading."""
    parts = []
    for part in sentence.parts:
        if isinstance(part, str):
            parts.append(part)
        elif isinstance(part, core.Term):
            said = NOT_STATED
            if part.path in deal.values:
                labels = schema.terms[part.path].labels
                said = readable(in_words(deal.values[part.path], labels))
            parts.append(said)
        else:
            raise TypeError("a public sentence holds terms only")
    return "".join(parts).strip()
