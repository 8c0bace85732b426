"""Whose interest a deal serves, and what the policy advises."""

from __future__ import annotations

from policyengine.site import conditions
from policyengine.site.book import Book
from policyengine.site.markup import Markup, el, facts, link, made, table


def page(book: Book) -> Markup:
    advice = [rule for rule in book.core.rules if rule.level == "advisory"]
    return made(
        el("h1", "Interests and advice"),
        el("p", "Shown beside the verdict; neither has a part in it.", class_="lead"),
        el("h2", "Interests") if book.core.interests else None,
        *(_interest(number, book) for number in range(len(book.core.interests))),
        el("h2", "Advice") if advice else None,
        table(
            ("rule", "title", "focus", "action", "expected outcome"),
            [
                (
                    link(book.rule_at(rule.id), rule.id),
                    rule.title,
                    rule.focus or "",
                    rule.action or "",
                    rule.expected or "",
                )
                for rule in advice
            ],
            label="Advice",
            find=True,
        )
        if advice
        else None,
    )


def _interest(number: int, book: Book) -> Markup:
    interest = book.core.interests[number]
    anchor = book.anchor("interest", str(number))
    return el(
        "section",
        el("h3", interest.element, id=f"{anchor}~title"),
        facts(
            (
                ("Ours", interest.ours),
                ("Theirs", interest.theirs),
                ("Served when", conditions.short(interest.served, book)),
                (
                    "In conflict when",
                    conditions.short(interest.conflict, book)
                    if interest.conflict is not None
                    else None,
                ),
            )
        ),
        class_="card unit plain",
        id=anchor,
        aria_labelledby=f"{anchor}~title",
    )
