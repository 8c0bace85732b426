"""How a question is put. Kept apart from the solver, so that asking for it imports none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine import core
from policyengine.schema import TermsSchema
from policyengine.values.record import Record
from policyengine.values.temporal import Date


class Setting(Record):
    """How the question is put: the policy, its terms, and everything a decision depends on
    besides the deal. `waived` names rules that a waiver lifts."""

    policy: core.Policy
    schema: TermsSchema
    parameters: Mapping[str, Any]
    as_of: Date | None
    final: bool = False
    assume: bool = True
    waived: frozenset[str] = frozenset()
