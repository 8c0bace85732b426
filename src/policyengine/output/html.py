"""HTML: one file for people who will never see the command.

It needs no network and no script, and a content security policy forbids both; the style is
allowed by its digest. Ids and addresses are numbers of ours, never a document's words.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from policyengine.decision import Decision
from policyengine.output import briefing, reported
from policyengine.output.brief import Brief, Entry, Point, Section, Table
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
from policyengine.output.stylesheet import CSS
from policyengine.output.text import count
from policyengine.output.xml import escape, lines

_SHOWN = 500  # pages in one file, the worst; beyond, deals are counted and named
_NAMED = 2_000
_ROOM = 200_000  # characters of those names
_DIGEST = base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'"


class Format:
    """`--format html`; of several deals an index first, then each."""

    name = "html"

    def __init__(self, *, many: bool) -> None:
        self._many = many
        self._shown: Worst[tuple[int, Brief, str]] = Worst(_SHOWN)
        self._several = Several(_SHOWN + _NAMED)
        self._thing = "deal"

    def start(self) -> str:
        return ""

    def wants(self, rank: int) -> bool:
        """Whether a deal of this rank would be shown, and not only counted."""
        return not self._many or self._shown.wants(rank)

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
        """One page; of several nothing yet, since their index comes first."""
        if not self._many:
            return whole(brief)
        self._several.add(standing, name or brief.title)
        if self._shown.wants(standing.rank):
            number = self._several.total
            row = Brief(brief.tone, brief.answer, brief.title, brief.verdict, brief.sentence)
            page = article(brief, number, top=False)
            self._shown.add(standing.rank, (number, row, page))
        return ""

    def end(self) -> str:
        if not self._many:
            return ""
        said = self._thing != "draft"  # a statement has no answer
        counted = count(self._several.total, self._thing)
        summary = ": ".join(filter(None, (counted, self._several.counts())))
        rows = [
            f'<tr class="{brief.tone}">{f"<td>{_chip(brief.answer)}</td>" if said else ""}'
            f'<td><a href="#n{number}">{escape(brief.title, 160)}</a></td>'
            f"<td>{escape(brief.sentence if brief.answer else brief.verdict, 300)}</td></tr>"
            for number, brief, _ in self._shown
        ]
        first = "<td></td>" if said else ""
        rows += [
            f'<tr>{first}<td colspan="2">{line}</td></tr>'
            for line in self._several.left_out(len(rows), lambda name: escape(name, 160), _ROOM)
        ]
        names = ("answer", "deal", "because") if said else ("draft", "points")
        head = f"<tr>{''.join(f'<th>{name}</th>' for name in names)}</tr>"
        title = "Decisions" if said else "Drafts"
        index = (
            f'<header><h1>{title}</h1><p class="verdict">{escape(summary)}</p></header>\n'
            f'<div class="index"><table><thead>{head}</thead><tbody>\n{"".join(rows)}\n'
            "</tbody></table></div>\n"
        )
        return document(summary, index + "".join(page for _, _, page in self._shown))


def whole(brief: Brief) -> str:
    """One page as a file."""
    return document(_title(brief), article(brief, 1))


def _title(brief: Brief) -> str:
    return ": ".join(filter(None, (brief.answer, brief.title)))


def document(title: str, body: str) -> str:
    """A whole file around what is made already."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title, 200)}</title>\n<style>{CSS}</style>\n</head>\n"
        f"<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def article(brief: Brief, number: int, *, top: bool = True) -> str:
    """One brief; `top` where it is the only one."""
    title = "h1" if top else "h2"
    out = [
        f'<article id="n{number}">',
        f'<header class="answer {brief.tone}"><{title}>{escape(brief.title, 200)}</{title}>',
        f'<p class="verdict">{escape(brief.verdict)}</p>',
        f"<p>{_word(brief)}{escape(brief.sentence)}</p>",
        *([f'<p class="soft">{escape(brief.about)}</p>'] if brief.about else []),
        "</header>",
    ]
    if brief.actions:
        items = "".join(map(_point, brief.actions))
        out.append(f'<section class="act"><h2>What must change</h2><ol>{items}</ol></section>')
    out += map(_section, brief.sections)
    facts = [f"<dt>{escape(name, 100)}</dt><dd>{escape(value)}</dd>"
             for name, value in brief.facts if value]  # fmt: skip
    if facts:
        out.append("<footer><h2>Where this comes from</h2><dl>" + "".join(facts) + "</dl></footer>")
    return "\n".join([*out, "</article>\n"])


def _flowing(text: str) -> str:
    """A paragraph: it breaks where the page does, and no value begins a line of the file."""
    return lines(text).replace("\n", " ")


def _word(brief: Brief) -> str:
    """The machine's word, where there is one."""
    return f"{_chip(brief.answer)} " if brief.answer else ""


def _chip(word: str) -> str:
    return f'<span class="word">{escape(word, 40)}</span>' if word else ""


def _section(section: Section) -> str:
    inner = "".join(f"<p>{_flowing(said)}</p>" for said in section.texts)
    if section.points:
        tag = "ol" if section.numbered else "ul"
        inner += f"<{tag}>{''.join(map(_point, section.points))}</{tag}>"
    if section.table is not None:
        inner += _table(section.table)
    inner += "\n".join(map(_entry, section.entries))
    title = escape(section.title, 200)
    if section.folded:
        return f"<details><summary>{title}</summary>{inner}</details>"
    return f"<section><h2>{title}</h2>{inner}</section>"


def _entry(entry: Entry) -> str:
    name = f'<span class="id">{escape(entry.name, 120)}</span> ' if entry.name else ""
    word = _chip(entry.status)
    out = [f'<div class="card {entry.tone}"><h3>{name}{escape(entry.title, 400)} {word}</h3>']
    out += [f"<p>{_flowing(said)}</p>" for said in entry.texts]
    if entry.points:
        out.append(f"<ul>{''.join(map(_point, entry.points))}</ul>")
    if entry.code:
        out.append(f"<pre>{lines(entry.code)}</pre>")
    if entry.ask:
        out.append(f'<p class="ask"><b>Ask:</b> {_flowing(entry.ask)}</p>')
    notes = [*([f"at {entry.where}"] if entry.where else []), *entry.notes]
    out += [f'<small class="note">{escape(note)}</small>' for note in notes]
    return "".join([*out, "</div>"])


def _point(point: Point) -> str:
    said = escape(point.text)
    if point.value:
        said += f": <b>{escape(point.value)}</b>"
    if point.after:
        said += f", {escape(point.after)}"
    notes = "".join(f'<small class="note">{escape(note)}</small>' for note in point.notes)
    below = f"<ul>{''.join(map(_point, point.parts))}</ul>" if point.parts else ""
    return f"<li><span>{said}</span>{notes}{below}</li>"


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(cell, 60)}</th>" for cell in table.head)
    rows = "".join(_row(cells) for cells in table.rows)
    made = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="wide">{made}</div>'


def _row(cells: tuple[str, ...]) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell, 400)}</td>" for cell in cells) + "</tr>"
