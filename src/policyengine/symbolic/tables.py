"""Decision tables: every hit policy over rows whose conditions have three truth values.

What `policyengine.tables.settle` does for one deal, for all of them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from policyengine import core
from policyengine.operators.comparison import compare
from policyengine.operators.comparison import equal as equal_plain
from policyengine.operators.fault import Fault
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.comparing import NoFormError, equal
from policyengine.symbolic.merging import pick
from policyengine.symbolic.values import (
    NUMBER,
    Fixed,
    Listing,
    Number,
    Slot,
    Truth,
    Value,
    lifted,
    only_where,
    shared_factor,
    times,
)
from policyengine.values.record import Record

if TYPE_CHECKING:
    from policyengine.symbolic.encoder import Encoder


class Hit(Record):
    """What a hit policy settles: rows that are true, false or open, and their outputs."""

    encoder: Encoder
    table: core.Table
    rows: list[Truth]
    outputs: list[Value]
    #: that no row is open
    none_open: Bool


def settled(
    encoder: Encoder,
    table: core.Table,
    conditions: list[Truth],
    outputs: list[Value],
    default: Value | None,
) -> Value:
    """A table's value; raises `NoFormError`."""
    none_true = bools.every(bools.no(row.true) for row in conditions)
    none_open = bools.every(row.known for row in conditions)
    nothing = bools.every(row.false for row in conditions)
    if default is None:
        encoder.faults.append(nothing)
    choices: list[tuple[Bool, Value]] = []
    if table.hit_policy == "F":
        earlier: Bool = True
        for row, output in zip(conditions, outputs, strict=True):
            choices.append((bools.both(earlier, row.true), output))
            earlier = bools.both(earlier, row.false)
    else:
        some_true = bools.no(none_true)
        value, holds = _HIT[table.hit_policy](Hit(encoder, table, conditions, outputs, none_open))
        choices.append((bools.both(some_true, holds), value))
    if default is not None:
        choices.append((nothing, default))
    made = pick(choices)
    if made is None:
        raise NoFormError("its rows give values of different forms")
    return only_where(bools.some(guard for guard, _ in choices), made)


def _first_true(conditions: list[Truth], outputs: list[Value]) -> Value:
    choices = []
    before: Bool = True
    for row, output in zip(conditions, outputs, strict=True):
        choices.append((bools.both(before, row.true), output))
        before = bools.both(before, bools.no(row.true))
    return _picked(choices)


def _picked(choices: list[tuple[Bool, Value]]) -> Value:
    made = pick(choices)
    if made is None:
        raise NoFormError("its rows give values of different forms")
    return made


def _unique(hit: Hit) -> tuple[Value, Bool]:
    several = bools.at_least(2, [row.true for row in hit.rows])
    hit.encoder.faults.append(several)
    return _first_true(hit.rows, hit.outputs), bools.both(hit.none_open, bools.no(several))


def _any(hit: Hit) -> tuple[Value, Bool]:
    disagree, matters = [], []
    first: Bool = True
    for number, (row, output) in enumerate(zip(hit.rows, hit.outputs, strict=True)):
        matters.append(bools.both(row.true, bools.no(lifted(output).known)))
        for other in range(len(hit.rows)):
            if other == number:
                continue
            known = bools.both(lifted(output).known, lifted(hit.outputs[other]).known)
            alike = bools.both(known, equal(hit.encoder, output, hit.outputs[other]))
            differ = bools.both(known, bools.no(equal(hit.encoder, output, hit.outputs[other])))
            if other > number:
                disagree.append(bools.every([first, row.true, hit.rows[other].true, differ]))
            open_ = bools.no(hit.rows[other].known)
            matters.append(bools.every([row.true, open_, bools.no(alike)]))
        first = bools.both(first, bools.no(row.true))
    fault = bools.some(disagree)
    hit.encoder.faults.append(fault)
    return _first_true(hit.rows, hit.outputs), bools.no(bools.either(fault, *matters))


