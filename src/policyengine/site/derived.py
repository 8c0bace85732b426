"""What is worked out before the rules: definitions, decision tables, scorecards."""

from __future__ import annotations

from policyengine import core
from policyengine.document import TableDoc
from policyengine.nodes import Node, Scalar, Sequence
from policyengine.output import words
from policyengine.site import conditions
from policyengine.site.book import Book
from policyengine.site.markup import Markup, el, facts, made, several, table
from policyengine.tables import HIT_POLICIES

_HITS = {
    "U": "At most one row may match; where two do, there is no value and the rule stays open.",
    "A": "Several rows may match if they say the same; where they differ there is no value.",
    "F": "The first row that matches counts, once all rows before it are settled as not matching.",
    "P": "Of the rows that match, the one whose value is listed first among the values counts.",
    "R": "The value is the list of what every matching row says, in the order of the rows.",
    "O": "The value is the list of what every matching row says, in the order of the values.",
    "C": "The value is the list of what every matching row says.",
    "C+": "The value is the sum of what the matching rows say.",
    "C<": "The value is the least of what the matching rows say.",
    "C>": "The value is the greatest of what the matching rows say.",
    "C#": "The value is the number of rows that match.",
}


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
    inputs = [" ".join(one.value.split()) for one in doc.inputs]
    heads = [conditions.term(path, book) for path in inputs]
    rows = [
        (str(number), *(_cell(cell) for cell in cells), el("b", _cell(output)))
        for number, (cells, output, _) in enumerate(doc.rows, 1)
    ]
    if doc.default is not None:
        rows.append(("else", *("any" for _ in inputs), el("b", _cell(doc.default))))
    else:
        rows.append(("else", *("any" for _ in inputs), "no value: the rule stays open"))
    hit = made_.hit_policy
    said = el("p", el("b", f"{hit}, {HIT_POLICIES[hit]}."), " ", _HITS[hit])
    return made(
        el("p", doc.title.value) if doc.title is not None else None,
        table(("row", *heads, "value"), rows, label=f"Rows of {doc.id.value}"),
        said,
    )


def _cell(node: Node) -> str:
    """A cell as it was written, without what only a program needs."""
    if isinstance(node, Scalar):
        return "any" if node.value == "-" else words.value(node.value)
    if isinstance(node, Sequence) and all(isinstance(item, Scalar) for item in node.items):
        return " or ".join(_cell(item) for item in node.items)
    return " ".join(node.span.text.split())


def _card(card: core.Scorecard, book: Book) -> Markup:
    rows = [
        (
            el("span", item.id, class_="id"),
            item.title,
            item.aspect or "",
            item.side or "",
            conditions.short(item.when, book),
            _points(item.points),
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


def _points(expr: core.Expr) -> str:
    if isinstance(expr, core.Const):
        return words.value(expr.value)
    return " ".join(expr.span.text.split())
