"""Quantifiers, loops and filters: unrolled over the slots a list may have."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from policyengine import core
from policyengine.core import Expr
from policyengine.operators import arithmetic
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.comparing import NoFormError
from policyengine.symbolic.values import (
    UNKNOWN,
    Fixed,
    Free,
    Listing,
    Slot,
    Truth,
    Value,
    as_truth,
    lifted,
)

if TYPE_CHECKING:
    from policyengine.symbolic.encoder import Encoder

Scope: TypeAlias = Mapping[str, Value]
#: turns that loops within each other run through at most
_TURNS = 64


def quantified(encoder: Encoder, expr: core.Quantified, scope: Scope) -> Value:
    turns, known = _turns(encoder, expr.iterators, scope)
    some = expr.kind == "some"
    settling, against = [], []
    for guard, inner in turns:
        value = as_truth(encoder.under(guard, expr.condition, inner))
        hit, miss = (value.true, value.false) if some else (value.false, value.true)
        settling.append(bools.both(guard, hit))
        against.append(bools.implies(guard, miss))
    found, none = bools.some(settling), bools.every([known, *against])
    return Truth(found, none) if some else Truth(none, found)


def _turns(
    encoder: Encoder,
    iterators: tuple[tuple[str, Expr], ...],
    scope: Scope,
    *,
    each_once: bool = False,
) -> tuple[list[tuple[Bool, dict[str, Value]]], Bool]:
    """Each turn of a loop with its guard, and whether every domain was known. An element that
    repeats has one turn, which is refused where it matters (`each_once`)."""
    turns: list[tuple[Bool, dict[str, Value]]] = [(True, dict(scope))]
    all_known: list[Bool] = []
    for name, over in iterators:
        after = []
        for guard, inner in turns:
            listing = _domain(encoder, over, inner)
            if each_once and (not isinstance(listing.extra, int) or listing.extra):
                raise NoFormError("it runs over a list whose elements may repeat")
            all_known.append(bools.implies(guard, listing.known))
            for slot in listing.slots:
                taken = bools.every((guard, listing.known, slot.present))
                if taken is not False:
                    after.append((taken, {**inner, name: slot.value}))
        turns = after
        if len(turns) > _TURNS:
            raise NoFormError("its loops have too many turns")
    return turns, bools.every(all_known)


def _domain(encoder: Encoder, over: Expr, scope: Scope) -> Listing:
    if isinstance(over, core.Counting):
        low, high = encoder.value(over.low, scope), encoder.value(over.high, scope)
        if not (isinstance(low, Fixed) and isinstance(high, Fixed)):
            raise NoFormError("it counts to a number that is not settled")
        return _counted(low.value, high.value)
    value = encoder.value(over, scope)
    listing = lifted(value)
    if isinstance(listing, Listing):
        return listing
    if isinstance(listing, Free):
        raise NoFormError("it runs over a list that is left open")
    return Listing(value.known, (Slot(True, value),))


def _counted(low: Any, high: Any) -> Listing:
    if not isinstance(low, Decimal) or not isinstance(high, Decimal):
        return Listing(False, ())
    step = Decimal(1 if low <= high else -1)
    slots: list[Slot] = []
    number = low
    while number <= high if step > 0 else number >= high:
        if len(slots) == _TURNS:  # or it never ends: at 34 digits one more may be no more
            raise NoFormError("its loops have too many turns")
        slots.append(Slot(True, Fixed(number)))
        number = arithmetic.add(number, step)
    return Listing(True, tuple(slots))


def made(encoder: Encoder, expr: core.For, scope: Scope) -> Value:
    uses_partial = any(
        isinstance(node, core.Local) and node.name == "partial" for node in core.walk(expr.body)
    )
    if uses_partial:
        raise NoFormError("it reads the list made so far")
    turns, known = _turns(encoder, expr.iterators, scope, each_once=True)
    slots = [Slot(guard, encoder.under(guard, expr.body, inner)) for guard, inner in turns]
    return Listing(known, tuple(slots))


def filtered(encoder: Encoder, expr: core.Filter, scope: Scope) -> Value:
    of = encoder.value(expr.of, scope)
    value = lifted(of)
    if value == UNKNOWN:
        return UNKNOWN
    if isinstance(value, Free):
        raise NoFormError("it filters a list that is left open")
    if not isinstance(value, Listing):
        value = Listing(of.known, (Slot(True, of),))
    if not isinstance(value.extra, int) or value.extra:
        raise NoFormError("it filters a list whose elements may repeat")
    slots, known = [], [value.known]
    for slot in value.slots:
        inner = {**scope, expr.name: slot.value}
        keep = as_truth(encoder.under(slot.present, expr.condition, inner))
        known.append(bools.implies(slot.present, keep.known))
        slots.append(Slot(bools.both(slot.present, keep.true), slot.value))
    return Listing(bools.every(known), tuple(slots))
