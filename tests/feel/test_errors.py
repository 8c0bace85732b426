"""Every error text, with its caret and hint, as one page to read.

`UPDATE_GOLDENS=1 pytest tests/feel/test_errors.py` writes the page anew; read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from policyengine import feel
from policyengine.errors import ExpressionError
from policyengine.feel.parser import parse_unary_tests
from policyengine.nodes import Scalar
from policyengine.source import Source

GOLDEN = Path(__file__).parent / "goldens" / "errors.txt"

MISTAKES = [
    # other languages
    "a == b", "a === b", "a !== b", "a <> b", "a && b", "a || b", "!a", "a => 3", "a =< 3",
    "x := 3", "x += 1", "x++", "'text'", "“text”", "`name`", "50%", "a % b", "a ^ 2", "a; b",
    "# comment", "$price", "~a", "a & b", "a | b", "a ≤ b", "a ≥ b", "a ≠ b", "a × b", "5 − 3",
    "[1…3]", "a ?? b", "True", "FALSE", "None", "NULL and a", "a is null", "a is b",
    "a is not null", "list contains x", "text like \"a%\"", "a equals b", "a not in [1]",
    "a AND b", "a OR b", "a xor b", "a mod b", "if a then b", "a if b else c", "a ? b : c",
    "x where y", "starts with", "a starts with b",
    # numbers
    "100k", "3m", "5bn", "1_000", "0x1F", "10days", "5 days", "2y", "1,000", "1,000,000.5",
    "(1,000)", "1.000.000", "12345678901234567890123456789012345", "1e7000", "5.", "+5",
    # strings and literals
    '"open', '"two\nlines"', '"a" "b"', '"\\ud800"', '"\\U110000"', "@2026-01-31", "@", "1 /* a",
    # shape
    "", "   ", "1 +", "* 3", "a = ", "= 3", "(1 + 2", "1 + 2)", "[1, 2", "[1 2]", "[1,]", "{a: 1",
    "{a 1}", "{1: 2}", "{a: 1,}", "f(1", "f(1 2)", "f(a: 1, 2)", "f(1, a: 2)", "f(,)", "a.", "a.1",
    "a[", "a[]", "[1..]", "[..3]", "[1..3", "(1..3", "]1, 2]", "1..3", "a between 1", "a in",
    "a in (", "a in (1, )", "for x return x", "for x in [1]", "for in [1] return 1",
    "for x [1] return x", "some x in [1]", "every if in [1] satisfies true", "a instance number",
    "a instance of", "a instance of text", "a instance of numer", "a instance of list<", "and b",
    "a and", "then", "in", "not", "a b", "first name = \"x\"", "deal years > 3",
    "contract duration.years",
    # left out, by name
    "now()", "today() > a", "function(x) x", "{f: function(x) x}", "function(x) external {}",
    "sort([1], function(x) external {java: 1})", "sort([1], function(1) x)", "(", "[[[[",
    "__import__('os')", "lambda x: x", "x -> y",
]  # fmt: skip

UNARY = ["", "< ", "1,", "not(", "not(1", "- 1 -", "> 3 or < 2"]


def _page() -> str:
    entries = []
    for text in MISTAKES:
        try:
            feel.parse(text)
        except ExpressionError as refused:
            shown = str(refused)
        else:
            shown = "accepted"
        entries.append(f"{text!r}\n{shown}\n")
    for text in UNARY:
        try:
            parse_unary_tests(text)
        except ExpressionError as refused:
            shown = str(refused)
        else:
            shown = "accepted"
        entries.append(f"unary tests {text!r}\n{shown}\n")
    return "\n".join(entries)


def test_error_texts() -> None:
    page = _page()
    if os.environ.get("UPDATE_GOLDENS") == "1":
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(page, encoding="utf-8")
    assert page == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", MISTAKES)
def test_one_error_with_a_place_and_plain_words(text: str) -> None:
    try:
        feel.parse(text)
    except ExpressionError as refused:
        (found,) = refused.diagnostics
        assert found.span is not None
        assert found.code.startswith("feel-")
        assert not found.message.endswith(".")
        words = found.message.replace("`", "").lstrip()
        assert words[:1] == words[:1].lower() or found.message.startswith("`")


def test_places_lead_into_the_file() -> None:
    source = Source("rules.yaml", "require: 1 + + 2\n")
    node = Scalar(source.span(9, 16), "1 + + 2", content_start=9)
    with pytest.raises(ExpressionError) as refused:
        feel.parse("1 + + 2", node.at)
    span = refused.value.diagnostics[0].span
    assert span is not None
    assert str(span) == "rules.yaml:1:14"


def test_trees_are_equal_wherever_they_were_written() -> None:
    assert feel.parse("a  +  1") == feel.parse("a + 1")
    assert hash(feel.parse("a  +  1")) == hash(feel.parse("a + 1"))
    assert feel.parse("a + 1") != feel.parse("a + 2")


def test_spans_cover_what_was_written() -> None:
    tree = feel.parse("xs[item > 2].pct + f(1)")
    from policyengine.feel import ast

    texts = [node.span.text for node in ast.walk(tree)]
    assert texts == [
        "xs[item > 2].pct + f(1)", "xs[item > 2].pct", "xs[item > 2]", "xs", "item > 2", "item",
        "2", "f(1)", "1",
    ]  # fmt: skip
