"""A small policy whose files can be changed, and a cache folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from policyengine import Decision, Policy
from policyengine.values.record import Record

SCHEMA = """\
{"type": "object", "additionalProperties": false, "properties": {
  "deal": {"type": "object", "additionalProperties": false, "properties": {
    "id": {"type": "string"}, "price": {"type": "number", "x-unit": "EUR"},
    "kind": {"$ref": "shared/kinds.json"}, "from": {"type": "string", "format": "date"}}}}}
"""
KINDS = '{"enum": ["loan", "grant"], "default": "loan"}\n'
MANIFEST = """\
policy: small
version: 1.2.3
title: A small policy
terms: ../schema.json
parameters:
  limit: 10
  tags: [a, b]
define:
  doubled: deal.price * 2
"""
RULES = """\
rules:
  - id: P-1
    title: Not dear
    require: {doubled: {at_most: {parameter: limit}}}
    because: "{deal.price} doubled is above {parameters.limit}"
  - id: P-2
    title: Signed in time
    effective: {from: 2025-01-01}
    forbid: 'deal.kind = "grant" and deal.from < date("2026-01-01")'
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder, which is not there yet."""
    for name in ("POLICYENGINE_NO_CACHE", "POLICYENGINE_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    return tmp_path / "caches" / "policyengine"


@pytest.fixture
def rules(tmp_path: Path, folder: Path) -> Path:
    """A policy folder with a schema and what that refers to outside of it."""
    project = tmp_path / "project"
    (project / "rules").mkdir(parents=True)
    (project / "shared").mkdir()
    (project / "pyproject.toml").write_text("")
    (project / "schema.json").write_text(SCHEMA)
    (project / "shared" / "kinds.json").write_text(KINDS)
    (project / "rules" / "policy.yaml").write_text(MANIFEST)
    (project / "rules" / "price.yaml").write_text(RULES)
    (project / "rules" / "README.md").write_text("about\n")
    return project / "rules"


DEALS: tuple[dict[str, object], ...] = (
    {},
    {"deal": {"id": "a", "price": 4}},
    {"deal": {"id": "a", "price": 40, "kind": "grant", "from": "2025-06-01"}},
)


def spelled(thing: Any) -> Any:
    """Every field of a thing, to the bottom, places included."""
    if isinstance(thing, Record):
        fields = [(field, spelled(getattr(thing, field))) for field in thing.__fields__]
        return (type(thing).__name__, *fields)
    if isinstance(thing, Mapping):
        return [(key, spelled(value)) for key, value in thing.items()]
    if isinstance(thing, tuple | list):
        return [type(thing).__name__, *map(spelled, thing)]
    return repr(thing)


def same(found: Policy, fresh: Policy) -> None:
    """Fail where anything that can be seen of two policies is not the same."""
    assert found.core == fresh.core
    assert spelled(found.core) == spelled(fresh.core)  # the places too
    assert spelled(found.schema) == spelled(fresh.schema)
    assert [d.render() for d in found.warnings] == [d.render() for d in fresh.warnings]
    assert (found.path, found.digest, found.depends_on_date) == (
        fresh.path,
        fresh.digest,
        fresh.depends_on_date,
    )
    assert found.overrides == fresh.overrides
    assert [rule.span.text for rule in found.rules] == [rule.span.text for rule in fresh.rules]
    assert type(found.core.parameters) is type(fresh.core.parameters)
    assert type(found.schema.terms) is type(fresh.schema.terms)
    assert type(found.schema.beside) is type(fresh.schema.beside)


def decided(policy: Policy) -> list[str]:
    """Decisions in full on some deals, reasons and places included."""

    def decide(deal: dict[str, object]) -> Decision:
        return policy.evaluate(deal, as_of="2026-01-31", explain="full")

    return [decide(deal).to_json() for deal in DEALS]


@pytest.fixture
def hits(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many policies came out of the cache since."""
    from policyengine.cache.slot import Slot

    count = 0
    find = Slot.find

    def counted(self: Slot) -> object:
        nonlocal count
        found = find(self)
        count += found is not None
        return found

    monkeypatch.setattr(Slot, "find", counted)

    def since() -> int:
        nonlocal count
        seen, count = count, 0
        return seen

    return since
