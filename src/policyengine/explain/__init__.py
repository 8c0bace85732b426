"""Explanation: an evaluated policy to reasons, in the data of a decision.

Everything here reads the core and the interpreter's values; nothing decides. A part of a
condition *decides* when the value of the whole rests on it: the false parts of a false
`all`, the true parts of a true `any`, the unknown parts of an unknown one.
"""

from __future__ import annotations

from policyengine.explain.details import (
    Judged,
    details,
)
from policyengine.explain.explainer import (
    Explainer,
)
from policyengine.explain.missing import (
    group,
    some,
)
from policyengine.explain.parts import (
    Part,
    deciding_leaves,
    deciding_reads,
)
from policyengine.explain.words import (
    NOT_STATED,
    data,
    place,
    words,
)

__all__ = [
    "Explainer",
    "Judged",
    "NOT_STATED",
    "Part",
    "data",
    "deciding_leaves",
    "deciding_reads",
    "details",
    "group",
    "place",
    "some",
    "words",
]
