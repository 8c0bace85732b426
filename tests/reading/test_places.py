"""`Scalar.at`: characters of a value, back to where they were written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.nodes import Mapping, Node, Scalar, Sequence
from policyengine.reading import read_json, read_yaml
from policyengine.source import Source

LETTERS = "abcé☃\U0001f600"
WORD = st.text(LETTERS, min_size=1, max_size=4)
BREAK = st.sampled_from(("\n", "\r\n", "\r"))


def leaf(text: str) -> Scalar:
    """The scalar under the last key of a YAML document."""
    node: Node = read_yaml(Source("t.yaml", text))
    while not isinstance(node, Scalar):
        node = node.entries[-1][1] if isinstance(node, Mapping) else node.items[-1]
    return node


def check_exact(scalar: Scalar) -> None:
    """Every character that was written as itself maps to itself; places never run backwards."""
    value, text = scalar.value, scalar.span.source.text
    assert isinstance(value, str)
    last = -1
    for index, char in enumerate(value):
        place = scalar.at(index, index + 1)
        written = text[place.start : place.end]
        assert place.start >= last
        last = place.start
        if char in LETTERS:
            assert written == char
        elif char == "\n":
            assert written.strip(" \t\r\n") in ("", "\\n")
            assert written
        elif char == " ":
            assert written == " " or written.strip(" \t\r\n") == ""
    for start in range(len(value)):
        whole = scalar.at(start, len(value))
        assert whole.start == scalar.at(start, start + 1).start
        assert whole.end == scalar.at(len(value) - 1, len(value)).end
    assert scalar.at(len(value), len(value)).start >= last


@st.composite
def lines(draw: st.DrawFn) -> tuple[list[str], str]:
    """Lines of words, some empty, some indented further, and a line break."""
    count = draw(st.integers(1, 6))
    out = [draw(WORD)]
    for _ in range(count):
        words = draw(st.lists(WORD, max_size=3))
        lead = draw(st.sampled_from(("", "", "", " ", "  ", "\t")))
        trail = draw(st.sampled_from(("", "", " ", "\t")))
        out.append((lead + " ".join(words) + trail) if words else lead.replace("\t", ""))
    return out, draw(BREAK)


@given(
    lines(),
    st.sampled_from("|>"),
    st.sampled_from(("", "-", "+", "2", "2-", "+2")),
    st.integers(0, 3),
    st.booleans(),
)
def test_block_scalars(
    written: tuple[list[str], str], style: str, indicator: str, extra: int, more: bool
) -> None:
    content, newline = written
    if "2" in indicator:
        indent = "  "
        content = [" " * extra + content[0], *content[1:]]
    else:
        indent = "  " + " " * extra
    body = newline.join(indent + line if line else "" for line in content)
    text = f"a:{newline} # x{newline}b: {style}{indicator} # c{newline}{newline}{body}"
    text += newline * 2 + ("# d" if more else "")
    scalar = leaf(text)
    check_exact(scalar)
    assert scalar.span.text[0] == style
    if style == "|":
        assert isinstance(scalar.value, str)
        for index, char in enumerate(scalar.value):
            place = scalar.at(index, index + 1)
            assert place.text == (newline if char == "\n" else char)


@given(lines(), st.sampled_from(("plain", "'", '"')))
def test_flow_scalars_over_several_lines(written: tuple[list[str], str], style: str) -> None:
    content, newline = written
    quote = "" if style == "plain" else style
    body = f"{newline}  ".join(line.replace("\t", " ") for line in content)
    scalar = leaf(f"a: x{newline}b: {quote}{body}{quote}{newline}")
    check_exact(scalar)


@given(st.lists(st.one_of(WORD, st.just("''"), st.just(" ")), min_size=1, max_size=6))
def test_single_quotes(parts: list[str]) -> None:
    scalar = leaf(f"- '{''.join(parts)}'")
    check_exact(scalar)
    assert isinstance(scalar.value, str)
    for index, char in enumerate(scalar.value):
        if char == "'":
            assert scalar.at(index, index + 1).text == "''"


ESCAPES = {r"\n": "\n", r"\x41": "A", r"\u2603": "☃", r"\U0001F600": "\U0001f600", r"\"": '"'}


@given(st.lists(st.one_of(WORD, st.sampled_from(sorted(ESCAPES)), st.just(" ")), max_size=6))
def test_double_quotes(parts: list[str]) -> None:
    scalar = leaf(f'- "{"".join(parts)}"')
    assert scalar.value == "".join(ESCAPES.get(part, part) for part in parts)
    assert isinstance(scalar.value, str)
    written = [scalar.at(i, i + 1).text for i in range(len(scalar.value))]
    expected = [[part] if part in ESCAPES else list(part) for part in parts]
    assert written == [piece for pieces in expected for piece in pieces]


@given(st.text(max_size=12), st.booleans())
def test_json(value: str, ascii_only: bool) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        value = "half"
    text = " " + json.dumps([value], ensure_ascii=ascii_only)
    node = read_json(Source("t.json", text))
    assert isinstance(node, Sequence)
    (scalar,) = node.items
    assert isinstance(scalar, Scalar)
    assert scalar.value == value
    pieces = [scalar.at(i, i + 1).text for i in range(len(value))]
    assert [json.loads(f'"{piece}"') for piece in pieces] == list(value)
    assert "".join(pieces) == scalar.span.text[1:-1]


@pytest.mark.parametrize(
    ("text", "pieces"),
    (
        ('"a \\\n  b"', ["a", " ", "b"]),
        ('"a\\\n\n  b"', ["a", "\\\n\n  ", "b"]),
        ('"a\\ \n  b"', ["a", "\\ ", "\n  ", "b"]),
        ('"a  \n\n\n b"', ["a", "  \n\n\n ", "  \n\n\n ", "b"]),
        ("'a \n b'", ["a", " \n ", "b"]),
        ('"\\\n a"', ["a"]),
        ("|\n\n x\n", ["\n", "x", "\n"]),
        ("|+\n\n", ["\n"]),
        ("|-\n x", ["x"]),
        (">\n x\n y\n\n z\n", ["x", "\n ", "y", "\n\n ", "z", "\n"]),
        (">+\n x\n\n\n", ["x", "\n\n\n", "\n\n\n", "\n\n\n"]),
    ),
)
def test_pieces(text: str, pieces: list[str]) -> None:
    """Where a run of source characters stands for a character, the whole run is its place."""
    scalar = leaf(f"- {text}")
    assert isinstance(scalar.value, str)
    assert [scalar.at(i, i + 1).text for i in range(len(scalar.value))] == pieces


@pytest.mark.parametrize("text", ("", "''", '""', "|\n", ">-\n", "&x"))
def test_an_empty_text_has_a_place(text: str) -> None:
    scalar = leaf(f"- {text}")
    place = scalar.at(0, 0)
    assert 0 <= place.start <= place.end <= len(scalar.span.source.text)
    assert scalar.at(3, 9).end <= len(scalar.span.source.text)


def test_numbers_have_places() -> None:
    assert leaf("a: 1234").at(1, 3).text == "23"
