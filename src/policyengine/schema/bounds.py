"""Bounds of numbers, texts and lists: each read, and held against the others.

Bounds that no value meets would make a term that no deal can state, which is a mistake of the
schema and not of the deals.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

from policyengine import nodes
from policyengine.nodes import Node, Scalar
from policyengine.schema.keywords import BOUNDS, SIZES, Keywords
from policyengine.schema.model import Shape
from policyengine.schema.words import some
from policyengine.values.numbers import to_text

#: the most a size may be
_MOST = 10**9
_WORDS = {
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
}


class Bounds(Keywords):
    """Reads the keywords that limit a value."""

    def bounds(self, node: nodes.Mapping) -> dict[str, Decimal | None]:
        found = {name: self.number(node.get(name)) for name in BOUNDS}
        step, at = found["multipleOf"], node.get("multipleOf")
        if step is not None and at is not None and step <= 0:
            self.error("schema-shape", "`multipleOf` is a number above 0", at.span)
        return found

    def sizes(self, node: nodes.Mapping) -> dict[str, int | None]:
        return {name: self.size(node.get(name)) for name in SIZES}

    def size(self, node: Node | None) -> int | None:
        number = self.number(node)
        if number is None or node is None:
            return None
        if number != number.to_integral_value() or number < 0 or number > _MOST:
            self.error("schema-shape", f"expected a whole number from 0 to {_MOST}", node.span)
            return None
        return int(number)

    def number(self, node: Node | None) -> Decimal | None:
        if node is None:
            return None
        if isinstance(node, Scalar) and isinstance(node.value, Decimal):
            return node.value
        self.error("schema-shape", "expected a number here", node.span)
        return None

    def possible(self, node: nodes.Mapping, shape: Shape) -> None:
        """Some value meets all the bounds of a shape."""
        self._sizes_possible(node, "Length", shape.min_length, shape.max_length, "character")
        self._sizes_possible(node, "Items", shape.min_items, shape.max_items, "element")
        self._different_possible(node, shape)
        lows = _given(("minimum", shape.minimum), ("exclusiveMinimum", shape.exclusive_minimum))
        highs = _given(("maximum", shape.maximum), ("exclusiveMaximum", shape.exclusive_maximum))
        if not lows or not highs:
            return
        # of an inclusive and an exclusive bound that are the same, the exclusive one
        lower, low = max(lows, key=lambda one: (one[1], one[0] == "exclusiveMinimum"))
        upper, high = min(highs, key=lambda one: (one[1], one[0] == "maximum"))
        above, below = lower == "exclusiveMinimum", upper == "exclusiveMaximum"
        step = _step(shape)
        if step:
            start, end = Fraction(low) / step, Fraction(high) / step
            first = math.floor(start) + 1 if above else math.ceil(start)
            last = math.ceil(end) - 1 if below else math.floor(end)
            empty = first > last
        else:
            empty = low > high or (low == high and (above or below))
        if empty:
            what = "whole number" if shape.integer else "number"
            if shape.multiple_of:
                what = f"multiple of {to_text(shape.multiple_of)}"
            message = f"no {what} is {_WORDS[lower]} {to_text(low)}"
            self._impossible(node, upper, f"{message} and {_WORDS[upper]} {to_text(high)}")

    def _sizes_possible(
        self, node: nodes.Mapping, what: str, least: int | None, most: int | None, unit: str
    ) -> None:
        if least is not None and most is not None and least > most:
            message = f"nothing has at least {some(least, unit)} and at most {some(most, unit)}"
            self._impossible(node, f"max{what}", message)

    def _different_possible(self, node: nodes.Mapping, shape: Shape) -> None:
        if not shape.unique or shape.item is None or shape.item.enum is None:
            return
        different = len(shape.item.enum) + shape.item.nullable
        if shape.min_items is not None and shape.min_items > different:
            found = f"{some(different, 'value')} {'differs' if different == 1 else 'differ'}"
            message = f"no list holds {some(shape.min_items, 'different element')}: {found}"
            self._impossible(node, "minItems", message)

    def _impossible(self, node: nodes.Mapping, keyword: str, message: str) -> None:
        at = node.get(keyword) or node
        self.error("schema-bounds", message, at.span)


def _step(shape: Shape) -> Fraction | None:
    """What numbers of a shape are whole multiples of; None where they are of any fineness."""
    if shape.multiple_of is None or shape.multiple_of <= 0:
        return Fraction(1) if shape.integer else None
    step = Fraction(shape.multiple_of)
    return Fraction(step.numerator) if shape.integer else step


def _given(*bounds: tuple[str, Decimal | None]) -> list[tuple[str, Decimal]]:
    return [(name, bound) for name, bound in bounds if bound is not None]
