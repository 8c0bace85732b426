"""Reviewing changes: what differs between two policies, what deals become of it, and what
differs between two drafts of a deal.

`policies` two policies, part by part · `meaning` when two expressions mean the same ·
`replay` deals under both · `drafts` drafts under one · `revisions` a policy as git has it.

Nothing is printed here.
"""

from __future__ import annotations

from policyengine.review.drafts import DraftChange, History, compare
from policyengine.review.model import Change, Edit, PolicyDiff
from policyengine.review.policies import diff
from policyengine.review.replay import Flip, Replay, Replayed

__all__ = [
    "Change",
    "DraftChange",
    "Edit",
    "Flip",
    "History",
    "PolicyDiff",
    "Replay",
    "Replayed",
    "compare",
    "diff",
]
