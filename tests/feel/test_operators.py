"""Operators on values, with the reason where there is none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from policyengine import feel, operators, types
from policyengine.operators import Fault, regex
from policyengine.operators.hashing import key_of
from policyengine.values.ranges import Matcher, Range

KINDS = ["1", '"a"', "true", "[1]", "{a: 1}", "[1..2]", '@"2026-01-01"', '@"10:00:00"',
         '@"2026-01-01T10:00:00Z"', '@"P1D"', '@"P1Y"', "(= 1)"]  # fmt: skip
VALUES = [feel.evaluate(text) for text in KINDS]


def v(text: str) -> Any:
    return feel.evaluate(text)


def _fault(operation: Any, *operands: Any) -> tuple[str, str]:
    with pytest.raises(Fault) as raised:
        operation(*operands)
    assert str(raised.value) == f"{raised.value.message} [{raised.value.code}]"
    return raised.value.code, raised.value.message


@pytest.mark.parametrize(
    "operation, allowed",
    [
        (operators.add, {("number", "number"), ("string", "string")}),
        (operators.subtract, {("number", "number")}),
        (operators.multiply, {("number", "number")}),
        (operators.divide, {("number", "number")}),
        (operators.power, {("number", "number")}),
        (operators.compare, {("number", "number"), ("string", "string")}),
    ],
)
def test_every_pair_of_types_has_a_value_or_a_reason(operation: Any, allowed: Any) -> None:
    temporal = types.TEMPORAL | types.DURATION
    for left in VALUES:
        for right in VALUES:
            kinds = operators.kind_of(left), operators.kind_of(right)
            try:
                operation(left, right)
            except Fault as fault:
                reason: str | None = fault.code
            else:
                reason = None
            if kinds in allowed:
                assert reason is None, kinds
            elif not temporal & set(kinds):
                assert reason == "type-mismatch", kinds
            assert reason in (None, "type-mismatch"), kinds


@pytest.mark.parametrize(
    "operation, left, right, code",
    [
        (operators.divide, "1", "0", "division-by-zero"),
        (operators.divide, '@"P1D"', "0", "division-by-zero"),
        (operators.divide, '@"P1D"', '@"PT0S"', "division-by-zero"),
        (operators.divide, '@"P1Y"', '@"P0M"', "division-by-zero"),
        (operators.multiply, "9e6144", "9e6144", "overflow"),
        (operators.multiply, '@"P1D"', "1e30", "overflow"),
        (operators.multiply, '@"P1D"', "1e100", "overflow"),
        (operators.multiply, '@"P1Y"', "1e30", "overflow"),
        (operators.power, "10", "7000", "overflow"),
        (operators.power, "0", "-1", "division-by-zero"),
        (operators.power, "-2", "0.5", "invalid-argument"),
        (operators.add, '@"999999999-12-31"', '@"P1D"', "overflow"),
        (operators.add, '@"999999999-12-31"', '@"P1M"', "overflow"),
        (operators.add, '@"999999999-12-31T23:59:59Z"', '@"PT1S"', "overflow"),
        (operators.subtract, '@"2026-01-01T10:00:00"', '@"2026-01-01"', "mixed-offsets"),
        (operators.subtract, '@"10:00:00"', '@"10:00:00Z"', "mixed-offsets"),
        (operators.compare, '@"10:00:00"', '@"10:00:00Z"', "mixed-offsets"),
        (operators.compare, "true", "true", "type-mismatch"),
        (operators.add, '@"10:00:00"', '@"P1Y"', "type-mismatch"),
        (operators.subtract, "1", '@"P1Y"', "type-mismatch"),
    ],
)
def test_reasons(operation: Any, left: str, right: str, code: str) -> None:
    assert _fault(operation, v(left), v(right))[0] == code


def test_sums_of_durations_that_are_too_long() -> None:
    longest = v('@"P1999999999Y"')
    assert _fault(operators.add, longest, longest)[0] == "overflow"


def test_reasons_are_words() -> None:
    assert _fault(operators.add, v("1"), v('"a"'))[1] == "a string cannot be added to a number"
    assert _fault(operators.add, v('@"10:00:00"'), v('@"P1Y"'))[1] == (
        "a years and months duration cannot be added to a time"
    )
    assert _fault(operators.subtract, v("true"), v('@"P1D"'))[1] == (
        "a days and time duration cannot be subtracted from a boolean"
    )


def test_negation() -> None:
    assert operators.negate(v("0")).is_signed() is False
    assert str(operators.negate(v('@"P1M"'))) == "-P1M"
    assert _fault(operators.negate, "a")[0] == "type-mismatch"


def test_null_is_unknown_to_rules_and_a_value_to_plain_feel() -> None:
    one, none = (Decimal(1), None), (Decimal(2), None)
    assert operators.equal(None, None) is None
    assert operators.equal(one, one) is None
    assert operators.equal(one, none) is False
    assert operators.equal(one, one, nulls_equal=True) is True
    assert operators.equal({"a": None}, {"a": Decimal(1)}) is None
    assert operators.equal({"a": None}, {"b": None}) is False
    assert operators.same(None, None)
    assert not operators.same(one, none)
    assert operators.equal(Matcher("=", None), Matcher("=", None)) is None


def test_ranges_are_equal_by_ends_and_brackets() -> None:
    assert operators.equal(v("(< 5)"), v("[1..5)")) is False
    assert operators.equal(v("[1..2]"), v("[1..3]")) is False
    assert operators.equal(v("[1..2]"), v('["a".."b"]')) is None
    assert operators.equal(v("(!= 1)"), v("(= 1)")) is False
    assert Range(None, 1).low_included is False
    assert Range(1, None).high_included is False


def test_identity() -> None:
    assert operators.identical(v("[1, {a: 1}]"), v("[1.0, {a: 1}]"))
    assert not operators.identical(v("[1]"), v("[1, 2]"))
    assert not operators.identical(v("{a: 1}"), v("{b: 1}"))
    assert not operators.identical(Decimal(1), "1")


def test_keys_find_equal_values() -> None:
    for left in [*VALUES, v('@"10:00:00Z"'), v("(< 1)"), v("(!= 1)")]:
        assert key_of(left) == key_of(left)
        hash(key_of(left))
    assert key_of(v('@"10:00:00+01:00"')) == key_of(v('@"09:00:00Z"'))
    assert key_of(v('@"2026-01-01T10:00:00+01:00"')) == key_of(v('@"2026-01-01T09:00:00Z"'))
    assert key_of(v("[1..2]")) != key_of(v("[1..2)"))


def test_order_by_operator() -> None:
    for operator, wanted in (("<", True), ("<=", True), (">", False), (">=", False)):
        assert operators.compare_by(operator, Decimal(1), Decimal(2)) is wanted
        assert operators.compare_by(operator, None, Decimal(2)) is None
    assert operators.compare_by("!=", Decimal(1), None) is None
    assert operators.compare_by("!=", Decimal(1), None, nulls_equal=True) is True
    assert operators.less("a", "b")
    assert operators.at_most("a", "a")


def test_membership_is_kleene_for_rules() -> None:
    one, two = Decimal(1), Decimal(2)
    assert operators.list_contains((one, None), one) is True
    assert operators.list_contains((one, None), two) is None
    assert operators.list_contains((one, "a"), two) is False
    assert operators.list_contains((one,), None) is None
    assert operators.list_contains((), None) is False
    assert operators.list_contains((("x", None),), ("x", "y")) is None


def test_tests_of_a_value() -> None:
    one = Decimal(1)
    assert operators.matches_test(one, (Decimal(2), one)) is True
    assert operators.matches_test((one,), (one,)) is True
    assert operators.matches_test((one,), (None,)) is None
    assert operators.matches_test((one,), (Decimal(2),)) is False
    assert operators.matches_test((one,), (Decimal(2),), nulls_equal=True) is False
    assert operators.matches_test(None, v("[1..2]")) is None
    assert operators.matches_test(v("[1..2]"), v("[1..2]")) is True
    assert operators.matches_test(one, v("(!= 2)")) is True
    assert operators.matches_test(v("(!= 2)"), v("(!= 2)")) is True
    assert operators.any_test(one, (v('["a".."b"]'), one)) is True
    assert operators.any_test(one, ("a",)) is False
    assert operators.any_test(one, (None, Decimal(2))) is None
    assert operators.any_test(one, ("a",), nulls_equal=True) is False
    with pytest.raises(Fault):
        operators.any_test(one, (v('["a".."b"]'), v('["c".."d"]')))
    assert operators.contains_in_range(v("[1..5)"), Decimal(5)) is False
    assert operators.contains_in_range(v("(1..5)"), one) is False
    assert operators.contains_in_range(v("(< 5)"), one) is True
    assert operators.contains_in_range(v("(> 5)"), one) is False


def test_elements_by_position() -> None:
    items = (Decimal(1), Decimal(2))
    assert operators.index(items, Decimal("-2.5")) == 1
    for position in ("0", "3", "-3", "1e30", "-1e6000"):
        assert _fault(operators.index, items, Decimal(position))[0] == "bad-index"


def test_properties_of_every_type() -> None:
    for value in VALUES:
        for name in operators.access.PROPERTIES.get(type(value), {}):
            assert operators.access.has_property(value, name)
            operators.property_of(value, name)
        assert not operators.access.has_property(value, "nope")
        assert operators.property_of(value, "nope") in (None, (None,))
    assert operators.access.has_property({"a": 1}, "a")
    assert v("(!= 1)").operator == "!="
    assert operators.property_of(v("(!= 1)"), "start") is None
    assert operators.property_of(v("(= 1)"), "end") == 1


def test_instances() -> None:
    number, text = types.NUMBER, types.STRING
    assert operators.instance_of(None, types.NULL)
    assert not operators.instance_of(None, types.ANY)
    assert operators.instance_of(Decimal(1), types.ANY)
    assert operators.instance_of((None, Decimal(1)), types.list_of(number))
    assert not operators.instance_of((Decimal(1),), types.list_of(text))
    assert operators.instance_of((), types.Type("list"))
    assert operators.instance_of({}, types.CONTEXT)
    assert operators.instance_of(v("(< 1)"), types.Type("range", item=number))
    assert not operators.instance_of(v("(= 1)"), types.Type("range", item=text))
    assert operators.instance_of(len, types.FUNCTION)


def test_pattern_problems_are_words() -> None:
    assert regex.pattern_problem("a+") is None
    assert regex.pattern_problem("(a)\\1") == (
        "back-references are not supported: they have no linear time"
    )
    assert regex.pattern_problem("a", "g") == "unknown flag `g`; there are i, s, m, x and q"
    assert regex.pattern_problem("[") == "a class in brackets is not closed"
    problem = regex.pattern_problem("a{1001}")
    assert problem
    assert "b'" not in problem


@pytest.mark.parametrize(
    "pattern, yes, no",
    [
        (r"^\d+$", "12٣", "x"),
        (r"^\D+$", "ab", "1"),
        (r"^\w+$", "aé1+", "a b"),
        (r"^\W$", "-", "a"),
        (r"^\s$", "\t", "\u00a0"),
        (r"^\S$", "a", " "),
        (r"^\i\c*$", "a-1", "1a"),
        (r"^\I\C$", "1 ", "ab"),
        (r"^[\d\s]+$", "1 2", "a"),
        (r"^[\D]+$", "ab", "1"),
        (r"^[\w]$", "é", " "),
        (r"^[\W]$", " ", "a"),
        (r"^[\S]$", "a", " "),
        (r"^[\i\c]+$", "a-", " "),
        (r"^[^a-c]$", "d", "b"),
        (r"^[a\-c]$", "-", "b"),
        (r"^[]a]$", "]", "b"),
        (r"^[a^~&]$", "^", "b"),
        (r"^\p{Lu}\P{Lu}$", "Aa", "aA"),
        (r"^[\p{Lu}x]$", "x", "y"),
        (r"^\P{IsBasicLatin}$", "é", "e"),
        (r"^[\p{IsGreek}a]$", "λ", "l"),
        (r"^[a-f-[c]]$", "b", "c"),
        (r"^[a-f-[^c]]$", "c", "b"),
        (r"^(?:ab)+\.$", "abab.", "aba."),
        (r"^a\$\n$", "a$\n", "a"),
    ],
)
def test_patterns_mean_what_xpath_says(pattern: str, yes: str, no: str) -> None:
    assert regex.search(pattern, yes)
    assert not regex.search(pattern, no)


@pytest.mark.parametrize("pattern", ["[a-c-[a-c]]", "[^a-c-[b]]", "[a-c-[z-x]]", "[a[b]]"])
def test_classes_that_cannot_be_translated_are_refused(pattern: str) -> None:
    assert regex.pattern_problem(pattern)


def test_replacements_and_parts() -> None:
    assert regex.replace("q.", "q.q.", "$1", "q") == "$1$1"
    assert regex.replace("(a)(b)?", "a", "[$2]") == "[]"
    assert regex.replace("A", "a", "b", "qi") == "b"
    assert regex.replace("(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)", "abcdefghij", "$10$11") == "ja1"
    assert regex.split("[,;]", "a,b;c") == ("a", "b", "c")
    for replacement in ("$", "$x", "\\", "\\n", "$²"):
        assert _fault(regex.replace, "a", "a", replacement)[0] == "invalid-argument"
    assert _fault(regex.split, "a*", "b")[0] == "bad-pattern"
    assert _fault(regex.search, "a", "\ud800")[0] == "invalid-argument"


def test_texts_do_not_grow_without_bound() -> None:
    half = "a" * 500_001
    assert _fault(operators.add, half, half)[0] == "overflow"
    assert feel.evaluate("x + x", {"x": half}) is None
    assert feel.evaluate("string join([x, x])", {"x": half}) is None
    assert feel.evaluate("string([x, x])", {"x": half}) is None
    assert len(feel.evaluate("x + x", {"x": "a" * 500_000})) == 1_000_000


def test_open_ends_of_ranges() -> None:
    assert operators.equal(v("(< 5)"), v("(< 5)")) is True
    assert operators.equal(Range(None, None), Range(None, None)) is True
    assert operators.equal(v("(< 5)"), v("(1..5)")) is False
    assert operators.equal(v("(> 5)"), v("(5..9)")) is False
    assert operators.contains_in_range(v("(> 5)"), Decimal(6)) is True
    assert operators.contains_in_range(v("(>= 5)"), Decimal(5)) is True
    assert operators.contains_in_range(Range(None, None), "x") is True


def test_lists_among_tests_that_cannot_be_told_apart() -> None:
    local, placed = v('@"10:00:00"'), v('@"10:00:00Z"')
    assert operators.equal((local,), (placed,)) is None
    assert operators.matches_test((local,), (placed,)) is None
    assert operators.matches_test((local,), (placed,), nulls_equal=True) is False
    assert operators.any_test(local, (placed,)) is None


def test_escapes_that_stand_in_no_class_are_refused() -> None:
    assert regex.pattern_problem(r"[\q]") == "`\\q` is not an escape inside brackets"
    assert regex.pattern_problem("a", "qx") is None


def test_unknown_inside_values() -> None:
    from policyengine.operators.unknown import has_unknown, same_members

    assert has_unknown((Decimal(1), {"a": (None,)}))
    assert not has_unknown({"a": (Decimal(1),)})
    assert same_members(("a", "b"), ("b", "a", "a")) is True
    assert same_members(("a",), ("b",)) is False
    assert same_members(("a",), ("a", None)) is None
