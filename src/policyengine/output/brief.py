"""A page before its medium: a verdict, sections, entries, points; plain texts only.

`briefing` makes one of a decision, `reported` one of a report; html and markdown render both
alike. Nothing here is escaped, cut or styled.
"""

from __future__ import annotations

from policyengine.values.record import Record


class Point(Record):
    """A line of a list: `text`, what the deal says (`value`), what it should say (`after`),
    where it stands (`notes`), and the lines below it."""

    text: str
    value: str = ""
    after: str = ""
    notes: tuple[str, ...] = ()
    parts: tuple[Point, ...] = ()


class Entry(Record):
    """One rule, check or piece of advice. `tone` is `bad`, `open`, `warn`, `good` or `plain`;
    `status` is its word; `where` the place to act."""

    tone: str
    status: str
    name: str
    title: str = ""
    texts: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    ask: str = ""
    where: str = ""
    notes: tuple[str, ...] = ()
    code: str = ""  # text laid out already, such as a snippet


class Table(Record):
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Section(Record):
    """`folded` sections are background: open for whoever wants them. `numbered` points can be
    referred to."""

    title: str
    texts: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    points: tuple[Point, ...] = ()
    table: Table | None = None
    folded: bool = False
    numbered: bool = False


class Brief(Record):
    """`answer` is the machine's word, empty for a statement, which has none; `verdict` the same
    in plain words, `sentence` what it rests on, `about` what was asked; `actions` what has to
    change, the most pressing first; `facts` its provenance."""

    tone: str
    answer: str
    title: str
    verdict: str
    sentence: str = ""
    about: str = ""
    actions: tuple[Point, ...] = ()
    sections: tuple[Section, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
