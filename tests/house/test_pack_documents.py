"""Every document of the rules folders meets the schema that its first line names."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted((ROOT / "rules").rglob("*.y*ml"))
MODELINE = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")


class _Loader(yaml.SafeLoader):
    """Dates stay strings, as the engine reads them."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, shape) for tag, shape in known if not tag.endswith(":timestamp")]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_document(path: Path) -> None:
    text = path.read_text("utf-8")
    modeline = MODELINE.match(text)
    assert modeline, "the first line names no schema"
    schema = (path.parent / modeline[1]).resolve()
    expected = (
        "policy" if path.name == "policy.yaml" else "test" if "_test." in path.name else "rules"
    )
    assert schema == ROOT / "schemas" / f"{expected}.schema.json"
    document: Any = yaml.load(text, _Loader)
    errors = Draft202012Validator(json.loads(schema.read_text("utf-8"))).iter_errors(document)
    assert not [f"{list(error.absolute_path)}: {error.message[:300]}" for error in errors]
