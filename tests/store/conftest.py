"""A small policy on disk, and how to edit it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

MANIFEST = """\
policy: lease
version: 1.0.0
terms: ../schema.json
"""
SCHEMA = """\
{"type": "object", "additionalProperties": false, "properties": {
  "lease": {"type": "object", "additionalProperties": false, "properties": {
    "years": {"type": "number"}}}}}
"""
RULES = """\
rules:
  - id: A
    title: not too long
    require: {{lease.years: {{at_most: {limit}}}}}
  - id: B
    title: not too long either
    require: {{lease.years: {{at_most: {limit}}}}}
"""
BAD = "rules:\n  - id: A\n    title: [\n"


def rules(limit: int) -> str:
    return RULES.format(limit=limit)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "schema.json").write_text(SCHEMA)
    made = tmp_path / "lease"
    made.mkdir()
    (made / "policy.yaml").write_text(MANIFEST)
    (made / "rules.yaml").write_text(rules(10))
    return made


@pytest.fixture
def edit(folder: Path) -> Callable[[str], None]:
    """Replace the rules in one move, as editors and deployments do."""

    def replace(text: str) -> None:
        beside = folder / ".rules.tmp"
        beside.write_text(text)
        beside.replace(folder / "rules.yaml")

    return replace
