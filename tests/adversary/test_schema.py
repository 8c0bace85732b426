"""What a terms schema says is read, in whichever document it stands, and in bounded time."""

from __future__ import annotations

import json
import pickle
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine import Policy, SchemaError, TermsError, nodes
from policyengine.errors import Diagnostics
from policyengine.intake import check
from policyengine.schema import canonical, read_schema, references, schema_from_data
from policyengine.store.signature import outside
from policyengine.validation import validate

from .conftest import written

RULES = {"rules.yaml": "rules:\n  - {id: A, title: t, require: g.n > 0}\n"}


def closed(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def project(tmp_path: Path, least: int = 10) -> Path:
    """A schema that refers to another, which refers to itself and to a third beside it."""
    main = closed(g={"$ref": "sub/other.json#/$defs/g"})
    main["$defs"] = {"n": {"type": "number", "maximum": 1000}}
    other = {"$defs": {"n": {"type": "number", "maximum": least}}}
    other["$defs"]["g"] = closed(n={"$ref": "#/$defs/n"}, m={"$ref": "third.json"})
    (tmp_path / "sub").mkdir(exist_ok=True)
    (tmp_path / "sub" / "other.json").write_text(json.dumps(other))
    (tmp_path / "sub" / "third.json").write_text('{"type": "number", "minimum": 3}')
    return written(tmp_path, RULES, json.dumps(main))


def test_a_reference_is_relative_to_its_own_document(tmp_path: Path) -> None:
    terms = Policy.load(project(tmp_path)).schema.terms
    assert terms["g.n"].shape.maximum == Decimal(10)
    assert terms["g.m"].shape.minimum == Decimal(3)


def test_the_digest_covers_documents_referred_to(tmp_path: Path) -> None:
    before = Policy.load(project(tmp_path)).digest
    assert Policy.load(project(tmp_path)).digest == before
    assert Policy.load(project(tmp_path, least=20)).digest != before


def test_every_document_referred_to_is_watched(tmp_path: Path) -> None:
    schema = Policy.load(project(tmp_path)).schema
    assert {path.name for path in outside(schema)} == {"schema.yaml", "other.json", "third.json"}
    assert pickle.loads(pickle.dumps(schema)).beside == schema.beside


@pytest.mark.parametrize(
    "schema",
    [
        {
            **closed(list={"type": "array", "items": {"$ref": "#/$defs/d0"}}),
            "$defs": {
                f"d{n}": closed(**{f"p{m}": {"$ref": f"#/$defs/d{n + 1}"} for m in range(9)})
                for n in range(12)
            },
        },
    ],
)
def test_references_that_multiply(schema: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "MAX_DESCRIBED", 2_000)
    with pytest.raises(SchemaError, match="describes more than 2000 "):
        schema_from_data(schema)


@pytest.mark.parametrize(
    "item",
    [
        {"type": "string", "default": "x"},
        closed(k={"type": "number", "default": 4}),
        closed(k={"type": "number", "x-may-not-apply": True}),
    ],
)
def test_a_keyword_that_would_be_ignored_in_a_list(item: dict[str, Any]) -> None:
    with pytest.raises(SchemaError, match="says nothing within a list"):
        schema_from_data(closed(list={"type": "array", "items": item}))


def test_words_for_values_within_a_list_stand_beside_it() -> None:
    item = {"enum": ["a"], "x-labels": {"a": "A"}}
    with pytest.raises(SchemaError, match="`x-labels` says nothing within a list"):
        schema_from_data(closed(list={"type": "array", "items": item}))


@pytest.mark.parametrize("ref", ["#", "", "#/properties/g", "#/properties/g/properties/l/items"])
def test_what_a_reference_stands_in_is_no_part_of_itself(ref: str) -> None:
    item = closed(a={"type": "array", "items": {"$ref": ref}})
    schema = closed(g=closed(l={"type": "array", "items": item}))
    with pytest.raises(SchemaError) as error:
        schema_from_data(schema)
    (found,) = error.value.diagnostics
    assert (found.code, "what it stands in" in found.message) == ("schema-ref", True)


@pytest.mark.parametrize("ref", ["#n", "#$defs/n", "#n/properties/g"])
def test_an_anchor_is_not_taken_for_the_whole_document(ref: str) -> None:
    schema = {**closed(a={"$ref": ref}), "$defs": {"n": {"type": "number"}}, "n": {}}
    with pytest.raises(SchemaError, match="anchors are not read"):
        schema_from_data(schema)


def test_a_document_referred_to_may_be_a_schema_of_its_own(tmp_path: Path) -> None:
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "other"}
    (tmp_path / "n.json").write_text(
        json.dumps({**dialect, "type": "number", "maximum": 7, "$defs": {"a": {"type": "number"}}})
    )
    group = {**dialect, **closed(n={"$ref": "#/$defs/a%20b"})}
    group["$defs"] = {"a b": {"$ref": "n.json"}}
    (tmp_path / "g.json").write_text(json.dumps(group))
    schema = closed(g={"$ref": "g.json"})
    terms = Policy.load(written(tmp_path, RULES, json.dumps(schema))).schema.terms
    assert terms["g.n"].shape.maximum == Decimal(7)


