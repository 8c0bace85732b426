"""The parts of the language server that need no process: places, cursors, a text cut anywhere."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lsp.project import FILES, MANIFEST, RULES, TEST

from policyengine import resources
from policyengine.codes import CODES
from policyengine.core import Policy as CorePolicy
from policyengine.engine import Policy
from policyengine.errors import PolicyError
from policyengine.languageserver import changes, checking, grammar, hover, places
from policyengine.languageserver.completion import complete
from policyengine.languageserver.cursor import cursor
from policyengine.languageserver.documents import kind_of
from policyengine.languageserver.model import Model, build
from policyengine.languageserver.navigation import outline
from policyengine.languageserver.pointed import pointed
from policyengine.lint import BY_CODE
from policyengine.lowering.operators import OPERATORS
from policyengine.reading import unsaved
from policyengine.source import Source

TEXT = st.text(alphabet=st.sampled_from("ab🎉é\n\r:{}[]\"'-#|> ,"), max_size=60)


@given(TEXT, st.integers(0, 60))
def test_a_place_is_the_same_there_and_back(text: str, offset: int) -> None:
    source = Source("x", text)
    offset = min(offset, len(text))
    if text[offset - 1 : offset + 1] == "\r\n":
        return  # inside a line break there is no place
    at = places.position(source, offset)
    line = source.line(at.line + 1)
    assert at.character <= len(line.encode("utf-16-le")) // 2 + (offset == len(text))
    if source.text[offset - 1 : offset] not in ("\r", "\n") or at.character == 0:
        assert places.offset(source, at) == offset


@pytest.mark.parametrize("line, character", [(-1, 0), (0, -3), (0, 999), (99, 0), (1, 2)])
def test_places_outside_the_text_are_moved_into_it(line: int, character: int) -> None:
    source = Source("x", "ab\n🎉")
    assert 0 <= places.offset(source, places.Position(line, character)) <= 4
    assert places.offset(source, places.Position(1, 1)) == 3  # between the halves of a pair


@pytest.mark.parametrize(
    "uri, path",
    [
        ("file:///a%20b/%C3%A9.yaml", "/a b/é.yaml"),
        ("untitled:Untitled-1", None),
        ("http://x/y.yaml", None),
        ("file:///a%00b", None),
    ],
)
def test_addresses(uri: str, path: str | None) -> None:
    assert places.path_of(uri) == path
    if path is not None:
        assert places.path_of(places.uri_of(path)) == path


@pytest.mark.parametrize(
    "text, path, typed, is_key",
    [
        ("ru|", (), "ru", True),
        ("rules:\n- id: A\n  |", ("rules", "[]"), "", True),
        (
            "rules:\n  - id: A\n    all:\n    - a: 1\n    - b|",
            ("rules", "[]", "all", "[]"),
            "b",
            True,
        ),
        ("a: {b: {c|", ("a", "b"), "c", True),
        ("a: {b: [c, d|", ("a", "b", "[]"), "d", False),
        ("a: {b: 'x, y|", ("a", "b"), "'x, y", False),
        ("a: [\n  {b: c},\n  {d: |", ("a", "[]", "d"), "", False),
        ("a: >-\n  x: y|", ("a",), ">-\n  x: y", False),
        ("a: >-\n  x\nb|", (), "b", True),
        ("a: x >\n  y|", ("a",), "x >\n  y", False),
        ("rules:\n  - a: {x: {\n  - b: |", ("rules", "[]", "b"), "", False),
        ("a:\n  b: 1\n|", (), "", True),
        ("- - |", ("[]", "[]"), "", True),
        ('"a b": |', ("a b",), "", False),
        ("a: b # c: d\ne|", (), "e", True),
        ("a: &x !y |", ("a",), "", False),
    ],
)
def test_where_a_cursor_stands(text: str, path: tuple[str, ...], typed: str, is_key: bool) -> None:
    offset = text.index("|", text.index(">-") if ">-" in text else 0)
    here = cursor(Source("x", text[:offset] + text[offset + 1 :]), offset)
    assert (here.path, here.text, here.is_key) == (path, typed, is_key)


@given(TEXT, st.integers(0, 60))
def test_a_cursor_stands_somewhere_in_any_text(text: str, offset: int) -> None:
    source = Source("x", text)
    here = cursor(source, min(offset, len(text)))
    assert source.text[here.start : min(offset, len(text))] == here.text
    for kind in grammar.KINDS:
        grammar.place(kind, here.path)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder = tmp_path_factory.mktemp("parts").resolve()
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return build(folder / "rules/supply")


@pytest.mark.parametrize("name", [RULES, TEST, MANIFEST, "waivers/waivers.yaml", "deals/deal.yaml"])
def test_nothing_fails_on_a_text_that_ends_anywhere(model: Model, name: str) -> None:
    """Every feature at the end of every beginning of a document, and at one place in it."""
    path = model.path.parent.parent / name
    for end in range(0, len(FILES[name]) + 1, 3):
        source = Source(str(path), FILES[name][:end])
        for offset in (end, end * 2 // 3):
            complete(source, offset, path, model)
            complete(source, offset, path, None)
            at = pointed(source, offset, path, model)
            if at is not None:
                hover.hover(at, model)
        outline(source, path)
        changes.formatted(source, kind_of(path, source.text))


def test_a_policy_that_ends_anywhere_is_checked(model: Model) -> None:
    assert model.valid
    for name in (RULES, MANIFEST, TEST, "terms.schema.json"):
        path = model.path.parent.parent / name
        for end in range(0, len(FILES[name]), 41):
            text = FILES[name][:end]
            with unsaved({str(path): text.encode()}):
                found = checking.check(
                    model.path, {str(path): text}, as_of=dt.date(2026, 1, 31), last=model
                )
            assert found.found or found.model.valid


def test_what_is_read_is_what_is_typed_inside_unsaved_and_only_there(model: Model) -> None:
    path = str(model.path / "more.yaml")
    with unsaved({path: FILES["rules/supply/more.yaml"].replace("No loans", "Typed").encode()}):
        assert Policy.load(model.path).rule("KIND-1").title == "Typed"
    assert Policy.load(model.path).rule("KIND-1").title == "No loans"


def test_every_code_leads_to_its_page() -> None:
    for code in (*CODES, *BY_CODE):
        page = resources.page(code)
        assert page is not None, code
        assert page.read_text("utf-8").startswith(f"# `{code}`"), code
    assert resources.page("../README") is None
    assert resources.page("no-such-code") is None


KINDS = {
    "number": "{type: number}",
    "string": "{type: string}",
    "boolean": "{type: boolean}",
    "date": "{type: string, format: date}",
    "time": "{type: string, format: time}",
    "date and time": "{type: string, format: date-time}",
    "days and time duration": "{type: string, format: duration}",
    "list": "{type: array, items: {type: number}}",
}
OPERANDS = {
    "between": "[1, 2]",
    "count": "{at_least: 1}",
    "every": "{at_least: 1}",
    "some": "{at_least: 1}",
    "none": "{at_least: 1}",
    "stated": "true",
}


def test_the_operators_of_a_type_are_those_that_the_checker_takes(tmp_path: Path) -> None:
    assert set(hover.TESTS) == set(OPERATORS)
    for kind, schema in KINDS.items():
        for name in OPERATORS:
            text = (
                "policy: p\nversion: 1.0.0\nterms: {type: object, additionalProperties: false, "
                f"properties: {{t: {schema}}}}}\nrules:\n  - id: R-1\n    title: t\n"
                f"    require: {{t: {{{name}: {OPERANDS.get(name, '[1]')}}}}}\n"
            )
            path = tmp_path / "p.yaml"
            path.write_text(text, "utf-8")
            refused = False
            try:
                loaded = Policy.load(path)
                assert isinstance(loaded.core, CorePolicy)
            except PolicyError as error:
                refused = any(d.code == "operator-type" for d in error.diagnostics)
                if any(d.code in ("schema-keyword", "schema-type") for d in error.diagnostics):
                    continue  # a format that schemas do not have
            assert refused == (kind not in hover.TESTS[name]), (kind, name)


@given(TEXT, TEXT)
def test_a_difference_makes_one_text_of_another(before: str, after: str) -> None:
    source = Source("x", before)
    range_, put = changes.difference(source, after)
    start, end = places.offset(source, range_.start), places.offset(source, range_.end)
    assert before[:start] + put + before[end:] == after
