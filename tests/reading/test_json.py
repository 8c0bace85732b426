"""Strict JSON: what is accepted is what RFC 8259 accepts, and the C decoder agrees."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.errors import Diagnostics, DocumentError
from policyengine.nodes import Mapping, Scalar, plain
from policyengine.reading import Limits, fast_json, read_json
from policyengine.source import Source


def slow(text: str, **limits: int) -> Any:
    return plain(read_json(Source("t.json", text), limits=Limits(**limits)))


def codes(text: str, **limits: int) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        slow(text, **limits)
    with pytest.raises(DocumentError) as fast:
        fast_json(text, name="t.json", limits=Limits(**limits))
    assert str(fast.value) == str(caught.value)
    return [d.code for d in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        ("null", None),
        (" \t\r\n[true,false , null]\n", [True, False, None]),
        ("\ufeff{}", {}),
        ('""', ""),
        ('{"a":{"b":[]},"c":[{}]}', {"a": {"b": []}, "c": [{}]}),
        ('{"":1}', {"": Decimal(1)}),
        ("[0,-0,-0.0,0e5]", [Decimal(0)] * 4),
        ("[1E+2,1e-2,1.50]", [Decimal(100), Decimal("0.01"), Decimal("1.5")]),
        ("1e6144", Decimal("1e6144")),
        ("9007199254740993", Decimal(9007199254740993)),
        ("1" + "0" * 5000, Decimal("1e5000")),
        (r'"\u0000\u001f\/\b\f\n\r\t\"\\"', '\0\x1f/\b\f\n\r\t"\\'),
        (r'"\ud83d\ude00\uD83D\uDE00"', "\U0001f600" * 2),
        ('"\x7f\x85\u2028\ufeff\U0010ffff"', "\x7f\x85\u2028\ufeff\U0010ffff"),
        (r'"\\ud800"', r"\ud800"),
        ("[[1],[2]]", [[Decimal(1)], [Decimal(2)]]),
        ('{"e\u0301":1}', {"e\u0301": Decimal(1)}),
    ),
)
def test_accepted(text: str, expected: object) -> None:
    for value in (slow(text), fast_json(text)):
        assert value == expected
        assert "'-0" not in repr(value)


@pytest.mark.parametrize(
    ("text", "code"),
    (
        *(
            (text, "json-syntax")
            for text in ("", " ", "\ufeff", "\ufeff\ufeff1", "]", "}", ":", ",", "a")
        ),
        *(
            (text, "json-syntax")
            for text in ("[1 2]", '["a" "b"]', "[1:2]", "[1}", "[,]", "[,1]", "[1,,2]")
        ),
        *(
            (text, "json-syntax")
            for text in ("{]", "{,}", "{1:2}", "{null:1}", "{[]:1}", "{{}:1}", "{a:1}")
        ),
        *(
            (text, "json-syntax")
            for text in ('{"a"}', '{"a" 1}', '{"a"::1}', '{"a":}', '{"a":1 "b":2}')
        ),
        *(
            (text, "json-syntax")
            for text in ('{"a":1]', '{"a":1,,"b":2}', '{"a","b"}', "{'a':1}", "['a']")
        ),
        *(
            (text, "json-syntax")
            for text in ("1 2", "{}{}", "[]]", "null null", "[tru]", "[True]", "[None]")
        ),
        *(
            (text, "json-syntax")
            for text in ("[nulll]", "[true1]", "[\u00a01]", "[\x0c1]", "\x00", "[1\x00]")
        ),
        *(
            (text, "json-syntax")
            for text in ("[-]", "[-a]", "[++]", "{\u201ca\u201d:1}", "[--1]", "\x0b1")
        ),
        *(
            (text, "json-unclosed")
            for text in ("[", "{", "[1", "[1,", '{"a"', '{"a":', '{"a":1', '{"a":1,')
        ),
        *((text, "json-unclosed") for text in ('"', '"a', '"\\', '"\\"', '["a', '{"a', "[[]")),
        *((text, "json-trailing-comma") for text in ("[1,]", '{"a":1,}', "[[],\n ]", '{"a":[],}')),
        *(
            (text, "json-comment")
            for text in ("//x\n1", "[1,/**/2]", "# x\n1", "1 // x", '{/*x*/"a":1}')
        ),
        *(
            (text, "json-number")
            for text in ("01", "-01", "00", "1.", ".5", "-.5", "+1", "1e", "1e+", "1.e1")
        ),
        *(
            (text, "json-number")
            for text in ("0x1F", "0o7", "1_000", "1.2.3", "1-2", "12abc", "1e1.5", "0e")
        ),
        *(
            (text, "number-not-finite")
            for text in ("NaN", "Infinity", "-Infinity", "nan", "+inf", "[NaN]")
        ),
        *(
            (text, "number-range")
            for text in ("1e6145", "1E400000000000", "1" * 35, "1" * 5000, "1e-7000")
        ),
        *(
            (text, "json-escape")
            for text in (r'"\q"', r'"\x41"', r'"\u12"', r'"\u12G4"', r'"\U0041"', r"""["\'"]""")
        ),
        *((f'"a{char}b"', "json-control-character") for char in "\0\n\r\t\x1f\x0b"),
        *(
            (text, "json-surrogate")
            for text in (r'"\ud800"', r'"\uDfff"', r'"\ude00\ud83d"', '"\ud800"')
        ),
        (r'["\ud800 x"]', "json-surrogate"),
        *(
            (text, "duplicate-key")
            for text in ('{"a":1,"a":1}', r'{"a":1,"\u0061":1}', '[{"b":{"a":1,"a":2}}]')
        ),
        *(
            (text, "key-character")
            for text in (r'{"a\u200b":1}', '{"a\u202e":1}', r'{"\u0000":1}', '{"\x7f":1}')
        ),
    ),
)
def test_refused(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_errors_accumulate() -> None:
    text = '{"a":1e9999,"b":"\\ud800","a":1,"c\u200b":2}'
    assert codes(text) == ["number-range", "json-surrogate", "duplicate-key", "key-character"]
    assert codes('{"\\ud800":1}') == ["json-surrogate", "key-character"]
    assert codes('{"a":1,"a":2,') == ["json-unclosed", "duplicate-key"]
    assert codes("[" + "1e9999," * 200 + "1]") == ["number-range"] * 50


def test_warnings() -> None:
    diagnostics = Diagnostics()
    read_json(Source("t.json", '{"e\u0301":1}'), diagnostics=diagnostics)
    assert [d.code for d in diagnostics.warnings] == ["key-not-normalized"]


@pytest.mark.parametrize(
    ("text", "limits", "expected"),
    (
        ("[[1]]", {"max_depth": 2}, None),
        ('[{"a":[]}]', {"max_depth": 2}, "document-depth"),
        ('{"a":{"a":{}}}', {"max_depth": 2}, "document-depth"),
        ("[[[1]]]", {"max_depth": 2}, "document-depth"),
        ("[[],[],[],[]]", {"max_depth": 2}, None),
        ("[[],{},[],[1]]", {"max_depth": 1}, "document-depth"),
        ('{"a":1}', {"max_nodes": 3}, None),
        ('{"a":1}', {"max_nodes": 2}, "document-nodes"),
        ("[1,2,3]", {"max_nodes": 4}, None),
        ("[1,2,3]", {"max_nodes": 3}, "document-nodes"),
        ("[[],[]]", {"max_nodes": 3}, None),
        ('["abc"]', {"max_scalar": 3}, None),
        ('["abcd"]', {"max_scalar": 3}, "document-scalar"),
        ("[1]", {"max_bytes": 2}, "document-size"),
    ),
)
def test_limits(text: str, limits: dict[str, int], expected: str | None) -> None:
    if expected is None:
        assert slow(text, **limits) == fast_json(text, limits=Limits(**limits))
    else:
        assert codes(text, **limits) == [expected]


def test_spans() -> None:
    text = ' {"a" : [1, "\U0001f600x"] ,"b":null}\n'
    node = read_json(Source("t.json", text))
    assert isinstance(node, Mapping)
    assert node.span.text == text.strip()
    (key, value), (_, last) = node.entries
    assert (key.span.text, value.span.text, last.span.text) == ('"a"', '[1, "\U0001f600x"]', "null")
    assert isinstance(last, Scalar)
    assert last.style == "json"
    assert (last.span.line, last.span.column) == (1, text.index("null") + 1)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**33), 10**33)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abc .é\U0001f600", max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON, st.booleans(), st.sampled_from((None, 2, "\t")))
def test_agrees_with_the_library_on_valid_documents(
    data: Any, ascii_only: bool, indent: int | str | None
) -> None:
    text = json.dumps(data, ensure_ascii=ascii_only, indent=indent)
    if has_halves(data):
        return
    expected = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    assert slow(text) == expected
    assert fast_json(text) == expected


def has_halves(data: Any) -> bool:
    """Whether any text in the data holds half of a surrogate pair."""
    return any("\ud800" <= char <= "\udfff" for char in json.dumps(data, ensure_ascii=False))


PIECES = st.sampled_from(
    [
        *'{}[]:,"\\ \n0123-.e+',
        *('"a"', '"b":', "true", "null", "NaN", "//", "'", "[1,", '{"a":'),
        *(r"\n", r"\u00e9", r"\ud83d", r"\ude00", "é", "\x00", "\ufeff"),
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_agrees_with_the_library_on_any_text(text: str) -> None:
    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(items)) != len(items) or any(not key.isprintable() for key, _ in items):
            raise ValueError
        return dict(items)

    def refuse(name: str) -> None:
        raise ValueError(name)

    try:
        expected = json.loads(
            text.removeprefix("\ufeff"),
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=refuse,
            object_pairs_hook=pairs,
        )
        json.dumps(expected, ensure_ascii=False, default=str).encode()
    except ValueError:
        assert codes(text)
    else:
        assert slow(text) == fast_json(text) == expected
