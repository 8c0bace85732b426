"""The published schema of a policy and the engine draw the same line for conditions.

What the engine takes, an editor must not underline; what the schema takes and the engine
refuses is a matter of types or names, which a schema cannot see, and is listed here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from policyengine import Policy, PolicyError

ROOT = Path(__file__).resolve().parents[2]
VALIDATOR = Draft202012Validator(json.loads((ROOT / "schemas/policy.schema.json").read_text()))
TEXTS = {"type": "array", "items": {"type": "string"}}
ITEM = {"type": "object", "additionalProperties": False, "properties": {"x": {"type": "number"}}}
TERMS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "a": {"type": "number"},
        "s": {"type": "string"},
        "b": {"type": "boolean"},
        "d": {"type": "string", "format": "date"},
        "l": TEXTS,
        "o": {"type": "array", "items": ITEM},
    },
}

BOTH: list[Any] = [
    {"a": 1},
    {"a": [1, 2]},
    {"a": {"parameter": "p"}},
    {"a": {"at_least": {"parameter": "p"}, "less_than": 9}},
    {"a": {"at_most": {"term": "zz"}}},
    {"a": {"between": [{"parameter": "p"}, 5]}},
    {"a": {"stated": True}},
    {"a": {"stated": False}},
    {"b": True},
    {"d": {"before": "2026-01-01"}},
    {"d": {"between": ["2026-01-01", "2026-02-01"]}},
    {"s": {"matches": "x"}},
    {"s": {"matches": {"term": "s"}}},
    {"s": {"one_of": {"parameter": "q"}}},
    {"s": {"none_of": ["x", {"term": "s"}]}},
    {"l": {"contains": "x"}},
    {"l": {"contains_only": {"parameter": "q"}}},
    {"l": {"equals": ["x"]}},
    {"l": {"equals": []}},
    {"l": {"count": 2}},
    {"l": {"count": [1, 2]}},
    {"l": {"count": {"at_least": 1}}},
    {"l": {"every": {"starts_with": "x"}}},
    {"l": {"some": ["x", "y"]}},
    {"l": {"every": 'item = "x"'}},
    {"o": {"some": {"x": {"at_least": 1}}}},
    {"o": {"none": {"x": 1}}},
    {"o": {"every": {"any": [{"x": 1}, "x > 5"]}}},
    {"score.k": {"at_least": 1}},
    {"t": "x"},
    {"zz": 3},
    {"as_of": {"after": "2020-01-01"}},
    "a > 1",
    {"not": "a > 1"},
    {"not": {"all": [{"a": 1}, {"b": True}]}},
    {"all": [{"a": 1}, {"any": [{"b": True}, "s = l[1]"]}]},
    {"some_of": {"at_least": 1, "of": [{"a": 1}, {"b": True}]}},
]
NEITHER: list[Any] = [
    {},
    [],
    True,
    None,
    {"a": None},
    {"a": {}},
    {"a": {"between": [1]}},
    {"a": {"at_least": [1]}},
    {"a": {"atleast": 1}},
    {"a": {"stated": "yes"}},
    {"s": {"one_of": []}},
    {"s": {"one_of": "x"}},
    {"any": []},
    {"any": {"a": 1}},
    {"all": [{"a": 1}], "b": True},
    {"not": {"a": 1, "s": "x"}},
    {"not": {"all": [{"a": 1, "s": "x"}]}},
    {"some_of": {"at_least": 0, "of": [{"a": 1}]}},
    {"some_of": {"of": [{"a": 1}]}},
]
ENGINE_ONLY_REFUSES: list[Any] = [
    {"a": "x"},
    {"c": 1},
    {"l": ["x"]},
    {"s": {"at_least": 1}},
    {"a": {"at_least": {"parameter": "nowhere"}}},
    {"some_of": {"at_least": 3, "of": [{"a": 1}]}},
    "a >",
]


def document(form: str, condition: Any) -> dict[str, Any]:
    return {
        "policy": "p",
        "version": "1",
        "terms": TERMS,
        "parameters": {"p": 1, "q": ["x"]},
        "define": {"zz": "a + 1"},
        "scorecards": [
            {"id": "k", "items": [{"id": "I", "title": "t", "when": {"a": 1}, "points": 1}]}
        ],
        "tables": [
            {"id": "t", "hit_policy": "F", "inputs": ["a"], "rules": [[1, "x"], ["-", "y"]]}
        ],
        "rules": [{"id": "R", "title": "t", form: condition}],
    }


def engine_takes(document: dict[str, Any], folder: Path) -> bool:
    path = folder / "policy.yaml"
    path.write_text(json.dumps(document), "utf-8")
    try:
        Policy.load(path)
    except PolicyError:
        return False
    return True


@pytest.mark.parametrize("form", ["require", "forbid"])
@pytest.mark.parametrize("condition", BOTH, ids=json.dumps)
def test_both_take(condition: Any, form: str, tmp_path: Path) -> None:
    made = document(form, condition)
    assert not [error.message for error in VALIDATOR.iter_errors(made)]
    assert engine_takes(made, tmp_path)


@pytest.mark.parametrize("condition", NEITHER, ids=json.dumps)
def test_neither_takes(condition: Any, tmp_path: Path) -> None:
    made = document("require", condition)
    assert list(VALIDATOR.iter_errors(made))
    assert not engine_takes(made, tmp_path)


@pytest.mark.parametrize("condition", ENGINE_ONLY_REFUSES, ids=json.dumps)
def test_what_a_schema_cannot_see(condition: Any, tmp_path: Path) -> None:
    made = document("require", condition)
    assert not list(VALIDATOR.iter_errors(made))
    assert not engine_takes(made, tmp_path)
