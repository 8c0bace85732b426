"""A policy from the cache is the policy: nothing that can be seen of it differs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from tests.cache.conftest import decided, same, spelled
from tests.laws.generate import cases

from policyengine import ParameterError, Policy, PolicyEngineError, PolicyError, UsageError
from policyengine.cache import Folder
from policyengine.cache.contents import contents
from policyengine.values.jsontext import dumps

Hits = Callable[[], int]


def both(path: Path, **more: Any) -> tuple[Policy, Policy]:
    """A policy from the cache, and the same read from its files."""
    Policy.load(path, cache=True, **more)
    return Policy.load(path, cache=True, **more), Policy.load(path, **more)


def test_the_second_load_is_from_the_cache(rules: Path, folder: Path, hits: Hits) -> None:
    fresh = Policy.load(rules)
    assert not folder.exists()  # nothing is written unasked
    first = Policy.load(rules, cache=True)
    assert hits() == 0
    found = Policy.load(rules, cache=True)
    assert hits() == 1
    for policy in (first, found):
        same(policy, fresh)
        assert decided(policy) == decided(fresh)
        assert policy.compiled(as_of="2026-01-31").source == (
            fresh.compiled(as_of="2026-01-31").source
        )


def test_documents_come_back_when_asked_for(rules: Path, hits: Hits) -> None:
    found, fresh = both(rules)
    assert hits() == 1
    assert spelled(found.loaded) == spelled(fresh.loaded)
    more, as_fresh = (p.with_parameters({"limit": 100}) for p in (found, fresh))
    same(more, as_fresh)
    assert decided(more) == decided(as_fresh)
    for policy in (found, fresh):
        with pytest.raises(ParameterError, match="limt"):
            policy.with_parameters({"limt": 1})


def test_parameters_are_part_of_the_question(rules: Path, hits: Hits) -> None:
    for value in (100, 100.5, 7):
        found, fresh = both(rules, parameters={"limit": value})
        same(found, fresh)
        assert decided(found) == decided(fresh)
    assert hits() == 3
    with pytest.raises(PolicyEngineError) as first:
        Policy.load(rules, parameters={"limit": "much"}, cache=True)
    with pytest.raises(PolicyEngineError) as second:
        Policy.load(rules, parameters={"limit": "much"})
    assert str(first.value) == str(second.value)
    assert hits() == 0


def test_values_that_python_holds_equal_are_not_the_same_parameters(rules: Path) -> None:
    def key(value: Any) -> bytes | None:
        found = contents(rules, root=rules, shown=None, overrides={"p": value})
        return None if found is None else found.key

    keys = [key(value) for value in (1, True, 1.0, "1", [1], None)]
    assert None not in keys
    assert len(set(keys)) == len(keys)
    assert key({"a": 1, "b": 2}) != key({"a": 1, "b": "2"})
    assert key(object()) is None  # what cannot be told apart is not kept


def test_the_name_it_is_asked_for_by_is_the_name_in_places(
    rules: Path, hits: Hits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(rules.parent)
    for path in (rules, Path("rules"), rules / "policy.yaml", Path("rules/policy.yaml")):
        same(*both(path))
    same(*both(Path("rules"), shown="elsewhere"))
    assert hits() == 5


def test_a_policy_in_one_file(rules: Path, hits: Hits) -> None:
    (rules.parent / "one.yaml").write_text(
        "policy: one\nversion: 1.0.0\nterms: schema.json\n"
        "rules: [{id: A, title: t, require: {deal.price: {at_least: 1}}}]\n"
    )
    same(*both(rules.parent / "one.yaml"))
    assert hits() == 1


def test_a_manifest_with_rules_stands_for_itself(rules: Path, hits: Hits) -> None:
    (rules / "policy.yaml").write_text(
        (rules / "policy.yaml").read_text()
        + "rules: [{id: A, title: t, require: {deal.price: {at_least: 1}}}]\n"
    )
    same(*both(rules / "policy.yaml"))
    assert hits() == 1


def test_warnings_are_told_each_time(rules: Path, hits: Hits) -> None:
    (rules / "more.yaml").write_text(
        "rules:\n  - id: N-1\n    title: &unused Never\n    forbid: {deal.price: {less_than: 1}}\n"
    )
    found, fresh = both(rules)
    assert hits() == 1
    assert fresh.warnings
    same(found, fresh)


def test_a_policy_that_is_wrong_is_not_kept(rules: Path, folder: Path) -> None:
    (rules / "price.yaml").write_text("rules: [{id: A}]\n")
    said = []
    for cache in (True, True, False):
        with pytest.raises(PolicyError) as found:
            Policy.load(rules, cache=cache)
        said.append(str(found.value))
    assert len(set(said)) == 1
    assert Folder(folder).entries() == []


@pytest.mark.parametrize("pack", ["rules/national-interest"])
def test_the_pack(root: Path, pack: str, folder: Path, hits: Hits) -> None:
    found, fresh = both(root / pack)
    assert hits() == 1
    same(found, fresh)
    for terms in sorted((root / "examples").glob("*/terms.yaml")):
        from policyengine import Terms

        one, other = (
            p.evaluate(Terms.from_path(terms), as_of="2026-01-31", explain="full")
            for p in (found, fresh)
        )
        assert one.to_json() == other.to_json()


@settings(max_examples=25)
@given(case=cases())
def test_generated_policies(case: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    data, deal, asked = case
    folder = tmp_path_factory.mktemp("generated")
    path = folder / "project" / "policy.yaml"
    path.parent.mkdir()
    path.write_text(dumps(data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "caches"))

        def answer(*, cache: bool) -> str:
            try:
                return Policy.load(path, cache=cache).evaluate(deal, **asked).to_json()
            except PolicyEngineError as error:
                return str(error)

        fresh = answer(cache=False)
        assert answer(cache=True) == fresh
        assert answer(cache=True) == fresh
        try:
            same(*both(path))
        except PolicyEngineError:
            assert list(folder.glob("caches/*/*")) == []
        else:
            assert len(list(folder.glob("caches/*/*"))) == 1


def test_no_cache_is_asked_for(rules: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYENGINE_NO_CACHE", "1")
    Policy.load(rules, cache=True)
    assert not folder.exists()
    monkeypatch.setenv("POLICYENGINE_NO_CACHE", "0")
    Policy.load(rules, cache=True)
    assert folder.exists()


@pytest.mark.parametrize("where", ["caches", "./caches", "PROJECT/caches", "PROJECT", "CWD/x"])
def test_a_folder_that_is_refused(
    rules: Path, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    where = where.replace("PROJECT", str(rules.parent)).replace("CWD", str(tmp_path / "cwd"))
    monkeypatch.setenv("POLICYENGINE_CACHE_DIR", where)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError) as found:
        Policy.load(rules, cache=True)
    assert found.value.diagnostics[0].code == "cache-folder"
    assert sorted(tmp_path.rglob("*")) == before


def test_the_usual_folder_in_a_project_is_not_used(
    rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(rules.parent / "caches"))
    Policy.load(rules, cache=True)
    assert not (rules.parent / "caches").exists()


def test_the_home_folder_is_no_project(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hits: Hits
) -> None:
    """Who works in the home folder has the cache folder there."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        Policy.load(rules, cache=True)
    assert hits() == 1