def test_numbers_of_a_program_are_the_numbers_of_a_document() -> None:
    terms = schema_from_data(closed(a={"enum": [0.5, 1]}, b={"type": "number", "minimum": 1})).terms
    assert terms["a"].shape.enum == (Decimal("0.5"), Decimal(1))
    assert terms["b"].shape.minimum == Decimal(1)
    with pytest.raises(SchemaError, match="bad-number"):
        schema_from_data(closed(a={"type": "number", "minimum": float("nan")}))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_bounds_are_refused_where_no_value_meets_them(data: st.DataObject) -> None:
    """Against a search of every number that could meet bounds in quarters."""
    quarter = st.integers(-8, 8).map(lambda n: n / 4)
    names = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]
    bounds = data.draw(st.dictionaries(st.sampled_from(names), quarter))
    kind = data.draw(st.sampled_from(["number", "integer"]))
    eighths = [n / 8 for n in range(-40, 41) if kind == "number" or n % 8 == 0]
    some = any(
        bounds.get("minimum", -9) <= n <= bounds.get("maximum", 9)
        and bounds.get("exclusiveMinimum", -9) < n < bounds.get("exclusiveMaximum", 9)
        for n in eighths
    )
    diagnostics = Diagnostics()
    read_schema(nodes.synthetic(canonical(closed(n={"type": kind, **bounds}))), diagnostics)
    assert [one.code for one in diagnostics.errors] == ([] if some else ["schema-bounds"])


def test_problems_of_a_deal_are_told_up_to_a_number() -> None:
    schema = schema_from_data(
        closed(o={"type": "array", "items": closed(a={"type": "number"})}, b={"type": "number"})
    )
    names: dict[str, Any] = {f"x{n}": {} for n in range(500)}
    for deal in ({"evidence": names}, {"not_applicable": [*names]}, {"o": [names]}, names):
        with pytest.raises(TermsError) as error:
            check(deal, schema)
        assert 40 < len(error.value.diagnostics) < 60


def test_unique_items_is_true_or_false() -> None:
    items = {"type": "array", "items": {"type": "string"}, "uniqueItems": "true"}
    with pytest.raises(SchemaError, match="uniqueItems"):
        schema_from_data(closed(list=items))


def test_terms_are_validated_against_documents_referred_to(tmp_path: Path) -> None:
    policy = Policy.load(project(tmp_path))
    deal = tmp_path / "deal.yaml"
    deal.write_text("g: {n: 5, m: 4}\n")
    assert validate(deal, kind="terms", policy=policy) == []
    deal.write_text("g: {n: 50, m: 4}\n")
    assert [found.code for found in validate(deal, kind="terms", policy=policy)] == [
        "out-of-bounds"
    ]


@pytest.mark.parametrize("deal", ["s: " + "a" * 40 + "!", "n: 1e6000", "n: 1e-6000"])
def test_validation_is_in_bounded_time_and_exact(tmp_path: Path, deal: str) -> None:
    schema = closed(
        s={"type": "string", "pattern": "^(a+)+$|!$"}, n={"type": "number", "multipleOf": 1e-3}
    )
    rules = {"rules.yaml": "rules:\n  - {id: A, title: t, require: n > 0}\n"}
    policy = Policy.load(written(tmp_path, rules, json.dumps(schema)))
    path = tmp_path / "deal.yaml"
    path.write_text(deal)
    start = time.process_time()
    found = {one.code for one in validate(path, kind="terms", policy=policy)}
    assert time.process_time() - start < 60  # it ends; how soon is no test
    assert found == ({"out-of-bounds"} if "-" in deal else set())


@pytest.mark.parametrize(
    ("shape", "null"),
    [
        ({"type": ["string", "null"]}, True),
        ({"type": ["string", "null"], "enum": ["a", None]}, True),
        ({"enum": ["a", None]}, True),
        ({"type": ["string", "null"], "enum": ["a"]}, False),
        ({"type": ["string", "null"], "const": "a"}, False),
    ],
)
def test_null_is_stated_where_both_type_and_enum_take_it(shape: dict[str, Any], null: bool) -> None:
    assert schema_from_data(closed(a=shape)).terms["a"].shape.nullable is null


def test_as_many_terms_as_the_limit_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "MAX_DESCRIBED", 100)
    number = {"type": "number"}
    full = closed(**{f"t{n}": number for n in range(100)})
    assert len(schema_from_data(full).terms) == 101  # and the id of the deal
    full["properties"]["more"] = number
    with pytest.raises(SchemaError, match="describes more than 100 "):
        schema_from_data(full)
