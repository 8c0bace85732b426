"""Numbers as floats, where no comparison can tell the difference.

A deal's float means its shortest text, `Decimal(repr(f))`, and rules compare decimals. Let S
be the decimals that are the shortest text of a float, and the whole numbers below 2**53.
Rounding to the nearest float never reverses an order, and it takes `Decimal(repr(f))` back to
`f`. So for two floats `f < g` their texts cannot compare otherwise, and equal texts are equal
floats: on S, decimals compare as their floats do. A whole number below 2**53 is a float
exactly, and the shortest text of that float is the number itself, since nothing shorter lies
within half a unit of it. Python compares an `int` with a `float` exactly.

So where a number of the deal meets only numbers of S, in comparisons and in lists, it may stay
the float it is. A constant is in S if its float's shortest text gives it back, as it does for
every decimal of at most 15 digits in the range of floats.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from policyengine import core
from policyengine.core import Expr
from policyengine.values.record import Record

_SAFE = 1 << 53


def as_float(value: Any) -> int | float | None:
    """A number of S as an `int` or a `float`; None for one that is not in S."""
    if type(value) is int:
        return value if -_SAFE < value < _SAFE else None
    if type(value) is not Decimal:
        return None
    if -_SAFE < value < _SAFE and value == value.to_integral_value():
        return int(value)
    near = float(value)
    return near if math.isfinite(near) and Decimal(repr(near)) == value else None


class Constants(Record):
    """Where the constants of a policy come from."""

    parameters: Mapping[str, Any]

    def value(self, expr: Expr) -> Any:
        """The value of a constant or a parameter, None for anything else."""
        if isinstance(expr, core.Const):
            return expr.value
        if isinstance(expr, core.Parameter):
            return self.parameters.get(expr.name)
        return None


def float_columns(exprs: Iterable[Expr], parameters: Mapping[str, Any]) -> frozenset[str]:
    """The paths of the numbers that every expression only ever compares with numbers of S."""
    constants = Constants(parameters)
    read: set[str] = set()
    refused: set[str] = set()
    together: list[tuple[str, str]] = []
    for expr in exprs:
        if isinstance(expr, core.Term):  # a definition that is another name for it
            refused.add(expr.path)
        for node in core.walk(expr):
            if isinstance(node, core.Term):
                if node.type.kind == "number":
                    read.add(node.path)
                continue
            for child in core.children(node):
                if not isinstance(child, core.Term) or child.type.kind != "number":
                    continue
                if isinstance(node, core.Compare):
                    other = node.right if child is node.left else node.left
                    if isinstance(other, core.Term) and other.type.kind == "number":
                        together.append((child.path, other.path))
                    elif as_float(constants.value(other)) is None:
                        refused.add(child.path)
                elif not _is_among(node, child, constants):
                    refused.add(child.path)
    while True:  # a term compared with one that is refused is refused with it
        more = {a for pair in together if refused & set(pair) for a in pair} - refused
        if not more:
            return frozenset(read - refused)
        refused |= more


def _is_among(node: Expr, child: Expr, constants: Constants) -> bool:
    if not isinstance(node, core.Member) or child is not node.value:
        return False
    options = constants.value(node.options)
    return isinstance(options, tuple) and all(as_float(option) is not None for option in options)
