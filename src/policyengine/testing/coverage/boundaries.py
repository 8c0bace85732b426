"""The limits in conditions: what is compared with a constant or a parameter."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from policyengine import core
from policyengine.core import Expr
from policyengine.schema import Shape, TermsSchema
from policyengine.testing.coverage.granularity import (
    STEPPED,
    allows,
    distance,
    is_granular,
    is_multiple,
    step,
)
from policyengine.values.record import Record

_VARY = (core.Term, core.Stated, core.Derived, core.ScoreOf, core.AsOf, core.Local)
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
#: the side of a limit that is beside it: where the answer is not that at the limit itself
_BESIDE = {"<": "below", ">=": "below", ">": "above", "<=": "above"}


class Limit(Record):
    """A comparison with something that does not depend on the deal; `flipped` where that
    stands on the left. `asked` is `at` the limit and the side next to it."""

    node: core.Compare
    flipped: bool
    step: Decimal
    text: str
    asked: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]


def boundaries(expr: Expr, policy: core.Policy, schema: TermsSchema) -> Iterator[Limit]:
    """The limits in an expression, in the order written."""
    for node in core.walk(expr):
        if isinstance(node, core.Compare) and node.op in _FLIPPED:
            limit = _limit(node, policy, schema)
            if limit is not None:
                yield limit


def sides(found: Any, limit: Any, width: Decimal) -> Iterator[str]:
    """Where a value lies: `at` a limit, next to it `above` or `below`, or nowhere near."""
    apart = distance(found, limit)
    if apart is None:
        return
    if apart == 0:
        yield "at"
    elif abs(apart) <= width:
        yield "above" if apart > 0 else "below"


def _limit(node: core.Compare, policy: core.Policy, schema: TermsSchema) -> Limit | None:
    left, right = _varies(node.left), _varies(node.right)
    if left == right:
        return None
    subject, bound = (node.left, node.right) if left else (node.right, node.left)
    op = node.op if left else _FLIPPED[node.op]
    kind = subject.type.kind if subject.type.kind != "any" else bound.type.kind
    if kind not in STEPPED:
        return None
    width = step(subject, policy, schema)
    beside = _BESIDE[op]
    asked, left_out = ["at", beside], []
    value = _settled(bound, policy)
    granule = is_granular(subject, schema)
    if granule is not None and isinstance(value, Decimal) and not is_multiple(value, granule):
        left_out.append(("at", f"it is a multiple of {granule:f}, which the limit is not"))
        asked = ["below", "above"]
    if isinstance(subject, core.Term) and subject.path in schema.terms and value is not None:
        shape = schema.terms[subject.path].shape
        for side in [side for side in asked if not _open(shape, value, side)]:
            asked.remove(side)
            left_out.append((side, "the schema allows no value there"))
    elif isinstance(subject, core.Call) and subject.name == "count" and value == 0:
        if "below" in asked:
            asked.remove("below")
            left_out.append(("below", "a list has no fewer than no elements"))
    text = " ".join(node.span.text.split())
    return Limit(node, not left, width, text, tuple(asked), tuple(left_out))


def _open(shape: Shape, value: Any, side: str) -> bool:
    """Whether bounds leave a value on a side of a limit."""
    if not isinstance(value, Decimal):
        return True
    if side == "at":
        return allows(shape, value)
    tops, ends = (shape.maximum, shape.exclusive_maximum), (shape.minimum, shape.exclusive_minimum)
    if side == "above":
        return all(top is None or value < top for top in tops)
    return all(end is None or value > end for end in ends)


def _varies(expr: Expr) -> bool:
    return any(isinstance(node, _VARY) for node in core.walk(expr))


def _settled(expr: Expr, policy: core.Policy) -> Any:
    """The value of a constant or of a parameter that is the same on every date, else None."""
    if isinstance(expr, core.Const):
        return expr.value
    if isinstance(expr, core.Parameter) and expr.name in policy.parameters:
        value = policy.parameters[expr.name].value
        return None if isinstance(value, core.Dated) else value
    return None
