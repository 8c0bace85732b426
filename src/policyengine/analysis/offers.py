"""What a proposal says of numbers that the deal left open: the limit, not any value within it.

That a concession may run up to 49 years is an offer; that it should run for 0 years is a
number that a solver happened to find first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from policyengine.analysis.setting import Case
from policyengine.analysis.spread import spread
from policyengine.analysis.target import Target
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.values import Number
from policyengine.symbolic.verifier import document_of


def at_limits(
    problem: Problem,
    exact: Problem,
    case: Case,
    moved: Sequence[str],
    document: Mapping[str, Any],
    target: Target,
) -> Mapping[str, Any]:
    """The document with each number and date that the deal did not state at the limit that
    rules set to it, one after another, each within what the others leave. Every step is one
    that the reference decided."""
    for path in moved:
        spec = case.policy.schema.terms[path]
        silent = path not in case.deal.values and not spec.has_default
        if not silent or not isinstance(problem.space.raw(path), Number):
            continue
        found = spread(problem, exact, case, path, document, target)
        limit = found.high if found.low is None else found.low
        if found.shown and limit is not None:
            document = document_of({path: limit}, base=document, schema=case.policy.schema)
    return document
