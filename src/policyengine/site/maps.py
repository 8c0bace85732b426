"""The map of a policy: which rules read what, drawn, and the same as tables."""

from __future__ import annotations

from policyengine.site import conditions
from policyengine.site.book import Book, Chapter
from policyengine.site.chapters import chip
from policyengine.site.graph import VERDICTS, draw, layers
from policyengine.site.markup import Markup, el, link, made, several, table


def page(book: Book) -> Markup:
    return made(
        el("h1", "Map"),
        el("p", "From the terms of a deal, over what is worked out from them, to the rules and to "
           "what a rule that fails does to the verdict. Point at a box, or move to it with Tab, "
           "to see what it is tied to.", class_="lead"),
        _overview(book),
        *(_chapter(chapter, book) for chapter in book.chapters),
    )  # fmt: skip


def _overview(book: Book) -> Markup:
    """How many rules of each file read each group of terms."""
    counts: dict[tuple[str, str], int] = {}
    for chapter in book.chapters:
        for rule in chapter.rules:
            read = book.rule_reads[rule.id]
            paths = [*read.terms]
            for name in book.through(read.derived):
                paths += book.derived_reads[name].terms
            for group in {path.partition(".")[0] for path in paths}:
                counts[chapter.name, group] = counts.get((chapter.name, group), 0) + 1
    groups = dict.fromkeys(path.partition(".")[0] for path in book.schema.terms)
    used = [group for group in groups if any(key[1] == group for key in counts)]
    rows = [
        (
            _group(group, book),
            *(
                el("span", str(number), class_="on") if number else "·"
                for chapter in book.chapters
                for number in (counts.get((chapter.name, group), 0),)
            ),
        )
        for group in used
    ]
    head = ("terms", *(link(f"#map-{c.name}", c.title) for c in book.chapters))
    return made(
        el("h2", "How many rules read which terms"),
        table(head, rows, label="Rules by file and group of terms", class_="cross"),
    )


def _group(name: str, book: Book) -> str:
    found = book.schema.group(name)
    if found is not None and found.title:
        return found.title
    spec = book.schema.terms.get(name)
    return (spec.label if spec is not None else None) or name


def _chapter(chapter: Chapter, book: Book) -> Markup:
    found = layers(chapter, book)
    label = f"What the rules of {chapter.title} read"
    return made(
        el("h2", link(f"{chapter.name}.html", chapter.title), id=f"map-{chapter.name}"),
        el("div", draw(found, label, book), class_="wide", role="region", tabindex="0",
           aria_label=label),
        el("details", el("summary", "The same as a table"), _table(chapter, book)),
    )  # fmt: skip


def _table(chapter: Chapter, book: Book) -> Markup:
    rows = []
    for rule in chapter.rules:
        read = book.rule_reads[rule.id]
        through = [name for name in book.derived if name in book.through(read.derived)]
        ways = [
            made(conditions.derived(name, book), " from ",
                 several(conditions.term(p, book) for p in book.derived_reads[name].terms)
                 or "other values")
            for name in through
        ]  # fmt: skip
        rows.append(
            (
                link(book.rule_at(rule.id), rule.id),
                several(conditions.term(path, book) for path in read.terms) or "–",
                several(ways, "; ") or "–",
                chip(rule.level),
                " ".join(VERDICTS[rule.level]),
            )
        )
    head = ("rule", "terms", "worked out", "level", "verdict")
    return table(head, rows, label=f"What the rules of {chapter.title} read, as a table")
