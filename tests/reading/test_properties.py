"""What holds for every text: an answer or a `DocumentError`, and the same by every way."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policyengine.errors import Diagnostics, DocumentError
from policyengine.nodes import Mapping, Node, Scalar, Sequence, plain
from policyengine.reading import read_bytes, read_json, read_yaml, yaml_events
from policyengine.source import Source

#: pieces that YAML gives a meaning, with enough line breaks and indentation to combine
PIECES = st.sampled_from(
    [
        *("a", "b: ", "- ", "? ", ": ", ",", "[", "]", "{", "}", "\n", "\n ", "\n  ", "\r\n", "\r"),
        *(
            "'",
            '"',
            "|",
            ">",
            "|2-",
            ">+",
            "#",
            " #",
            "&x ",
            "*x",
            "!t ",
            "!",
            "%",
            "@",
            "`",
            "<<: ",
        ),
        *(
            "---\n",
            "...\n",
            "%YAML 1.2\n",
            "%TAG ! x\n",
            "\t",
            " ",
            "\\",
            "\\x4",
            "''",
            "1",
            "-1e5",
        ),
        *("1e99999", ".nan", "null", "~", "true", "\ufeff", "\x85", "\u2028", "\x00", "\ud800"),
        *("\U0001f600", "é", "\u200b", "\u202e", "= ", "\\\n", "\\u12", "{x}", '"a" b', "a: b: c"),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=14).map("".join), st.text(max_size=40))


@given(TEXTS)
def test_yaml_is_total(text: str) -> None:
    check(text)


@given(TEXTS)
def test_yaml_is_total_with_the_other_parser(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_events, "EVENT_PARSER", yaml_events.PureParser)
        check(text)


@given(TEXTS)
def test_json_is_total(text: str) -> None:
    try:
        read_json(Source("t.json", text))
    except DocumentError as error:
        complete(error)


@given(st.binary(max_size=60))
def test_bytes_are_total(data: bytes) -> None:
    try:
        read_yaml(read_bytes("t.yaml", data))
    except DocumentError as error:
        complete(error)


def check(text: str) -> None:
    diagnostics = Diagnostics()
    try:
        node = read_yaml(Source("t.yaml", text), diagnostics=diagnostics)
    except DocumentError as error:
        complete(error)
        return
    for warning in diagnostics.found:
        assert str(warning)
    within(node, 0, len(text))


def complete(error: DocumentError) -> None:
    """Every diagnostic renders, has a place inside its text and keeps the messages' grammar."""
    assert error.diagnostics
    for found in error.diagnostics:
        rendered = found.render()
        assert rendered
        assert not any(c != "\n" and not c.isprintable() for c in rendered)
        assert not found.message.endswith(".")
        if found.span is not None:
            assert "``" not in found.message or "`" in found.span.source.text
            assert 0 <= found.span.start <= found.span.end <= len(found.span.source.text)


def within(node: Node, start: int, end: int) -> None:
    """Parts lie within the whole (aliases aside, which no text here can repeat in order)."""
    assert 0 <= node.span.start <= node.span.end <= end
    if isinstance(node, Scalar):
        if isinstance(node.value, str):
            for index in range(len(node.value) + 1):
                place = node.at(index, index + 1)
                assert 0 <= place.start <= place.end <= len(place.source.text)
        return
    parts = list(node) if isinstance(node, Sequence) else [n for pair in node.entries for n in pair]
    for part in parts:
        within(part, start, end)


@given(TEXTS)
def test_both_parsers_agree(text: str) -> None:
    """Whatever both read, they read alike.

    They differ in what they refuse: PyYAML's own is older in places, stricter in others.
    """
    first = outcome(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_events, "EVENT_PARSER", yaml_events.PureParser)
        second = outcome(text)
    if not isinstance(first, DocumentError) and not isinstance(second, DocumentError):
        assert first == second


def outcome(text: str) -> Any:
    try:
        return plain(read_yaml(Source("t.yaml", text)))
    except DocumentError as error:
        return error


KEYS = st.text("abcdefgNOyeson 0123.~-:#'\"{}é", max_size=8)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
    | st.text("ab \n\t:#-'\"", max_size=30)
    | st.sampled_from(("NO", "on", "2025-01-01", "12:30", "1_000", "010", "null", "<<", "=", "")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)


@given(
    VALUES,
    st.sampled_from((None, True, False)),
    st.sampled_from((None, '"', "|", ">")),
    st.booleans(),
)
def test_what_pyyaml_writes_reads_back(
    data: Any, flow: bool | None, style: str | None, unicode: bool
) -> None:
    if any(map(ONLY_YAML_12.fullmatch, strings(data))):
        return
    if style is not None:
        data = as_text(data)  # a style for all scalars makes them strings
    text = yaml.safe_dump(
        data, default_flow_style=flow, default_style=style, allow_unicode=unicode, width=20
    )
    if "!!" in text or any(char in text for char in "\x85\u2028\u2029\ufeff"):
        return  # PyYAML tags what it cannot write otherwise, and writes breaks of YAML 1.1
    assert plain(read_yaml(Source("t.yaml", text))) == numbers(data)


#: numbers to YAML 1.2 that are strings to PyYAML, which leaves them without quotes
ONLY_YAML_12 = re.compile(r"[-+]?[.0-9]+[eE][-+]?[0-9]+|0o[0-7]+|[-+]?\.[0-9]+")


def strings(data: Any) -> list[str]:
    """The keys and texts of some data."""
    if isinstance(data, dict):
        return [*data, *(text for value in data.values() for text in strings(value))]
    if isinstance(data, list):
        return [text for item in data for text in strings(item)]
    return [data] if isinstance(data, str) else []


def as_text(data: Any) -> Any:
    """The same data with text for every scalar."""
    if isinstance(data, dict):
        return {key: as_text(value) for key, value in data.items()}
    return [as_text(item) for item in data] if isinstance(data, list) else str(data)


def numbers(data: Any) -> Any:
    """The same data with decimals for integers."""
    if isinstance(data, dict):
        return {key: numbers(value) for key, value in data.items()}
    if isinstance(data, list):
        return [numbers(item) for item in data]
    return Decimal(data) if isinstance(data, int) and not isinstance(data, bool) else data


@given(VALUES)
def test_json_reads_alike_as_yaml(data: Any) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=1)
    if any(char in text for char in "\x85\u2028\u2029\ufeff\ufffe\uffff") or not printable(text):
        return
    assert plain(read_yaml(Source("t", text))) == plain(read_json(Source("t", text)))


def printable(text: str) -> bool:
    """Whether YAML lets every character of a text stand."""
    return not any((ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 for c in text)


def test_spans_of_a_document_slice_it() -> None:
    text = "a: 1\nb: ['x', {c: d}]\n"
    node = read_yaml(Source("t.yaml", text))
    assert isinstance(node, Mapping)
    assert text[node.span.start : node.span.end] == text.rstrip()
    assert [key.span.text for key, _ in node.entries] == ["a", "b"]
