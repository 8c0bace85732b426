"""Frozen parts as plain data, and plain data read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine.decision.conditions import Condition, Location, Missing
from policyengine.decision.data import frozen
from policyengine.decision.parts import Reason, Score, ScoreItem, TermUse, WaiverUse

SCHEMA_VERSION = "1"


def read_flat(kind: Any, data: Mapping[str, Any]) -> Any:
    values = {key: frozen(value) for key, value in data.items()}
    if values.get("location"):
        values["location"] = _location(data["location"])
    return kind(**values)


def _location(data: Mapping[str, Any]) -> Location:
    return Location(data["file"], int(data["line"]), int(data["column"]))


def read_score(data: Mapping[str, Any]) -> Score:
    values = {key: frozen(value) for key, value in data.items()}
    values["items"] = tuple(read_flat(ScoreItem, item) for item in data["items"])
    return Score(**values)


def read_reason(data: Mapping[str, Any]) -> Reason:
    values = dict(data)
    values["tags"] = tuple(data["tags"])
    values["source"] = frozen(data["source"])
    values["terms"] = tuple(read_flat(TermUse, term) for term in data["terms"])
    for key in ("conditions", "applies", "unless"):
        values[key] = Condition.from_dict(data[key]) if data[key] else None
    values["missing"] = Missing.from_dict(data["missing"]) if data["missing"] else None
    values["location"] = _location(data["location"]) if data["location"] else None
    values["waiver"] = read_flat(WaiverUse, data["waiver"]) if data["waiver"] else None
    return Reason(**values)


def no_verdict(
    errors: list[dict[str, Any]], *, source: str | None = None, line: int | None = None
) -> dict[str, Any]:
    """The JSON object of a run, or of one deal in a batch, that could not be decided."""
    out: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "verdict": None}
    if source is not None:
        out["source"] = source
        out["line"] = line
    out["errors"] = errors
    return out
