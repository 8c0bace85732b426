"""Explanation: an evaluated policy to reasons, in the data of a decision.

Everything here reads the core and the interpreter's values; nothing decides. A part of a
condition *decides* when the value of the whole rests on it: the false parts of a false
`all`, the true parts of a true `any`, the unknown parts of an unknown one.

What no deal changes is worked out once (`Plan`); what is said of one deal only when it is
asked for, rule by rule (`Rules`) and part by part (`Explanation`).
"""

from __future__ import annotations

from policyengine.explain.explanation import Explanation
from policyengine.explain.missing import group, some
from policyengine.explain.parts import Explainer, Part, deciding_leaves
from policyengine.explain.plan import Plan
from policyengine.explain.rules import Rules
from policyengine.explain.words import NOT_STATED, data, of_objects, of_term, place, words

__all__ = [
    "Explainer",
    "Explanation",
    "NOT_STATED",
    "Part",
    "Plan",
    "Rules",
    "data",
    "deciding_leaves",
    "group",
    "of_objects",
    "of_term",
    "place",
    "some",
    "words",
]