@pytest.mark.parametrize("cache", [False, True])
def test_a_policy_cannot_be_changed_through_its_mappings(rules: Path, *, cache: bool) -> None:
    """Neither one that was read nor one from the cache."""
    for _ in range(2):
        policy = Policy.load(rules, parameters={"limit": 3}, cache=cache)
        before = decided(policy)
        group = policy.schema.group("deal")
        assert group is not None
        found: list[Any] = [
            policy.core.parameters,
            policy.core.definitions,
            policy.core.scorecards,
            policy.overrides,
            policy.schema.terms,
            policy.schema.beside,
            policy.schema.terms["deal.kind"].labels,
            group.members,
        ]
        for mapping in found:
            with pytest.raises(TypeError):
                mapping["limit"] = None
            with pytest.raises(TypeError):
                mapping.clear()
        assert decided(policy) == before


def test_what_reads_documents_is_not_loaded_for_a_policy_that_is_kept(rules: Path) -> None:
    """Start-up is a number of the benchmarks; what it rests on is what is not imported."""
    code = (
        "import sys; from policyengine import Policy\n"
        "Policy.load(sys.argv[1], cache=True).schema\n"
        "print(*sys.modules)"
    )
    command = [sys.executable, "-c", code, str(rules)]
    first, second = (
        set(subprocess.run(command, capture_output=True, check=True, text=True).stdout.split())
        for _ in range(2)
    )
    heavy = {f"policyengine.{name}" for name in ("reading", "document", "loader", "lowering")}
    heavy |= {"yaml", "policyengine.checker", "policyengine.compiler"}
    assert heavy - {"policyengine.compiler"} <= first
    assert not heavy & second
