"""The nearest of the words that are known, and values that are of their declared type."""

from __future__ import annotations

import pytest

from policyengine.errors import Diagnostics, did_you_mean
from policyengine.schema import Problem, convert, schema_from_data


@pytest.mark.parametrize("known", [("eu", "us", False), (1, "eu"), (None, "eu", ("a",))])
def test_what_is_known_need_not_be_texts(known: tuple[object, ...]) -> None:
    assert did_you_mean("EU", known) == "did you mean `eu`?"


def test_suggestions_end_where_they_would_take_minutes() -> None:
    words, found = [f"word{n}" for n in range(Diagnostics.MOST_WORDS // 3)], Diagnostics()
    hints = [found.suggest("WORD7", words) for _ in range(5)]
    assert hints == ["did you mean `word7`?"] * 3 + [None] * 2


@pytest.mark.parametrize(
    "term",
    [
        {"type": ["string", "null"], "enum": ["a", None]},
        {"type": "integer", "enum": [1, 2]},
        {"type": "number", "enum": [0.5]},
        {"type": "boolean", "const": True},
    ],
)
def test_values_of_the_declared_type(term: dict[str, object]) -> None:
    closed = {"type": "object", "additionalProperties": False, "properties": {"a": term}}
    assert "a" in schema_from_data(closed).terms


@pytest.mark.parametrize("text", ["5", "-0.5", "1e3", "nan", "Infinity", "٣٠", "1_000", "x"])
def test_only_a_numeral_may_lose_its_quotes(text: str) -> None:
    schema = schema_from_data({"properties": {"a": {"type": "number"}}})
    problems: list[Problem] = []
    convert(text, schema.terms["a"].shape, (), problems)
    hint = "remove the quotes: a number in quotes is a text"
    assert problems[0][3] == (hint if text in ("5", "-0.5", "1e3") else None)
