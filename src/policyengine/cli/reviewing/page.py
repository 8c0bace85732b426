"""What `diff` found, for a terminal: what flips first, then what changed in meaning."""

from __future__ import annotations

from policyengine.cli.reviewing import words
from policyengine.output.text import Page, Style
from policyengine.review.model import Change, PolicyDiff
from policyengine.review.replay import Flip, Replay, Replayed, Told
from policyengine.source import visible

_MARKS = {"added": "+", "removed": "-", "renamed": "=", "changed": "~"}
_SHOWN = 40  # deals on a page; json has as many as were kept


def page(found: PolicyDiff, replay: Replay | None, style: Style) -> str:
    made = Page(style)
    made.put(
        (visible(found.old.source, 200), "bold"), " → ", (visible(found.new.source, 200), "bold")
    )
    made.put(words.summary(found))
    if replay is not None:
        made.put(f"as of {replay.question.as_of}, {words.replayed(replay)}")
        _deals(made, replay)
    _changes(made, "Changed in meaning", found.in_meaning())
    _changes(made, "Only in words", found.in_words())
    return made.text()


def _changes(page: Page, title: str, changes: tuple[Change, ...]) -> None:
    if not changes:
        return
    page.heading(title)
    for change in changes:
        mark = _MARKS[change.status]
        note = "" if change.status == "changed" else f"  ({words.status(change)})"
        name = change.id if change.kind == "rule" else change.name
        said = f"  {change.title}" if change.title else ""
        page.put((f"{mark} {visible(name, 120)}", "bold"), visible(said, 200),
                 (visible(note, 120), "dim"), hang=4)  # fmt: skip
        for edit in change.edits:
            where, text = words.edit(edit)
            page.put((f"{visible(where, 120)}: ", "dim"), visible(text, 400), indent=4, hang=6)
            at = words.places(edit.before_at, edit.after_at)
            if at and edit.meaning:
                page.put((visible(at, 300), "dim"), indent=6, hang=8)
        if change.rules:
            page.put(visible(words.rules(change), 1000), indent=4, hang=6)


# deals ----------------------------------------------------------------------------------------


def _deals(page: Page, replay: Replay) -> None:
    kept = replay.kept
    flipped = [row for row in kept if row.flipped]
    outcomes = [row for row in kept if not row.flipped and not row.unreadable]
    bad = [row for row in kept if row.unreadable]
    for title, rows in (
        ("Verdicts that flip", flipped),
        ("Outcomes that flip under the same verdict", outcomes),
        ("Could not be read", bad),
    ):
        if rows:
            page.heading(title)
        for row in rows[:_SHOWN]:
            _deal(page, row)
        if len(rows) > _SHOWN:
            page.put(f"and {len(rows) - _SHOWN} more")
    if replay.left_out:
        page.blank()
        page.put(f"{replay.left_out} more are counted, and not kept: see --limit")


def _deal(page: Page, row: Replayed) -> None:
    name = visible(words.deal(row), 200)
    if row.unreadable:
        page.put((name, "bold"), hang=2)
    else:
        pair = f"{words.verdict(row.before)} → {words.verdict(row.after)}"
        page.put((name, "bold"), "  ", (pair if row.flipped else words.verdict(row.after), "bold"),
                 hang=2)  # fmt: skip
    if row.before is None or row.after is None:
        for found in words.why(row)[:5]:
            page.put(visible(words.error(found), 400), indent=2, hang=4)
    for flip in words.ordered(row.flips):
        _flip(page, flip)


def _flip(page: Page, flip: Flip) -> None:
    pair = f"{words.outcome(flip.before)} → {words.outcome(flip.after)}"
    page.put((visible(flip.rule, 60), "bold"), f"  {pair}  {visible(flip.title, 200)}",
             (f"  ({flip.level.value})", "dim"), indent=2, hang=6)  # fmt: skip
    for lead, told in (("before", flip.before), ("after", flip.after)):
        _told(page, lead, told)


def _told(page: Page, lead: str, told: Told) -> None:
    for test in told.tests:
        at = words.place(test.at)
        deal = words.place(test.deal_at)
        where = ", ".join(filter(None, (at, f"deal {deal}" if deal else "")))
        page.put((f"{lead}: ", "dim"), visible(words.met(test), 400),
                 (f"  ({visible(where, 300)})" if where else "", "dim"),
             indent=6, hang=8)  # fmt: skip
