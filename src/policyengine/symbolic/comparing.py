"""Equality, order and membership of symbolic values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from policyengine.operators.fault import Fault
from policyengine.operators.membership import compare_by
from policyengine.operators.unknown import same_members
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.merging import code_of, worked_out
from policyengine.symbolic.shapes import length
from policyengine.symbolic.values import (
    Another,
    Fields,
    Fixed,
    Listing,
    Number,
    Slot,
    Text,
    Truth,
    Value,
    aligned,
    as_truth,
    lifted,
    wholly_known,
)

if TYPE_CHECKING:
    from policyengine.symbolic.encoder import Encoder

_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


class NoFormError(Exception):
    """The values have no linear form; the message says why."""


def compared(
    encoder: Encoder, op: str, left: Value, right: Value, *, unordered: bool = False
) -> Value:
    """`left op right`; raises `NoFormError`."""
    if isinstance(left, Fixed) and isinstance(right, Fixed) and not (
        isinstance(left, Another) or isinstance(right, Another)
    ):  # fmt: skip
        return _fixed(encoder, op, left.value, right.value, unordered=unordered)
    known = bools.both(wholly_known(left), wholly_known(right))
    if known is False:
        return Fixed(None)
    if op in ("=", "!="):
        holds = equal(encoder, left, right, unordered=unordered)
        if op == "!=":
            holds = bools.no(holds)
    else:
        holds = ordered(op, left, right)
    return Truth(bools.both(known, holds), bools.both(known, bools.no(holds)))


def _fixed(encoder: Encoder, op: str, left: Any, right: Any, *, unordered: bool) -> Value:
    from policyengine.operators.unknown import has_unknown

    if has_unknown(left) or has_unknown(right):
        return Fixed(None)
    if unordered and isinstance(left, tuple) and isinstance(right, tuple):
        found = same_members(left, right)
        return Fixed(found if op == "=" or found is None else not found)
    try:
        return Fixed(compare_by(op, left, right))
    except Fault:
        encoder.faults.append(True)
        return Fixed(None)


def ordered(op: str, left: Value, right: Value) -> Bool:
    one, two = lifted(left), lifted(right)
    if isinstance(one, Number) and isinstance(two, Number) and one.kind == two.kind:
        a, b, _ = aligned(one, two)
        return _ORDER[op](a, b)
    return few(lambda a, b: compare_by(op, a, b), left, right)


def few(function: Callable[..., Any], *values: Value) -> Bool:
    """A condition worked out for the few values there are; raises `NoFormError`."""
    unsettled = []

    def compare(*plain: Any) -> Any:
        said = function(*plain)
        if said is None:
            unsettled.append(plain)
        return said

    found = worked_out(values, compare, Fault)
    if found is None:
        raise NoFormError("it compares values that have no linear form")
    value, fault = found
    if unsettled or fault is not False:
        raise NoFormError("it compares values of different types")
    return as_truth(value).true


def equal(encoder: Encoder, left: Value, right: Value, *, unordered: bool = False) -> Bool:
    """Whether two values are equal, where both are known."""
    for value, other in ((left, right), (right, left)):
        if isinstance(value, Another) and not _apart(value, other):
            encoder.name("texts that nothing names are taken to differ from other terms'")
    one, two = lifted(left), lifted(right)
    if isinstance(one, Text) and isinstance(two, Text):
        return _same_text(encoder, one, two)
    if isinstance(one, Truth) and isinstance(two, Truth):
        return bools.either(bools.both(one.true, two.true), bools.both(one.false, two.false))
    if isinstance(one, Number) and isinstance(two, Number) and one.kind == two.kind:
        a, b, _ = aligned(one, two)
        return a == b
    if isinstance(one, Listing) and isinstance(two, Listing):
        return _same_list(encoder, one, two, unordered=unordered)
    if isinstance(one, Fields) and isinstance(two, Fields) and one.fields.keys() == (
        two.fields.keys()
    ):  # fmt: skip
        return bools.every(equal(encoder, one.fields[n], two.fields[n]) for n in one.fields)
    return few(lambda a, b: compare_by("=", a, b), left, right)


def _apart(one: Another, other: Value) -> bool:
    """Whether a value is surely none of the texts that one stands for."""
    if not isinstance(other, Fixed) or isinstance(other, Another):
        return False
    return not isinstance(other.value, str) or other.value in one.besides


def _same_text(encoder: Encoder, one: Text, two: Text) -> Bool:
    for value, other in ((one, two), (two, one)):
        if len(value.cases) == 1 and value.code is None:
            (text,) = value.cases
            if text in other.cases:
                return other.cases[text]
            return False if other.code is None else other.code == encoder.space.code(text)
    if one.code is None and two.code is None:
        shared = [text for text in one.cases if text in two.cases]
        return bools.some(bools.both(one.cases[t], two.cases[t]) for t in shared)
    code = encoder.space.code
    return code_of(one, code) == code_of(two, code)


def _same_list(encoder: Encoder, one: Listing, two: Listing, *, unordered: bool) -> Bool:
    if one.positional and two.positional and not unordered:
        return _slot_by_slot(encoder, one.slots, two.slots)
    here = [_all_in(encoder, one, two), _all_in(encoder, two, one)]
    if unordered:
        return bools.every(here)
    sizes = length(one) == length(two)
    # one element or none has no order to differ in
    if any(len(each.slots) <= 1 and isinstance(each.extra, int) for each in (one, two)):
        return bools.every([*here, sizes])
    order = bools.either(length(one) <= 1, encoder.free_truth("the order of a list"))
    return bools.every([*here, sizes, order])


def _all_in(encoder: Encoder, one: Listing, two: Listing) -> Bool:
    return bools.every(
        bools.implies(slot.present, has(encoder, two, slot.value)) for slot in one.slots
    )


def _slot_by_slot(encoder: Encoder, one: tuple[Slot, ...], two: tuple[Slot, ...]) -> Bool:
    longer, shorter = (one, two) if len(one) >= len(two) else (two, one)
    parts = []
    for number, slot in enumerate(longer):
        if number >= len(shorter):
            parts.append(bools.no(slot.present))
            continue
        other = shorter[number]
        alike = bools.implies(slot.present, equal(encoder, slot.value, other.value))
        parts += [bools.same(slot.present, other.present), alike]
    return bools.every(parts)


def has(encoder: Encoder, listing: Listing, value: Value) -> Bool:
    """Whether some element surely equals a value."""
    found = []
    for slot in listing.slots:
        if slot.present is False:
            continue
        alike = equal(encoder, slot.value, value)
        found.append(bools.every([slot.present, wholly_known(slot.value), alike]))
    return bools.some(found)


def member(encoder: Encoder, value: Value, options: Value) -> Value:
    """Kleene membership: settled by one element that equals, whatever the unknown others."""
    listing = lifted(options)
    if not isinstance(listing, Listing):
        listing = Listing(options.known, (Slot(True, options),), positional=True)
    known = bools.both(wholly_known(value), listing.known)
    if known is False:
        return Fixed(None)
    found = has(encoder, listing, value)
    all_known = bools.every(
        bools.implies(slot.present, wholly_known(slot.value)) for slot in listing.slots
    )
    return Truth(bools.both(known, found), bools.every([known, all_known, bools.no(found)]))
