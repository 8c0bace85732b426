"""Small policies on disk, each asked of every way to decide."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policyengine import Policy

SCHEMA = """\
type: object
additionalProperties: false
properties:
  flag: {type: boolean}
  other: {type: boolean}
  n: {type: number}
  m: {type: number}
  s: {type: string}
  set: {type: array, items: {type: string}, uniqueItems: true}
  nums: {type: array, items: {type: number}}
  names: {type: array, items: {type: string}}
"""
HEAD = "policy: p\nversion: 1.0.0\nterms: ../schema.yaml\n"

Build = Callable[..., Policy]


def written(tmp_path: Path, files: dict[str, str], schema: str = SCHEMA, head: str = HEAD) -> Path:
    """A project folder with a policy in it."""
    (tmp_path / ".git").mkdir(exist_ok=True)
    (tmp_path / "schema.yaml").write_text(schema)
    folder = tmp_path / "rules"
    for name, text in {"policy.yaml": head, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """A policy from its rules, or from one condition that it requires."""

    def make(
        require: str | None = None, *, rules: str = "", define: str = "", schema: str = SCHEMA
    ) -> Policy:
        head = HEAD + (f"define:\n  {define}\n" if define else "")
        if require is not None:
            rules += f"rules:\n  - id: R\n    title: t\n    require: {require}\n"
        return Policy.load(written(tmp_path, {"rules.yaml": rules}, schema, head))

    return make


def verdicts(policy: Policy, terms: dict[str, Any], **how: Any) -> set[str]:
    """The verdicts by every way to decide: one, if they agree."""
    found = {
        str(policy.evaluate(terms, engine=engine, **how).verdict)
        for engine in ("interpreter", "compiled")
    }
    return found | {str(policy.decider(**how)(terms)[0])}
