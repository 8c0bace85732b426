"""JSON text is what the standard library writes, with numbers digit for digit."""

from __future__ import annotations

import json
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine import Outcome
from policyengine.schema.words import canonical
from policyengine.values.jsontext import dumps
from policyengine.values.numbers import CONTEXT, NumeralError, exact, from_python, to_text

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(PLAIN, st.none() | st.integers(0, 3))
def test_as_the_standard_library_writes_it(value: Any, indent: int | None) -> None:
    assert dumps(value, indent=indent) == json.dumps(value, indent=indent, ensure_ascii=False)
    seen = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert dumps(value, canonical=True) == seen


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal(30), "30"),
        (Decimal("-1.50"), "-1.5"),
        (Outcome.PASS, '"pass"'),
        (MappingProxyType({1: (Outcome.FAIL, Decimal("1E+2"))}), '{"1": ["fail", 100]}'),
        ({"a": {}, "b": [], "c": MappingProxyType({})}, '{"a": {}, "b": [], "c": {}}'),
    ],
)
def test_values_that_only_we_write(value: Any, text: str) -> None:
    assert dumps(value) == text
    assert json.loads(dumps(value, indent=1)) == json.loads(text)


def test_a_text_of_lines_and_empty_groups() -> None:
    value = {"a": [{}, [], {"b": Decimal("2.0")}]}
    assert dumps(value, indent=1) == json.dumps({"a": [{}, [], {"b": 2}]}, indent=1)


NUMBERS = st.decimals(allow_nan=False, allow_infinity=False) | st.builds(
    Decimal, st.integers(-(10**36), 10**36)
)


@given(NUMBERS)
def test_the_text_of_a_number_is_its_shortest(number: Decimal) -> None:
    try:
        number = exact(number)
    except NumeralError:
        return
    text = to_text(number)
    assert Decimal(text) == number
    sign, digits, exponent = (number or Decimal(0)).normalize(CONTEXT).as_tuple()
    assert isinstance(exponent, int)
    short = Decimal((sign, digits, exponent))
    assert text == (format(short, "f") if -40 <= exponent <= 40 - len(digits) else str(short))


@given(st.integers() | st.integers(10**33, 10**36) | st.integers(-(2**113), 2**113))
def test_whole_numbers_are_held_exactly_or_refused(number: int) -> None:
    try:
        expected = exact(Decimal(number))
    except NumeralError:
        with pytest.raises(NumeralError, match="significant"):
            from_python(number)
        return
    assert str(from_python(number)) == str(expected)
    assert canonical({"n": (number, True, None)}) == {"n": [expected, True, None]}
