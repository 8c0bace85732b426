"""What `compare` found as plain data: version 1 of a documented shape (docs/review.md)."""

from __future__ import annotations

from typing import Any

from policyengine.cli.reviewing.data import SCHEMA_VERSION, at, told
from policyengine.decision.data import as_data
from policyengine.review.drafts import DraftChange, Given, History


def compare(history: History, *, failed: bool) -> dict[str, Any]:
    decision = history.drafts[0][1]
    return {
        "schema_version": SCHEMA_VERSION,
        "command": "compare",
        "policy": as_data(decision.policy),
        "as_of": decision.settings.as_of,
        "final": decision.settings.final,
        "assume": decision.settings.assume,
        "failed": failed,
        "drafts": [
            {"source": name, "deal": made.deal.id, "digest": made.deal.digest,
             "verdict": made.verdict.value}
            for name, made in history.drafts
        ],
        "steps": [_step(step) for step in history.steps],
    }  # fmt: skip


def _step(step: DraftChange) -> dict[str, Any]:
    return {
        "before": step.before,
        "after": step.after,
        "verdicts": [verdict.value for verdict in step.verdicts],
        "terms": [
            {
                "path": term.path,
                "label": term.label,
                "unit": term.unit,
                "change": term.kind,
                "before": _given(term.before),
                "after": _given(term.after),
                "items": [
                    {"index": one.index, "before": as_data(one.before), "after": as_data(one.after)}
                    for one in term.items
                ],
            }
            for term in step.terms
        ],
        "evidence": [
            {"path": one.path, "before": as_data(one.before), "after": as_data(one.after)}
            for one in step.evidence
        ],
        "rules": [
            {
                "rule": move.rule,
                "title": move.title,
                "level": move.level.value,
                "before": told(move.before),
                "after": told(move.after),
            }
            for move in step.rules
        ],
        "missing": [{"path": one.path, "label": one.label} for one in step.missing],
        "settled": [{"path": one.path, "label": one.label} for one in step.settled],
        "scores": [
            {"id": move.id, "title": move.title, "before": _score(move.before),
             "after": _score(move.after)}
            for move in step.scores
        ],
    }  # fmt: skip


def _given(side: Given) -> dict[str, Any]:
    return {"state": side.state, "value": as_data(side.value), "location": at(side.at)}


def _score(score: Any) -> dict[str, Any]:
    return {"value": score.value, "low": score.low, "high": score.high}
