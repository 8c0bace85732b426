"""Where numbers may stay floats, no comparison can tell them from the decimals they mean."""

from __future__ import annotations

import math
import struct
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fuzz.differential import load
from policyengine import Terms
from policyengine.compiler.floats import as_float
from policyengine.compiler.tables import cuts_of, edges_of, holds, key_of
from policyengine.values.numbers import from_python

_EDGES = [
    *(0.0, -0.0, 5e-324, -5e-324, 2.2250738585072014e-308, 2.225073858507201e-308, 0.1, 0.3),
    *(0.1 + 0.2, 4.35, 1e15, 1e16, 1e17, 1e22, 1e23, 9007199254740991.0, 9007199254740992.0),
    *(9007199254740994.0, 4503599627370497.5, 1.7976931348623157e308, -1e308, 8.41e21, 2e-323),
]
_floats = st.one_of(
    st.sampled_from(_EDGES),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(2**53) + 1, 2**53 - 1).map(float),
)
_near = st.tuples(_floats, st.integers(-2, 2)).map(lambda pair: _stepped(*pair))
_values = st.one_of(_floats, _near, st.integers(-(2**53) + 1, 2**53 - 1))
_constants = st.one_of(
    _values.map(from_python),
    st.tuples(st.integers(-(10**15), 10**15), st.integers(-330, 310)).map(
        lambda pair: Decimal(pair[0]).scaleb(pair[1])
    ),
    st.decimals(allow_nan=False, allow_infinity=False),
)


def _stepped(value: float, steps: int) -> float:
    for _ in range(abs(steps)):
        value = math.nextafter(value, math.copysign(math.inf, steps))
    return value if math.isfinite(value) else 0.0


def _order(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


@given(_values, _constants)
@example(0.1, Decimal("0.1"))
@example(0.30000000000000004, Decimal("0.3"))
@example(9007199254740991, Decimal("9007199254740990.5"))
def test_a_value_and_a_constant_compare_as_their_decimals(value: Any, constant: Decimal) -> None:
    plain = as_float(constant)
    if plain is not None:
        assert _order(value, plain) == _order(from_python(value), constant)
        assert (hash(value) == hash(plain)) >= (from_python(value) == constant)


@given(_values, _values)
def test_two_values_compare_as_their_decimals(one: Any, other: Any) -> None:
    assert _order(one, other) == _order(from_python(one), from_python(other))


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(-290, 290))
def test_fifteen_digits_are_always_held(digits: int, exponent: int) -> None:
    assert as_float(Decimal(digits).scaleb(exponent)) is not None


@given(st.integers(0, 2**64 - 1))
def test_any_bits_of_a_float_are_their_shortest_text(bits: int) -> None:
    (value,) = struct.unpack("<d", struct.pack("<Q", bits))
    if math.isfinite(value):
        made = as_float(from_python(value))
        assert made is not None
        assert made == value


@pytest.mark.parametrize("text", ["0.1000000000000000055", "9007199254740993", "1E+400", "1E-400"])
def test_what_no_float_means_is_left_to_decimals(text: str) -> None:
    assert as_float(Decimal(text)) is None


@given(
    st.lists(st.tuples(st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), _constants), min_size=1),
    st.lists(_values, min_size=1),
)
def test_a_place_among_the_cuts_answers_as_the_comparison(
    written: list[tuple[str, Decimal]], values: list[Any]
) -> None:
    from bisect import bisect

    tests: list[tuple[str, str, Any]] = [
        ("t", op, as_float(c)) for op, c in written if as_float(c) is not None
    ]
    cuts = cuts_of(tests)
    rows = [tuple(holds(test, at, cuts) for test in tests) for at in range(2 * len(cuts) + 1)]
    edges, kept = edges_of(cuts, rows)
    keys = [key_of(edge) for edge in edges]
    for value in [*values, *cuts]:
        exact = from_python(value)
        wanted = []
        for _, op, cut in tests:
            order = _order(exact, from_python(cut))
            wanted.append(
                {
                    "<": order < 0,
                    "<=": order <= 0,
                    ">": order > 0,
                    ">=": order >= 0,
                    "=": order == 0,
                    "!=": order != 0,
                }[op]
            )
        assert kept[bisect(keys, value)] == tuple(wanted)


@pytest.mark.parametrize("limit", ["0.1", "0.3", "4.35", "1e-320", "123456789012345.6"])
@pytest.mark.parametrize("place", ["alone", "defined", "added", "listed"])
def test_a_decision_at_the_limit(limit: str, place: str) -> None:
    condition: dict[str, Any] = {
        "alone": {"t.n": {"at_most": float(limit)}},
        "defined": {"other": {"at_most": float(limit)}},
        "added": f"t.n + 0 <= {Decimal(limit):f}",
        "listed": f"t.n in ({Decimal(limit):f}, 7)",
    }
    data: dict[str, Any] = {
        "policy": "limits",
        "version": "1.0.0",
        "terms": {
            "type": "object",
            "properties": {"t": {"type": "object", "properties": {"n": {"type": "number"}}}},
        },
        "define": {"other": "t.n"},
        "rules": [
            {
                "id": "R",
                "title": "A limit",
                "level": "mandatory",
                "require": condition[place],
                "because": "Too much.",
            }
        ],
    }
    policy = load(data)
    assert policy is not None
    decide = policy.decider()
    at = float(limit)
    for value in (at, math.nextafter(at, 0), math.nextafter(at, math.inf), Decimal(limit)):
        deal = {"t": {"n": value}}
        wanted = policy.evaluate(deal, engine="interpreter")
        terms = Terms.from_mapping(deal)
        for each in (deal, terms, terms):
            assert decide(each)[0] is wanted.verdict
            assert decide.verdict(each) is wanted.verdict
