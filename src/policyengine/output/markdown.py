"""Markdown for a comment on a pull request: the verdict, a table of reasons, details folded.

A comment holds 65,536 characters. Of several deals the worst come first; before there is no room
left, details of the others are left out, and beyond the table they are counted and named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policyengine.decision import Decision
from policyengine.output import briefing, reported
from policyengine.output.brief import Brief, Entry, Point, Section, Table
from policyengine.output.markup import code, fence, row, strong, text
from policyengine.output.report import Report
from policyengine.output.several import (
    FAILED,
    NO_VERDICT,
    PASSED,
    VERDICTS,
    Several,
    Standing,
    Worst,
    name_of,
)
from policyengine.output.text import count

_MARKS = {"bad": "❌", "open": "❓", "warn": "⚠️", "good": "✅", "plain": "➖"}
_ROOM = 60_000
_NO_ROOM = "a comment has no room for them"
_LISTED = 100  # deals in the table of several
_TABLE = 30_000  # characters of that table
_NAMED = 1_000
_NAMES = 6_000  # characters of the names of those that are not listed
_REASONS = 60  # rows of a table of reasons


class Format:
    """`--format markdown`; of several deals a table first, then each."""

    name = "markdown"

    def __init__(self, *, many: bool) -> None:
        self._many = many
        self._rows: Worst[str] = Worst(_LISTED, _TABLE)
        self._pages: Worst[str] = Worst(_ROOM, _ROOM)
        self._several = Several(_LISTED + _NAMED)
        self._thing = "deal"

    def start(self) -> str:
        return ""

    def wants(self, rank: int) -> bool:
        """Whether a deal of this rank would be shown, and not only counted."""
        return not self._many or self._rows.wants(rank) or self._pages.wants(rank)

    def decision(self, decision: Decision) -> str:
        standing = VERDICTS[decision.verdict.value]
        if not self.wants(standing.rank):
            self._several.add(standing, name_of(decision))
            return ""
        return self._add(briefing.brief(decision), standing, name_of(decision))

    def error(self, row: Mapping[str, Any]) -> str:
        return self._add(briefing.unreadable(row), NO_VERDICT)

    def report(self, report: Report) -> str:
        self._thing = "report"
        return self._add(reported.brief(report), PASSED if report.good else FAILED)

    def statement(self, brief: Brief, standing: Standing) -> str:
        """A statement for the other side; nothing else of the deal is known here."""
        self._thing = "draft"
        return self._add(brief, standing)

    def _add(self, brief: Brief, standing: Standing, name: str = "") -> str:
        """One page; of several nothing yet, since their table comes first."""
        if not self._many:
            return whole(brief)
        self._several.add(standing, name or brief.title)
        rank = standing.rank
        why = brief.sentence if brief.answer else brief.verdict
        cells = [text(brief.title, 120), text(why, 200)]
        if brief.answer:
            cells = [_MARKS[brief.tone], strong(brief.answer, 60), *cells]
        made = row(cells)
        self._rows.add(rank, made, len(made) + 1)
        made = page(brief) if self._pages.wants(rank) else ""
        self._pages.add(rank, made, len(made) + 1)
        return ""

    def end(self) -> str:
        if not self._many:
            return ""
        total = self._several.total
        counts = self._several.counts()
        verdicts = self._thing != "draft"  # a statement has none
        head = ["", "verdict", "deal", "because"] if verdicts else ["draft", "points"]
        lines = [": ".join(filter(None, (strong(count(total, self._thing)), counts))), ""]
        lines += [row(head), row(["---"] * len(head)), *self._rows]
        for line in self._several.left_out(len(self._rows), lambda n: text(n, 120), _NAMES):
            lines += ["", line]
        room = _ROOM - sum(len(line) + 1 for line in lines)
        pages: list[str] = []
        for made in self._pages:
            room -= len(made) + 1
            if room < 0:
                break
            pages.append(made)
        if total > len(pages):
            more = f"Details of {total - len(pages)} are left out: {_NO_ROOM}."
            lines += ["", more]
        return "\n".join(lines) + "\n" + "".join(f"\n{made}" for made in pages)


def whole(brief: Brief) -> str:
    """One page as a comment."""
    return fitting(brief, _ROOM)


def fitting(brief: Brief, room: int) -> str:
    """A page in as many characters as there are: background goes first, then details."""
    made = page(brief)
    if len(made) > room:
        kept = tuple(s for s in brief.sections if not s.folded)
        short = Brief(brief.tone, brief.answer, brief.title, brief.verdict, brief.sentence,
                      brief.about, brief.actions[:20], kept, brief.facts)  # fmt: skip
        made = page(short, details=False)
        made += f"\nDetails are left out: {_NO_ROOM}.\n"
    return made


def page(brief: Brief, *, details: bool = True) -> str:
    """One brief, each line ended."""
    answer = f"{_MARKS[brief.tone]} {text(brief.answer.capitalize())}: " if brief.answer else ""
    title = f"## {answer}{text(brief.title, 160)}"
    lead = f"**{text(brief.verdict)}**" + (f" — {text(brief.sentence)}" if brief.sentence else "")
    lines = [title, "", lead, ""]
    if brief.about:
        lines += [text(brief.about), ""]
    if brief.actions:
        lines += ["### What must change", ""]
        for number, point in enumerate(brief.actions, 1):
            lines += _point(point, f"{number}. ", "   ")
        lines.append("")
    main = [section for section in brief.sections if not section.folded]
    for section in main:
        lines += _section(section)
    if details:
        lines += _folded("Values and sources", [
            line for section in main for entry in section.entries for line in _entry(entry)
        ])  # fmt: skip
        for section in brief.sections:
            if section.folded:
                body = [line for entry in section.entries for line in _entry(entry)]
                lines += _folded(section.title, [*_plain(section), *body])
    facts = [f"- {text(name)}: {code(value)}" for name, value in brief.facts if value]
    lines += _folded("Where this comes from", facts)
    return "\n".join(lines).rstrip() + "\n"


def _section(section: Section) -> list[str]:
    lines = [f"### {text(section.title)}", "", *_plain(section)]
    if section.entries:
        lines += [row(["", "rule", "why", "where"]), row(["---"] * 4)]
        for entry in section.entries[:_REASONS]:
            why = [strong(entry.title)] if entry.title else []
            why += [text(said) for said in entry.texts]
            name = code(entry.name, 80) if entry.name else ""
            where = code(entry.where) if entry.where else ""
            lines.append(row([f"{_MARKS[entry.tone]} {text(entry.status)}", name,
                              "<br>".join(why), where]))  # fmt: skip
        lines.append("")
        if len(section.entries) > _REASONS:
            lines += [f"and {len(section.entries) - _REASONS} more", ""]
    return lines


def _plain(section: Section) -> Iterator[str]:
    """The texts, points and table of a section, a blank line after each."""
    for said in section.texts:
        yield from (text(said), "")
    for number, point in enumerate(section.points, 1):
        mark = f"{number}. " if section.numbered else "- "
        yield from _point(point, mark, " " * len(mark))
    if section.points:
        yield ""
    if section.table is not None:
        yield from (*_table(section.table), "")


def _table(table: Table) -> list[str]:
    rows = [row([text(cell, 200) for cell in cells]) for cells in table.rows]
    return [row([text(cell) for cell in table.head]), row(["---"] * len(table.head)), *rows]


def _entry(entry: Entry) -> list[str]:
    """What the row of an entry does not say."""
    lines: list[str] = []
    for point in entry.points:
        lines += _point(point, "- ", "  ")
    if entry.ask:
        lines.append(f"- ask: {text(entry.ask)}")
    lines += [f"- {text(note)}" for note in entry.notes]
    if entry.code:
        lines += ["", fence(entry.code)]
    if not lines:
        return []
    name = " ".join(filter(None, (code(entry.name, 80) if entry.name else "", text(entry.title))))
    return [f"#### {name}", "", *lines, ""]


def _point(point: Point, mark: str, indent: str) -> list[str]:
    said = text(point.text)
    if point.value:
        said += f": {strong(point.value)}"
    if point.after:
        said += f", {text(point.after)}"
    if point.notes:
        said += f" ({'; '.join(text(note) for note in point.notes)})"
    lines = [mark + said]
    for part in point.parts:
        lines += [indent + line for line in _point(part, "- ", "  ")]
    return lines


def _folded(title: str, lines: list[str]) -> list[str]:
    if not lines:
        return []
    return [f"<details><summary>{text(title)}</summary>", "", *lines, "", "</details>", ""]
