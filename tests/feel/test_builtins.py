"""The registry: every function of the standard is there, described, and total."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from policyengine import feel
from policyengine.feel.builtins import BUILTINS, FAMILIES
from policyengine.feel.names import FUNCTIONS_WITH_BLANKS
from policyengine.operators import Fault
from policyengine.operators.kinds import kind_of
from policyengine.types import fits

STANDARD = """
date, date and time, time, number, string, duration, years and months duration, not, substring,
string length, upper case, lower case, substring before, substring after, replace, contains,
starts with, ends with, matches, split, string join, list contains, list replace, count, min, max,
sum, mean, all, any, sublist, append, concatenate, insert before, remove, reverse, index of, union,
distinct values, flatten, product, median, stddev, mode, decimal, floor, ceiling, round up,
round down, round half up, round half down, abs, modulo, sqrt, log, exp, odd, even, before, after,
meets, met by, overlaps, overlaps before, overlaps after, finishes, finished by, includes, during,
starts, started by, coincides, day of year, day of week, month of year, week of year, sort,
get value, get entries, context, context put, context merge, is, range
"""

SAMPLES = [
    feel.evaluate(text)
    for text in (
        "null", "1", "-2.5", '"a"', '"[1..3]"', "true", "[]", "[1, 2]", "[null]", '["a", "b"]',
        "{a: 1}", "[{key: \"a\", value: 1}]", "[1..3]", "(< 3)", "(!= 3)", '@"2026-01-31"',
        '@"10:00:00Z"', '@"2026-01-31T10:00:00"', '@"P1D"', '@"P1Y"', "1e6000",
    )
]  # fmt: skip


def test_every_function_of_the_standard_is_there() -> None:
    standard = {" ".join(name.split()) for name in STANDARD.split(",")}
    assert set(BUILTINS) == standard
    assert {name for name in BUILTINS if " " in name} == FUNCTIONS_WITH_BLANKS


def test_every_function_is_described() -> None:
    for name, builtin in BUILTINS.items():
        assert builtin.name == name
        assert builtin.family in {family.name for family in FAMILIES}
        assert builtin.doc.endswith("."), name
        assert "\n" not in builtin.doc
        for signature in builtin.signatures:
            assert signature.text.startswith(f"{name}(")
            names = [parameter.name for parameter in signature.parameters]
            assert len(set(names)) == len(names)
            optional = [parameter.optional for parameter in signature.parameters]
            assert optional == sorted(optional)


def test_what_the_rule_executors_ask() -> None:
    settled = {name for name, b in BUILTINS.items() if b.kleene}
    assert settled == {"list contains", "count", "all", "any"}
    assert BUILTINS["append"].takes_null
    assert not BUILTINS["sqrt"].takes_null


@pytest.mark.parametrize("name", sorted(BUILTINS))
def test_every_function_is_total_and_keeps_its_promised_type(name: str) -> None:
    builtin = BUILTINS[name]
    for count in range(4):
        for arguments in product(SAMPLES, repeat=min(count, 2)):
            given = (*arguments, *SAMPLES[3:4]) if count == 3 else arguments
            try:
                value = builtin.call(given)
            except Fault:
                continue
            if value is None:
                continue
            kinds = [signature.result for signature in builtin.signatures]
            assert any(kind.kind in ("any", kind_of(value)) for kind in kinds), (given, value)


def test_unknown_elements_can_be_settled() -> None:
    one, two = Decimal(1), Decimal(2)
    contains, all_, any_ = (BUILTINS[name] for name in ("list contains", "all", "any"))
    assert contains.apply([(one, None), one]) is True
    assert contains.apply([(one, None), two]) is None
    assert contains.apply([None, two]) is None
    assert contains.apply([one, None]) is None
    assert contains.call([(one, None), None]) is True
    assert all_.apply([(False, None)]) is False
    assert all_.apply([(True, None)]) is None
    assert all_.apply([True, None, False]) is False
    assert any_.apply([(None, True)]) is True
    assert any_.apply([None]) is None
    assert BUILTINS["sqrt"].apply([None]) is None
    assert BUILTINS["sqrt"].apply([Decimal(4)]) == 2


def test_signatures_arrange_named_arguments() -> None:
    signature = BUILTINS["substring"].signatures[0]
    assert signature.arranged({"start position": 2, "string": 1}) == [1, 2]
    assert signature.arranged({"start position": 2, "string": 1, "length": 3}) == [1, 2, 3]
    assert signature.arranged({"string": 1}) is None
    assert signature.arranged({"string": 1, "start position": 2, "x": 3}) is None
    assert (signature.fewest, signature.most) == (2, 3)
    assert signature.takes(3)
    assert not signature.takes(4)
    assert BUILTINS["append"].signatures[0].most is None
    number = BUILTINS["number"].signatures[0]
    assert number.arranged({"from": "1", "decimal separator": "."}) == ["1", None, "."]


def test_reasons_name_the_function() -> None:
    sqrt = BUILTINS["sqrt"]
    for arguments, code in (((), "invalid-argument"), (("a",), "type-mismatch")):
        with pytest.raises(Fault) as raised:
            sqrt.call(arguments)
        assert raised.value.code == code
        assert "`sqrt`" in raised.value.message
    with pytest.raises(Fault) as raised:
        sqrt.call_named({"n": Decimal(4)})
    assert raised.value.code == "invalid-argument"


def test_one_element_and_its_list_stand_for_each_other() -> None:
    assert feel.evaluate("count(1)") == 1
    assert feel.evaluate('upper case(["a"])') == "A"
    assert feel.evaluate('upper case(["a", "b"])') is None
    assert feel.evaluate("upper case([null])") is None
    assert feel.evaluate('sum("a")') is None


def test_the_types_of_arguments_are_ones_the_checker_knows() -> None:
    for builtin in BUILTINS.values():
        for signature in builtin.signatures:
            for parameter in signature.parameters:
                assert all(fits(type_, type_) for type_ in parameter.types)


def _call(*_: Any) -> None:
    """A function that answers nothing."""


def test_functions_that_give_no_truth_are_refused() -> None:
    with pytest.raises(Fault):
        BUILTINS["sort"].call([(Decimal(1), Decimal(2)), _call])
    with pytest.raises(Fault):
        BUILTINS["list replace"].call([(Decimal(1),), _call, None])
