"""The nearest of the words that are known, and values that are of their declared type."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyengine import Policy, PolicyError
from policyengine.errors import Diagnostic, Diagnostics, did_you_mean
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
    assert (problems[0][3] == hint) is (text in ("5", "-0.5", "1e3"))


def test_a_diagnostic_is_a_line_and_a_hint_whatever_stands_in_it() -> None:
    hostile = "a\n::error::b\x1b[2J\u202e"
    lines = Diagnostic("x", hostile, hint=hostile).render().split("\n")
    assert len(lines) == 2
    assert "".join(lines).isprintable()


def test_a_constant_in_a_hint_is_made_visible(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(
        "policy: p\nversion: 1.0.0\n"
        "terms: {properties: {d: {type: string, format: date}}}\n"
        "rules: [{id: A, title: t, require: 'd > \"\\n::error::\\u001b\"'}]\n"
    )
    with pytest.raises(PolicyError) as error:
        Policy.load(path)
    hints = [found.hint for found in error.value.diagnostics]
    assert 'write a date, time or duration as `@"\\x0a::error::\\x1b"`' in hints
