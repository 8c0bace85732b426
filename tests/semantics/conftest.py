"""Policies of a few lines over one small schema, and what is asked of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policyengine import Decision, Policy, PolicyError

HEAD = """\
policy: p
version: "1"
terms:
  type: object
  additionalProperties: false
  properties:
    t:
      type: object
      additionalProperties: false
      properties:
        a: {type: [number, "null"]}
        b: {type: [number, "null"]}
        d: {type: number, default: 5}
        m: {type: number, x-may-not-apply: true}
        n: {type: number, default: 1, x-may-not-apply: true}
        p: {type: [boolean, "null"]}
        q: {type: boolean}
        e: {type: string, enum: [low, mid, high]}
        f: {type: string, enum: [low, other]}
        s: {type: string}
        day: {type: string, format: date}
        usd: {type: number, x-unit: USD}
        eur: {type: number, x-unit: EUR}
        nums: {type: array, items: {type: [number, "null"]}}
        set: {type: array, items: {type: string, enum: [x, y, z]}, uniqueItems: true}
        seq: {type: array, items: {type: string}}
        rows:
          type: array
          items:
            type: object
            additionalProperties: false
            properties: {k: {type: number}, ok: {type: boolean}, day: {type: string, format: date}}
"""

Build = Callable[[str], Policy]
Decide = Callable[..., Decision]


def indented(text: str, by: int) -> str:
    return "\n".join(" " * by + line for line in text.splitlines())


def rule(condition: str, key: str = "require", more: str = "") -> str:
    """A policy of one mandatory rule R, its condition in flow style."""
    return f"rules:\n  - id: R\n    title: t\n    {key}: {condition}\n{indented(more, 4)}\n"


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """A policy from the lines below its schema."""

    def made(text: str) -> Policy:
        file = tmp_path / "policy.yaml"
        file.write_text(HEAD + text, "utf-8")
        return Policy.load(file)

    return made


@pytest.fixture
def outcome(build: Build) -> Callable[..., str]:
    """What becomes of one rule R for some terms."""

    def found(condition: str, terms: dict[str, Any], *, key: str = "require", **how: Any) -> str:
        listed = how.pop("not_applicable", None)
        deal: dict[str, Any] = {"t": terms}
        if listed is not None:
            deal["not_applicable"] = listed
        decision = build(rule(condition, key, how.pop("more", ""))).evaluate(deal, **how)
        return decision.outcomes["R"].value

    return found


@pytest.fixture
def refused(build: Build) -> Callable[[str], list[tuple[str, int, int]]]:
    """The codes of the errors of a policy, each with its line below the schema and column."""

    def found(text: str) -> list[tuple[str, int, int]]:
        with pytest.raises(PolicyError) as caught:
            build(text)
        return [
            (
                d.code,
                d.span.line - HEAD.count("\n") if d.span else 0,
                d.span.column if d.span else 0,
            )
            for d in caught.value.diagnostics
            if d.severity.value == "error"
        ]

    return found
