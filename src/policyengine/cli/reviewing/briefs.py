"""What `diff` found for other readers: a page of markdown or html, and a report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from policyengine.cli.reviewing import proved, words
from policyengine.decision import Location
from policyengine.errors import Severity
from policyengine.output.brief import Brief, Entry, Point, Section, Table
from policyengine.output.report import Check, Place, Report, Status
from policyengine.output.text import count
from policyengine.review.model import Change, PolicyDiff
from policyengine.review.replay import Replay, Replayed, Told

if TYPE_CHECKING:
    from policyengine.analysis.equivalence import PolicyComparison

_TONES = {"added": "warn", "removed": "warn", "changed": "warn", "renamed": "plain"}
_SHOWN = 100


def brief(found: PolicyDiff, replay: Replay | None, proof: PolicyComparison | None = None) -> Brief:
    """A page: verdicts that flip first, then what was proved, then what changed in meaning; words
    are folded."""
    flips = replay.counts["verdict"] if replay is not None else 0
    changed = bool(found.changes)
    verdict = "Nothing changed"
    if flips:
        verdict = f"{count(flips, 'verdict')} {'flips' if flips == 1 else 'flip'}"
    elif found.meaning:
        verdict = "The meaning of the policy changed"
    elif changed:
        verdict = "Only words changed"
    sentences = [words.summary(found), *([words.replayed(replay)] if replay is not None else [])]
    sections = [
        *(_deals(replay) if replay is not None else ()),
        *((proved.section(proof),) if proof is not None else ()),
        *_changes(found),
    ]
    asked = () if replay is None else (
        ("As of", replay.question.as_of.isoformat()),
        ("Deals", str(replay.total)),
    )  # fmt: skip
    return Brief(
        "bad" if flips else "warn" if found.meaning else "good",
        "changed" if found.meaning or flips else "unchanged",
        f"{found.old.source} → {found.new.source}",
        verdict,
        ". ".join(sentence[:1].upper() + sentence[1:] for sentence in sentences),
        sections=tuple(sections),
        facts=(
            ("Before", f"{found.old.id} {found.old.version} {found.old.digest}"),
            ("After", f"{found.new.id} {found.new.version} {found.new.digest}"),
            *asked,
        ),
    )


def _deals(replay: Replay) -> Iterator[Section]:
    kept = replay.kept
    flipped = [row for row in kept if row.flipped]
    outcomes = [row for row in kept if not row.flipped and not row.unreadable]
    bad = [row for row in kept if row.unreadable]
    if flipped:
        yield _section("Verdicts that flip", flipped)
    if outcomes:
        yield _section("Outcomes that flip under the same verdict", outcomes)
    if bad:
        yield _section("Could not be read", bad)
    if replay.left_out:
        said = f"{replay.left_out} more deals are counted, and not shown"
        yield Section("Not shown", texts=(said,))


def _section(title: str, rows: list[Replayed]) -> Section:
    more = (f"and {len(rows) - _SHOWN} more",) if len(rows) > _SHOWN else ()
    return Section(title, texts=more, entries=tuple(_row(row) for row in rows[:_SHOWN]))


def _row(row: Replayed) -> Entry:
    if row.unreadable:
        status = "could not be read"
    elif row.flipped:
        status = f"{words.verdict(row.before)} → {words.verdict(row.after)}"
    else:
        status = words.verdict(row.after)
    errors = words.why(row) if None in (row.before, row.after) else ()
    flips = words.ordered(row.flips)
    said = [f"{f.rule}: {words.outcome(f.before)} → {words.outcome(f.after)}" for f in flips]
    points = tuple(
        Point(
            f"{flip.rule} {flip.title}",
            f"{words.outcome(flip.before)} → {words.outcome(flip.after)}",
            parts=(*_told("before", flip.before), *_told("after", flip.after)),
        )
        for flip in flips
    )
    return Entry(
        "bad" if row.flipped or row.unreadable else "warn",
        status,
        row.deal or "",
        "",
        (*said[:20], *(words.error(found) for found in errors[:5])),
        points,
        where=words.deal(row),
    )


def _told(lead: str, told: Told) -> Iterator[Point]:
    for test in told.tests:
        notes = (words.place(test.at), f"deal {words.place(test.deal_at)}" if test.deal_at else "")
        yield Point(f"{lead}: {words.met(test)}", notes=tuple(filter(None, notes)))


def _changes(found: PolicyDiff) -> Iterator[Section]:
    meaning = found.in_meaning()
    if meaning:
        yield Section("Changed in meaning", entries=tuple(map(_entry, meaning)))
    said = found.in_words()
    if said:
        rows = tuple(
            (change.name, *words.edit(edit)) for change in said for edit in change.edits
        ) + tuple((change.name, words.status(change), "") for change in said if not change.edits)
        table = Table(("what", "where", "change"), rows)
        yield Section("Only in words", table=table, folded=True)


def _entry(change: Change) -> Entry:
    said = [": ".join(words.edit(edit)) for edit in change.edits if edit.meaning]
    more = tuple(": ".join(words.edit(edit)) for edit in change.edits if not edit.meaning)
    return Entry(
        _TONES[change.status],
        words.status(change),
        change.id if change.kind == "rule" else change.name,
        change.title or "",
        (*said, *filter(None, (words.rules(change),))),
        where=words.place(change.after_at or change.before_at),
        notes=(*more, *(filter(None, (_was(change),)))),
    )


def _was(change: Change) -> str:
    both = change.before_at is not None and change.after_at is not None
    return f"before at {words.place(change.before_at)}" if both else ""


# as a report ----------------------------------------------------------------------------------


def report(
    found: PolicyDiff,
    replay: Replay | None,
    proof: PolicyComparison | None = None,
    *,
    counts: frozenset[str],
) -> Report:
    """Each change, each replayed deal and what was proved as a check; those of the sorts in
    `counts` fail: `words`, `meaning`, `outcomes`, `verdicts`."""
    checks = [_check(change, counts) for change in found.changes]
    summary = words.summary(found)
    if replay is not None:
        checks += [_replayed(row, counts) for row in replay.kept]
        if replay.counts["unchanged"]:
            same = count(replay.counts["unchanged"], "deal")
            checks.append(Check("unchanged", "deals", Status.PASSED, title=f"{same} unchanged"))
        summary += f". {words.replayed(replay)}"
    if proof is not None:
        places = {c.id: at for c in found.in_meaning() if (at := _at(c.after_at or c.before_at))}
        checks += proved.checks(proof, places, counted=found.meaning and "meaning" in counts)
    properties = {"old": found.old.digest, "new": found.new.digest}
    title = f"{found.old.source} → {found.new.source}"
    return Report("diff", title, tuple(checks), summary=summary, properties=properties)


def _check(change: Change, counts: frozenset[str]) -> Check:
    bad = ("meaning" if change.meaning else "words") in counts
    said = ["; ".join(filter(None, (words.status(change), words.rules(change))))]
    details = tuple(": ".join(words.edit(edit)) for edit in change.edits)
    return Check(
        change.name,
        "meaning" if change.meaning else "words",
        Status.FAILED if bad else Status.PASSED,
        "; ".join([*said, *details[:3]]) if bad else "",
        change.title or "",
        details,
        _at(change.after_at or change.before_at),
        tuple(filter(None, (_at(change.before_at),))),
        change.id if change.kind == "rule" else f"{change.kind}-changed",
        Severity.WARNING if change.meaning else Severity.NOTE,
    )


def _replayed(row: Replayed, counts: frozenset[str]) -> Check:
    name = words.deal(row)
    if row.unreadable:
        found = row.errors_after
        return Check(name, "deals", Status.ERROR, "could not be read", diagnostics=found,
                     location=Place(row.source, row.line))  # fmt: skip
    bad = ("verdicts" if row.flipped else "outcomes") in counts
    pair = f"{words.verdict(row.before)} → {words.verdict(row.after)}"
    flips = words.ordered(row.flips)
    details = [f"{f.rule}: {words.outcome(f.before)} → {words.outcome(f.after)}" for f in flips]
    details += [
        f"{lead}: {words.met(test)}"
        for flip in flips
        for lead, told in (("before", flip.before), ("after", flip.after))
        for test in told.tests
    ]
    details += [str(found) for found in words.why(row)] if None in (row.before, row.after) else []
    return Check(
        name,
        "deals",
        Status.FAILED if bad else Status.PASSED,
        "; ".join([pair, *details[:3]]) if bad else "",
        pair,
        tuple(details),
        Place(row.source, row.line),
        tuple(filter(None, (_at(flip.after.at) for flip in flips[:5]))),
        "verdict-flips" if row.flipped else "outcome-flips",
        Severity.ERROR if row.flipped else Severity.WARNING,
    )


def _at(where: Location | None) -> Place | None:
    return Place(where.file, where.line, where.column) if where is not None else None
