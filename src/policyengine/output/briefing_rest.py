"""The rest of a decision: waivers, errors, what it assumes, weighs and advises."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.decision import Decision, Outcome, Score, ScoreItem
from policyengine.output import words
from policyengine.output.brief import Entry, Point, Section, Table
from policyengine.output.changes import Labels, place
from policyengine.output.sides import score_line, side, signed
from policyengine.output.text import count

_WORD = {True: "yes", False: "no", None: "unknown"}
_COUNTED = {True: "counted", False: "not counted", None: "unknown"}
_ADVICE = {"present": "good", "missing": "warn", "unknown": "open", "not_applicable": "plain"}
_FEW = 5  # assumptions that are read in passing
_WAIVED = {
    "applied": "waived until {until}, by {by}",
    "expired": "has no effect: it expired on {until}",
    "stale": "has no effect: it was given for another text of the deal",
    "no_such_rule": "has no effect: the policy has no such rule",
}


def sections(decision: Decision, labels: Labels) -> Iterator[Section]:
    """Every section that has something to say, in the order of reading."""
    for section in (
        _waivers(decision),
        _errors(decision),
        _assumed(decision, labels),
        _unread(decision, labels),
        _evidence(decision, labels),
        *(part for name, score in decision.scores.items() for part in _score(name, score)),
        _interests(decision),
        _advice(decision),
        _defined(decision),
        _holding(decision),
    ):
        if section is not None:
            yield section


def _waivers(decision: Decision) -> Section | None:
    titles = {reason.rule: reason.title for reason in decision.reasons}
    entries = []
    for use in decision.waivers:
        if use.status == "not_needed":
            continue
        said = _WAIVED.get(use.status, use.status)
        # Not `format`: what a document says is never a template.
        said = said.replace("{until}", use.until, 1).replace("{by}", use.approved_by, 1)
        applied = use.status == "applied"
        entries.append(
            Entry(
                "warn" if applied else "bad",
                "waived" if applied else "no effect",
                use.rule,
                titles.get(use.rule, ""),
                (said, f"reason given: {use.reason}"),
                notes=(place(use.location),) if use.location is not None else (),
            )
        )
    return Section("Waivers", entries=tuple(entries)) if entries else None


def _errors(decision: Decision) -> Section | None:
    entries = tuple(
        Entry(
            "bad",
            "error",
            fault.rule or "",
            fault.message,
            where=place(fault.location) if fault.location is not None else "",
            notes=(fault.code,),
        )
        for fault in decision.errors
    )
    return Section("Errors while evaluating", entries=entries) if entries else None


def _assumed(decision: Decision, labels: Labels) -> Section | None:
    lead = "The deal does not say; these readings of its silence were used."
    points = tuple(
        Point(
            labels.name(term.path),
            words.value(term.value, term.words.unit, term.words),
            notes=(_for(term.path, term.rules),),
        )
        for term in decision.assumed
    )
    if not points:
        return None
    title = f"Assumed from silence: {count(len(points), 'term')}"
    return Section(title, (lead,), points=points, folded=len(points) > _FEW)


def _unread(decision: Decision, labels: Labels) -> Section | None:
    points = tuple(
        Point(
            labels.name(term.path),
            notes=(term.path, *((place(term.location),) if term.location is not None else ())),
        )
        for term in decision.unread
    )
    if not points:
        return None
    lead = "The deal states these terms, and no rule of the policy looks at them."
    title = f"Not looked at: {count(len(points), 'term')}"
    return Section(title, (lead,), points=points, folded=len(points) > _FEW)


def _for(path: str, rules: tuple[str, ...]) -> str:
    return f"{path}; for {', '.join(rules)}" if rules else path


def _evidence(decision: Decision, labels: Labels) -> Section | None:
    points = []
    for caveat in decision.caveats:
        said = [f"{key}: {caveat.evidence[key]}" for key in ("source", "clause", "note")
                if caveat.evidence.get(key)]  # fmt: skip
        notes = (_for(caveat.path, caveat.rules), *said)
        points.append(Point(labels.name(caveat.path), notes=notes))
    lead = "The verdict rests on these terms, and somebody marked what they rest on as weak."
    return Section("Low-confidence evidence", (lead,), points=tuple(points)) if points else None


def _score(name: str, score: Score) -> Iterator[Section]:
    """What counts, in sight; what is unknown or does not count, folded."""
    title = score.title or f"Score {name}"
    counted = [item for item in score.items if item.value is True]
    others = sorted(
        (item for item in score.items if item.value is not True),
        key=lambda item: item.value is False,
    )
    said = score_line(name, score).partition(": ")[2] or score_line(name, score)
    yield Section(title, (said,), table=_items(counted))
    if others:
        yield Section(f"{title}: not counted", table=_items(others), folded=True)


def _items(items: list[ScoreItem]) -> Table | None:
    rows = tuple(
        (side(item), item.title, item.aspect or "", signed(item.points), _COUNTED[item.value])
        for item in items
    )
    return Table(("side", "what", "aspect", "points", "state"), rows) if rows else None


def _interests(decision: Decision) -> Section | None:
    rows = tuple(
        (one.element, one.ours, one.theirs, _WORD[one.served], _WORD[one.conflict])
        for one in decision.interests
    )
    head = ("interest", "ours", "theirs", "served", "in conflict")
    return Section("Interests", table=Table(head, rows)) if rows else None


def _advice(decision: Decision) -> Section | None:
    entries = []
    for one in decision.advice:
        texts = [one.message] if one.state == "missing" and one.message else []
        told = (("focus", one.focus), ("action", one.action), ("expected", one.expected))
        texts += [f"{label}: {text}" for label, text in told if text]
        state = one.state.replace("_", " ")
        tone = _ADVICE.get(one.state, "plain")
        entries.append(Entry(tone, state, one.rule, one.title, tuple(texts)))
    return Section("Advice", entries=tuple(entries), folded=True) if entries else None


def _defined(decision: Decision) -> Section | None:
    points = tuple(
        Point(name, "unknown" if value is None else words.value(value, decision.units.get(name)))
        for name, value in decision.defined.items()
    )
    return Section("Worked out from the terms", points=points, folded=True) if points else None


def _holding(decision: Decision) -> Section | None:
    advice = {advice.rule for advice in decision.advice}
    titles = {reason.rule: reason.title for reason in decision.reasons}
    points = []
    for outcome, word in ((Outcome.PASS, "holds"), (Outcome.NOT_APPLICABLE, "does not apply")):
        for rule, found in decision.outcomes.items():
            if found is outcome and rule not in advice:
                points.append(Point(rule, word, titles.get(rule, "")))
    title = "Rules that hold, and rules that do not apply"
    return Section(title, points=tuple(points), folded=True) if points else None
