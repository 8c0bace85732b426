"""The codes of findings, how much each counts, and what it means."""

from __future__ import annotations

from collections.abc import Mapping

from policyengine.errors import Severity

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

KINDS: Mapping[str, tuple[Severity, str]] = {
    "never-applies": (_WARNING, "a rule applies to no deal"),
    "never-fails": (_WARNING, "a rule objects to no deal"),
    "never-passes": (_WARNING, "a rule is met by no deal that it applies to"),
    "never-alone": (_NOTE, "a rule objects to no deal to which no other rule objects"),
    "implied-rule": (_WARNING, "a rule objects only where one other rule does"),
    "equivalent-rules": (_WARNING, "two rules object to the same deals"),
    "contradicting-rules": (_WARNING, "two rules are never met together where both apply"),
    "conflicting-rules": (_ERROR, "no deal meets some mandatory rules together"),
    "never-accepted": (_ERROR, "no deal is accepted"),
    "never-met": (_WARNING, "no acceptable deal meets a negotiable rule"),
    "idle-condition": (_WARNING, "a part of a rule never makes a difference"),
    "missing-row": (_WARNING, "a table has no row for some deal"),
    "overlapping-rows": (_WARNING, "rows of a table match a deal that only one may match"),
    "idle-row": (_WARNING, "a row of a table is the one for no deal"),
    "idle-parameter": (_WARNING, "the value of a parameter makes no difference"),
    "settled-score": (_WARNING, "a comparison with a score comes out the same for every deal"),
    "idle-item": (_WARNING, "an item of a scorecard counts for no deal"),
}

CODES: Mapping[str, str] = {code: meaning for code, (_, meaning) in KINDS.items()}
