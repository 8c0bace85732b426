"""A negotiation: terms tabled, changed and withdrawn one at a time, and what each step moves.

from policyengine import Policy, Session

session = Session(Policy.load("rules/national-interest"), terms)
step = session.table("sovereignty.concession_years", 40)
step.after, [(moved.rule, moved.before, moved.after) for moved in step.moved]
"""

from __future__ import annotations

from policyengine.session.session import Session
from policyengine.session.step import Moved, Step

__all__ = ["Moved", "Session", "Step"]
