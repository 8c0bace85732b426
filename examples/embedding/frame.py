"""Decide every row of a table: a pandas data frame, or any list of dictionaries.

    python frame.py rules/national-interest deals.csv

A column is a term by its path (`exit.notice_days`); an empty cell says nothing.
"""

import csv
import sys
from decimal import Decimal
from pathlib import Path

from policyengine import Policy, PolicyEngineError

_YES = {"true": True, "false": False}


def terms(row):
    """The terms of a row: paths unfolded into groups, what is empty left out."""
    made = {}
    for path, value in row.items():
        if value is None or value != value:  # NaN is how pandas says that there is nothing
            continue
        if hasattr(value, "item"):  # a number of numpy's as Python's own
            value = value.item()
        *groups, name = path.split(".")
        held = made
        for group in groups:
            held = held.setdefault(group, {})
        held[name] = value
    return made


def decide(frame, policy, *, as_of=None):
    """A verdict, and the rules it rests on, for each row of a frame or of a list."""
    rows = frame if isinstance(frame, list) else frame.to_dict("records")
    out = []
    for row in rows:
        try:
            decision = policy.evaluate(terms(row), as_of=as_of)
        except PolicyEngineError as error:
            out.append({"verdict": None, "because": error.diagnostics[0].message})
        else:
            rules = [reason.rule for reason in decision.reasons if reason.outcome == "fail"]
            out.append({"verdict": str(decision.verdict), "because": ", ".join(rules)})
    return out


def read(path, schema):
    """A CSV file as rows, each cell read by the type of its term."""
    with Path(path).open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield {name: cell(text, schema.terms.get(name)) for name, text in row.items()}


def cell(text, spec):
    if not text:
        return None
    kind = spec.type.kind if spec is not None else "string"
    if kind == "number":
        return Decimal(text)
    if kind == "boolean":
        return _YES.get(text.lower(), text)
    return text.split(";") if kind == "list" else text


if __name__ == "__main__":
    loaded = Policy.load(sys.argv[1])
    rows = list(read(sys.argv[2], loaded.schema))
    for row, found in zip(rows, decide(rows, loaded), strict=True):
        print(row.get("deal.id"), found["verdict"], found["because"], sep="\t")
