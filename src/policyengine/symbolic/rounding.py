"""Where the engine may round and a formula does not.

Sums and multiples of decimals keep 34 digits in the engine, and are exact in a formula. A proof
that rests on one speaks of numbers whose sums 34 digits hold, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policyengine import core
from policyengine.core import Expr
from policyengine.schema import Shape, TermsSchema

#: what a proof covers then, as a reader is told
EXACT = "arithmetic: sums and multiples that 34 digits hold are looked at"
#: digits that a value of a bounded shape has at most for its sums to be taken as exact
_DIGITS = 20


def may_round(policy: core.Policy, schema: TermsSchema, exprs: Iterable[Expr]) -> bool:
    """Whether some expression, or what it uses, calculates with numbers of any length."""
    return any(
        _calculates(part)
        and any(_any_length(schema.terms[path].shape) for path in core.terms_read(policy, part))
        for part in _used(policy, list(exprs))
    )


def _used(policy: core.Policy, exprs: list[Expr]) -> Iterator[Expr]:
    yield from exprs
    for name in core.derived_used(policy, exprs):
        if name in policy.definitions:
            yield policy.definitions[name].value
        else:
            for item in policy.scorecards[name.removeprefix("score.")].items:
                yield from (item.when, item.points)


def _calculates(expr: Expr) -> bool:
    return any(
        (isinstance(node, core.Arith) and node.type.kind == "number")
        or (isinstance(node, core.Call) and node.name == "sum")
        for node in core.walk(expr)
    )


def _any_length(shape: Shape) -> bool:
    """Whether a number of a shape, or within it, may be of any length."""
    if shape.item is not None:
        return _any_length(shape.item)
    if shape.fields:
        return any(_any_length(inner) for _, inner, _ in shape.fields)
    if shape.type.kind != "number" or shape.enum is not None:
        return False
    step = shape.multiple_of or (1 if shape.integer else None)
    ends = (shape.minimum, shape.maximum, shape.exclusive_minimum, shape.exclusive_maximum)
    bounded = (ends[0] is not None or ends[2] is not None) and (
        ends[1] is not None or ends[3] is not None
    )
    return not (
        bounded and step and all(abs(end) < step * 10**_DIGITS for end in ends if end is not None)
    )
