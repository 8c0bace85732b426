"""Conditions and values in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from policyengine.lowering.operators import OPERATORS
from policyengine.output import words
from policyengine.output.text import Page, Style, neutral, shorten


@pytest.mark.parametrize(
    ("text", "wanted", "says"),
    (
        ("a.b at_least 50", True, "must be at least 50 years"),
        ("a.b at_least 50", False, "must be less than 50 years"),
        ("a.b more_than 1000000", False, "must be at most 1,000,000 years"),
        ("a.b between [30, 365]", True, "must be between 30 and 365 years"),
        ("a.b between [x, y]", False, "must not be between x and y"),
        ("a.b equals none", True, "must be `none`"),
        ("a.b equals true", False, "must not be true"),
        ("a.b one_of [x, y]", False, "must be none of x, y"),
        ("a.b stated true", True, "must be stated"),
        ("a.b stated false", True, "must not be stated"),
        ("a.b stated false", False, "must be stated"),
        ("a.b contains_only x, y", True, "must contain only x, y"),
        ("a.b before 2026-01-01", False, "must be on or after 2026-01-01"),
        ("a.b + 1 > 3", True, None),
        ("relief at_least 1", True, "must be at least 1 years"),
    ),
)
def test_phrase(text: str, wanted: bool, says: str | None) -> None:
    assert words.phrase(text, wanted, "years") == says
    assert (words.subject(text) is None) is (says is None)


LABELS = {"x": "the first", "y": "this, or that", "true": "it is open", "false": "it is not"}


@pytest.mark.parametrize(
    ("text", "wanted", "says"),
    (
        ("a.b equals x", True, 'must be "the first" (x)'),
        ("a.b equals x", False, 'must not be "the first"'),
        ("a.b is_not x", False, 'must be "the first" (x)'),
        ("a.b one_of [x, z]", True, "must be one of the first (x), z"),
        ("a.b one_of [x, y]", False, "must be none of the first; this, or that"),
        ("a.b none_of [x, z]", False, "must be one of the first (x), z"),
        ("a.b contains_none x, z", True, "must contain none of the first, z"),
        ("a.b contains_none x, z", False, "must contain some of the first (x), z"),
        ("a.b equals true", True, 'must be "it is open" (true)'),
        ("a.b equals true", False, 'must be "it is not" (false)'),
        ("a.b is_not false", True, 'must be "it is open" (true)'),
        ("a.b starts_with x", True, "must start with x"),
        ("a.b one_of [z, q]", True, "must be one of z, q"),
    ),
)
def test_phrase_in_labels(text: str, wanted: bool, says: str) -> None:
    """The code stands behind a label where it may be written down, and once."""
    assert words.phrase(text, wanted, labels=LABELS) == says


def test_value_in_labels() -> None:
    assert words.value("x", labels=LABELS) == "the first"
    assert words.value(("z", "x"), labels=LABELS) == "z, the first"
    assert words.value(("x", "y"), labels=LABELS) == "the first; this, or that"
    assert words.value((), labels=LABELS) == "an empty list"
    assert words.value(False, labels=LABELS) == "it is not"
    assert words.value(Decimal(3), "years", {"3": "three"}) == "three"
    assert words.value(None, labels=LABELS) == "not stated"


def test_an_empty_list() -> None:
    assert words.phrase("a.b equals none", True, listed=True) == "must be empty"
    assert words.phrase("a.b is_not []", True, listed=True) == "must not be empty"


@pytest.mark.parametrize(
    ("said", "fact"),
    (
        ("must be less than 5", "is less than 5"),
        ("must not be 5", "is not 5"),
        ("must contain none of x", "contains none of x"),
        ("must not contain x", "does not contain x"),
        ("must match x", "matches x"),
    ),
)
def test_as_fact(said: str, fact: str) -> None:
    assert words.as_fact(said) == fact


def test_every_operator_of_the_language_has_words() -> None:
    for operator in OPERATORS:
        for wanted in (True, False):
            said = words.phrase(f"a.b {operator} x", wanted)
            assert said is not None
            assert said.startswith("must ")
            assert "_" not in said


@pytest.mark.parametrize(
    ("value", "unit", "says"),
    (
        (None, None, "not stated"),
        (True, None, "true"),
        (Decimal("0.10"), "percent", "0.1 %"),
        (Decimal(9999), None, "9999"),
        (Decimal("-3650000000.5"), "USD", "-3,650,000,000.5 USD"),
        (Decimal("1e60"), None, "1E+60"),
        ("", None, '""'),
        ("  ", None, '"  "'),
        ((), None, "an empty list"),
        (("a", "b"), None, "a, b"),
        (tuple("abcdefghijklmno"), None, "a, b, c, d, e, f, g, h, i, j, k, l and 3 more"),
        ({"a": Decimal(1)}, None, '{"a": 1}'),
    ),
)
def test_value(value: Any, unit: str | None, says: str) -> None:
    assert words.value(value, unit) == says


@pytest.mark.parametrize(
    ("line", "safe"),
    (
        ("::error::x", ": :error::x"),
        ("  ::set-output::x", "  : :set-output::x"),
        (":::x", ": ::x"),
        ("a ::b", "a ::b"),
        ("x ##[error]y", "x # #[error]y"),
        ("##vso[task]", "# #vso[task]"),
        ("### heading", "### heading"),
    ),
)
def test_neutral(line: str, safe: str) -> None:
    assert neutral(line) == safe


def test_shorten_and_wrap() -> None:
    assert shorten("abcdef", 4) == "abc…"
    assert shorten("宽宽宽", 4) == "宽…"
    page = Page(Style(10))
    page.put("one two  three", indent=2, hang=4)
    page.put("x" * 25, hang=2)
    assert page.lines == ["  one two", "    three", "x" * 10, "  " + "x" * 8, "  " + "x" * 7]


def test_segments_without_a_blank_between_stay_together() -> None:
    page = Page(Style(12))
    page.put("limit ", ("50", "bold"), ", so long")
    assert page.lines == ["limit 50, so", "long"]
