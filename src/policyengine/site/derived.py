"""What is worked out before the rules: definitions, decision tables, scorecards."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine import core
from policyengine.document import TableDoc
from policyengine.output import rule_derived
from policyengine.output.rule_words import Teller
from policyengine.site import conditions
from policyengine.site.book import Book
from policyengine.site.markup import Markup, el, facts, made, several, table
from policyengine.tables import HIT_POLICIES


def page(book: Book) -> Markup:
    return made(
        el("h1", "Worked out"),
        el("p", "Values that are worked out from the terms before the rules are asked.",
           class_="lead"),
        *(_section(name, book) for name in book.derived),
    )  # fmt: skip


def _section(name: str, book: Book) -> Markup:
    anchor = book.anchor("derived", name)
    definition = book.core.definitions.get(name)
    if definition is None:
        kind, body = "scorecard", _card(book.core.scorecards[name.removeprefix("score.")], book)
        span = book.core.scorecards[name.removeprefix("score.")].span
    elif isinstance(definition.value, core.Table):
        kind, body = "table", _table(definition.value, book.tables[name], book)
        span = definition.span
    else:
        kind, span = "definition", definition.span
        written = " ".join(definition.value.span.text.split())
        body = el("p", el("code", name, " = ", written))
    read = book.derived_reads[name]
    used = conditions.readers(book.readers_of_derived.get(name, ()), book)
    return el(
        "section",
        el("h2", el("code", name), " ", el("span", kind, class_="word plain"),
           id=f"{anchor}~title"),
        body,
        facts(
            (
                ("Type", str(definition.value.type) if definition is not None else "number"),
                ("Reads the terms", several(conditions.term(path, book) for path in read.terms)
                 if read.terms else None),
                ("Uses", several(conditions.derived(one, book) for one in read.derived)
                 if read.derived else None),
                ("Parameters", several(conditions.parameter(one, book) for one in read.parameters)
                 if read.parameters else None),
                ("Read by", used or ("no rule: it is shown beside the verdict"
                                     if definition is None else "nothing")),
            )
        ),
        el("p", el("code", f"{span.file}:{span.line}"), class_="soft"),
        class_="card unit plain",
        id=anchor,
        aria_labelledby=f"{anchor}~title",
    )  # fmt: skip


def _table(made_: core.Table, doc: TableDoc, book: Book) -> Markup:
    teller = Teller(book.core, book.schema)
    inputs = [" ".join(one.value.split()) for one in doc.inputs]
    heads = [_head(written, book) for written in inputs]
    rows = []
    for number, row in enumerate(made_.rows, 1):
        asked = {cell["input"]: cell["tests"] for cell in rule_derived.cells(row, teller)}
        tests = [_cell(asked.get(name, ())) for name in inputs]
        rows.append((str(number), *tests, el("b", rule_derived.output(row.output, teller))))
    default = made_.default
    last = rule_derived.NO_DEFAULT if default is None else rule_derived.output(default, teller)
    rows.append(("otherwise", *("any" for _ in inputs), el("b", last)))
    hit = made_.hit_policy
    said = el("p", el("b", f"{hit}, {HIT_POLICIES[hit]}."), " ", rule_derived.HITS[hit])
    return made(
        el("p", doc.title.value) if doc.title is not None else None,
        table(("row", *heads, "value"), rows, label=f"Rows of {doc.id.value}"),
        said,
    )


def _head(written: str, book: Book) -> Markup:
    """An input of a table: a term, what was worked out before, or an expression."""
    if written in book.schema.terms:
        return conditions.term(written, book)
    return conditions.derived(written, book)


def _cell(tests: Sequence[str]) -> Markup:
    """The tests of a cell, below the name of what they are about."""
    return conditions.coded(" and ".join(said.removeprefix("is ") for said in tests) or "any")


def _card(card: core.Scorecard, book: Book) -> Markup:
    rows = [
        (
            el("span", item.id, class_="id"),
            item.title,
            item.aspect or "",
            item.side or "",
            conditions.short(item.when, book),
            rule_derived.points(item.points),
        )
        for item in card.items
    ]
    head = ("item", "title", "aspect", "side", "counts when", "points")
    return made(
        el("p", card.title) if card.title else None,
        el("p", "The points of the items that hold, added up. While one is open the score is "
           "given as a range; it never has a part in the verdict unless a rule reads it."),
        table(head, rows, label=f"Items of {card.id}"),
    )  # fmt: skip
