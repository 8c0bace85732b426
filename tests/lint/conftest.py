"""A sample policy that no check has anything to say of, and others laid over it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from policyengine import Policy
from policyengine.errors import Diagnostic
from policyengine.lint import lint

AS_OF = date(2026, 1, 31)
TERMS: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "deal": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "id": {"type": "string"},
                "days": {"type": "integer", "minimum": 0},
                "share": {"type": "number", "minimum": 0, "maximum": 100},
                "kind": {"enum": ["loan", "grant", "swap"]},
                "note": {"type": "string"},
                "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
                "signed": {"type": "string", "format": "date"},
                "open": {"type": "boolean"},
            },
        }
    },
}
BASE: Mapping[str, str] = {
    "terms.json": json.dumps(TERMS),
    "guide.txt": "We ask for delivery within\n  thirty days of the order.\n",
    "policy.yaml": """\
policy: sample
version: "1"
terms: terms.json

parameters:
  max_days: 45
""",
    "rules.yaml": """\
rules:
  - id: R-1
    title: In time
    require: {deal.days: {at_most: 30}}
    because: It takes {deal.days} days.
    ask: Agree on 30 days.
    source: {ref: guide}
""",
    "about.yaml": """\
rules:
  - id: P-1
    title: Reads the parameter
    level: advisory
    require: {deal.share: {at_most: {parameter: max_days}}}
    because: The share is {deal.share}%.
""",
    "about_test.yaml": """\
cases:
  - name: at the limit
    terms: {deal.share: 45}
    expect: {outcomes: {P-1: pass}}
""",
}

Sample = Callable[..., Path]
Found = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sample:
    """Writes the sample policy with some files replaced; a test for every rule of it."""

    def write(**files: str) -> Path:
        folder = tmp_path / "project" / "sample"
        folder.mkdir(parents=True, exist_ok=True)
        (folder.parent / "policyengine.toml").write_text("")
        named = {name.replace("__", "."): text for name, text in files.items()}
        texts = {**BASE, **named}
        if "rules_test.yaml" not in texts:
            texts["rules_test.yaml"] = cases(texts)
        for name, text in texts.items():
            (folder / name).write_text(text, "utf-8", newline="")
        monkeypatch.chdir(folder.parent)
        return folder

    return write


def cases(texts: Mapping[str, str]) -> str:
    """Cases that expect something of every rule, and lie at the limits the samples use."""
    ids = [
        word.strip("{},")
        for text in texts.values()
        for line in text.splitlines()
        for before, word in zip(line.split(), line.split()[1:], strict=False)
        if before in ("id:", "{id:") and word.strip("{},")[0] in "RPr" and "row" not in line
    ]
    wanted = ", ".join(f"{id_}: pass" for id_ in dict.fromkeys(ids))
    made = [
        f"  - name: days {days}\n    terms: {{deal.days: {days}, deal.share: {days}}}\n"
        f"    expect: {{outcomes: {{{wanted}}}}}\n"
        for days in (3, 10, 20, 30, 45, 50, 100)
    ]
    return "cases:\n" + "".join(made)


@pytest.fixture
def found(sample: Sample) -> Found:
    """What is found in the sample policy with some files replaced."""

    def look(*, no_ignores: bool = False, **files: str) -> tuple[Diagnostic, ...]:
        folder = sample(**files)
        policy = Policy.load(folder.relative_to(Path.cwd()))
        return lint(policy, as_of=AS_OF, no_ignores=no_ignores)

    return look
