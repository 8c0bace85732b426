"""The closed sets of words in a decision. Each member is its text as well, so that
`reason.outcome == "fail"` and `reason.outcome is Outcome.FAIL` say the same; none stands for
yes or no."""

from __future__ import annotations

import enum
from collections.abc import Iterable


class _Word(enum.StrEnum):
    """A text that refuses to stand for yes or no: `if decision.verdict:` would always pass."""

    def __bool__(self) -> bool:
        name = type(self).__name__
        raise TypeError(
            f"a {name.lower()} is not true or false; "
            f"compare it: `{name.lower()} is {name}.{next(iter(type(self))).name}`"
        )


class Verdict(_Word):
    """The answer for a deal; `exit_code` is the command's."""

    ACCEPT = "accept"
    REJECT = "reject"
    UNDETERMINED = "undetermined"
    CONDITIONAL = "conditional"

    @property
    def exit_code(self) -> int:
        """0 accept, 1 reject, 3 undetermined, 4 conditional; never 2, which is no verdict."""
        return {"accept": 0, "reject": 1, "undetermined": 3, "conditional": 4}[self.value]

    @classmethod
    def worst(cls, verdicts: Iterable[Verdict]) -> Verdict:
        """Of several deals: reject before undetermined, conditional and accept (`max` would go
        by the alphabet). Raises `ValueError` for none: nothing was decided."""
        order = (cls.REJECT, cls.UNDETERMINED, cls.CONDITIONAL, cls.ACCEPT)
        return min(verdicts, key=order.index)


class Outcome(_Word):
    """The answer of one rule."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"


class Level(_Word):
    """What a rule's failure does: reject, make conditional, or advise."""

    MANDATORY = "mandatory"
    NEGOTIABLE = "negotiable"
    ADVISORY = "advisory"


class Presence(_Word):
    """Whether a deal does what an advisory rule asks for."""

    PRESENT = "present"
    MISSING = "missing"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class WaiverStatus(_Word):
    """What became of a waiver; a stale one has the digest of another text."""

    APPLIED = "applied"
    EXPIRED = "expired"
    NOT_NEEDED = "not_needed"
    STALE = "stale"
    NO_SUCH_RULE = "no_such_rule"
