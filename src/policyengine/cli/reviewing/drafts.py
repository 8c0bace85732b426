"""What `compare` found, for a terminal, for a page and as a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policyengine import decision as d
from policyengine.cli.reviewing import words as said
from policyengine.cli.reviewing.comparing import worse
from policyengine.errors import Severity
from policyengine.output import words
from policyengine.output.brief import Brief, Entry, Point, Section, Table
from policyengine.output.report import Check, Place, Report, Status
from policyengine.output.text import Page, Style, count
from policyengine.review.drafts import DraftChange, Given, History, RuleMove, TermChange
from policyengine.source import visible
from policyengine.values.numbers import to_text


def value(data: Any, term: TermChange) -> str:
    """A value with its unit, a text in the words that the schema has for it."""
    labels: Mapping[str, str] = term.labels or {}
    if isinstance(data, str):
        return words.value(labels.get(data, data))
    if isinstance(data, tuple) and all(isinstance(item, str) for item in data):
        return words.value(tuple(labels.get(item, item) for item in data))
    return words.value(data, term.unit)


def given(side: Given, term: TermChange) -> str:
    if side.state == "stated":
        return value(side.value, term)
    if side.state == "assumed":
        return f"silent, so {value(side.value, term)} is assumed"
    return "listed as not applicable" if side.state == "not_applicable" else "not stated"


def change(term: TermChange) -> str:
    """`20 years → 15 years`; of two lists what came and went."""
    if term.items:
        return "; ".join(_item(item, term) for item in term.items)
    return f"{given(term.before, term)} → {given(term.after, term)}"


def _item(item: Any, term: TermChange) -> str:
    if item.before is None:
        return f"with {value(item.after, term)}"
    if item.after is None:
        return f"without {value(item.before, term)}"
    if isinstance(item.before, dict) and isinstance(item.after, dict):
        fields = dict.fromkeys([*item.before, *item.after])
        moved = [
            f"{name} {words.value(item.before.get(name))} → {words.value(item.after.get(name))}"
            for name in fields
            if item.before.get(name) != item.after.get(name)
        ]
        return f"[{item.index}] {', '.join(moved)}"
    return f"[{item.index}] {value(item.before, term)} → {value(item.after, term)}"


def name(term: TermChange) -> str:
    return f"{term.label} ({term.path})" if term.label else term.path


def score(move: Any) -> str:
    def amount(one: d.Score) -> str:
        if one.value is not None:
            return to_text(one.value)
        return f"between {to_text(one.low)} and {to_text(one.high)}"

    return f"{amount(move.before)} → {amount(move.after)}"


def pair(step: DraftChange) -> str:
    before, after = step.verdicts
    return f"{before.value} → {after.value}" if before is not after else f"{after.value}, as before"


def summary(step: DraftChange) -> str:
    parts = [f"{count(len(step.terms), 'term')} changed", f"{count(len(step.rules), 'rule')} moved"]
    if step.missing:
        parts.append(f"{len(step.missing)} newly missing")
    if step.settled:
        parts.append(f"{len(step.settled)} no longer missing")
    return ", ".join(parts)


# the page -------------------------------------------------------------------------------------


def page(history: History, style: Style) -> str:
    made = Page(style)
    several = len(history.steps) > 1
    if several:
        for name_, decision in history.drafts:
            made.put((f"{decision.verdict.value:<14}", "bold"), visible(name_, 200), hang=14)
    for step in history.steps:
        if several:
            made.heading(f"{step.before} → {step.after}")
        else:
            made.put((visible(step.before, 200), "bold"), " → ", (visible(step.after, 200), "bold"))
        made.put((pair(step), "bold"), f"  {summary(step)}")
        _step(made, step)
    return made.text()


def _step(page: Page, step: DraftChange) -> None:
    if step.terms or step.evidence:
        page.heading("Terms")
    for term in step.terms:
        page.put((visible(name(term), 200), "bold"), f": {visible(change(term), 400)}", hang=4)
        at = said.places(term.before.at, term.after.at)
        if at:
            page.put((visible(at, 300), "dim"), indent=4, hang=6)
    for one in step.evidence:
        page.put((visible(one.path, 200), "bold"), f": evidence {_evidence(one)}", hang=4)
    if step.rules:
        page.heading("Rules")
    for move in step.rules:
        _move(page, move)
    for title, rows in (("Newly missing", step.missing), ("No longer missing", step.settled)):
        if rows:
            page.heading(title)
        for row in rows:
            label = f"{row.label} ({row.path})" if row.label else row.path
            page.put(visible(label, 300), hang=4)
    if step.scores:
        page.heading("Scores")
    for moved in step.scores:
        page.put(f"{visible(moved.title or moved.id, 120)}: {score(moved)}", hang=4)


def _move(page: Page, move: RuleMove) -> None:
    way = f"{said.outcome(move.before)} → {said.outcome(move.after)}"
    page.put((visible(move.rule, 60), "bold"), f"  {way}  {visible(move.title, 200)}",
             (f"  ({move.level.value})", "dim"), hang=4)  # fmt: skip
    if said.message(move.after):
        page.put(visible(said.message(move.after), 400), indent=4)
    for test in move.after.tests:
        page.put((visible(said.met(test), 400), "dim"), indent=4, hang=6)


def _evidence(one: Any) -> str:
    sides = [words.value(side) if side else "none" for side in (one.before, one.after)]
    return f"{sides[0]} → {sides[1]}"


# for other readers ----------------------------------------------------------------------------


def brief(history: History) -> Brief:
    """A page of markdown or html: the verdict, rules that moved, terms."""
    first, last = history.drafts[0], history.drafts[-1]
    before, after = first[1].verdict, last[1].verdict
    tone = "bad" if worse(before, after) else "good" if before is not after else "plain"
    several = len(history.steps) > 1
    sections: list[Section] = []
    if several:
        rows = tuple((name_, made.verdict.value) for name_, made in history.drafts)
        sections.append(Section("Drafts", table=Table(("draft", "verdict"), rows)))
    for step in history.steps:
        lead = f"{step.before} → {step.after}: " if several else ""
        sections += _sections(step, lead)
    moved = f"{before.value} → {after.value}" if before is not after else f"Still {after.value}"
    return Brief(
        tone,
        after.value,
        f"{first[0]} → {last[0]}",
        moved,
        "; ".join(summary(step) for step in history.steps[-1:]),
        sections=tuple(sections),
        facts=(
            ("Policy", f"{last[1].policy.id} {last[1].policy.version} {last[1].policy.digest}"),
            ("As of", last[1].settings.as_of or ""),
        ),
    )


def _sections(step: DraftChange, lead: str) -> Iterator[Section]:
    if step.rules:
        yield Section(f"{lead}Rules that moved", entries=tuple(map(_entry, step.rules)))
    if step.terms:
        rows = tuple((name(t), change(t), said.places(t.before.at, t.after.at)) for t in step.terms)
        yield Section(f"{lead}Terms", table=Table(("term", "before → after", "where"), rows))
    for title, terms in (("Newly missing", step.missing), ("No longer missing", step.settled)):
        if terms:
            points = tuple(Point(t.label or t.path, notes=(t.path,)) for t in terms)
            yield Section(f"{lead}{title}", points=points)
    if step.scores:
        points = tuple(Point(m.title or m.id, score(m)) for m in step.scores)
        yield Section(f"{lead}Scores", points=points)
    if step.evidence:
        points = tuple(Point(one.path, _evidence(one)) for one in step.evidence)
        yield Section(f"{lead}Evidence", points=points, folded=True)


_TONES = {"fail": "bad", "unknown": "open", "waived": "warn", "pass": "good"}


def _entry(move: RuleMove) -> Entry:
    after = said.outcome(move.after)
    points = tuple(Point(said.met(test)) for test in move.after.tests)
    return Entry(
        _TONES.get(after, "plain"),
        f"{said.outcome(move.before)} → {after}",
        move.rule,
        move.title,
        tuple(filter(None, (said.message(move.after),))),
        points,
        where=said.place(move.after.at),
    )


def report(history: History, fail_on: str) -> Report:
    """The verdict and each rule that moved as a check, by step."""
    checks = [check for step in history.steps for check in _checks(step, fail_on)]
    titles = f"{history.drafts[0][0]} → {history.drafts[-1][0]}"
    summary_ = "; ".join(f"{pair(step)}: {summary(step)}" for step in history.steps)
    return Report("compare", titles, tuple(checks), summary=summary_)


def _checks(step: DraftChange, fail_on: str) -> Iterator[Check]:
    group = f"{step.before} → {step.after}"
    before, after = step.verdicts
    bad = {
        "changed": step.changed,
        "verdict": before is not after,
        "worse": worse(before, after),
        "never": False,
    }[fail_on]
    yield Check(
        "verdict",
        group,
        Status.FAILED if bad else Status.PASSED,
        f"{pair(step)}: {summary(step)}" if bad else "",
        f"the verdict is {pair(step)}",
        tuple(f"{name(term)}: {change(term)}" for term in step.terms),
        Place(step.after.rpartition(":")[0] if step.after[-1:].isdigit() else step.after),
        code="verdict-moved",
    )
    for move in step.rules:
        outcome = said.outcome(move.after)
        yield Check(
            move.rule,
            group,
            Status.PASSED,
            "",
            f"{said.outcome(move.before)} → {outcome}: {move.title}",
            tuple(map(said.met, move.after.tests)),
            _where(move),
            code=move.rule,
            level=Severity.NOTE,
        )


def _where(move: RuleMove) -> Place | None:
    at = move.after.at
    return Place(at.file, at.line, at.column) if at is not None else None
