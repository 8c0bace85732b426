"""Hit policies of decision tables (DMN 1.5, section 8.2.8) over three truth values.

A row that is unknown makes the result unknown only if it could matter. A table that is
violated or matches nothing has no value: a `Fault`.
"""

from __future__ import annotations

from typing import Any

from policyengine import core
from policyengine.operators.arithmetic import add
from policyengine.operators.comparison import compare, equal
from policyengine.operators.fault import Fault
from policyengine.source import quoted
from policyengine.values.logic import Truth

#: code to name: unique, any, first, priority, rule order, output order, collect and its
#: aggregations sum, least, greatest, count
HIT_POLICIES = {
    "U": "unique",
    "A": "any",
    "F": "first",
    "P": "priority",
    "R": "rule order",
    "O": "output order",
    "C": "collect",
    "C+": "collect, sum",
    "C<": "collect, least",
    "C>": "collect, greatest",
    "C#": "collect, count",
}


def settle(table: core.Table, conditions: list[Truth], outputs: list[Any], default: Any) -> Any:
    """A table's value, or None for unknown.

    `conditions` and `outputs` go with the rows. Raises `Fault` when two rows violate U or A,
    and when nothing matches and there is no default.
    """
    true = [output for holds, output in zip(conditions, outputs, strict=True) if holds]
    open_ = [output for holds, output in zip(conditions, outputs, strict=True) if holds is None]
    policy = table.hit_policy
    if policy == "U" and len(true) > 1:
        raise Fault("table-not-unique", f"more than one row of {quoted(table.id)} matches")
    if policy == "A" and any(equal(output, true[0]) is False for output in true[1:]):
        raise Fault("table-disagrees", f"matching rows of {quoted(table.id)} disagree")
    if policy == "F":
        return _first(table, conditions, outputs, default)
    if not true:
        return None if open_ else _default(table, default)
    if None in true or _matters(table, true, open_):
        return None
    return _result(table, true)


def _default(table: core.Table, default: Any) -> Any:
    if table.default is None:
        raise Fault("table-no-match", f"no row of {quoted(table.id)} matches and it has no default")
    return default


def _first(table: core.Table, conditions: list[Truth], outputs: list[Any], default: Any) -> Any:
    for holds, output in zip(conditions, outputs, strict=True):
        if holds is None:
            return None
        if holds:
            return output
    return _default(table, default)


def _matters(table: core.Table, true: list[Any], open_: list[Any]) -> bool:
    """Whether an unknown row could change what the true ones give."""
    if not open_:
        return False
    match table.hit_policy:
        case "A":
            return any(equal(output, true[0]) is not True for output in open_)
        case "P":
            found = _result(table, true)
            best = _rank(table, found)
            # of outputs that the ranking does not have, the first row's counts
            return any(
                output is None
                or _rank(table, output) < best
                or (_rank(table, output) == best and equal(output, found) is not True)
                for output in open_
            )
        case "C<":
            return any(output is None or compare(output, _least(true)) < 0 for output in open_)
        case "C>":
            return any(output is None or compare(output, _greatest(true)) > 0 for output in open_)
    return True


def _result(table: core.Table, true: list[Any]) -> Any:
    match table.hit_policy:
        case "U" | "A":
            return true[0]
        case "P":
            return min(true, key=lambda output: _rank(table, output))
        case "O":
            return tuple(sorted(true, key=lambda output: _rank(table, output)))
        case "C+":
            total = true[0]
            for output in true[1:]:
                total = add(total, output)
            return total
        case "C<":
            return _least(true)
        case "C>":
            return _greatest(true)
        case "C#":
            from decimal import Decimal

            return Decimal(len(true))
    return tuple(true)


def _rank(table: core.Table, output: Any) -> int:
    for rank, ranked in enumerate(table.ranking):
        if equal(ranked, output) is True:
            return rank
    return len(table.ranking)


def _least(values: list[Any]) -> Any:
    found = values[0]
    for value in values[1:]:
        found = value if compare(value, found) < 0 else found
    return found


def _greatest(values: list[Any]) -> Any:
    found = values[0]
    for value in values[1:]:
        found = value if compare(value, found) > 0 else found
    return found
