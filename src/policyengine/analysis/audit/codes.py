"""The codes of findings, how much each counts, and what it means."""

from __future__ import annotations

from collections.abc import Mapping

from policyengine.codes import ANALYSIS
from policyengine.errors import Severity

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

_SEVERITIES: Mapping[str, Severity] = {
    "never-applies": _WARNING,
    "never-fails": _WARNING,
    "never-passes": _WARNING,
    "never-alone": _NOTE,
    "implied-rule": _WARNING,
    "equivalent-rules": _WARNING,
    "contradicting-rules": _WARNING,
    "conflicting-rules": _ERROR,
    "never-accepted": _ERROR,
    "never-met": _WARNING,
    "idle-condition": _WARNING,
    "missing-row": _WARNING,
    "overlapping-rows": _WARNING,
    "idle-row": _WARNING,
    "idle-parameter": _WARNING,
    "settled-score": _WARNING,
    "idle-item": _WARNING,
}

KINDS: Mapping[str, tuple[Severity, str]] = {
    code: (severity, ANALYSIS[code]) for code, severity in _SEVERITIES.items()
}
