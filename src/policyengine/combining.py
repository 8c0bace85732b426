"""How answers combine: three truth values to a rule's outcome, outcomes to the verdict.

The only place that knows; every executor and every reader asks here.
"""

from __future__ import annotations

from collections.abc import Iterable

from policyengine.decision import Level, Outcome, Verdict
from policyengine.values.logic import Truth


def outcome(applies: Truth, unless: Truth, requirement: Truth) -> Outcome:
    """A rule's outcome before waivers.

    Not applicable if it does not apply; pass if the exception or the requirement holds (also
    while it is unknown whether it applies); fail if it applies, the exception does not hold
    and the requirement does not; unknown otherwise.
    """
    if applies is False:
        return Outcome.NOT_APPLICABLE
    if unless is True or requirement is True:
        return Outcome.PASS
    if applies is True and unless is False and requirement is False:
        return Outcome.FAIL
    return Outcome.UNKNOWN


def waive(before: Outcome) -> Outcome:
    """What a valid waiver makes of an outcome; it never touches a pass."""
    return Outcome.WAIVED if before in (Outcome.FAIL, Outcome.UNKNOWN) else before


def verdict(outcomes: Iterable[tuple[Level, Outcome]]) -> Verdict:
    """The verdict of a deal over all its rules, waivers already applied."""
    mandatory_unknown = negotiable_open = applied = False
    rejected = False
    for level, result in outcomes:
        if level is Level.ADVISORY:
            continue
        if result is not Outcome.NOT_APPLICABLE:
            applied = True
        if level is Level.MANDATORY:
            rejected = rejected or result is Outcome.FAIL
            mandatory_unknown = mandatory_unknown or result is Outcome.UNKNOWN
        elif result in (Outcome.FAIL, Outcome.UNKNOWN):
            negotiable_open = True
    if rejected:
        return Verdict.REJECT
    if mandatory_unknown or not applied:
        return Verdict.UNDETERMINED
    return Verdict.CONDITIONAL if negotiable_open else Verdict.ACCEPT


def nothing_applied(outcomes: Iterable[tuple[Level, Outcome]]) -> bool:
    """Whether no mandatory and no negotiable rule applies: undetermined, whatever else."""
    return all(
        level is Level.ADVISORY or result is Outcome.NOT_APPLICABLE for level, result in outcomes
    )
