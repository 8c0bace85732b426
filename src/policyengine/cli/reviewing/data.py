"""What `diff` found as plain data: version 1 of a documented shape (docs/review.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine.decision import Location
from policyengine.decision.data import as_data
from policyengine.review.model import Change, Edit, Identity, PolicyDiff
from policyengine.review.replay import Flip, Met, Replay, Replayed, Told

SCHEMA_VERSION = "1"


def diff(found: PolicyDiff, replay: Replay | None, *, failed: bool) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "command": "diff",
        "old": _identity(found.old),
        "new": _identity(found.new),
        "meaning": found.meaning,
        "failed": failed,
        "changes": [_change(change) for change in found.changes],
        "affected": {rule: list(causes) for rule, causes in found.affected.items()},
        "replay": None if replay is None else _replay(replay),
    }


def _identity(side: Identity) -> dict[str, Any]:
    return {"source": side.source, "policy": side.id, "version": side.version,
            "digest": side.digest}  # fmt: skip


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "id": change.id,
        "old_id": change.old_id,
        "status": change.status,
        "meaning": change.meaning,
        "title": change.title,
        "level": change.level,
        "edits": [_edit(edit) for edit in change.edits],
        "rules": list(change.rules),
        "before_at": at(change.before_at),
        "after_at": at(change.after_at),
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {
        "part": edit.part,
        "where": edit.where,
        "before": edit.before,
        "after": edit.after,
        "meaning": edit.meaning,
        "before_at": at(edit.before_at),
        "after_at": at(edit.after_at),
    }


def _replay(replay: Replay) -> dict[str, Any]:
    asked = replay.question
    return {
        "as_of": asked.as_of.isoformat(),
        "final": asked.final,
        "assume": asked.assume,
        "total": replay.total,
        "unchanged": replay.counts["unchanged"],
        "verdicts": replay.counts["verdict"],
        "outcomes": replay.counts["outcome"],
        "unreadable": replay.counts["unreadable"],
        "left_out": replay.left_out,
        "deals": [_deal(row) for row in replay.kept],
    }


def _deal(row: Replayed) -> dict[str, Any]:
    return {
        "source": row.source,
        "line": row.line,
        "deal": row.deal,
        "before": None if row.before is None else row.before.value,
        "after": None if row.after is None else row.after.value,
        "flips": [_flip(flip) for flip in row.flips],
        "errors_before": [found.to_dict() for found in row.errors_before],
        "errors_after": [found.to_dict() for found in row.errors_after],
    }


def _flip(flip: Flip) -> dict[str, Any]:
    return {
        "rule": flip.rule,
        "title": flip.title,
        "level": flip.level.value,
        "before": told(flip.before),
        "after": told(flip.after),
    }


def told(side: Told) -> dict[str, Any]:
    return {
        "outcome": None if side.outcome is None else side.outcome.value,
        "message": side.message,
        "tests": [_met(one) for one in side.tests],
        "location": at(side.at),
    }


def _met(one: Met) -> dict[str, Any]:
    return {
        "text": one.text,
        "value": one.value,
        "actual": as_data(one.actual),
        "reads": [{"path": path, "value": as_data(value)} for path, value in one.reads],
        "assumed": one.assumed,
        "location": at(one.at),
        "deal_location": at(one.deal_at),
    }


def at(where: Location | None) -> Mapping[str, Any] | None:
    if where is None:
        return None
    return {"file": where.file, "line": where.line, "column": where.column}
