"""A decision as a page for whoever has to act on it, and need not know the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policyengine.decision import Decision, Location, Reason
from policyengine.output import briefing_rest, words
from policyengine.output.brief import Brief, Entry, Point, Section
from policyengine.output.changes import Labels, changes, place, to_state
from policyengine.output.summary import because, source_of

#: verdict: its tone and its plain words
PLAIN = {
    "reject": ("bad", "Not acceptable as it stands"),
    "undetermined": ("open", "Cannot be judged yet"),
    "conditional": ("warn", "Acceptable once some points are settled"),
    "accept": ("good", "Acceptable"),
}
_TONES = {("mandatory", "fail"): "bad", ("mandatory", "unknown"): "open"}
_STATUS = {"fail": "broken", "unknown": "undecided"}


def brief(decision: Decision) -> Brief:
    """Everything in a decision, the most pressing first."""
    verdict = decision.verdict.value
    tone, plain = PLAIN[verdict]
    labels = Labels.of(decision)
    return Brief(
        tone,
        verdict,
        decision.deal.id or decision.deal.source or "a deal without an id",
        plain,
        because(decision),
        _about(decision),
        tuple(_actions(decision, labels)),
        (*_reasons(decision, labels), *briefing_rest.sections(decision, labels)),
        tuple(_facts(decision)),
    )


def unreadable(row: Mapping[str, Any]) -> Brief:
    """A deal without a verdict: `row` is what `decision.no_verdict` makes."""
    entries = []
    for error in row.get("errors", ()):
        at = error.get("location")
        where = f"{at['file']}:{at['line']}:{at['column']}" if at else ""
        hint = (f"hint: {error['hint']}",) if error.get("hint") else ()
        code = str(error.get("code", ""))
        entries.append(
            Entry("bad", "error", code, str(error.get("message", "")), hint, where=where)
        )
    return Brief(
        "bad",
        "no verdict",
        source_of(row) or "a deal",
        "Could not be read, so there is no verdict",
        sections=(Section("What is wrong with the document", entries=tuple(entries)),),
    )


def _about(decision: Decision) -> str:
    """Against what the deal was checked, and for which day."""
    against = f"Checked against “{decision.policy.title or decision.policy.id}”"
    day = decision.settings.as_of
    return f"{against} as of {day}." if day is not None else f"{against}."


def _chosen(decision: Decision, level: str, *outcomes: str) -> list[Reason]:
    return [r for r in decision.reasons if r.level == level and r.outcome in outcomes]


def _actions(decision: Decision, labels: Labels) -> Iterator[Point]:
    """What to do about it, mandatory rules first: each thing once, with every rule that asks
    for it."""
    found: dict[str, tuple[Point, list[str]]] = {}
    for level in ("mandatory", "negotiable"):
        for reason in _chosen(decision, level, "fail", "unknown"):
            if reason.ask:
                point = Point(reason.ask)
            elif reason.outcome == "unknown" and reason.missing is not None:
                point = to_state(reason.missing, labels)
            else:
                point = Point(f"Meet the condition: {reason.title}")
            kind = "a must" if level == "mandatory" else "negotiable"
            state = "not stated" if reason.outcome == "unknown" else "broken"
            _, rules = found.setdefault(repr(point), (point, []))
            rules.append(f"{reason.rule}, {kind}, {state}")
    for point, rules in found.values():
        yield Point(point.text, notes=(*point.notes, *rules), parts=point.parts)


def _reasons(decision: Decision, labels: Labels) -> Iterator[Section]:
    whole = [reason for reason in decision.reasons if reason.rule is None]
    if whole:
        yield Section("Why there is no answer", tuple(reason.message for reason in whole))
    titles = (
        ("What breaks it", "mandatory", "fail"),
        ("What is missing", "mandatory", "unknown"),
        ("What is left to settle", "negotiable", "fail", "unknown"),
    )
    for title, level, *outcomes in titles:
        found = _chosen(decision, level, *outcomes)
        if found:
            entries = tuple(_entry(reason, labels) for reason in found)
            yield Section(title, entries=entries)


def _entry(reason: Reason, labels: Labels) -> Entry:
    outcome = str(reason.outcome)
    acts = next((use.location for use in reason.terms if use.location is not None), None)
    waiting = outcome == "unknown" and reason.missing is not None
    if waiting:
        assert reason.missing is not None
        points: tuple[Point, ...] = (to_state(reason.missing, labels),)
    else:
        points = tuple(changes(reason, labels))
    return Entry(
        _TONES.get((str(reason.level), outcome), "warn"),
        _STATUS.get(outcome, outcome),
        reason.rule or "",
        reason.title,
        () if waiting or not reason.message else (reason.message,),
        points,
        reason.ask or "",
        place(acts) if acts is not None else "",
        tuple(sources(reason.source, reason.location)),
    )


def sources(source: Mapping[str, Any] | None, location: Location | None) -> Iterator[str]:
    """Where a rule comes from: what it cites, and its own place."""
    said = {key: str(value) for key, value in (source or {}).items() if value}
    cited = ", ".join(said[key] for key in ("ref", "file") if key in said)
    quote = f"“{said['quote']}”" if "quote" in said else ""
    if cited or quote:
        yield f"source: {': '.join(filter(None, (cited, quote)))}"
    if location is not None:
        yield f"rule: {place(location)}"


def _facts(decision: Decision) -> Iterator[tuple[str, str]]:
    """Where the answer comes from, so that it can be had again."""
    policy, deal, settings = decision.policy, decision.deal, decision.settings
    if policy.title:
        yield "Policy", policy.title
    yield "Policy id and version", f"{policy.id} {policy.version}"
    if deal.source:
        yield "Deal document", deal.source
    if settings.as_of is not None:
        yield "Decided as of", settings.as_of
    if settings.final:
        yield "Read as", "final: what the deal does not state counts against it"
    if not settings.assume:
        yield "Silence", "has no defaults: only what the deal states counts"
    for name, value in settings.parameters.items():
        yield "Overridden", f"{name} = {words.value(value)}"
    if decision.not_applicable:
        yield "Not applicable, says the deal", ", ".join(decision.not_applicable)
    yield "Digest of the policy", policy.digest
    yield "Digest of the terms", deal.digest
    if deal.source_digest:
        yield "Digest of the document", deal.source_digest
