"""The published JSON Schemas: valid, canonical, explained key by key, and drawn tightly.

`python tests/house/test_schemas.py` rewrites what is generated: the form of each file, and
the definitions that the policy schema shares with the rules schema (each must stand alone,
so that one file is all an editor needs).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
KINDS = ("policy", "rules", "test", "waivers", "decision", "statement")


def load(kind: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((SCHEMAS / f"{kind}.schema.json").read_text("utf-8"))
    return schema


def validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(load(kind), format_checker=FormatChecker())


def canonical(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def with_shared_definitions(policy: dict[str, Any], rules: dict[str, Any]) -> dict[str, Any]:
    own = {name: it for name, it in policy["$defs"].items() if name not in rules["$defs"]}
    return {**policy, "$defs": {**rules["$defs"], **own}}


def subschemas(schema: Any, at: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema in a schema, with its place, leaving data (examples, constants) alone."""
    if not isinstance(schema, dict):
        return
    yield at, schema
    for keyword in ("properties", "patternProperties", "$defs"):
        for name, child in schema.get(keyword, {}).items():
            yield from subschemas(child, f"{at}/{keyword}/{name}")
    for keyword in ("items", "additionalProperties"):
        yield from subschemas(schema.get(keyword), f"{at}/{keyword}")
    for keyword in ("anyOf", "oneOf", "allOf"):
        for index, child in enumerate(schema.get(keyword, ())):
            yield from subschemas(child, f"{at}/{keyword}/{index}")


