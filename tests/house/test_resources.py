"""What ships with the package is found from a checkout; `.ci/smoke` asks the same of a wheel."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policyengine.resources import pack_names, pack_path, schema_kinds, schema_text


def test_every_published_schema_has_a_kind(root: Path) -> None:
    names = {path.name for path in (root / "schemas").iterdir()}
    assert {f"{kind}.schema.json" for kind in schema_kinds()} == names


@pytest.mark.parametrize("kind", schema_kinds())
def test_schema_text_is_the_file(root: Path, kind: str) -> None:
    assert schema_text(kind) == (root / "schemas" / f"{kind}.schema.json").read_text("utf-8")
    assert json.loads(schema_text(kind))["title"]


@pytest.mark.parametrize("kind", ["", "deal", "../terms", "terms.schema.json"])
def test_no_other_kind_reaches_a_file(kind: str) -> None:
    with pytest.raises(KeyError):
        schema_text(kind)


def test_the_pack_answers_to_its_name_only(root: Path) -> None:
    assert pack_names() == ("national-interest",)
    assert pack_path("national-interest") == root / "rules" / "national-interest"
    for name in ("", ".", "..", "national-interest/", "../rules/national-interest"):
        assert pack_path(name) is None
