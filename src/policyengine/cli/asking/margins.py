"""How margins and sufficient facts are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from policyengine.cli.asking import say
from policyengine.output import words
from policyengine.output.text import pad
from policyengine.schema import TermsSchema
from policyengine.source import columns

if TYPE_CHECKING:
    from policyengine.analysis.margins import Edge, Margin, Margins
    from policyengine.analysis.ranges import Range
    from policyengine.analysis.sufficient import Sufficient
    from policyengine.output.text import Page, Style

#: ranges of one term that are told
_MOST = 6


def page(forced: Sufficient, found: Margins, schema: TermsSchema, style: Style) -> str:
    """What the verdict rests on, and how far each number is from turning it."""
    made = say.page_of(style)
    say.verdict(made, "Now:", found.verdict.value)
    _facts(made, forced, schema)
    turning = [m for m in found.margins if m.below or m.above]
    open_ = [m for m in found.margins if not m.known]
    made.heading("How far numbers may move")
    if not found.margins:
        made.put("The deal states no number or date that a rule reads.")
    elif not turning and not open_:
        made.put("No number or date changes the verdict by itself, wherever it moves.")
    if turning:
        made.put("All else standing, the verdict is another where the term is:", indent=2)
        made.blank()
        rows = [_row(margin, schema) for margin in turning]
        if not _table(made, rows):
            _list(made, rows)
    still = len(found.margins) - len(turning) - len(open_)
    if still and (turning or open_):
        made.put((f"{still} more change nothing by themselves.", "dim"), indent=2)
    _not_computed(made, open_, schema)
    say.limits(made, forced.limits)
    say.cut_off(made, forced.cut or found.cut)
    return made.text()


class _Row(NamedTuple):
    """A term, its value, where it stands, and each range that turns the verdict."""

    name: str
    path: str
    now: str
    place: str
    ranges: list[tuple[str, str]]


def _row(margin: Margin, schema: TermsSchema) -> _Row:
    path = margin.path
    here = next(n for n, each in enumerate(margin.ranges) if each is margin.here)
    # the nearest first: those below, then those above
    others: list[Range] = [*reversed(margin.ranges[:here]), *margin.ranges[here + 1 :]]
    verdict = margin.ranges[here].verdict
    told = [each for each in others if each.verdict is not verdict]
    ranges = [(say.within(schema, path, each), each.verdict.value) for each in told[:_MOST]]
    label = schema.terms[path].label
    name = words.name(path, label)
    return _Row(name, path, say.value(schema, path, margin.value), say.where(margin.span), ranges)


def _table(made: Page, rows: list[_Row]) -> bool:
    """Several terms in columns; False where these would be wider than the page."""
    names = [row.name for row in rows]
    if len(rows) < 2 or len(set(names)) < len(names):
        return False
    lines = [("term", "now", "turns at")]
    for row in rows:
        for number, (within, verdict) in enumerate(row.ranges):
            first = number == 0
            lines.append((row.name if first else "", row.now if first else "",
                          f"{within}: {verdict}"))  # fmt: skip
    widths = [max(columns(line[n]) for line in lines) for n in range(3)]
    if sum(widths) + 6 > made.style.width:
        return False
    for line in lines:
        cells = [pad(cell, width) for cell, width in zip(line, widths, strict=True)]
        made.put_raw("  " + "  ".join(cells).rstrip(), "dim" if line is lines[0] else "")
    return True


def _list(made: Page, rows: list[_Row]) -> None:
    for row in rows:
        name = row.name if row.name == row.path else f"{row.name} ({row.path})"
        made.put((f"· {name}: {row.now}", ""), (f"  {row.place}", "dim"), indent=2, hang=4)
        for within, verdict in row.ranges:
            made.put(f"{within}: {verdict}", indent=4)


def _not_computed(made: Page, open_: list[Margin], schema: TermsSchema) -> None:
    if not open_:
        return
    made.blank()
    made.put("Not computed:", indent=2)
    for margin in open_:
        made.put(f"· {say.term(schema, margin.path)}: {margin.why}", indent=2, hang=4)


def _facts(made: Page, forced: Sufficient, schema: TermsSchema) -> None:
    made.heading("What forces the verdict")
    if forced.facts is None:
        made.put(f"Not computed: {forced.cut}." if forced.cut else
                 "The solver does not say which facts are enough.")  # fmt: skip
        return
    count = len(forced.facts)
    if forced.smallest:
        claim = "no fewer facts do" if count > 1 else "nothing else has to be known"
    else:
        claim = "that no fewer facts do is not proved"
        if forced.cut:
            claim = f"the best found within the limit; {claim}"
    made.put(f"Whatever all else was, {'this' if count == 1 else f'these {count} facts'} would "
             f"give the same verdict; {claim}.")  # fmt: skip
    for fact in forced.facts:
        shown = say.value(schema, fact.path, fact.value)
        if not fact.stated:
            shown = f"not stated, so {shown}" if fact.value is not None else "not stated"
        made.put((f"· {say.term(schema, fact.path)}: {shown}", ""),
                 (f"  {say.where(fact.span)}" if fact.span else "", "dim"),
                 indent=2, hang=4)  # fmt: skip


def data(forced: Sufficient, found: Margins) -> dict[str, Any]:
    """The whole answer as plain data."""
    facts = None
    if forced.facts is not None:
        facts = [
            {
                "path": fact.path,
                "value": say.data(fact.value),
                "stated": fact.stated,
                "location": say.location(fact.span),
            }
            for fact in forced.facts
        ]
    return {
        "schema_version": "1",
        "verdict": found.verdict.value,
        "facts": facts,
        "smallest": forced.smallest,
        "margins": [
            {
                "path": margin.path,
                "value": say.data(margin.value),
                "known": margin.known,
                "below": _edge(margin.below),
                "above": _edge(margin.above),
                "ranges": [say.range_data(each) for each in margin.ranges],
                "why": margin.why,
                "location": say.location(margin.span),
            }
            for margin in found.margins
        ],
        "limits": list(dict.fromkeys((*forced.limits, *found.limits))),
        "cut_off": forced.cut or found.cut,
    }


def _edge(edge: Edge | None) -> dict[str, Any] | None:
    if edge is None:
        return None
    return {
        "value": say.data(edge.value),
        "included": edge.included,
        "verdict": edge.verdict.value,
    }
