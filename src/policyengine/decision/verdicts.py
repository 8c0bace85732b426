"""Verdicts, outcomes and levels: enums that refuse to stand for yes or no."""

from __future__ import annotations

import enum


class _NoTruth(enum.Enum):
    """An enum that refuses to stand for yes or no: `if decision.verdict:` would always pass."""

    def __bool__(self) -> bool:
        raise TypeError(
            f"a {type(self).__name__.lower()} is not true or false; "
            f"compare it: `verdict is Verdict.ACCEPT`"
        )

    def __str__(self) -> str:
        return str(self.value)


class Verdict(_NoTruth):
    """The answer for a deal; `exit_code` is the command's."""

    ACCEPT = "accept"
    REJECT = "reject"
    UNDETERMINED = "undetermined"
    CONDITIONAL = "conditional"

    @property
    def exit_code(self) -> int:
        return {"accept": 0, "reject": 1, "undetermined": 3, "conditional": 4}[self.value]


class Outcome(_NoTruth):
    """The answer of one rule."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"


class Level(_NoTruth):
    """What a rule's failure does: reject, make conditional, or advise."""

    MANDATORY = "mandatory"
    NEGOTIABLE = "negotiable"
    ADVISORY = "advisory"
