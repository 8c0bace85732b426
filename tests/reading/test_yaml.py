"""YAML documents: structure, places, keys, aliases, warnings; with either parser."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from policyengine.errors import Diagnostics, DocumentError
from policyengine.nodes import Mapping, Node, Scalar, Sequence, plain
from policyengine.reading import Limits, read_yaml, yaml_events
from policyengine.source import Source

pytestmark = pytest.mark.usefixtures("each_parser")


def read(text: str) -> Any:
    return plain(read_yaml(Source("t.yaml", text)))


def codes(text: str, **limits: int) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        read_yaml(Source("t.yaml", text), limits=Limits(**limits))
    return [d.code for d in caught.value.diagnostics]


def warnings(text: str) -> list[str]:
    diagnostics = Diagnostics()
    read_yaml(Source("t.yaml", text), diagnostics=diagnostics)
    assert not diagnostics.errors
    return [d.code for d in diagnostics.warnings]


def spans(node: Node) -> list[str]:
    """The texts of a node's spans, depth first."""
    if isinstance(node, Scalar):
        return [node.span.text]
    if isinstance(node, Sequence):
        return [node.span.text, *(text for item in node.items for text in spans(item))]
    parts = [node.span.text]
    for key, value in node.entries:
        parts += [key.span.text, *spans(value)]
    return parts


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        ("", None),
        ("# nothing\n", None),
        ("---\n", None),
        ("--- a\n...\n", "a"),
        ("%YAML 1.2\n---\na: 1", {"a": Decimal(1)}),
        ("%YAML 1.2 # the only one\n---\na", "a"),
        ("a:\n- 1\n- [x, {y: z}]\n", {"a": [Decimal(1), ["x", {"y": "z"}]]}),
        ("? a\n: b\n? c\n", {"a": "b", "c": None}),
        ("[a: 1, b]", [{"a": Decimal(1)}, "b"]),
        ('{"a":1,"b":[]}', {"a": Decimal(1), "b": []}),
        ("a: {}\nb: []\n", {"a": {}, "b": []}),
        ("NO: a\non: b\n", {"NO": "a", "on": "b"}),
        ('"<<": 1', {"<<": Decimal(1)}),
        ('"1": a\n"null": b', {"1": "a", "null": "b"}),
        ('"": a', {"": "a"}),
        ("a.b: 1\na: {b: 2}", {"a.b": Decimal(1), "a": {"b": Decimal(2)}}),
        ("items: 1\n__class__: 2", {"items": Decimal(1), "__class__": Decimal(2)}),
        ("a: x\r\nb: y\r\n", {"a": "x", "b": "y"}),
        ("a: x\rb: y\r", {"a": "x", "b": "y"}),
        ("\ufeffa: 1", {"a": Decimal(1)}),
        (r'a: "\0\x07\u00e9\U0001F600\N\_\L\P\/\e"', {"a": "\0\x07é😀\x85\xa0\u2028\u2029/\x1b"}),
        ("a: &x b\nc: *x", {"a": "b", "c": "b"}),
        ("&x a: *x", {"a": "a"}),
        ("a: &x 1\nb: &x 2\nc: *x", {"a": Decimal(1), "b": Decimal(2), "c": Decimal(2)}),
        ("a: &x\nb: *x\n", {"a": None, "b": None}),
        ("? >-\n  k\n: v\n", {"k": "v"}),
    ),
)
def test_documents(text: str, expected: object) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        (
            "a: 1\nb:\n  - x\n  - {c: 'd'}\n\n# end\n",
            [
                "a: 1\nb:\n  - x\n  - {c: 'd'}",
                *("a", "1", "b", "- x\n  - {c: 'd'}", "x", "{c: 'd'}", "c", "'d'"),
            ],
        ),
        (
            '\ufeffa: \U0001f600\r\nb: "é"\r\n',
            ['a: \U0001f600\r\nb: "é"', "a", "\U0001f600", "b", '"é"'],
        ),
        (
            "a: |\n  x\n\n  y\n\n\nb: 1",
            ["a: |\n  x\n\n  y\n\n\nb: 1", "a", "|\n  x\n\n  y", "b", "1"],
        ),
        ("a: &n [b]\nc: *n\n", ["a: &n [b]\nc: *n", "a", "[b]", "b", "c", "[b]", "b"]),
        ("a: &n # c\n  b: &m 'x'\n", ["a: &n # c\n  b: &m 'x'", "a", "b: &m 'x'", "b", "'x'"]),
        ("- &n\n- b\n", ["- &n\n- b", "", "b"]),
        ("a:\nb:   \n", ["a:\nb:", "a", "", "b", ""]),
    ),
)
def test_spans(text: str, expected: list[str]) -> None:
    assert spans(read_yaml(Source("t.yaml", text))) == expected


