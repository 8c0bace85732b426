"""The exact words of every finding: one golden file for each way to get it wrong.

`UPDATE_GOLDENS=1 pytest tests/reading/test_messages.py` writes them anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from yaml.error import MarkedYAMLError, YAMLError

from policyengine.errors import Diagnostic, Diagnostics, DocumentError
from policyengine.reading import (
    CODES,
    Limits,
    format_of,
    read_bytes,
    read_json,
    read_path,
    read_yaml,
    yaml_events,
)
from policyengine.reading.limits import Findings
from policyengine.reading.yaml_syntax import raise_syntax_error
from policyengine.source import Source, visible

GOLDENS = Path(__file__).parent / "goldens"
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"

YAML = {
    "alias-as-key": "x: &a b\n*a : c\n",
    "alias-cycle": "parties: &p\n  - name: A\n    others: *p\n",
    "alias-in-text": "because: *important* for us\n",
    "alias-mark-alone": "because: * see above\n",
    "alias-unknown": "terms: *usual\n",
    "anchor-mark-alone": "because: & more\n",
    "anchor-unused": "title: &D partners\n",
    "at-sign": "contact: @office\n",
    "backtick": "require: `x > 1`\n",
    "block-text-after-header": "because: > the other party\n  may leave\n",
    "block-indented-by-zero": "because: |0\n  text\n",
    "block-text-too-far-left": "because: |\n    text\n  more\n",
    "block-tab": "because: |\n\ttext\n",
    "brace-then-text": "because: {x}% of the budget\n",
    "brace-placeholder": "because: {amount}\n",
    "bracket-then-text": "because: [sic] as written\n",
    "bracket-as-key": "[a, b]: c\n",
    "bracket-in-text": "{require: a.days in [1..5]}\n",
    "bracket-in-text-of-list": 'any: [count(list[item = "a"]) > 1]\n',
    "bracket-never-closed": "tags: [a, b\n",
    "bracket-never-closed-at-all": "tags: [\n",
    "bracket-closed-by-another": "tags: [a, b}\n",
    "bracket-comma-missing": 'tags: ["a"\n"b"]\n',
    "bracket-without-opening": "tags: ]\n",
    "brace-never-closed": "source: {ref: Art. 5\ntitle: x\n",
    "byte-order-mark-inside": "a: \ufeffb\n",
    "character-control": "a: x\x01\n",
    "character-line-separator": "a: x\u2028y\n",
    "colon-in-text": "because: the rule: it holds\n",
    "colon-in-list": "- the rule: it: holds\n",
    "colon-without-space": "rules:\n  level: mandatory\n  title:x\n",
    "colon-missing": "level: mandatory\ntitle\n",
    "comma-first": "because: , and more\n",
    "comma-cuts-call": "{id: R-1, require: max(a, 3) > 4}\n",
    "comma-cuts-list": 'all: [a in ("x", "y"), b > 1]\n',
    "comma-cuts-number": "{amount: {at_most: 4,000,000}}\n",
    "comma-cuts-number-in-list": "between: [-1,000.5, 20]\nof: [1,000,000, 5]\n",
    "commas-together": "tags: [a, , b]\n",
    "comment-cuts-number": "ref: Annex #3\n",
    "comment-cuts-expression": "feel: x > #limit\n",
    "comment-cuts-text": "because: see the list #four\n",
    "comment-inside-text": "because: it holds # always\n  and ever\n",
    "comment-then-line": "a: b\nbecause # why\nthen: c\n",
    "comment-then-text": "a: b # why\nso it goes\n",
    "depth": "a: [[[[b]]]]\n",
    "directive-tag": "%TAG ! tag:example.com,2000:\n---\na\n",
    "directive-unknown": "%FOO bar\n---\na\n",
    "directive-version": "%YAML 1.1\n---\na\n",
    "directive-version-twice": "%YAML 1.2\n%YAML 1.2\n---\na\n",
    "directive-version-future": "%YAML 2.0\n---\na\n",
    "documents": "a: b\n---\nc: d\n",
    "duplicate-keys": "limit: 1\nname: x\nlimit: 2\nname: y\n",
    "escape-unknown": 'pattern: "\\d+"\n',
    "escape-short": 'a: "\\u12"\n',
    "escape-surrogate": 'a: "\\ud83d\\ude00"\n',
    "extra-content": "a\n...\nb\n",
    "indentation-key": "rules:\n    id: x\n  level: y\n",
    "indentation-item": "tags:\n  - a\n  b\n",
    "indentation-key-in-list": "rules:\n  - id: x\n  level: y\n",
    "indentation-list-after-key": "a: - b\n",
    "indentation-under-value": "level: mandatory\n  title: x\n",
    "key-invisible": "amo\u200bunt: 5\n",
    "key-missing": "? \n: a\n",
    "key-not-normalized": "cafe\u0301: 1\n",
    "key-not-text": "1: a\ntrue: b\nnull: c\n.nan: d\n",
    "key-very-long-number": "1" * 50 + ": a\n",
    "key-mark": "a: ? b\n",
    "merge-key": "base: &b {x: 1}\nmore:\n  <<: *b\n",
    "nodes": "[a, b, c, d, e, f, g, h, i, j, k]\n",
    "aliases": "a: &x 1\nb: [*x, *x, *x]\n",
    "number-digits": "amount: " + "12345678901234567890" * 2 + "\n",
    "number-exponent": "amount: 1e9999\n",
    "number-hexadecimal": "amount: 0x" + "f" * 40 + "\n",
    "number-not-finite": "amount: .inf\nlimit: .nan\n",
    "percent": "share: %5\n",
    "percent-in-list": "shares: [a, %5]\n",
    "quote-never-closed": 'a: "b\nc: d\n',
    "quote-then-text": 'because: "Strategic" partners only\n',
    "quote-apostrophe": "because: 'it's over'\n",
    "quote-item-then-text": '- "a" b\n',
    "scalar": "a: " + "b" * 200 + "\n",
    "size": "# " + "x" * 500 + "\n",
    "tab": "rules:\n\tid: x\n",
    "tag": "file: !include x.yaml\n",
    "tag-bang-alone": "a: ! b\n",
    "tag-important": "because: !important\n",
    "tag-of-python": "a: !!python/name:os.system x\n",
    "tag-unfinished": "a: !<x\n",
    "tag-handle": "a: !x!y z\n",
}
JSON = {
    "character-control": '["a\x01"]',
    "colon-missing": '{"a" 1}',
    "comma-missing": '{"a": 1\n "b": 2}',
    "comma-wrong": '{"a": 1; "b": 2}',
    "comment": '{"a": 1} // done',
    "comment-hash": "# x\n{}",
    "depth": "[[[[[]]]]]",
    "duplicate-keys": '{"limit": 1, "limit": 2}',
    "empty": "",
    "escape": '["\\d"]',
    "escape-short": '["\\u12"]',
    "extra-content": '{"a": 1}\n{"b": 2}',
    "key-invisible": '{"a\\u200b": 1}',
    "key-not-text": "{1: 2}",
    "key-without-quotes": "{a: 1}",
    "line-break": '{"a": "b\nc"}',
    "literal": "[True, None]",
    "nodes": "[1,2,3,4,5,6,7,8,9,10,11]",
    "number-digits": "[1" + "0123456789" * 4 + "]",
    "number-leading-zero": "[007]",
    "number-not-finite": "[NaN]",
    "number-plus": "[+1]",
    "quote-never-closed": '{"a": "b}',
    "quotes-single": "{'a': 1}",
    "scalar": '"' + "b" * 200 + '"',
    "surrogate": '["\\ud83d"]',
    "tab": '["a\tb"]',
    "trailing-comma": '{"a": [1, 2,]}',
    "unclosed": '{"a": [1, 2',
    "word": "[undefined]",
}
BYTES = {
    "encoding-latin-1": "a: b\nname: café\n".encode("latin-1"),
    "encoding-utf-16": "a: b\n".encode("utf-16"),
    "encoding-surrogate": b"a: \xed\xa0\xbd\n",
    "nul": b"a: b\x00\n",
    "escape": b"a: \x1b[2J\n",
    "size": b"x" * 400,
}
SMALL = Limits(max_bytes=300, max_depth=4, max_nodes=10, max_scalar=100, max_aliases=2)


def cases() -> list[tuple[str, str, str | bytes]]:
    return [
        *(("yaml", name, text) for name, text in YAML.items()),
        *(("json", name, text) for name, text in JSON.items()),
        *(("bytes", name, data) for name, data in BYTES.items()),
    ]


def findings(form: str, document: str | bytes) -> tuple[Diagnostic, ...]:
    diagnostics = Diagnostics()
    try:
        if isinstance(document, bytes):
            read_bytes("deal.yaml", document, limit=SMALL.max_bytes)
        else:
            read = read_json if form == "json" else read_yaml
            read(Source(f"deal.{form}", document), limits=SMALL, diagnostics=diagnostics)
    except DocumentError as error:
        return error.diagnostics
    return tuple(diagnostics.found)


def shown(document: str | bytes) -> str:
    if isinstance(document, bytes):
        return repr(document[:80])
    return "\n".join(visible(line, 120) for line in re.split(r"\r\n?|\n", document))


@pytest.mark.parametrize(("form", "name", "document"), cases())
def test_golden(form: str, name: str, document: str | bytes) -> None:
    rendered = "\n".join(found.render() for found in findings(form, document))
    text = f"{shown(document).rstrip()}\n\n{'=' * 20}\n\n{rendered}\n"
    path = GOLDENS / form / f"{name}.txt"
    if UPDATE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert rendered
    assert path.read_text(encoding="utf-8") == text


def test_no_golden_is_left_over() -> None:
    written = {path.relative_to(GOLDENS).as_posix() for path in GOLDENS.rglob("*.txt")}
    assert written == {f"{form}/{name}.txt" for form, name, _ in cases()}


@pytest.mark.parametrize(("name", "text"), YAML.items())
def test_the_other_parser_says_the_same(
    name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PyYAML's own parser stops elsewhere now and then; the code is the same."""
    expected = [found.code for found in findings("yaml", text)]
    monkeypatch.setattr(yaml_events, "EVENT_PARSER", yaml_events.PureParser)
    assert [found.code for found in findings("yaml", text)] == expected


