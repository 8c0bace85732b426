"""What a value holds: a field, an element; and whether it is of a type."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from policyengine.operators import access
from policyengine.operators.fault import Fault
from policyengine.operators.typing import instance_of
from policyengine.symbolic import bools
from policyengine.symbolic.comparing import NoFormError
from policyengine.symbolic.merging import pick, worked_out
from policyengine.symbolic.values import (
    DATE,
    DAYS,
    MONTHS,
    NUMBER,
    UNKNOWN,
    Fields,
    Fixed,
    Listing,
    Number,
    Slot,
    Text,
    Truth,
    Value,
    lifted,
    only_where,
)
from policyengine.types import Type
from policyengine.values.durations import DayTimeDuration, YearMonthDuration
from policyengine.values.temporal import Date

if TYPE_CHECKING:
    from policyengine.symbolic.encoder import Encoder


def property_of(encoder: Encoder, value: Value, name: str) -> Value:
    """A field of a value, or of each element of a list; raises `NoFormError`."""
    if value == UNKNOWN:
        return UNKNOWN
    if isinstance(value, Fields):
        if name not in value.fields:
            raise NoFormError("it reads a field that is not declared")
        return only_where(value.known, value.fields[name])
    if isinstance(value, Listing):
        slots = tuple(Slot(s.present, property_of(encoder, s.value, name)) for s in value.slots)
        return Listing(value.known, slots, value.extra, value.positional)
    found = worked_out((value,), lambda plain: access.property_of(plain, name), Fault)
    if found is None:
        raise NoFormError(f"`{name}` of it has no linear form")
    encoder.faults.append(found[1])
    return found[0]


def element(encoder: Encoder, of: Value, index: Value) -> Value:
    """The element of a list at a settled place; raises `NoFormError`."""
    listing = lifted(of)
    whole = isinstance(index, Fixed) and isinstance(index.value, Decimal)
    if not isinstance(listing, Listing) or not listing.positional or not whole:
        raise NoFormError("it takes an element by a number that is not settled")
    assert isinstance(index, Fixed)
    position = int(index.value)
    if position != index.value or position <= 0 or position > len(listing.slots):
        raise NoFormError("it takes an element from the end, or beyond those looked at")
    slot = listing.slots[position - 1]
    encoder.faults.append(bools.both(listing.known, bools.no(slot.present)))
    made = pick([(bools.both(listing.known, slot.present), slot.value)])
    if made is None:
        raise NoFormError("it takes a text that nothing names")
    return made


def is_instance(value: Value, wanted: Type) -> Value:
    """Whether a value is of a type; raises `NoFormError`."""
    example = _example(value)
    if example is None:
        raise NoFormError("its type is not settled")
    holds = instance_of(example, wanted)
    return Truth(value.known if holds else False, False if holds else value.known)


def _example(value: Value) -> Any:
    """Any value of a symbolic one's type; None where its type is not settled by its form."""
    match value:
        case Fixed(value=plain):
            return plain
        case Truth():
            return True
        case Text():
            return ""
        case Number(kind=kind):
            return _EXAMPLES[kind]
    return None


_EXAMPLES: Mapping[str, Any] = {
    NUMBER: Decimal(0),
    DATE: Date(2000, 1, 1),
    DAYS: DayTimeDuration(0),
    MONTHS: YearMonthDuration(0),
}