def test_an_empty_document_has_a_place() -> None:
    node = read_yaml(Source("t.yaml", "# nothing\n"))
    assert isinstance(node, Scalar)
    assert (node.span.line, node.span.column, node.value) == (1, 1, None)


def test_styles() -> None:
    text = "- a\n- 'b'\n- \"c\"\n- |\n  d\n- >\n  e\n"
    node = read_yaml(Source("t.yaml", text))
    assert isinstance(node, Sequence)
    styles = [item.style for item in node if isinstance(item, Scalar)]
    assert styles == ["plain", "single", "double", "literal", "folded"]


def test_aliases_share_the_node_they_name() -> None:
    node = read_yaml(Source("t.yaml", "a: &x {b: 1}\nc: *x\n"))
    assert isinstance(node, Mapping)
    assert node.get("a") is node.get("c")


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        ("1: a", ["yaml-key-type"]),
        ("1.5: a\nnull: b\n~: c\ntrue: d\n0x1: e\n.nan: f", ["yaml-key-type"] * 6),
        ("{1: a, ~: b}", ["yaml-key-type"] * 2),
        ("? \n: a", ["yaml-key-type"]),
        ("? [a]\n: b", ["yaml-complex-key"]),
        ("? {a: b}\n: c", ["yaml-complex-key"]),
        ("x: &a b\n*a : c", ["yaml-complex-key"]),
        ("a: 1\nb: 2\na: 3\nb: 4\na: 5", ["duplicate-key"] * 3),
        ("a: 1\n\"a\": 2\n'a': 3", ["duplicate-key"] * 2),
        ('"\\x61": 1\na: 2', ["duplicate-key"]),
        (
            "a: {b: 1, b: 2}\nc: .nan\nd: 1e9999",
            ["duplicate-key", "number-not-finite", "number-range"],
        ),
        ("<<: {a: 1}", ["yaml-merge-key"]),
        ("a: &x {b: 1}\nc:\n  <<: *x", ["yaml-merge-key"]),
        ("--- a\n--- b", ["yaml-several-documents"]),
        ("---\n---\n", ["yaml-several-documents"]),
        ("a\n...\n---\nb", ["yaml-several-documents"]),
        ("%YAML 1.1\n---\na", ["yaml-directive"]),
        ("# x\n%TAG ! tag:x,1:\n---\na", ["yaml-directive"]),
        ("%FOO bar\n---\na", ["yaml-directive"]),
        ("%YAML 1.2\n%YAML 1.2\n---\na", ["yaml-directive"]),
        ("a: !x b", ["yaml-tag"]),
        ("a: ! b", ["yaml-tag"]),
        ("a: ! [b]", ["yaml-tag"]),
        ("a: ! {b: c}", ["yaml-tag"]),
        ("a: !\nb: c", ["yaml-tag"]),
        ("a: &n !x b", ["yaml-tag"]),
        ("a: !x &n b", ["yaml-tag"]),
        ("!!map {a: b}", ["yaml-tag"]),
        ("!!seq [a]", ["yaml-tag"]),
        ("!!str a: b", ["yaml-tag"]),
        ("a: !<tag:yaml.org,2002:str> b", ["yaml-tag"]),
        ("a: *b", ["yaml-unknown-alias"]),
        ("a: &b [*b]", ["yaml-alias-cycle"]),
        ("&b {a: {c: *b}}", ["yaml-alias-cycle"]),
        ("a: b\x85c", ["document-character"]),
        ("a: b\u2028c", ["document-character"]),
        ("a: b\x7f", ["document-character"]),
        ("a: b\ufeff", ["document-character"]),
        ("\ufeff\ufeffa: b", ["document-character"]),
        ("a: \ud800", ["document-character"]),
        ("a: \ufffe", ["document-character"]),
        ('a: "\\ud83d\\ude00"', ["yaml-escape"]),
    ),
)
def test_refused(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    "char", (*"\u200b\u200c\u200d\u2060\u00ad\u202e\u2066\u00a0\u3000\u3164\ufe0f\u2800\U000e0101",)
)
def test_keys_hide_nothing(char: str) -> None:
    assert codes(f"amount{char}: 1") == ["key-character"]
    assert codes(f'"amount\\U{ord(char):08x}": 1') == ["key-character"]
    assert read(f'a: "x{char}y"') == {"a": f"x{char}y"}


@pytest.mark.parametrize("escape", (r"\0", r"\e", r"\n", r"\t", r"\x7f", r"\u2028"))
def test_keys_hold_no_controls(escape: str) -> None:
    assert codes(f'"amount{escape}": 1') == ["key-character"]