@pytest.mark.parametrize("kind", (*KINDS, "terms"))
def test_it_is_a_valid_schema(kind: str) -> None:
    Draft202012Validator.check_schema(load(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_written_in_canonical_form(kind: str) -> None:
    assert (SCHEMAS / f"{kind}.schema.json").read_text("utf-8") == canonical(load(kind))


def test_policy_and_rules_share_their_definitions() -> None:
    policy = load("policy")
    assert policy == with_shared_definitions(policy, load("rules")), (
        "run `python tests/house/test_schemas.py`"
    )
    for key in ("rules", "scorecards", "interests", "tables"):
        assert policy["properties"][key] == load("rules")["properties"][key]


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_explained(kind: str) -> None:
    schema = load(kind)
    silent = []
    for at, part in subschemas(schema):
        for name, key in part.get("properties", {}).items():
            target = schema["$defs"][key["$ref"].rpartition("/")[2]] if "$ref" in key else {}
            if not all(word in {**target, **key} for word in ("title", "description")):
                silent.append(f"{at}/{name}")
    assert not silent


@pytest.mark.parametrize("kind", KINDS)
def test_examples_meet_the_schema_they_illustrate(kind: str) -> None:
    schema = load(kind)
    seen = 0
    for at, part in subschemas(schema):
        for example in part.get("examples", ()):
            check = Draft202012Validator({**part, "$defs": schema["$defs"]})
            assert not list(check.iter_errors(example)), f"{at}: {example}"
            seen += 1
        if "default" in part and "enum" in part:
            assert part["default"] in part["enum"], at
    assert seen


@pytest.mark.parametrize("kind", ("policy", "rules", "test", "waivers"))
def test_no_mapping_of_the_language_takes_unknown_keys(kind: str) -> None:
    for at, part in subschemas(load(kind)):
        if "properties" in part:
            assert part.get("additionalProperties") is False, at


MANIFEST = {"policy": "p", "version": "1", "terms": "terms.schema.json"}


def a_rule(**keys: Any) -> dict[str, Any]:
    rule = {"id": "R", "title": "t", "require": {"a.b": 1}} | keys
    return {"rules": [{key: value for key, value in rule.items() if value is not ...}]}


GOOD: dict[str, tuple[str, Any]] = {
    "scalar test": ("rules", a_rule()),
    "list test": ("rules", a_rule(require={"a.b": ["x", {"parameter": "p"}]})),
    "operators together": ("rules", a_rule(require={"a": {"at_least": 1, "less_than": 2}})),
    "feel": ("rules", a_rule(require="a.b > 2 * c.d")),
    "parameter operand": ("rules", a_rule(require={"a": {"more_than": {"parameter": "p"}}})),
    "term operand": ("rules", a_rule(require={"a": {"before": {"term": "c.d"}}})),
    "bounds": ("rules", a_rule(require={"a": {"between": [{"parameter": "p"}, 2]}})),
    "list parameter": ("rules", a_rule(require={"a": {"contains_only": {"parameter": "p"}}})),
    "count": ("rules", a_rule(require={"a": {"count": {"at_least": 2}}})),
    "count equals": ("rules", a_rule(require={"a": {"count": 2}})),
    "items": ("rules", a_rule(require={"a": {"every": {"kind": "x", "share": {"at_most": 5}}}})),
    "plain items": ("rules", a_rule(require={"a": {"none": {"starts_with": "x"}}})),
    "expression on items": ("rules", a_rule(require={"a": {"some": "item > 1"}})),
    "parameter test": ("rules", a_rule(require={"a": {"parameter": "p"}})),
    "some_of": ("rules", a_rule(require={"some_of": {"at_least": 1, "of": [{"a": 1}, "b = 2"]}})),
    "nested": ("rules", a_rule(require={"all": [{"any": [{"not": {"a": 1}}, "b"]}, {"c": 2}]})),
    "forbid all": ("rules", a_rule(require=..., forbid={"all": [{"a": 1}, {"b": 2}]})),
    "score term": ("rules", a_rule(require={"score.benefit": {"at_least": 1}})),
    "effective": ("rules", a_rule(effective={"from": "2025-01-01"})),
    "manifest": ("policy", MANIFEST),
    "inline terms": ("policy", MANIFEST | {"terms": {"type": "object"}}),
    "one file": ("policy", MANIFEST | a_rule()),
    "dated parameter": (
        "policy",
        MANIFEST | {"parameters": {"p": [{"from": "2000-01-01", "value": 1}]}},
    ),
    "test": ("test", {"cases": [{"name": "n", "expect": {"verdict": "accept"}}]}),
    "waiver": (
        "waivers",
        {
            "waivers": [
                {
                    "rule": "R",
                    "deal": "x-*",
                    "approved_by": "the board",
                    "reason": "it passes",
                    "until": "2026-12-31",
                }
            ]
        },
    ),
    "no verdict": (
        "decision",
        {
            "schema_version": "1",
            "verdict": None,
            "source": "deals.jsonl",
            "line": 3,
            "errors": [{"code": "c", "severity": "error", "message": "m"}],
        },
    ),
}

BAD: dict[str, tuple[str, Any]] = {
    "both forms": ("rules", a_rule(forbid={"a": 1})),
    "neither form": ("rules", a_rule(require=...)),
    "no id": ("rules", a_rule(id=...)),
    "unknown key": ("rules", a_rule(wehn={"a": 1})),
    "unknown level": ("rules", a_rule(level="blocking")),
    "unknown operator": ("rules", a_rule(require={"a": {"atleast": 1}})),
    "unknown operand": ("rules", a_rule(require={"a": {"at_least": {"param": "p"}}})),
    "one bound": ("rules", a_rule(require={"a": {"between": [1]}})),
    "two tests forbidden": ("rules", a_rule(require=..., forbid={"a": 1, "b": 2})),
    "two tests forbidden deeper": (
        "rules",
        a_rule(require=..., forbid={"all": [{"a": 1, "b": 2}, {"c": 3}]}),
    ),
    "combinator beside a test": ("rules", a_rule(require={"any": [{"a": 1}], "b": 2})),
    "two combinators": ("rules", a_rule(require={"any": [{"a": 1}], "all": [{"b": 2}]})),
    "two tests negated": ("rules", a_rule(require={"not": {"a": 1, "b": 2}})),
    "empty condition": ("rules", a_rule(require={})),
    "empty any": ("rules", a_rule(require={"any": []})),
    "condition list": ("rules", a_rule(require=[{"a": 1}])),
    "key with a blank": ("rules", a_rule(require={"a b": 1})),
    "null test": ("rules", a_rule(require={"a": None})),
    "not a date": ("rules", a_rule(effective={"from": "2025-02-30"})),
    "nothing in it": ("rules", {}),
    "manifest key in a rule file": ("rules", {"policy": "p"} | a_rule()),
    "unknown hit policy": (
        "rules",
        {
            "tables": [
                {
                    "id": "t",
                    "hit_policy": "X",
                    "inputs": ["a"],
                    "output": {"type": "string"},
                    "rules": [[1, "x"]],
                }
            ]
        },
    ),
    "points as text": (
        "rules",
        {
            "scorecards": [
                {"id": "s", "items": [{"id": "i", "title": "t", "when": "a", "points": "3"}]}
            ]
        },
    ),
    "no terms": ("policy", {"policy": "p", "version": "1"}),
    "unknown manifest key": ("policy", MANIFEST | {"parameter": {}}),
    "undated value": ("policy", MANIFEST | {"parameters": {"p": [{"value": 1}]}}),
    "no rules": ("rules", {"rules": []}),
    "no waivers": ("waivers", {"waivers": []}),
    "id with a blank": ("rules", a_rule(id="R 1")),
    "no cases": ("test", {"cases": []}),
    "unknown verdict": ("test", {"cases": [{"name": "n", "expect": {"verdict": "rejected"}}]}),
    "waiver without an end": (
        "waivers",
        {"waivers": [{"rule": "r", "deal": "d", "approved_by": "a", "reason": "r"}]},
    ),
    "half a decision": ("decision", {"schema_version": "1", "verdict": "accept"}),
    "no verdict, no error": ("decision", {"schema_version": "1", "verdict": None, "errors": []}),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_documents_pass(name: str) -> None:
    kind, document = GOOD[name]
    assert not [error.message for error in validator(kind).iter_errors(document)]


@pytest.mark.parametrize("name", BAD)
def test_bad_documents_do_not(name: str) -> None:
    kind, document = BAD[name]
    assert list(validator(kind).iter_errors(document))


if __name__ == "__main__":
    for kind in KINDS:
        schema = load(kind)
        if kind == "policy":
            schema = with_shared_definitions(schema, load("rules"))
        (SCHEMAS / f"{kind}.schema.json").write_text(canonical(schema), "utf-8")
