"""How margins and sufficient facts are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policyengine.cli.asking import say
from policyengine.schema import TermsSchema

if TYPE_CHECKING:
    from policyengine.analysis.margins import Edge, Margin, Margins
    from policyengine.analysis.sufficient import Sufficient
    from policyengine.output.text import Page, Style


def page(forced: Sufficient, found: Margins, schema: TermsSchema, style: Style) -> str:
    """What the verdict rests on, and how far each number is from turning it."""
    made = say.page_of(style)
    say.verdict(made, "Now:", found.verdict.value)
    _facts(made, forced, schema)
    turning = [m for m in found.margins if m.below or m.above or not m.known]
    made.heading("How far numbers may move")
    if not found.margins:
        made.put("The deal states no number or date that a rule reads.")
    elif not turning:
        made.put("No number or date changes the verdict by itself, wherever it moves.")
    for margin in turning:
        _margin(made, margin, schema)
    if turning and len(turning) < len(found.margins):
        made.put((f"{len(found.margins) - len(turning)} more change nothing by themselves.",
                  "dim"))  # fmt: skip
    say.limits(made, tuple(dict.fromkeys((*forced.limits, *found.limits))))
    return made.text()


def _facts(made: Page, forced: Sufficient, schema: TermsSchema) -> None:
    made.heading("What forces the verdict")
    if forced.facts is None:
        made.put("The solver does not say which facts are enough.")
        return
    count = len(forced.facts)
    if forced.smallest:
        claim = "no fewer facts do" if count > 1 else "nothing else has to be known"
    else:
        claim = "that no fewer facts do is not proved"
    made.put(f"Whatever all else was, {'this' if count == 1 else f'these {count} facts'} would "
             f"give the same verdict; {claim}.")  # fmt: skip
    for fact in forced.facts:
        shown = say.value(schema, fact.path, fact.value)
        if not fact.stated:
            shown = f"not stated, so {shown}" if fact.value is not None else "not stated"
        made.put((f"· {say.term(schema, fact.path)}: {shown}", ""),
                 (f"  {say.where(fact.span)}" if fact.span else "", "dim"),
                 indent=2, hang=4)  # fmt: skip


def _margin(made: Page, margin: Margin, schema: TermsSchema) -> None:
    name = say.term(schema, margin.path)
    here = say.value(schema, margin.path, margin.value)
    made.put((f"· {name}: {here}", ""), (f"  {say.where(margin.span)}", "dim"), indent=2, hang=4)
    if not margin.known:
        made.put("the solver does not say how far it may move", indent=4)
    for edge, word in ((margin.below, "down to"), (margin.above, "up to")):
        if edge is not None:
            value = say.value(schema, margin.path, edge.value)
            made.put(f"{word} {value}: {edge.verdict.value}", indent=4)


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
                "location": say.location(margin.span),
            }
            for margin in found.margins
        ],
        "limits": list(dict.fromkeys((*forced.limits, *found.limits))),
    }


def _edge(edge: Edge | None) -> dict[str, Any] | None:
    if edge is None:
        return None
    return {"value": say.data(edge.value), "verdict": edge.verdict.value}
