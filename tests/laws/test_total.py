"""Law 5, total: whatever the text of a policy, a verdict or diagnostics with places."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.laws.texts import POLICY, RULES

from policyengine import Policy, PolicyEngineError

DEAL: dict[str, Any] = {
    "deal": {"id": "d-1"},
    "t": {"a": 1, "p": True, "e": "low", "since": "2025-01-01", "nums": [1, 2], "s": "x"},
}
_SPLIT = st.integers(0, 10**6)
_TOKENS = [
    *("{", "}", "[", "]", ":", "-", ",", "'", '"', "|", ">", "&x", "*x", "!!int", "? ", "\n"),
    *("null", "true", "1e6000", "1e9999", "NaN", ".inf", "''", "{}", "[]", "0x10", "010"),
    *("t.a", "t.zork", "t", "derived", "score.total", "parameters.limit", "as_of", "item"),
    *("rules:", "require:", "forbid:", "not:", "all:", "stated:", "count:", "every:", "term:"),
    *("1 / 0", "sum(", "x in", "if a then", "..", "\u202e", "\x00", "é", "  ", "\t", "#", "---"),
]


@st.composite
def mutated(draw: Any, text: str) -> str:
    """A text with some of its tokens deleted, doubled, swapped or altered."""
    for _ in range(draw(st.integers(1, 4))):
        words = _words(text)
        at = draw(_SPLIT) % len(words)
        how = draw(st.sampled_from(["delete", "double", "replace", "insert", "swap", "cut"]))
        if how == "delete":
            del words[at]
        elif how == "double":
            words.insert(at, words[at])
        elif how == "replace":
            words[at] = draw(st.sampled_from(_TOKENS) | st.text(max_size=5))
        elif how == "insert":
            words.insert(at, draw(st.sampled_from(_TOKENS)))
        elif how == "swap":
            other = draw(_SPLIT) % len(words)
            words[at], words[other] = words[other], words[at]
        else:
            start = max(0, at - draw(st.integers(0, 30)))
            del words[start:at]
        text = "".join(words) or " "
    return text


def _words(text: str) -> list[str]:
    import re

    return re.findall(r"\w+|\s+|[^\w\s]", text) or [" "]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("policy")


def answers(folder: Path, data: bytes) -> None:
    """Load and evaluate; every promised error has diagnostics, and none takes long."""
    file = folder / "policy.yaml"
    file.write_bytes(data)
    begin = time.process_time()
    error: PolicyEngineError | None = None
    try:
        policy = Policy.load(file)
        for final in (False, True):
            policy.evaluate(DEAL, as_of="2025-01-01", final=final).to_json()
    except PolicyEngineError as raised:
        error = raised
    if error is not None:
        assert error.diagnostics
        assert str(error)
        assert all(found.code for found in error.diagnostics)
    assert time.process_time() - begin < 60  # it ends; how soon is no test


def test_the_texts_that_are_mutated_are_valid(folder: Path) -> None:
    (folder / "policy.yaml").write_text(POLICY + RULES, "utf-8")
    policy = Policy.load(folder / "policy.yaml")
    assert len(policy.rules) > 8
    assert not [w for w in policy.warnings if w.code != "looks-like-expression"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(mutated(RULES))
def test_mutated_rules(folder: Path, text: str) -> None:
    answers(folder, (POLICY + text).encode("utf-8", "surrogatepass"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(mutated(POLICY))
def test_mutated_manifest_and_schema(folder: Path, text: str) -> None:
    answers(folder, (text + RULES).encode("utf-8", "surrogatepass"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes(folder: Path, data: bytes) -> None:
    answers(folder, data)


_JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 12)
    | st.text(max_size=4)
    | st.sampled_from(["t.a", "low", "2025-01-01", "t.a > 1", "derived", "U", "-"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "t.a",
                        "t.e",
                        "t.nums",
                        "all",
                        "any",
                        "not",
                        "some_of",
                        "of",
                        "at_least",
                        "count",
                    ),
                    *(
                        "every",
                        "stated",
                        "between",
                        "one_of",
                        "term",
                        "parameter",
                        "equals",
                        "from",
                    ),
                    *(
                        "until",
                        "value",
                        "type",
                        "properties",
                        "enum",
                        "items",
                        "default",
                        "minimum",
                    ),
                    *("id", "title", "when", "points", "hit_policy", "inputs", "output", "values"),
                    *(
                        "rules",
                        "ref",
                        "quote",
                        "element",
                        "ours",
                        "theirs",
                        "served",
                        "items",
                        "$ref",
                    ),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.sampled_from(
        [
            "terms",
            "parameters",
            "define",
            "rules",
            "scorecards",
            "interests",
            "tables",
            "policy",
            "require",
            "forbid",
            "applies",
            "unless",
            "effective",
            "because",
            "source",
            "level",
            "tags",
            "term",
        ]
    ),
    _JUNK,
)
def test_any_value_in_any_place(folder: Path, key: str, junk: Any) -> None:
    import json

    rule: dict[str, Any] = {"id": "R", "title": "t", "require": {"t.a": 1}}
    schema: dict[str, Any] = {"properties": {"a": {"type": "number"}}}
    data: dict[str, Any] = {
        "policy": "p",
        "version": "1",
        "terms": {"properties": {"t": schema}},
        "rules": [rule],
    }
    if key == "term":
        schema["properties"]["b"] = junk
    elif key in data or key in ("parameters", "define", "scorecards", "interests", "tables"):
        data[key] = junk
    else:
        rule[key] = junk
    answers(folder, json.dumps(data).encode("utf-8", "surrogatepass"))
