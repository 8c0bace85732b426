"""Documents and their canonical form, to be read side by side.

`UPDATE_GOLDENS=1 pytest tests/fmt` writes them anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from policyengine.errors import DocumentError, PolicyEngineError
from policyengine.formatting import FormatError, format_text, printer
from policyengine.reading import read_yaml
from policyengine.source import Source
from policyengine.validation import kind_of

GOLDENS = Path(__file__).parent / "goldens"
ROOT = Path(__file__).resolve().parents[2]


def canonical(text: str, kind: str = "terms") -> str:
    return format_text(Source("x.yaml", text), kind)


@pytest.mark.parametrize("path", sorted(GOLDENS.glob("*.in.yaml")), ids=lambda p: p.name)
def test_golden(path: Path) -> None:
    source = Source(path.name, path.read_text("utf-8"))
    made = format_text(source, kind_of(path, read_yaml(source)))
    golden = path.with_name(path.name.replace(".in.", ".out."))
    if os.environ.get("UPDATE_GOLDENS"):
        golden.write_text(made, "utf-8")
    assert made == golden.read_text("utf-8")


DOCUMENTS = sorted(
    path
    for path in [*(ROOT / "rules").rglob("*.y*ml"), *(ROOT / "examples").rglob("*.y*ml")]
    # what a host's own folder holds (`.github`) is that host's to shape
    if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_the_pack_and_the_examples_are_canonical(path: Path) -> None:
    source = Source(path.name, path.read_text("utf-8"))
    assert format_text(source, kind_of(path, read_yaml(source))) == source.text


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("", "\n"),
        ("# only a comment", "# only a comment\n"),
        ("a: 1", "a: 1\n"),
        ("a: 1\r\nb: 2\r\n", "a: 1\r\nb: 2\r\n"),
        ("a: 1\r\nb: 2\n", "a: 1\nb: 2\n"),
        ("a: 1\rb: 2\r", "a: 1\nb: 2\n"),
        ("\ufeffa: 1\n", "a: 1\n"),
        ("a:\t1\n", "a: 1\n"),
        ("a: 1   \n\n\n\nb: 2\n\n", "a: 1\n\nb: 2\n"),
        ("%YAML 1.2\n---\na: 1\n", "%YAML 1.2\n---\na: 1\n"),
        ("--- # top\na: 1\n...\n", "# top\na: 1\n"),
        ("a: 'yes'\nb: yes\n", 'a: "yes"\nb: yes\n'),
        ("a: '2025-01-01'\nb: 2025-01-01\n", 'a: "2025-01-01"\nb: 2025-01-01\n'),
        ("a: '1'\nb: 'x y'\nc: ''\n", 'a: "1"\nb: x y\nc: ""\n'),
        ('a: "x\\ty"\nb: \'say "no"\'\n', 'a: "x\\ty"\nb: say "no"\n'),
        ("a: '\"q\"'\nb: '\"q\": it''s'\n", "a: '\"q\"'\nb: '\"q\": it''s'\n"),
        ("[-, x]", "[-, x]\n"),
        ('["b (c", "d (e)"]', '["b (c", d (e)]\n'),
        ("[a, b (c]", '[a, "b (c"]\n'),
        ("- '-'\n", '- "-"\n'),
        ("{a: [], b: {}}", "{a: [], b: {}}\n"),
        ("a: [ # why\n ]\n", "# why\na: []\n"),
        ("a: [1,\n # c\n 2]\n", "a:\n  - 1\n  # c\n  - 2\n"),
        ("a: {b:\n # c\n 2\n # d\n}\n", "a:\n  # c\n  b: 2\n  # d\n"),
        ("a:  # one\n  # two\n  b: 1\n", "a:  # one\n  # two\n  b: 1\n"),
        ("a:  # one\n  # two\n  1  # three\n", "# one\n# two\na: 1  # three\n"),
        ("a: >-  # why\n  text\n", "a: >-  # why\n  text\n"),
        ("a: |\n  # no comment\n  x\n# one\n", "a: |\n  # no comment\n  x\n# one\n"),
        ("a:\n- 1\n# b\nb: 2\n", "a:\n  - 1\n# b\nb: 2\n"),
        ("a:\n- 1\n  # end\nb: 2\n", "a:\n  - 1\n  # end\nb: 2\n"),
        ("-\n  # first\n  a: 1\n", "# first\n- a: 1\n"),
        ("- - 1\n  - 2\n-\n  - 3\n", "- - 1\n  - 2\n- - 3\n"),
        ("a: !x 1\n", None),
        ("a: 1\na: 2\n", None),
        ("a: [1\n", None),
    ],
)
def test_small_ones(written: str, made: str | None) -> None:
    if made is None:
        with pytest.raises(DocumentError):
            canonical(written)
        return
    assert canonical(written) == made
    assert canonical(made) == made


def test_a_long_text_is_folded_and_a_long_flow_becomes_a_block() -> None:
    assert canonical(f"a: {'word ' * 30}end\n").startswith("a: >-\n  word word")
    assert canonical(f"a: [{'word, ' * 30}end]\n").startswith("a:\n  - word\n  - word")
    assert canonical(f"a: {'w' * 200}\n") == f"a: {'w' * 200}\n"


def test_a_form_that_would_say_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("a: 2\n", "a: [\n", "b: 1\n", "a: 1\nb: 2\n", "- 1\n", "1\n", "a: 1.0\n"):
        monkeypatch.setattr("policyengine.formatting.printed", lambda *_, wrong=wrong: wrong)
        with pytest.raises(FormatError, match="format-refused"):
            canonical("a: 1\n")


def test_a_lost_comment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policyengine.formatting.printed", lambda *_: "a: 1\n")
    with pytest.raises(FormatError, match="a comment would be lost"):
        canonical("a: 1  # one\n")


def test_a_form_that_is_not_its_own_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = iter(["a: 1\n", "a:  1\n"])
    monkeypatch.setattr("policyengine.formatting.printed", lambda *_: next(texts))
    with pytest.raises(FormatError, match="not its own canonical form"):
        canonical("a:   1\n")


def test_deep_and_wide_documents() -> None:
    deep = "[" * 45 + "]" * 45
    assert canonical(deep) == deep + "\n"
    wide = "".join(f"- a: {n}  # {n}\n" for n in range(3000))
    assert canonical(wide).count("#") == 3000
    assert printer.WIDTH == 100


def test_orders_name_every_key() -> None:
    """The orders of keys are those of the readers, none forgotten."""
    from policyengine.document import RULE_KEYS, RULES_KEYS
    from policyengine.formatting.keys import SHAPES
    from policyengine.testing import cases, expectations

    policy = SHAPES["policy"]
    assert set(RULES_KEYS) < set(policy.order)
    rule = policy.values["rules"].each
    assert rule is not None
    assert rule.order == RULE_KEYS
    case = SHAPES["test"].values["cases"].each
    assert case is not None
    assert set(SHAPES["test"].order) == set(cases.FILE_KEYS)
    assert set(case.order) == set(cases.CASE_KEYS)
    assert set(case.values["expect"].order) == set(expectations.KINDS)


def test_errors_are_of_the_package() -> None:
    assert issubclass(FormatError, PolicyEngineError)
