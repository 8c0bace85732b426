"""Parameters: what they are set to, since when, and what reads them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from policyengine import core
from policyengine.output import words
from policyengine.site import charts, conditions
from policyengine.site.book import Book
from policyengine.site.markup import Markup, el, link, made, table


def page(book: Book) -> Markup:
    known = book.core.parameters.values()
    dated = [one for one in known if isinstance(one.value, core.Dated)]
    rows = [
        (
            link(f"#{anchor}", el("code", one.name))
            if one in dated
            else el("code", one.name, id=anchor),
            _value(one, book),
            str(one.type),
            conditions.readers(book.readers_of_parameters.get(one.name, ()), book) or "nothing",
        )
        for one in known
        for anchor in (book.anchor("parameter", one.name),)
    ]
    lead = "What a principal may set differently without touching a rule."
    if dated:
        lead += f" {len(dated)} of {len(rows)} change with the date of the decision."
    return made(
        el("h1", "Parameters"),
        el("p", lead, class_="lead"),
        table(("parameter", "value", "type", "read by"), rows, label="Parameters", find=True),
        *(_over_time(one, book) for one in dated),
    )


def at(parameter: core.ParameterValue, day: date | None) -> tuple[bool, Any]:
    """(whether there is one value, and it): that of the day for one that changes."""
    value = parameter.value
    if not isinstance(value, core.Dated):
        return True, value
    try:
        return (True, value.at(day)) if day is not None else (False, None)
    except LookupError:
        return False, None


def _value(parameter: core.ParameterValue, book: Book) -> str:
    found, value = at(parameter, book.as_of)
    if found:
        said = words.value(value)
        return f"{said} on {book.as_of}" if isinstance(parameter.value, core.Dated) else said
    if book.as_of is not None:
        return f"none yet on {book.as_of}"
    assert isinstance(parameter.value, core.Dated)
    return _by_date(parameter.value.values)


def _by_date(values: Iterable[tuple[date, Any]]) -> str:
    return "; ".join(f"{words.value(value)} from {start}" for start, value in values)


def _over_time(parameter: core.ParameterValue, book: Book) -> Markup:
    assert isinstance(parameter.value, core.Dated)
    values = parameter.value.values
    anchor = book.anchor("parameter", parameter.name)
    numbers = [(start, value) for start, value in values if isinstance(value, Decimal)]
    label = f"{parameter.name} over time: {_by_date(values)}"
    chart = charts.steps(numbers, label, book.as_of) if len(numbers) == len(values) else None
    ends = [*(start for start, _ in values[1:]), None]
    rows = [
        (
            start.isoformat(),
            f"before {end}" if end is not None else "from then on",
            words.value(value),
            _state(start, end, book.as_of),
        )
        for (start, value), end in zip(values, ends, strict=True)
    ]
    head: tuple[str, ...] = ("from", "until", "value", f"on {book.as_of}")
    if book.as_of is None:
        head, rows = head[:3], [row[:3] for row in rows]  # type: ignore[misc]
    return el(
        "section",
        el("h2", el("code", parameter.name), id=f"{anchor}~title"),
        el("p", f"Before {values[0][0]} it has no value: a decision that needs it is refused."),
        el("div", chart, class_="wide", tabindex="0", role="region", aria_label=label)
        if chart
        else None,
        table(head, rows, label=f"{parameter.name} by date"),
        class_="card unit plain",
        id=anchor,
        aria_labelledby=f"{anchor}~title",
    )


def _state(start: date, end: date | None, day: date | None) -> Markup | None:
    held = day is not None and start <= day and (end is None or day < end)
    return el("span", "in force", class_="ok") if held else None
