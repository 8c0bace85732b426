"""Deals that close gaps: what they start from, what differs, and their confirmation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine.errors import PolicyEngineError
from policyengine.explain import of_term
from policyengine.facts import Facts
from policyengine.intake import Deal
from policyengine.testing.coverage.candidates import Candidates
from policyengine.testing.coverage.measure import Answer, Meter, answers, facts_of
from policyengine.testing.documents import document_of
from policyengine.testing.suite import Located, Suite
from policyengine.values.record import Record, replace

#: existing deals to start from
_STARTS = 16


class Found(Record):
    """A deal that closes a gap: the case it starts from and the terms that differ, None for
    one to leave out; `not_applicable` are terms to list as such. `document` is the deal whole.
    `question` has the keys of the question (`as_of`, `final`, `assume`) that are put in another
    way than by the case it starts from; `start` is put in that way already."""

    start: Located
    changes: Mapping[str, Any]
    not_applicable: tuple[str, ...]
    document: Mapping[str, Any]
    question: Mapping[str, Any] = {}


class Deals:
    """The deals of a suite's cases, and others made of them."""

    def __init__(self, suite: Suite) -> None:
        self.policy = suite.policy
        self.meter = Meter(suite.policy)
        self.starts: list[tuple[Located, Facts]] = []
        for located in suite.cases:
            if not located.case.parameters:
                try:
                    facts = facts_of(suite.policy, located.case, located.file)
                except PolicyEngineError:
                    continue
                self.starts.append((located, facts))

    def distinct(self, terms: list[str]) -> list[tuple[Located, Facts]]:
        """Cases that differ in what these terms say, evenly drawn from all of them."""
        seen: dict[str, tuple[Located, Facts]] = {}
        for located, facts in self.starts:
            case = located.case
            key = repr(([facts.deal.values.get(path) for path in terms], case.final, case.as_of))
            seen.setdefault(key, (located, facts))
        kept = list(seen.values())
        return kept[:: max(1, len(kept) // _STARTS)][:_STARTS]

    def found(self, located: Located, start: Deal, deal: Deal) -> Found:
        """A deal told by what of it differs from the one that it starts from."""
        differ = [path for path in sorted(_named(start) | _named(deal))
                  if _of(start, path) != _of(deal, path)]  # fmt: skip
        listed = tuple(sorted(deal.not_applicable))
        schema = self.policy.schema
        changes = {path: of_term(deal.values.get(path), schema.terms.get(path)) for path in differ}
        return Found(located, changes, listed, document_of(schema, deal.values, listed))

    def closes(self, answer: Answer, located: Located, deal: Deal) -> bool:
        """Whether a deal, written as a document, read and evaluated whole, gives an answer."""
        document = document_of(self.policy.schema, deal.values, deal.not_applicable)
        case = replace(located.case, terms=document, node=None)
        try:
            again = facts_of(self.policy, case, located.file)
            policy, watched = self.meter.variant(case)
            return answer in answers(policy.core, again, watched)
        except PolicyEngineError:
            return False


def changed(deal: Deal, changes: Mapping[str, Any]) -> Deal | None:
    """A deal with some terms changed, None for one left out; None where nothing changes."""
    values = dict(deal.values)
    listed = set(deal.not_applicable)
    for path, value in changes.items():
        values.pop(path, None)
        listed.discard(path)
        if value is Candidates.NOT_APPLICABLE:
            listed.add(path)
        elif value is not None:
            values[path] = value
    if values == deal.values and listed == deal.not_applicable:
        return None
    return Deal(values, {}, frozenset(listed), deal.id, {})


def _named(deal: Deal) -> set[str]:
    return {*deal.values, *deal.not_applicable}


def _of(deal: Deal, path: str) -> tuple[Any, bool]:
    return deal.values.get(path), path in deal.not_applicable