def _priority(hit: Hit) -> tuple[Value, Bool]:
    ranks = [_rank(hit.table, output) for output in hit.outputs]
    order = sorted(range(len(hit.rows)), key=lambda number: (ranks[number], number))
    found = _first_true([hit.rows[n] for n in order], [hit.outputs[n] for n in order])
    matters = []
    for mine in range(len(hit.rows)):
        for other in range(len(hit.rows)):
            worse = ranks[other] > ranks[mine]
            if mine == other or worse or _alike(hit.outputs[mine], hit.outputs[other]):
                continue
            # only where `mine` is what the true rows give
            better = [hit.rows[n].true for n in range(len(hit.rows)) if ranks[n] < ranks[mine]]
            best = bools.both(hit.rows[mine].true, bools.no(bools.some(better)))
            matters.append(bools.both(best, bools.no(hit.rows[other].known)))
    return found, bools.no(bools.some(matters))


def _rank(table: core.Table, output: Value) -> int:
    if not isinstance(output, Fixed) or output.value is None:
        raise NoFormError("it ranks outputs that are not constants")
    for rank, ranked in enumerate(table.ranking):
        if equal_plain(ranked, output.value) is True:
            return rank
    return len(table.ranking)


def _alike(one: Value, two: Value) -> bool:
    return (
        isinstance(one, Fixed)
        and isinstance(two, Fixed)
        and equal_plain(one.value, two.value) is True
    )


def _collected(hit: Hit) -> tuple[Value, Bool]:
    pairs = list(zip(hit.rows, hit.outputs, strict=True))
    if hit.table.hit_policy == "O":
        pairs.sort(key=lambda pair: _rank(hit.table, pair[1]))
    slots = tuple(Slot(row.true, output) for row, output in pairs)
    if any(lifted(output).known is not True for output in hit.outputs):
        raise NoFormError("it collects outputs that may be unknown")
    return Listing(True, slots), hit.none_open


def _counted(hit: Hit) -> tuple[Value, Bool]:
    listing, holds = _collected(hit)
    assert isinstance(listing, Listing)
    size = sum((bools.choose(slot.present, 1, 0) for slot in listing.slots), 0)
    return Number(True, size, Fraction(1), NUMBER), holds


def _summed(hit: Hit) -> tuple[Value, Bool]:
    numbers = [lifted(output) for output in hit.outputs]
    if not all(isinstance(n, Number) and n.kind == NUMBER and n.known is True for n in numbers):
        raise NoFormError("it sums up outputs that are not surely numbers")
    made = [number for number in numbers if isinstance(number, Number)]
    shared = shared_factor(tuple(number.factor for number in made))
    total = sum(
        (
            bools.choose(row.true, times(n, shared), 0)
            for row, n in zip(hit.rows, made, strict=True)
        ),
        0,
    )
    return Number(True, total, shared, NUMBER), hit.none_open


def _extreme(hit: Hit) -> tuple[Value, Bool]:
    """The least or the greatest of constants: as a priority among them."""
    sign = 1 if hit.table.hit_policy == "C<" else -1
    plain = [output.value if isinstance(output, Fixed) else None for output in hit.outputs]
    if any(value is None for value in plain):
        raise NoFormError("it compares outputs that are not constants")
    found: list[tuple[Bool, Value]] = []
    matters = []
    try:
        for mine, value in enumerate(plain):
            better = [n for n, other in enumerate(plain) if sign * compare(other, value) < 0]
            level = [n for n, other in enumerate(plain) if compare(other, value) == 0 and n < mine]
            first = bools.no(bools.some(hit.rows[n].true for n in (*better, *level)))
            best = bools.both(hit.rows[mine].true, first)
            found.append((best, hit.outputs[mine]))
            open_ = bools.some(bools.no(hit.rows[n].known) for n in better)
            matters.append(bools.both(best, open_))
    except Fault:
        raise NoFormError("it compares outputs that have no order") from None
    return _picked(found), bools.no(bools.some(matters))


_HIT = {
    "U": _unique,
    "A": _any,
    "P": _priority,
    "R": _collected,
    "O": _collected,
    "C": _collected,
    "C+": _summed,
    "C<": _extreme,
    "C>": _extreme,
    "C#": _counted,
}
