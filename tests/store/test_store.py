"""A policy in use follows its files, and never follows them into a broken state."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policyengine import Policy, PolicyError, PolicyStore, Verdict
from policyengine.store import signature as signature_
from policyengine.validation import validate

BAD = "rules:\n  - id: A\n    title: [\n"
RULES = "rules:\n  - {{id: A, title: short, require: {{lease.years: {{at_most: {}}}}}}}\n"
TERMS = {"lease": {"years": 20}}


def eager(folder: Path, **more: Any) -> PolicyStore:
    return PolicyStore(folder, **{"check_interval": 0, "settle": 0, **more})


def test_it_follows_an_edit(folder: Path, edit: Callable[[str], None]) -> None:
    store = eager(folder)
    first = store.current
    assert first.evaluate(TERMS).verdict is Verdict.REJECT
    assert store.current is first
    edit(RULES.format(30))
    assert store.current.evaluate(TERMS).verdict is Verdict.ACCEPT
    assert (store.generation, store.digest) == (2, store.current.digest)
    assert first.evaluate(TERMS).verdict is Verdict.REJECT


def test_it_keeps_the_last_good_policy_and_says_so(
    folder: Path, edit: Callable[[str], None]
) -> None:
    told: list[str] = []
    changed: list[Policy] = []
    store = eager(
        folder, on_problem=lambda found: told.append(found[0].code), on_change=changed.append
    )
    before = store.current.digest
    edit(BAD)
    for _ in range(3):
        assert store.current.digest == before
    assert told == [store.problem[0].code]
    assert store.problem[0].span is not None
    assert "with a problem" in repr(store)
    edit(RULES.format(30))
    assert store.current.digest != before
    assert store.problem == ()
    assert changed == [store.current]
    assert len(told) == 1


def test_the_good_text_again_is_no_new_generation(
    folder: Path, edit: Callable[[str], None]
) -> None:
    text = (folder / "rules.yaml").read_text()
    store = eager(folder)
    edit(BAD)
    assert not store.refresh()
    assert store.problem
    edit(text)
    assert not store.refresh()
    assert (store.problem, store.generation) == ((), 1)


def test_another_layout_is_taken_up_without_a_new_generation(
    folder: Path, edit: Callable[[str], None]
) -> None:
    store = eager(folder)
    first = store.current.rules[0].span.line
    edit("# a comment\n" + (folder / "rules.yaml").read_text())
    assert store.current.rules[0].span.line == first + 1
    assert store.generation == 1


@pytest.mark.parametrize("broken", ["folder", "manifest", "rules", "schema", "extra"])
def test_what_is_deleted_or_added(folder: Path, broken: str) -> None:
    store = eager(folder)
    before = store.current.digest
    kept = folder.parent / "kept"
    shutil.copytree(folder, kept)
    schema = (folder.parent / "schema.json").read_text()
    match broken:
        case "folder":
            shutil.rmtree(folder)
        case "manifest":
            (folder / "policy.yaml").unlink()
        case "rules":
            (folder / "rules.yaml").unlink()
        case "schema":
            (folder.parent / "schema.json").unlink()
        case "extra":
            (folder / "more.ymal").write_text("rules: []\n")
    assert store.current.digest == before
    assert store.problem, broken
    shutil.rmtree(folder, ignore_errors=True)
    kept.rename(folder)
    (folder.parent / "schema.json").write_text(schema)
    assert store.current.digest == before
    assert store.problem == ()


def test_the_schema_outside_the_folder_is_followed(folder: Path) -> None:
    schema = folder.parent / "schema.json"
    store = eager(folder)
    schema.write_text(schema.read_text().replace('"number"', '"number", "minimum": 0'))
    assert store.refresh()
    (folder.parent / "years.json").write_text('{"type": "number"}')
    text = schema.read_text().replace('{"type": "number", "minimum": 0}', '{"$ref": "years.json"}')
    schema.write_text(text)
    assert store.refresh()
    (folder.parent / "years.json").write_text('{"type": "number", "maximum": 9}')
    assert store.refresh()
    assert store.current.schema.terms["lease.years"].shape.maximum == 9


def test_a_repair_elsewhere_is_seen(folder: Path) -> None:
    """A text with a problem may refer to a file that was never looked at."""
    store = eager(folder)
    manifest = (folder / "policy.yaml").read_text()
    (folder / "policy.yaml").write_text(manifest.replace("schema.json", "other.json"))
    assert not store.refresh()
    text = (folder.parent / "schema.json").read_text()
    (folder.parent / "other.json").write_text(text.replace('"number"', '"number", "maximum": 9'))
    assert store.refresh()
    assert store.problem == ()


def test_a_change_that_leaves_times_and_size_alone(folder: Path) -> None:
    """Two writes within one tick of the clock: while files are young, bytes are compared."""
    file = folder / "rules.yaml"
    store = eager(folder)
    was = file.stat()
    file.write_text(file.read_text().replace("10", "30"))
    os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert store.current.evaluate(TERMS).verdict is Verdict.ACCEPT


def test_a_touch_loads_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = eager(folder)
    store.refresh()
    monkeypatch.setattr(store, "_load", lambda: pytest.fail("it loaded"))
    (folder / "rules.yaml").touch()
    assert not store.refresh()


def test_files_that_are_still_being_written_are_left_alone(folder: Path) -> None:
    """A rule file cut short after its first rule is valid, and says something else."""
    store = eager(folder, settle=0.3)
    whole = (folder / "rules.yaml").read_text().replace("10", "30")
    part = whole[: whole.index("  - id: B")]
    (folder / "rules.yaml").write_text(part)
    assert len(store.current.rules) == 2
    (folder / "rules.yaml").write_text(whole)
    assert store.current.evaluate(TERMS).verdict is Verdict.REJECT
    deadline = time.monotonic() + 10
    while store.generation == 1 and time.monotonic() < deadline:
        time.sleep(0.02)
        assert len(store.current.rules) == 2
    assert store.current.evaluate(TERMS).verdict is Verdict.ACCEPT


def test_it_looks_only_so_often(folder: Path, edit: Callable[[str], None]) -> None:
    store = PolicyStore(folder, check_interval=3600)
    edit(RULES.format(30))
    assert store.current.evaluate(TERMS).verdict is Verdict.REJECT
    assert store.refresh()
    assert store.current.evaluate(TERMS).verdict is Verdict.ACCEPT


def test_the_first_load_raises(folder: Path, edit: Callable[[str], None]) -> None:
    edit(BAD)
    with pytest.raises(PolicyError):
        PolicyStore(folder)
    with pytest.raises(PolicyError):
        PolicyStore(folder / "none")


def test_parameters_stay(folder: Path) -> None:
    manifest = (folder / "policy.yaml").read_text() + "parameters: {most: 10}\n"
    (folder / "policy.yaml").write_text(manifest)
    (folder / "rules.yaml").write_text(RULES.format("{parameter: most}"))
    store = eager(folder, parameters={"most": 40})
    assert store.current.evaluate(TERMS).verdict is Verdict.ACCEPT
    (folder / "policy.yaml").write_text(manifest.replace("1.0.0", "1.0.1"))
    assert store.refresh()
    assert store.current.evaluate(TERMS).verdict is Verdict.ACCEPT


def test_an_error_of_the_program_is_a_problem_too(
    folder: Path, edit: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = eager(folder)

    def fail() -> Policy:
        raise RecursionError("too deep")

    monkeypatch.setattr(store, "_load", fail)
    edit(RULES.format(30))
    assert store.current.evaluate(TERMS).verdict is Verdict.REJECT
    assert store.problem[0].code == "reload-failed"


def test_files_that_never_hold_still(
    folder: Path, edit: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = eager(folder)
    load = store._load
    limits = iter(range(100, 200))

    def and_edit() -> Policy:
        made = load()
        edit(RULES.format(next(limits)))
        return made

    monkeypatch.setattr(store, "_load", and_edit)
    edit(RULES.format(99))
    assert not store.refresh()
    assert store.problem[0].code == "policy-changing"
    monkeypatch.setattr(store, "_load", load)
    assert store.refresh()
    assert store.problem == ()


def test_a_single_file(tmp_path: Path) -> None:
    file = tmp_path / "lease.yaml"
    terms = "{type: object, additionalProperties: false, properties: {a: {type: number}}}"
    text = f"policy: lease\nversion: 1.0.0\nterms: {terms}\nrules:\n"
    file.write_text(text + "  - {id: A, title: a, require: {a: 1}}\n")
    store = eager(file)
    assert store.current.evaluate({"a": 2}).verdict is Verdict.REJECT
    file.write_text(text + "  - {id: A, title: a, require: {a: 2}}\n")
    assert store.current.evaluate({"a": 2}).verdict is Verdict.ACCEPT


def test_names_are_sorted_and_those_of_hidden_files_that_loading_reads(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "x.yaml").write_text("")
    (folder / ".hidden").write_text("")
    (folder / ".rules.yaml").write_text("")
    found = signature_.signature(folder, ())
    names = [Path(name).name for name, _ in found.files]
    assert names == ["lease", ".rules.yaml", "policy.yaml", "rules.yaml"]


def test_a_folder_above_that_may_not_be_looked_into(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, real = eager(folder), os.stat
    before = store.current

    def refuse(path: Any, *args: Any, **more: Any) -> os.stat_result:
        if not isinstance(path, int) and os.fspath(path).startswith(str(folder)):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return real(path, *args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", refuse)
        assert store.current is before
        assert [found.code for found in store.problem] == ["file-unreadable"]
        with pytest.raises(PolicyError, match=r"cannot read .*: permission denied"):
            Policy.load(folder)
        assert {found.code for found in validate(folder)} == {"file-unreadable"}
    assert store.current.digest == before.digest
    assert store.problem == ()


def test_a_link_that_leads_elsewhere_is_followed(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    (other / "rules.yaml").write_text(RULES.format(30))
    link = tmp_path / "current"

    def point(target: str) -> None:
        made = tmp_path / "made"
        made.symlink_to(target)
        made.replace(link)

    point("lease")
    store = eager(link)
    seen = [store.current.evaluate(TERMS).verdict]
    for target in ("other", "nowhere", "lease"):
        point(target)
        seen.append(store.current.evaluate(TERMS).verdict)
        assert [found.code for found in store.problem] == ["unknown-policy"] * (target == "nowhere")
    assert seen == [Verdict.REJECT, Verdict.ACCEPT, Verdict.ACCEPT, Verdict.REJECT]
