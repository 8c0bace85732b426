"""Facts: everything a decision may read, settled before it begins.

The deal's terms with the defaults that silence takes, the parameters in force, the as-of
date, and how to read silence. Nothing else reaches an executor: no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from policyengine.intake import Deal
from policyengine.schema import TermsSchema
from policyengine.values.record import Record, draft
from policyengine.values.temporal import Date

#: Steps that one rule or definition may take: turns of loops, one more for every four nodes
#: of a body, and elements made.
RULE_STEPS = 100_000
#: Characters of a text that a function may be given without paying for them.
FREE_TEXT = 1_000
#: Steps that one decision may take.
DECISION_STEPS = 1_000_000


class Facts(Record):
    """`final`: the document is complete. `assume`: silence takes the schema's defaults."""

    deal: Deal
    schema: TermsSchema
    parameters: Mapping[str, Any]
    as_of: Date | None
    final: bool = False
    assume: bool = True

    def term(self, path: str) -> Any:
        """The value of a term: stated, or assumed from silence, or None for unknown."""
        value = self.deal.values.get(path)
        if value is None and self.is_assumed(path):
            return self.schema.terms[path].default
        return value

    def is_stated(self, path: str) -> bool:
        return path in self.deal.values

    def is_assumed(self, path: str) -> bool:
        """Whether silence takes this term's default. A term listed as not applicable is
        unknown instead."""
        return (
            self.assume
            and path not in self.deal.values
            and path not in self.deal.not_applicable
            and path in self.schema.terms
            and self.schema.terms[path].has_default
        )


_Draft = draft(Facts)
_new: Callable[[Any], Any] = _Draft.__new__


def facts_of(
    deal: Deal,
    schema: TermsSchema,
    parameters: Mapping[str, Any],
    as_of: Date | None,
    final: bool,
    assume: bool,
) -> Facts:
    """`Facts`, at less cost: every decision makes them."""
    facts = _new(_Draft)
    facts.deal = deal
    facts.schema = schema
    facts.parameters = parameters
    facts.as_of = as_of
    facts.final = final
    facts.assume = assume
    facts.__class__ = Facts
    made: Facts = facts
    return made
