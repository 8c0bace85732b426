"""Which values of a term are neighbours, and the ways in which two may be."""

from __future__ import annotations

from collections.abc import Container

from policyengine.schema import Shape
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.values import Fixed, Listing, Number, Text, Value
from policyengine.values.record import Record

#: options of a term, or elements of a list, that are looked at
_MOST = 24


class Way(Record):
    """One way of being neighbours. `option`: a text that one of the two values is, which need
    not be asked for where a pair has shown it."""

    holds: Bool
    option: str | None = None


def ways(one: Value, other: Value, shape: Shape) -> list[Way]:
    """A number or a date lies one step above or below the other; of two options each should be
    one of a pair; two lists of texts differ in one element. Anything else has another value."""
    if isinstance(one, Number) and isinstance(other, Number) and shape.enum is None:
        return [Way(one.expr - other.expr == 1), Way(other.expr - one.expr == 1)]
    if isinstance(one, Text) and isinstance(other, Text):
        shared = [text for text in one.cases if text in other.cases][:_MOST]
        return [Way(bools.either(one.cases[t], other.cases[t]), t) for t in shared] or [Way(True)]
    if isinstance(one, Listing) and isinstance(other, Listing) and not one.positional:
        return [Way(differs) for differs in _differs(one, other)] or [Way(True)]
    return [Way(True)]


def in_both(one: Value, other: Value, shown: Container[str]) -> dict[str, Bool]:
    """For each text that two lists of texts may have, those `shown` apart, that both have it
    and differ in one element."""
    if not isinstance(one, Listing) or not isinstance(other, Listing) or one.positional:
        return {}
    differ = bools.some(_differs(one, other))
    return {
        mine.value.value: bools.every([differ, mine.present, theirs.present])
        for mine, theirs in zip(one.slots, other.slots, strict=True)
        if isinstance(mine.value, Fixed) and mine.value.value not in shown
    }


def _differs(one: Listing, other: Listing) -> list[Bool]:
    """For each element, that two lists differ in it alone."""
    alike = [
        bools.same(mine.present, theirs.present)
        for mine, theirs in zip(one.slots, other.slots, strict=True)
    ]
    return [
        bools.every([bools.no(same), one.extra == other.extra, *alike[:n], *alike[n + 1 :]])
        for n, same in enumerate(alike[:_MOST])
    ]
