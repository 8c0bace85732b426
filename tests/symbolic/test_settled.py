"""Where everything is settled, a formula folds to what the engine says: counted out in full.

The same code that makes formulas of any deal is given deals that are already known; what it
makes must then be a value, and the very one that the reference comes to.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any, cast

import pytest

from policyengine import core
from policyengine.operators.fault import Fault
from policyengine.operators.unknown import has_unknown
from policyengine.source import Span
from policyengine.symbolic import bools
from policyengine.symbolic.comparing import NoFormError, compared, member
from policyengine.symbolic.encoder import Encoder
from policyengine.symbolic.tables import settled
from policyengine.symbolic.values import (
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
    wholly_known,
)
from policyengine.symbolic.z import z3
from policyengine.tables import HIT_POLICIES, settle
from policyengine.types import BOOLEAN, NUMBER, STRING
from policyengine.values.logic import at_least

TRUTHS = (True, False, None)
NOWHERE = cast("Span", None)


class Settled:
    """What an encoder is asked for where no term is."""

    def __init__(self) -> None:
        self.faults: list[Any] = []
        self.names: list[str] = []

    def name(self, why: str) -> None:
        self.names.append(why)

    def free_truth(self, why: str) -> Any:
        self.name(why)
        return bools.fresh("open")


def plain(value: Value) -> Any:
    """The value that a form has folded to."""
    match value:
        case Fixed(value=own):
            return own
        case Truth(true=true, false=false):
            assert isinstance(true, bool)
            assert isinstance(false, bool)
            assert not (true and false)
            return True if true else False if false else None
    assert isinstance(value.known, bool), value
    if not value.known:
        return None
    match value:
        case Number(expr=expr, factor=factor):
            return Decimal(str(float(_whole(expr) * factor)))
        case Text(cases=cases):
            return next(text for text, holds in cases.items() if holds is True)
        case Listing(slots=slots):
            return tuple(plain(slot.value) for slot in slots if slot.present is True)
        case Fields(fields=fields):
            return {name: plain(inner) for name, inner in fields.items()}
    raise AssertionError(value)


def _whole(expr: Any) -> int:
    return expr if isinstance(expr, int) else int(z3.simplify(expr).as_long())


def truth(value: bool | None) -> Truth:
    return Truth(value is True, value is False)


# truth values ----------------------------------------------------------------------------------


def holds(proposition: Any, given: dict[Any, bool]) -> bool:
    """A proposition where each open one has a value."""
    if isinstance(proposition, bool):
        return proposition
    values = [(name, z3.BoolVal(value)) for name, value in given.items()]
    return bool(z3.is_true(z3.simplify(z3.substitute(proposition, *values))))


OPEN = (z3.Bool("p"), z3.Bool("q"))


@pytest.mark.parametrize("count", range(-1, 5))
def test_connectives_fold_and_mean_the_same(count: int) -> None:
    for parts in product((True, False, *OPEN), repeat=3):
        for values in product((True, False), repeat=2):
            given = dict(zip(OPEN, values, strict=True))
            real = [part if isinstance(part, bool) else given[part] for part in parts]
            assert holds(bools.every(parts), given) is all(real)
            assert holds(bools.some(parts), given) is any(real)
            assert holds(bools.at_least(count, parts), given) is (sum(real) >= count)
            one, two, three = parts
            assert holds(bools.same(one, two), given) is (real[0] == real[1])
            assert holds(bools.implies(one, two), given) is (not real[0] or real[1])
            assert holds(bools.choose(one, two, three), given) is (real[1] if real[0] else real[2])
            assert holds(bools.at_most_one(parts), given) is (sum(real) <= 1)


@pytest.mark.parametrize("count", range(4))
def test_some_of_counts_as_the_reference_does(count: int) -> None:
    for values in product(TRUTHS, repeat=3):
        parts = tuple(core.Const(value, BOOLEAN, NOWHERE) for value in values)
        encoder = Encoder.__new__(Encoder)
        made = Encoder._at_least(_Truths(encoder), core.AtLeast(count, parts, BOOLEAN, NOWHERE), {})  # type: ignore[arg-type]
        assert plain(made) is at_least(count, list(values))


class _Truths:
    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder

    def truth(self, expr: core.Const, scope: Any) -> Truth:
        return truth(expr.value)


# tables ----------------------------------------------------------------------------------------


def table(policy: str, default: bool, ranking: tuple[Any, ...], type_: Any) -> core.Table:
    otherwise = core.Const(None, type_, NOWHERE) if default else None
    return core.Table("t", policy, (), otherwise, ranking, type_, NOWHERE)


NUMBERS = tuple(map(Decimal, (1, 2)))
OUTPUTS = {
    "numbers": (NUMBERS, (*NUMBERS, None), NUMBER),
    "texts": (("low", "mid"), ("low", "mid", "high"), STRING),
}


@pytest.mark.parametrize("kind", OUTPUTS)
@pytest.mark.parametrize("policy", HIT_POLICIES)
def test_tables_settle_as_the_reference_does(policy: str, kind: str) -> None:
    ranking, options, type_ = OUTPUTS[kind]
    formed = 0
    for outputs in product(options, repeat=3):
        for conditions in product(TRUTHS, repeat=3):
            for default in (False, True):
                of = table(policy, default, ranking, type_)
                fallback = ranking[0] if default else None
                try:
                    wanted, failed = settle(of, list(conditions), list(outputs), fallback), False
                except Fault:
                    wanted, failed = None, True
                encoder = Settled()
                try:
                    made = settled(
                        cast("Encoder", encoder),
                        of,
                        [truth(each) for each in conditions],
                        [Fixed(output) for output in outputs],
                        Fixed(fallback) if default else None,
                    )
                except NoFormError:
                    continue
                formed += 1
                here = (policy, conditions, outputs, default)
                assert plain(made) == wanted, here
                assert bool(bools.some(encoder.faults)) is failed, here
    assert formed or (policy, kind) == ("C+", "texts")


# values ----------------------------------------------------------------------------------------

VALUES: tuple[Any, ...] = (
    None, True, False, Decimal(1), Decimal("0.5"), "a", "b", (), ("a",), ("a", "b"), ("b", "a"),
    ("a", "a"), (Decimal(1), None), (("a",),), {"x": "a"}, {"x": None}, {"x": "a", "y": "b"},
)  # fmt: skip


def formed(value: Any) -> Value:
    """A plain value, its elements as forms of their own instead of one constant."""
    if isinstance(value, tuple):
        return Listing(True, tuple(Slot(True, formed(each)) for each in value), positional=True)
    if isinstance(value, dict):
        return Fields(True, {name: formed(each) for name, each in value.items()})
    return lifted(Fixed(value))


@pytest.mark.parametrize("unordered", [False, True])
@pytest.mark.parametrize("op", ["=", "!=", "<", ">="])
def test_comparisons_of_settled_values(op: str, unordered: bool) -> None:
    compared_, worked = 0, 0
    for left, right in product(VALUES, repeat=2):
        constants = Settled()
        wanted = compared(
            cast("Encoder", constants), op, Fixed(left), Fixed(right), unordered=unordered
        )
        for one, two in product((Fixed(left), formed(left)), (Fixed(right), formed(right))):
            compared_ += 1
            encoder = Settled()
            try:
                made = compared(cast("Encoder", encoder), op, one, two, unordered=unordered)
            except NoFormError:
                continue
            if encoder.names:
                continue
            worked += 1
            here = (left, op, right)
            truth_ = lifted(made)
            assert plain(truth_) == plain(wanted), here
            assert bool(bools.some(encoder.faults)) is bool(bools.some(constants.faults)), here
    assert worked > compared_ / 4


def test_membership_of_settled_values() -> None:
    from policyengine.operators.membership import list_contains

    for value, options in product(VALUES, repeat=2):
        if not isinstance(options, tuple):
            continue
        wanted = None if has_unknown(value) else list_contains(options, value)
        encoder = Settled()
        try:
            made = member(cast("Encoder", encoder), formed(value), formed(options))
        except NoFormError:
            continue
        if not encoder.names:
            assert plain(made) is wanted, (value, options)


def test_what_is_unknown_within_is_known_to_be() -> None:
    for value in VALUES:
        for made in (Fixed(value), formed(value)):
            assert wholly_known(made) is not has_unknown(value)
            assert plain(only_where(True, made)) == value
            assert only_where(False, made) == UNKNOWN or not only_where(False, made).known
