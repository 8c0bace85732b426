"""What a terms schema says is read, in whichever document it stands, and in bounded time."""

from __future__ import annotations

import json
import pickle
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from policyengine import Policy, SchemaError
from policyengine.schema import schema_from_data
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
        closed(a={"$ref": "#"}, b={"$ref": "#"}, c={"$ref": "#"}),
        {
            **closed(list={"type": "array", "items": {"$ref": "#/$defs/d0"}}),
            "$defs": {
                f"d{n}": closed(**{f"p{m}": {"$ref": f"#/$defs/d{n + 1}"} for m in range(9)})
                for n in range(12)
            },
        },
    ],
)
def test_references_that_multiply(schema: dict[str, Any]) -> None:
    with pytest.raises(SchemaError, match="describes more than"):
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