def test_every_code_has_a_golden_and_a_meaning(tmp_path: Path) -> None:
    seen = {found.code for form, _, document in cases() for found in findings(form, document)}
    missing = tmp_path / "missing.yaml"
    loop = tmp_path / "loop.yaml"
    loop.symlink_to(loop)
    calls: list[Callable[[], object]] = [
        lambda: read_path(missing),
        lambda: read_path(tmp_path),
        lambda: read_path("a\0b"),
        lambda: read_path(loop),
        lambda: format_of("deal.txt"),
    ]
    for call in calls:
        with pytest.raises(DocumentError) as caught:
            call()
        seen |= {found.code for found in caught.value.diagnostics}
    # a file that may not be read: tests/reading/test_files.py, as root reads every file
    assert seen | {"file-unreadable"} == set(CODES)


@pytest.mark.parametrize(
    "error", (YAMLError("no clue"), MarkedYAMLError(problem="no clue"), MarkedYAMLError())
)
def test_words_that_no_parser_has_said_yet(error: YAMLError) -> None:
    with pytest.raises(DocumentError, match=r"yaml-syntax.*not valid YAML"):
        raise_syntax_error(error, Source("t.yaml", "a"), 0, None, Findings())


@pytest.mark.parametrize(("form", "name", "document"), cases())
def test_grammar(form: str, name: str, document: str | bytes) -> None:
    """Lower case, no full stop, no words of Python's."""
    for found in findings(form, document):
        for words in (found.message, found.hint or "x"):
            outside = re.sub(r"`[^`]*`|U\+[0-9A-F]+|0x[0-9A-F]+", "", words)
            for proper in (
                "YAML",
                "JSONL",
                "JSON",
                "UTF-8",
                "UTF-16",
                "NUL",
                "NFC",
                "Unicode",
                "PyYAML",
            ):
                outside = outside.replace(proper, "")
            assert outside == outside.lower()
            assert not words.endswith((".", "!"))
            assert not re.search(r"\b(dict|str|int|None|True|scalar|node|token)\b", outside)
