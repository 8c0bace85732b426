"""Waivers in a session: which rules they waive, and whether a transcript was made with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from policyengine import combining
from policyengine import waivers as waivers_
from policyengine.decision import Outcome, WaiverStatus, WaiverUse
from policyengine.engine import Policy
from policyengine.errors import Diagnostic, UsageError
from policyengine.intake import Deal
from policyengine.source import quoted
from policyengine.values.record import Record
from policyengine.waivers import Waivers


class Waiving(Record):
    """What became of waivers: by number of a rule the one that waives it, and all of those
    that name the deal, as a decision lists them."""

    waived: Mapping[int, WaiverUse]
    uses: tuple[WaiverUse, ...]


def waiving(
    policy: Policy, given: Waivers | None, deal: Deal, day: date | None, outcomes: Sequence[Outcome]
) -> Waiving:
    """What waivers make of the outcomes of all rules."""
    valid, uses = policy._waivers(given, deal, day)
    numbers = {rule.id: number for number, rule in enumerate(policy.rules)}
    waived: dict[int, WaiverUse] = {}
    for rule, waiver in valid.items():
        number = numbers[rule]
        applies = combining.waive(outcomes[number]) is Outcome.WAIVED
        became = WaiverStatus.APPLIED if applies else WaiverStatus.NOT_NEEDED
        used = waivers_.use(waiver, became)
        uses.append(used)
        if applies:
            waived[number] = used
    return Waiving(waived, tuple(uses))


def cause(
    number: int, rule: str, before: Waiving, after: Waiving, now: Outcome
) -> WaiverUse | None:
    """The waiver because of which a rule moved to an outcome, as it is now; one that names
    another deal now is given as it was."""
    if number in after.waived:
        return after.waived[number]
    if number in before.waived and now in (Outcome.FAIL, Outcome.UNKNOWN):
        return next((use for use in after.uses if use.rule == rule), before.waived[number])
    return None


def written(given: Waivers | None, terms_digest: str | None) -> dict[str, Any] | None:
    """What a transcript says of waivers: the files, and the digest of the terms they may name."""
    if given is None:
        return None
    if not given.files:
        message = "the waivers come from no file, so that no transcript can say which they are"
        hint = "load them with `Waivers.load`"
        raise UsageError(Diagnostic("transcript-waivers", message, hint=hint))
    files = [{"name": name, "digest": digest} for name, digest in given.files]
    return {"files": files, "terms": terms_digest}


def is_written(found: Any) -> bool:
    """Whether it is what a transcript says of waivers."""
    return (
        isinstance(found, dict)
        and tuple(found) == ("files", "terms")
        and (found["terms"] is None or isinstance(found["terms"], str))
        and isinstance(found["files"], list)
        and bool(found["files"])
        and all(
            isinstance(file, dict)
            and tuple(file) == ("name", "digest")
            and all(isinstance(value, str) for value in file.values())
            for file in found["files"]
        )
    )


def check_same(found: Mapping[str, Any] | None, given: Waivers | None) -> None:
    """Raise `UsageError` where a transcript was made with other waivers than those given."""
    theirs = [] if found is None else [(file["name"], file["digest"]) for file in found["files"]]
    mine = [] if given is None else list(given.files)
    if [digest for _, digest in theirs] == [digest for _, digest in mine]:
        return
    if not theirs:
        message, hint = "the transcript was made without waivers", "leave them out"
    elif not mine:
        message = f"the transcript was made with the waivers of {_listing(theirs)}"
        hint = "give the same file again: `--waivers`, or `waivers` in the library"
    else:
        message = (
            f"the transcript was made with other waivers: those of {_listing(theirs)}; "
            f"these are {_listing(mine)}"
        )
        hint = "give the file as it was, or begin another session"
    raise UsageError(Diagnostic("transcript-waivers", message, hint=hint))


def _listing(files: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{quoted(name, 120)} ({digest[:19]}…)" for name, digest in files)
