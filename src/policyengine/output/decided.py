"""A decision as a report: a check for each rule that decides, advice apart.

A check stands where the reader has to act: at the deal's line. What the rule says is a
related place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from policyengine.decision import Decision, Location, Outcome, Reason, Verdict
from policyengine.errors import Severity
from policyengine.output.brief import Point
from policyengine.output.briefing import sources
from policyengine.output.changes import Labels, changes, to_state
from policyengine.output.report import Check, Place, Report, Status, Topic
from policyengine.output.several import NO_VERDICT, VERDICTS
from policyengine.output.summary import because, source_of

#: the name of a deal of JSON Lines
_LINE = re.compile(r"(.+\.jsonl):([1-9][0-9]{0,9})", re.DOTALL | re.IGNORECASE)
_STATUS = {
    Outcome.PASS: Status.PASSED,
    Outcome.FAIL: Status.FAILED,
    Outcome.UNKNOWN: Status.UNKNOWN,
    Outcome.WAIVED: Status.SKIPPED,
    Outcome.NOT_APPLICABLE: Status.SKIPPED,
}


def report(decision: Decision) -> Report:
    """One deal: its verdict in the summary, its rules as checks."""
    title = decision.deal.id or decision.deal.source or "a deal without an id"
    checks = tuple(_checks(decision, title))
    if decision.verdict is not Verdict.ACCEPT and all(check.status.good for check in checks):
        # Whatever the checks say: only an accept is good.
        said = f"the verdict is {decision.verdict.value}"
        checks += (Check("verdict", title, Status.UNKNOWN, said, location=_document(decision)),)
    return Report(
        "evaluate",
        title,
        checks,
        summary=f"{decision.verdict.value}: {because(decision)}",
        topics=tuple(_topics(decision)),
        properties={
            "verdict": decision.verdict.value,
            "policy": f"{decision.policy.id} {decision.policy.version}",
            "policy-digest": decision.policy.digest,
            "deal-digest": decision.deal.digest,
            "as-of": decision.settings.as_of or "",
        },
        standing=VERDICTS[decision.verdict.value],
    )


def unreadable(row: Mapping[str, Any]) -> Report:
    """A deal without a verdict; `row` is what `decision.no_verdict` makes."""
    source = source_of(row) or "a deal"
    checks = []
    for number, error in enumerate(row.get("errors", ()), 1):
        at = error.get("location")
        where = Place(at["file"], at["line"], at["column"]) if at else None
        if where is None and row.get("source"):
            where = Place(str(row["source"]), row.get("line"))
        hint = (f"hint: {error['hint']}",) if error.get("hint") else ()
        message, code = str(error.get("message", "")), str(error.get("code", "error"))
        name = f"{code} {number}"
        checks.append(Check(name, source, Status.ERROR, message, "", hint, where, code=code))
    said = "no verdict: it could not be read"
    return Report("evaluate", source, tuple(checks), summary=said, standing=NO_VERDICT)


def _checks(decision: Decision, group: str) -> Iterator[Check]:
    labels: Labels | None = None
    advice = {advice.rule for advice in decision.advice}
    reasons = {reason.rule: reason for reason in decision.reasons}
    for reason in decision.reasons:
        if reason.rule is None:
            where = _document(decision)
            code = reason.code
            yield Check(code, group, Status.UNKNOWN, reason.message, location=where, code=code)
    for rule, outcome in decision.outcomes.items():
        if rule in advice:
            continue
        found = reasons.get(rule)
        if found is None:
            message = "does not apply" if outcome is Outcome.NOT_APPLICABLE else ""
            yield Check(rule, group, _STATUS[outcome], message, code=rule)
        elif outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE):
            # No format says where: the terms, which cost most to explain, are not looked at.
            message = found.message if outcome is not Outcome.PASS else ""
            yield Check(rule, group, _STATUS[outcome], message, found.title, code=rule)
        else:
            labels = labels if labels is not None else Labels.of(decision)
            yield _check(decision, group, found, outcome, labels)
    for number, fault in enumerate(decision.errors, 1):
        yield Check(
            f"{fault.code} {number}",
            group,
            Status.ERROR,
            fault.message,
            location=_document(decision),
            related=_place(fault.location, "where the error arose"),
            code=fault.code,
        )


def _check(
    decision: Decision, group: str, reason: Reason, outcome: Outcome, labels: Labels
) -> Check:
    waiver = reason.waiver if outcome is Outcome.WAIVED else None
    waived = None
    if waiver is not None:
        waived = f"waived until {waiver.until} by {waiver.approved_by}: {waiver.reason}"
    elif outcome is Outcome.WAIVED:
        waived = "waived"
    bad = outcome in (Outcome.FAIL, Outcome.UNKNOWN)
    places = [use.location for use in reason.terms if use.location is not None]
    return Check(
        str(reason.rule),
        group,
        _STATUS[outcome],
        waived or reason.message,
        reason.title,
        tuple(_one_line(line) for line in _details(reason, labels)) if bad else (),
        _place(places[0])[0] if places else _document(decision),
        (
            *(place for other in places[1:] for place in _place(other, "a term it rests on")),
            *_place(reason.location, f"the rule {reason.rule}"),
        ),
        reason.rule,
        Severity.ERROR if reason.level == "mandatory" else Severity.WARNING,
        waived=waived,
    )


def _details(reason: Reason, labels: Labels) -> Iterator[str]:
    if reason.outcome == "unknown" and reason.missing is not None:
        yield from _flat(to_state(reason.missing, labels))
    else:
        for point in changes(reason, labels):
            yield from _flat(point)
    if reason.ask:
        yield f"ask: {reason.ask}"
    yield from sources(reason.source, None)


def _one_line(text: str) -> str:
    """A detail as one line: a value of the deal must not begin one of its own."""
    return "\\n".join(text.splitlines())


def _flat(point: Point, indent: str = "") -> Iterator[str]:
    said = ": ".join(filter(None, (point.text, point.value)))
    yield indent + ", ".join(filter(None, (said, point.after)))
    for part in point.parts:
        yield from _flat(part, indent + "  ")


def _place(where: Location | None, text: str | None = None) -> tuple[Place, ...]:
    if where is None:
        return ()
    return (Place(where.file, where.line, where.column, text=text),)


def _document(decision: Decision) -> Place | None:
    """The deal as a whole, where no line of it is to blame."""
    source = decision.deal.source
    if not source:
        return None
    line = _LINE.fullmatch(source)
    return Place(line[1], int(line[2]), 1) if line is not None else Place(source, 1, 1)


def _topics(decision: Decision) -> Iterator[Topic]:
    for reason in decision.reasons:
        if reason.rule is not None:
            help_ = (reason.ask, *sources(reason.source, reason.location))
            uri = str((reason.source or {}).get("ref") or "") or None
            yield Topic(reason.rule, reason.title, "\n".join(filter(None, help_)), uri)
