"""Coverage of a policy by its cases, measured by the reference interpreter."""

from __future__ import annotations

from policyengine.testing.coverage.closing import Closing, Closings, State, close
from policyengine.testing.coverage.deals import Found
from policyengine.testing.coverage.measure import Coverage, Gap, measure
from policyengine.testing.coverage.points import KINDS, Point
from policyengine.testing.coverage.search import search

__all__ = [
    "KINDS",
    "Closing",
    "Closings",
    "Coverage",
    "Found",
    "Gap",
    "Point",
    "State",
    "close",
    "measure",
    "search",
]
