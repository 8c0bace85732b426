"""The front pages: of the site, of a policy, and the list of everything in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policyengine.output import rule_page, words
from policyengine.output.text import count
from policyengine.site.book import Book
from policyengine.site.chapters import TONES, chip
from policyengine.site.markup import Markup, Piece, el, facts, link, made, table
from policyengine.testing import Status

_OPEN = (
    "none fails, but the deal leaves some mandatory rule open, or no mandatory and no negotiable "
    "rule applies"
)
_SETTLE = (
    "every mandatory rule holds; some negotiable rule fails or is open: acceptable once these are "
    "settled"
)
_VERDICTS = (
    ("reject", "some mandatory rule fails"),
    ("undetermined", _OPEN),
    ("conditional", _SETTLE),
    ("accept", "every mandatory and negotiable rule holds, does not apply, or is waived"),
)


def front(books: Sequence[Book], title: str) -> Markup:
    """The index of policies."""
    return made(
        el("h1", title),
        el("p", f"{count(len(books), 'policy', 'policies')} to read: what each decides, rule by "
           "rule, and what its tests show.", class_="lead"),
        *(
            el(
                "section",
                el("h2", link(f"{book.folder}/index.html", book.core.title or book.core.id)),
                el("p", el("code", f"{book.core.id} {book.core.version}"), class_="soft"),
                _tiles(book),
                class_="card unit plain",
            )
            for book in books
        ),
        el("p", link("find.html", "Find a rule, a term or a value"), "."),
    )  # fmt: skip


def policy(book: Book) -> Markup:
    """The front page of a policy."""
    known = [
        (path, title)
        for path, title, there in (
            ("parameters.html", "Parameters", bool(book.core.parameters)),
            ("derived.html", "What is worked out", bool(book.derived)),
        )
        if there
    ]
    mandatory = sum(rule.level == "mandatory" for rule in book.core.rules)
    negotiable = sum(rule.level == "negotiable" for rule in book.core.rules)
    lead = (
        f"It decides whether a deal is acceptable, by {count(mandatory, 'mandatory rule')} and "
        f"{count(negotiable, 'negotiable rule')}. What a deal does not say is never guessed: "
        "where it matters the answer stays open."
    )
    return made(
        el("h1", book.core.title or book.core.id),
        el("p", lead, class_="lead"),
        _tiles(book),
        el("h2", "What it answers"),
        table(("verdict", "when"), _VERDICTS, label="Verdicts"),
        el("h2", "Rules"),
        *(_chapter(number, book) for number in range(len(book.chapters))),
        el("h2", "Where this comes from"),
        facts(
            (
                ("Policy", f"{book.core.id} {book.core.version}"),
                ("Digest", el("code", book.core.digest)),
                ("Read from", el("code", book.core.span.file)),
                ("Terms", el("code", book.schema.span.file)),
                ("In force on", str(book.as_of) if book.as_of else None),
                ("Changes with the date", "yes" if book.policy.depends_on_date else "no"),
                *((title, link(path, "all of them")) for path, title in known),
            )
        ),
    )


def _tiles(book: Book) -> Markup:
    levels = [
        (TONES[level], sum(rule.level == level for rule in book.core.rules), f"{level} rules")
        for level in rule_page.LEVELS
    ]
    tiles = [
        el("li", el("b", str(number)), said, class_=tone) for tone, number, said in levels if number
    ]
    tested = book.tested
    if tested is not None:
        passed, total = tested.count(Status.PASSED), len(tested.results)
        tone = "good" if passed == total and total else "bad"
        tiles.append(el("li", el("b", f"{passed}/{total}"), "cases pass", class_=tone))
        gaps = len(tested.coverage.gaps())
        said = "answers uncovered" if total else "answers, none covered"
        tiles.append(el("li", el("b", str(gaps)), said, class_="bad" if gaps else "good"))
    return el("ul", *tiles, class_="tiles")


def _chapter(number: int, book: Book) -> Markup:
    chapter = book.chapters[number]
    rows = []
    for rule in chapter.rules:
        cells: tuple[Piece, ...] = (
            link(book.rule_at(rule.id), rule.id),
            made(rule.title, None if book.in_force(rule) else el("small", " not in force",
                 class_="gap")),
            chip(rule.level),
        )  # fmt: skip
        if book.tested is not None:
            gaps = len(book.tested.gaps(rule))
            covered = el("span", f"{gaps} uncovered", class_="gap") if gaps else "covered"
            cells = (*cells, covered)
        rows.append(cells)
    head = ("rule", "title", "level", "tests")[: 4 if book.tested is not None else 3]
    return made(
        el("h3", link(f"{chapter.name}.html", chapter.title)),
        table(head, rows, label=f"Rules of {chapter.title}"),
    )


def find(books: Iterable[Book]) -> Markup:
    """Everything there is, a line each: what the script searches, and a browser's own search."""
    items: list[Markup] = []
    for book in books:
        items += _entries(book)
    return made(
        el("h1", "Find"),
        el("p", f"{len(items)} rules, terms, parameters and worked out values, a line each.",
           class_="lead"),
        el("ul", *items, class_="list", data_find="words that all have to occur"),
    )  # fmt: skip


def _entries(book: Book) -> Iterable[Markup]:
    for rule in book.core.rules:
        tags = " ".join(filter(None, (rule.focus, *rule.tags)))
        yield _entry(book, book.rule_at(rule.id), rule.id, rule.title, f"{rule.level} rule", tags)
    for spec in book.schema.terms.values():
        at = book.term_at(spec.path)
        yield _entry(book, at, words.name(spec.path, spec.label), spec.path, "term", "")
    for name, parameter in book.core.parameters.items():
        at = book.parameter_at(name)
        yield _entry(book, at, name, str(parameter.type), "parameter", "")
    for name in book.derived:
        yield _entry(book, book.derived_at(name), name, "", "worked out", "")


def _entry(book: Book, at: str | None, name: str, said: str, kind: str, more: str) -> Markup:
    about = ", ".join(filter(None, (kind, more, book.core.title or book.core.id)))
    return el("li", link(f"{book.folder}/{at}", name), " ", said, el("small", about))
