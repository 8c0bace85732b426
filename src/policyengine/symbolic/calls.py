"""Built-in functions over symbolic values: of lists, the few that have a linear form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from policyengine.feel.builtins import BUILTINS
from policyengine.operators.fault import Fault
from policyengine.operators.unknown import has_unknown
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.comparing import NoFormError, member
from policyengine.symbolic.merging import worked_out
from policyengine.symbolic.shapes import length
from policyengine.symbolic.values import (
    DATE,
    NUMBER,
    Another,
    Fixed,
    Listing,
    Number,
    Text,
    Truth,
    Value,
    as_truth,
    lifted,
    shared_factor,
    times,
    wholly_known,
)
from policyengine.values.record import replace

if TYPE_CHECKING:
    from policyengine.symbolic.encoder import Encoder


def called(encoder: Encoder, name: str, args: list[Value]) -> Value:
    """A built-in on its arguments; raises `NoFormError`."""
    builtin = BUILTINS[name]
    if any(isinstance(arg, Another) for arg in args):
        raise NoFormError(f"`{name}` of a text that nothing names is left open")
    if all(isinstance(arg, Fixed) for arg in args):
        plain = [arg.value for arg in args if isinstance(arg, Fixed)]
        if not builtin.kleene and any(map(has_unknown, plain)):
            return Fixed(None)
        try:
            return Fixed(builtin.apply(plain))
        except Fault:
            encoder.faults.append(True)
            return Fixed(None)
    own = _LINEAR.get(name)
    if own is not None and args:
        return own(encoder, args)
    if not builtin.kleene:
        few = worked_out(args, lambda *plain: builtin.apply(list(plain)), Fault)
        if few is not None:
            encoder.faults.append(few[1])
            return few[0]
        half = _open_text(encoder, name, args)
        if half is not None:
            return half
    raise NoFormError(f"`{name}` has no linear form")


def _open_text(encoder: Encoder, name: str, args: list[Value]) -> Value | None:
    """A function of one open text: worked out for the texts that are named, free for others."""
    places = [n for n, arg in enumerate(args) if isinstance(arg, Text) and arg.code is not None]
    if len(places) != 1:
        return None
    text = args[places[0]]
    assert isinstance(text, Text)
    args = list(args)
    args[places[0]] = Text(text.known, text.cases)
    builtin = BUILTINS[name]
    few = worked_out(args, lambda *plain: builtin.apply(list(plain)), Fault)
    if few is None:
        return None
    found = lifted(few[0])
    if not isinstance(found, Truth):
        return None
    encoder.name(f"`{name}` of a text that nothing names is left open")
    encoder.faults.append(few[1])
    known = bools.every(wholly_known(arg) for arg in args)
    unnamed = bools.both(known, bools.no(bools.some(text.cases.values())))
    holds = bools.fresh("holds")
    return Truth(
        bools.either(found.true, bools.both(unnamed, holds)),
        bools.either(found.false, bools.both(unnamed, bools.no(holds))),
    )


def _listing(args: list[Value]) -> Listing:
    if len(args) == 1:
        made = lifted(args[0])
        if isinstance(made, Listing):
            return made
    raise NoFormError("it is given what is no list")


def _count(encoder: Encoder, args: list[Value]) -> Value:
    listing = _listing(args)
    known = bools.every(
        [
            listing.known,
            *(bools.implies(slot.present, slot.value.known) for slot in listing.slots),
        ]
    )
    return Number(known, length(listing), Fraction(1), NUMBER)


def _sum(encoder: Encoder, args: list[Value]) -> Value:
    listing = _listing(args)
    numbers = _numbers(listing)
    shared = shared_factor(tuple(number.factor for _, number in numbers) or (Fraction(1),))
    total: Any = 0
    for present, number in numbers:
        total = total + bools.choose(present, times(number, shared), 0)
    return Number(_not_empty(encoder, listing), total, shared, NUMBER)


def _extreme(least: bool) -> Callable[[Encoder, list[Value]], Value]:
    def find(encoder: Encoder, args: list[Value]) -> Value:
        listing = _listing(args)
        numbers = _numbers(listing)
        if not numbers:
            raise NoFormError("it is given no numbers")
        shared = shared_factor(tuple(number.factor for _, number in numbers))
        found, expr = numbers[0][0], times(numbers[0][1], shared)
        for present, number in numbers[1:]:
            other = times(number, shared)
            better = other < expr if least else other > expr
            take = bools.both(present, bools.either(bools.no(found), better))
            expr = bools.choose(take, other, expr)
            found = bools.either(found, present)
        return Number(_not_empty(encoder, listing), expr, shared, NUMBER)

    return find


def _numbers(listing: Listing) -> list[tuple[Any, Number]]:
    if not isinstance(listing.extra, int) or listing.extra:
        raise NoFormError("it sums up a list whose elements may repeat")
    made = []
    for slot in listing.slots:
        number = lifted(slot.value)
        if not isinstance(number, Number) or number.kind != NUMBER:
            raise NoFormError("it sums up what are no numbers")
        made.append((slot.present, number))
    return made


def _not_empty(encoder: Encoder, listing: Listing) -> Bool:
    """That a list is known and has an element: of nothing there is no sum, an error."""
    some = bools.some(slot.present for slot in listing.slots)
    known = wholly_known(listing)
    encoder.faults.append(bools.both(known, bools.no(some)))
    return bools.both(known, some)


def _truths(kind: str) -> Callable[[Encoder, list[Value]], Value]:
    def find(encoder: Encoder, args: list[Value]) -> Value:
        listing = _listing(args)
        found = []
        for slot in listing.slots:
            value = lifted(slot.value)
            if not isinstance(value, Truth):
                raise NoFormError("it is given what are no truth values")
            found.append((slot.present, value))
        true = [bools.both(present, value.true) for present, value in found]
        false = [bools.both(present, value.false) for present, value in found]
        if kind == "any":
            not_all = [bools.implies(present, value.false) for present, value in found]
            return Truth(
                bools.both(listing.known, bools.some(true)), bools.every([listing.known, *not_all])
            )
        all_ = [bools.implies(present, value.true) for present, value in found]
        return Truth(
            bools.every([listing.known, *all_]), bools.both(listing.known, bools.some(false))
        )

    return find


def _abs(encoder: Encoder, args: list[Value]) -> Value:
    number = lifted(args[0])
    if not isinstance(number, Number) or number.kind == DATE:
        raise NoFormError("it is given what is no number")
    return replace(
        number, expr=bools.choose(number.expr < 0, -number.expr, number.expr), cases=None
    )


def _contains(encoder: Encoder, args: list[Value]) -> Value:
    """As membership, but that nothing is in an empty list, not even what is unknown."""
    among, found = lifted(args[0]), member(encoder, args[1], args[0])
    if not isinstance(among, Listing):
        return found
    empty = bools.every([among.known, *(bools.no(slot.present) for slot in among.slots)])
    truth = as_truth(found)
    return Truth(truth.true, bools.either(truth.false, empty))


_LINEAR: Mapping[str, Callable[[Encoder, list[Value]], Value]] = {
    "count": _count,
    "sum": _sum,
    "min": _extreme(True),
    "max": _extreme(False),
    "all": _truths("all"),
    "any": _truths("any"),
    "list contains": _contains,
    "abs": _abs,
    "absolute value": _abs,
}
