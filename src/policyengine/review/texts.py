"""Parts of a policy as texts, in the words of its documents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from policyengine import core
from policyengine.core import Expr
from policyengine.decision import Location
from policyengine.explain import place
from policyengine.values.numbers import to_text
from policyengine.values.record import Record

_GROUPS: Mapping[type, str] = {core.And: "all", core.Or: "any"}


def value(data: Any) -> str:
    """A value on one line, as YAML would have it."""
    from decimal import Decimal

    if data is None:
        return "null"
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, Decimal):
        return to_text(data)
    if isinstance(data, tuple):
        return f"[{', '.join(map(value, data))}]"
    if isinstance(data, Mapping):
        return f"{{{', '.join(f'{name}: {value(item)}' for name, item in data.items())}}}"
    text = str(data)
    return text if text.strip() else f'"{text}"'


def parts(expr: Expr) -> tuple[str, tuple[Expr, ...]]:
    """The kind of a condition, `all`, `any`, `not`, `some_of` or `leaf`, and what is below."""
    match expr:
        case core.And(parts=below) | core.Or(parts=below):
            return _GROUPS[type(expr)], below
        case core.AtLeast(parts=below):
            return "some_of", below
        case core.Not(of=of):
            return "not", (of,)
    return "leaf", ()


def condition(expr: Expr) -> str:
    """A condition on one line: `all(a at_least 5, any(b, c))`."""
    kind, below = parts(expr)
    if kind == "leaf":
        return leaf(expr)
    inner = ", ".join(map(condition, below))
    if isinstance(expr, core.AtLeast):
        return f"{expr.count} of({inner})"
    return f"{kind}({inner})"


def leaf(expr: Expr) -> str:
    """A test as it was written, on one line, parameters by their names."""
    if not isinstance(expr, core.Leaf):
        return operand(expr)
    return "".join(part if isinstance(part, str) else operand(part) for part in expr.text).strip()


def operand(expr: Expr) -> str:
    match expr:
        case core.Const(value=data):
            return value(data)
        case core.Parameter(name=name):
            return f"parameters.{name}"
        case core.Term(path=path):
            return path
        case core.Derived(name=name):
            return name
        case core.ListOf(items=items):
            return f"[{', '.join(map(operand, items))}]"
    return one_line(expr.span.text)


def template(made: core.Template | None) -> str | None:
    """A sentence with its placeholders."""
    if made is None:
        return None
    said = "".join(
        part if isinstance(part, str) else "{" + one_line(part.span.text) + "}"
        for part in made.parts
    )
    return one_line(said)


def one_line(text: str) -> str:
    return " ".join(text.split())


def at(part: Record | None) -> Location | None:
    """Where a part was written."""
    span = getattr(part, "span", None)
    return place(span) if span is not None else None


class Shift(Record):
    """A difference put shortly: what both texts begin with, and what differs."""

    lead: str
    before: str
    after: str

    def __str__(self) -> str:
        return " ".join(filter(None, (self.lead, f"{self.before} → {self.after}")))


_LIST = re.compile(r"\[([^\[\]]*)\]")


def shift(before: str, after: str) -> Shift:
    """`x at_least 50` and `x at_least 45` as `x at_least`, `50` and `45`; lists as what was
    added and dropped."""
    old, new = before.split(" "), after.split(" ")
    same = 0
    for mine, other in zip(old, new, strict=False):
        if mine != other:
            break
        same += 1
    rest, made = old[same:], new[same:]
    listed = _list_shift(before, after)
    if listed is not None:
        return listed
    if not same or not rest or not made or rest[-1] == made[-1]:
        return Shift("", before, after)
    return Shift(" ".join(old[:same]), " ".join(rest), " ".join(made))


def _list_shift(before: str, after: str) -> Shift | None:
    old, new = _LIST.search(before), _LIST.search(after)
    if old is None or new is None or before[: old.start()] != after[: new.start()]:
        return None
    if before[old.end() :] or after[new.end() :]:
        return None
    mine, other = (found[1].split(", ") if found[1] else [] for found in (old, new))
    gone = [item for item in mine if item not in other]
    come = [item for item in other if item not in mine]
    if len(mine) + len(other) < 8 or not (gone or come):
        return None  # short lists are read whole
    drops = f"without {', '.join(gone)}" if gone else ""
    adds = f"with {', '.join(come)}" if come else ""
    lead = before[: old.start()].strip()
    return Shift(
        lead, f"{len(mine)} values", " ".join(filter(None, (f"{len(other)}:", drops, adds)))
    )