def test_a_duplicate_key_names_the_first() -> None:
    with pytest.raises(DocumentError) as caught:
        read("limit: 1\nx: y\nlimit: 2\n")
    (found,) = caught.value.diagnostics
    assert found.span is not None
    assert found.span.line == 3
    ((first, words),) = found.related
    assert (first.line, words) == (1, "first written here")


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        ("a: Annex #3", ["yaml-comment-cut"]),
        ("a: x > #limit\n", ["yaml-comment-cut"]),
        ("a: x > # limit\n", ["yaml-comment-cut"]),
        ("a: x and # y\n", ["yaml-comment-cut"]),
        ("a: the rule #four", ["yaml-comment-cut"]),
        ("a: b # fine", []),
        ("a: signed #todo", []),
        ("a: the rule # fine", []),
        ("a: the rule ####", []),
        ("a: the rule #", []),
        ("a: 'Annex' #3", []),
        ("a: 12 #3", []),
        ("a: Annex#3", []),
        ("a: {x}", ["yaml-placeholder"]),
        ("a: {x: }", ["yaml-placeholder"]),
        ("a: {x: null}", []),
        ("a: {x: {}}", []),
        ("a: {x, y}", []),
        ("a: [b (c), d]", []),
        ("a: [b c), d]", []),
        ("a: ['b (c', d]", []),
        ('a: [x = "(", d]', []),
        ("a: [b (c]", []),
        ("a:\n  - b (c, d)", []),
        ("a: b (c, 4,000)", []),
        ("a: [10,200, 30,0, 000]", []),
        ("a: [1, 000, x1,000]", []),
        ("a: [0,000]", []),
        ("a: {}", []),
        ("a:\n  x:\n", []),
        ("a: &b c", ["yaml-unused-anchor"]),
        ("a: &b c\nd: *b", []),
        ("e\u0301: 1", ["key-not-normalized"]),
        ("é: 1", []),
    ),
)
def test_warnings(text: str, expected: list[str]) -> None:
    assert warnings(text) == expected


def test_no_warnings_beside_errors() -> None:
    assert codes("a: {x}\na: {y}") == ["duplicate-key"]


def test_keys_may_hold_spaces_and_letters_of_any_script() -> None:
    text = "société générale: 1\nسهم: 2\n株: 3\n"
    assert list(read(text)) == ["société générale", "سهم", "株"]
    assert warnings(text) == []


def test_at_most_a_hundred_warnings() -> None:
    assert len(warnings("- &a b\n" * 200)) == 100


def test_at_most_fifty_errors() -> None:
    assert codes("a: 1\n" * 200) == ["duplicate-key"] * 50


@pytest.mark.parametrize(
    ("text", "limits", "expected"),
    (
        ("[[a]]", {"max_depth": 2}, None),
        ("[[[a]]]", {"max_depth": 2}, "document-depth"),
        ("a:\n  b:\n    c: d", {"max_depth": 2}, "document-depth"),
        ("a: &x [[b]]\nc: [*x]", {"max_depth": 4}, None),
        ("a: &x [[b]]\nc: [*x]", {"max_depth": 3}, "document-depth"),
        ("a: &x [b]\nc: &y [*x]\nd: [*y]", {"max_depth": 4}, None),
        ("a: &x [b]\nc: &y [*x]\nd: [*y]", {"max_depth": 3}, "document-depth"),
        ("a: b", {"max_nodes": 3}, None),
        ("a: bcd", {"max_nodes": 2}, "document-nodes"),
        ("a: &x [b, c]\nd: *x", {"max_nodes": 8}, "document-nodes"),
        ("a: &x [b, c]\nd: *x", {"max_nodes": 9}, None),
        ("a: bcd", {"max_scalar": 3}, None),
        ("a: bcde", {"max_scalar": 3}, "document-scalar"),
        ("abcd: e", {"max_scalar": 3}, "document-scalar"),
        ("abc: d", {"max_bytes": 5}, "document-size"),
        ("a: &x b\nc: [*x, *x]", {"max_aliases": 2}, None),
        ("a: &x b\nc: [*x, *x, *x]", {"max_aliases": 2}, "yaml-alias-limit"),
    ),
)
def test_limits(text: str, limits: dict[str, int], expected: str | None) -> None:
    if expected is None:
        read_yaml(Source("t.yaml", text), limits=Limits(**limits))
    else:
        assert codes(text, **limits) == [expected]


def test_the_slow_parser_is_given_less(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_events, "EVENT_PARSER", yaml_events.PureParser)
    with pytest.raises(DocumentError, match=r"(?s)larger than 262144 bytes.*libyaml"):
        read("#" * 300_000)
