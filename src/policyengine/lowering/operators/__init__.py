"""The operators of the test notation: one family a file, listed here."""

from __future__ import annotations

from policyengine.lowering.operators import (
    equality,
    lists,
    membership,
    order,
    presence,
    texts,
)
from policyengine.lowering.operators.registry import Operator

#: Every operator by name, in the order of the reference.
OPERATORS: dict[str, Operator] = {
    operator.name: operator
    for family in (equality, order, membership, lists, texts, presence)
    for operator in family.OPERATORS
}
