"""A decision: what the engine answers, as frozen data.

The same object comes from the library, `--format json` and everything that reads decisions
back; `schemas/decision.schema.json` describes its JSON form and `Decision.from_dict` reads
it. The verdict and the outcomes are there at once; reasons and the rest are worked out when
first asked for.
"""

from __future__ import annotations

from policyengine.decision.conditions import (
    Condition,
    Location,
    Missing,
)
from policyengine.decision.decision import (
    Decision,
)
from policyengine.decision.jsonform import (
    SCHEMA_VERSION,
    no_verdict,
)
from policyengine.decision.parts import (
    Advice,
    AssumedTerm,
    Caveat,
    DealRef,
    Details,
    EvaluationFault,
    Interest,
    MissingTerm,
    PolicyRef,
    Reason,
    Score,
    ScoreItem,
    Settings,
    TermUse,
    UnreadTerm,
    WaiverUse,
)
from policyengine.decision.verdicts import (
    Level,
    Outcome,
    Presence,
    Verdict,
    WaiverStatus,
)

__all__ = [
    "Advice",
    "AssumedTerm",
    "UnreadTerm",
    "Caveat",
    "Condition",
    "DealRef",
    "Decision",
    "Details",
    "EvaluationFault",
    "Interest",
    "Level",
    "Location",
    "Missing",
    "MissingTerm",
    "Outcome",
    "PolicyRef",
    "Presence",
    "Reason",
    "SCHEMA_VERSION",
    "Score",
    "ScoreItem",
    "Settings",
    "TermUse",
    "Verdict",
    "WaiverStatus",
    "WaiverUse",
    "no_verdict",
]
