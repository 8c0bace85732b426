"""Small policies, before and after an edit, written into the test's own folder."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from policyengine import Policy
from policyengine.review import PolicyDiff, diff

POLICY = """\
policy: lease
version: 1.0.0
terms:
  type: object
  additionalProperties: false
  properties:
    deal:
      type: object
      additionalProperties: false
      properties: {id: {type: string}}
    years: {title: Length, type: integer, minimum: 0, maximum: 200, x-unit: years}
    rent: {type: number, minimum: 0, default: 0}
    share: {type: number, minimum: 0, maximum: 1}
    use: {type: string, enum: [office, storage, shop], x-labels: {shop: A shop}}
    rooms: {type: array, items: {type: string, enum: [hall, yard, roof]}, uniqueItems: true}
    steps:
      type: array
      items:
        type: object
        additionalProperties: false
        properties: {year: {type: integer}, rent: {type: number}}
    start: {type: string, format: date}
parameters:
  most_years: 30
  least_rent:
    - {from: 2000-01-01, value: 5}
    - {from: 2025-01-01, value: 10}
define:
  total: years * rent
"""
RULES = """\
rules:
  - id: L-1
    title: Not too long
    forbid:
      all:
        - years: {more_than: {parameter: most_years}}
        - use: [office, storage]
    because: "{years} years are too long."
  - id: L-2
    title: Rent is paid
    level: negotiable
    require: {rent: {at_least: {parameter: least_rent}}}
    ask: Ask for more.
  - id: L-3
    title: Worth the work
    applies: {use: shop}
    require: total >= 100
    unless: {rooms: {contains: roof}}
  - id: L-4
    title: A fair lease
    level: advisory
    require: {worth: {equals: good}}
scorecards:
  - id: gain
    items:
      - {id: G-1, title: A yard, side: benefit, when: {rooms: {contains: yard}}, points: 2}
      - {id: G-2, title: A long lease, side: risk, when: "total > 50", points: -1}
interests:
  - {element: Space, ours: room, theirs: rent, served: {rooms: {contains: hall}}}
tables:
  - id: worth
    hit_policy: F
    inputs: [years]
    output: {type: string, values: [good, bad]}
    rules:
      - [{at_most: 10}, good]
      - [{at_most: 20}, bad]
    default: bad
"""


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty working folder, and nothing of the caller's environment that counts."""
    for name in list(os.environ):
        if name.startswith(("POLICYENGINE_", "GIT_")) or name in ("NO_COLOR", "COLUMNS"):
            monkeypatch.delenv(name)
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def written(name: str, text: str) -> Policy:
    folder = Path(name)
    folder.mkdir(exist_ok=True)
    (folder / "policy.yaml").write_text(text, "utf-8")
    return Policy.load(folder)


@pytest.fixture
def edit() -> Callable[..., PolicyDiff]:
    """`edit((before, after), …)`: the policy `old`, and `new` with some of its text replaced."""

    def made(*edits: tuple[str, str], old: str = POLICY + RULES) -> PolicyDiff:
        new = old
        for before, after in edits:
            assert new.count(before) == 1, before
            new = new.replace(before, after)
        return diff(written("old", old), written("new", new))

    return made


@pytest.fixture
def cli(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """`cli("diff", …, stdin=…)` in this process."""

    def call(*args: Any, stdin: bytes = b"") -> Result:
        from policyengine.cli import main

        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capfd.readouterr()
        code = main([str(arg) for arg in args])
        out, err = capfd.readouterr()
        return Result(code, out, err)

    return call
