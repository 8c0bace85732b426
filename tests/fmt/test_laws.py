"""Formatting keeps every value and comment, and is done after once, whatever was written."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fmt.texts import comments, some_data, some_policy, with_comments, written

from policyengine import Policy, PolicyEngineError
from policyengine.errors import DocumentError
from policyengine.formatting import format_text
from policyengine.nodes import plain
from policyengine.reading import read_yaml
from policyengine.source import Source

SEEDS = st.integers(0, 2**32)


def formatted(text: str, kind: str) -> str:
    return format_text(Source("x.yaml", text), kind)


def sample(seed: int, *, policy: bool) -> str:
    chosen = random.Random(seed)
    text = written(some_policy(chosen) if policy else some_data(chosen), chosen)
    if chosen.random() < 0.1:
        text = text.replace("\n", "\r\n")
    try:
        return with_comments(text, chosen)
    except DocumentError:  # a text that the strict reader refuses, as it may
        return "refused: true\n"


@given(SEEDS)
@settings(max_examples=200)
def test_any_document(seed: int) -> None:
    text = sample(seed, policy=False)
    made = formatted(text, "terms")
    assert formatted(made, "terms") == made
    assert plain(read_yaml(Source("x", made))) == plain(read_yaml(Source("x", text)))
    assert comments(made) == comments(text), "terms keep their order, and so do comments"


@given(SEEDS)
@settings(max_examples=60)
def test_any_policy(seed: int) -> None:
    text = sample(seed, policy=True)
    made = formatted(text, "policy")
    assert formatted(made, "policy") == made
    assert plain(read_yaml(Source("x", made))) == plain(read_yaml(Source("x", text)))
    assert sorted(comments(made)) == sorted(comments(text))


@pytest.mark.parametrize("seed", range(25))
def test_the_same_core(seed: int, tmp_path: Path) -> None:
    """Re-reading gives the same core, and the same digests."""
    text = sample(seed, policy=True)
    path = tmp_path / "policy.yaml"
    path.write_text(text, "utf-8", newline="")
    try:
        before = Policy.load(path)
    except PolicyEngineError:
        pytest.skip("the generated policy does not load")
    path.write_text(formatted(text, "policy"), "utf-8", newline="")
    after = Policy.load(path)
    assert after.core == before.core
    assert after.digest == before.digest


def test_most_generated_policies_load(tmp_path: Path) -> None:
    loaded = 0
    for seed in range(25):
        path = tmp_path / "policy.yaml"
        path.write_text(sample(seed, policy=True), "utf-8", newline="")
        try:
            Policy.load(path)
        except PolicyEngineError:
            continue
        loaded += 1
    assert loaded > 8


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
@settings(max_examples=300)
def test_any_text(text: str) -> None:
    """Whatever the reader accepts is formatted, and what it refuses is refused."""
    source = Source("x.yaml", text)
    try:
        before = read_yaml(source)
    except DocumentError:
        with pytest.raises(DocumentError):
            format_text(source, "rules")
        return
    assert plain(read_yaml(Source("x", format_text(source, "rules")))) == plain(before)


YAML_BITS = st.lists(
    st.sampled_from(
        ["a", "b: ", "- ", "\n", "\n  ", "[", "]", "{", "}", ", ", ": ", "# c", '"', "'", "&x ",
         "*x", ">-\n", "|\n", "  ", "x", "1", "null", "---\n", "...", "?", "\t", "\\", "-",
         "\ufeff", "\r\n"]
    ),
    max_size=14,
)  # fmt: skip


@given(YAML_BITS)
@settings(max_examples=500)
def test_any_scraps(bits: list[str]) -> None:
    test_any_text.hypothesis.inner_test("".join(bits))  # type: ignore[attr-defined]
