"""Decide every row of a table: a pandas data frame, or any list of dictionaries.

    python frame.py rules/national-interest deals.csv

A column is a term by its path (`exit.notice_days`); an empty cell says nothing. What is no term, or
no value of one, is for the engine to refuse: its row has no verdict, and the others go on.
"""

import csv
import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path

from policyengine import Policy, PolicyEngineError

_YES = {"true": True, "false": False}


def terms(row):
    """The terms of a row: paths unfolded into groups, what is empty left out."""
    made = {}
    for path, value in row.items():
        if value is None or value != value:  # NaN: there is nothing
            continue
        if hasattr(value, "to_pydatetime"):  # pandas has days as moments
            value = value.to_pydatetime().date()
        elif hasattr(value, "item"):  # a number of numpy's as Python's own
            value = value.item()
        *groups, name = path.split(".")
        held = made
        for group in groups:
            held = held.setdefault(group, {})
            if not isinstance(held, dict):
                raise ValueError(f"{group!r} is a term in one column and a group in another")
        if name in held:
            raise ValueError(f"{path!r} is a term in one column and a group in another")
        held[name] = value
    return made


def records(frame):
    """The rows of a data frame; None for what pandas has for nothing, of any of its kinds."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def decide(frame, policy, *, as_of=None):
    """A verdict, and the rules it rests on, for each row of a frame or of a list."""
    rows = frame if isinstance(frame, list) else records(frame)
    out = []
    for row in rows:
        try:
            decision = policy.evaluate(terms(row), as_of=as_of)
        except PolicyEngineError as error:
            out.append({"verdict": None, "because": error.diagnostics[0].message})
        except ValueError as error:
            out.append({"verdict": None, "because": str(error)})
        else:
            rules = [reason.rule for reason in decision.reasons if reason.outcome == "fail"]
            out.append({"verdict": str(decision.verdict), "because": ", ".join(rules)})
    return out


def read(path, schema):
    """A CSV file as rows, each cell read by the type of its term."""
    with Path(path).open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, restkey="(more cells than columns)"):
            yield {name: cell(text, schema.terms.get(name)) for name, text in row.items()}


def cell(text, spec):
    if not text:
        return None
    kind = spec.type.kind if spec is not None else "string"
    if kind == "number":
        try:
            number = Decimal(text)
        except InvalidOperation:
            return text
        return number if number.is_finite() else text
    if kind == "boolean":
        return _YES.get(text.lower(), text)
    return text.split(";") if kind == "list" else text


if __name__ == "__main__":
    loaded = Policy.load(sys.argv[1])
    rows = list(read(sys.argv[2], loaded.schema))
    for row, found in zip(rows, decide(rows, loaded), strict=True):
        print(row.get("deal.id"), found["verdict"], found["because"], sep="\t")
