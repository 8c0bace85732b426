"""What is worked out before a rule: definitions, decision tables row by row, scorecards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from policyengine import core
from policyengine.output import words
from policyengine.output.rule_words import Teller, put_condition, written_of
from policyengine.output.sides import signed
from policyengine.output.text import Page
from policyengine.source import visible
from policyengine.tables import HIT_POLICIES

#: hit policy: what it makes of the rows that match
HITS = {
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
NO_DEFAULT = "no value: the rule stays open"
_LONG = 200


def describe(name: str, teller: Teller) -> dict[str, Any]:
    """A definition, a table or a scorecard (`score.id`) as plain data."""
    if name.startswith("score.") and name not in teller.policy.definitions:
        return _scorecard(teller.policy.scorecards[name.removeprefix("score.")], teller)
    known = teller.policy.definitions.get(name)
    found: dict[str, Any] = {"name": name, "text": None, "table": None, "scorecard": None}
    if known is None:
        return {**found, "location": None}
    span = known.span
    if isinstance(known.value, core.Table):
        found["table"] = _table(known.value, teller)
    else:
        found["text"] = " ".join(known.value.span.text.split())
    return {**found, "location": {"file": span.file, "line": span.line, "column": span.column}}


def _table(table: core.Table, teller: Teller) -> dict[str, Any]:
    return {
        "hit_policy": table.hit_policy,
        "rows": [
            {"when": cells(row, teller), "value": output(row.output, teller)} for row in table.rows
        ],
        "default": None if table.default is None else output(table.default, teller),
    }


def cells(row: core.TableRow, teller: Teller) -> list[dict[str, Any]]:
    """What a row asks of each input: the input as the table names it, what people call it, the
    tests. An input of which it takes anything is left out."""
    parts = row.condition.parts if isinstance(row.condition, core.And) else (row.condition,)
    found: dict[str, dict[str, Any]] = {}
    for leaf in parts:
        assert isinstance(leaf, core.Leaf), "a cell is made of tests"
        assert leaf.subject is not None, "each of its input"
        named = written_of(leaf)
        name = teller.subject(leaf.subject, named).name
        cell = found.setdefault(named, {"input": named, "name": name, "tests": []})
        cell["tests"].append(teller.predicate(leaf))
    return list(found.values())


def output(expr: core.Expr, teller: Teller) -> str:
    return teller.value(expr, words.value)


def _scorecard(card: core.Scorecard, teller: Teller) -> dict[str, Any]:
    span = card.span
    return {
        "name": f"score.{card.id}",
        "text": None,
        "table": None,
        "scorecard": {
            "title": card.title,
            "items": [
                {
                    "item": item.id,
                    "title": item.title,
                    "aspect": item.aspect,
                    "side": item.side,
                    "when": teller.tree(item.when),
                    "points": points(item.points),
                }
                for item in card.items
            ],
        },
        "location": {"file": span.file, "line": span.line, "column": span.column},
    }


def points(expr: core.Expr) -> str:
    """The points of an item, with their sign where they are a number."""
    if isinstance(expr, core.Const) and expr.value is not None:
        return signed(expr.value)
    return " ".join(expr.span.text.split())


# the page -----------------------------------------------------------------------------------


def put(made: Page, derived: Sequence[Mapping[str, Any]]) -> None:
    """What `describe` found, to read."""
    if derived:
        made.blank()
        made.put(("Worked out before", "bold"))
    for one in derived:
        name, where = visible(one["name"], 80), one["location"]
        place = f"  {where['file']}:{where['line']}" if where else ""
        if one["table"] is not None:
            _put_table(made, name, one["table"], place)
        elif one["scorecard"] is not None:
            _put_scorecard(made, name, one["scorecard"], place)
        else:
            text = visible(one["text"] or "", _LONG)
            made.put(f"{name} = {text}", (place, "dim"), indent=2, hang=4)


def _put_table(made: Page, name: str, table: Mapping[str, Any], place: str) -> None:
    hit = table["hit_policy"]
    lead = f"{name}: a decision table ({hit}, {HIT_POLICIES[hit]})"
    made.put(lead, (place, "dim"), indent=2, hang=4)
    made.put(HITS[hit], indent=4)
    for number, row in enumerate(table["rows"], 1):
        asks = " and ".join(f"{one['name']} {' and '.join(one['tests'])}" for one in row["when"])
        mark = f"{number}. "
        made.put(
            f"{mark}{asks or 'anything'}: ", (row["value"], "bold"), indent=4, hang=4 + len(mark)
        )
    otherwise = NO_DEFAULT if table["default"] is None else table["default"]
    made.put("otherwise: ", (otherwise, "bold"), indent=4, hang=6)


def _put_scorecard(made: Page, name: str, card: Mapping[str, Any], place: str) -> None:
    title = f", {visible(card['title'], _LONG)}" if card["title"] else ""
    made.put(f"{name}: a score{title}", (place, "dim"), indent=2, hang=4)
    made.put("The points of the items that hold, added up.", indent=4)
    for item in card["items"]:
        about = ", ".join(filter(None, (item["side"], item["aspect"])))
        said = f" {visible(item['title'], _LONG)}" + (f" ({visible(about, 80)})" if about else "")
        made.put((item["points"], "bold"), said, indent=4, hang=7)
        put_condition(made, "when", item["when"], indent=7)
