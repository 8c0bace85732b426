"""Policies at git revisions: what is read, what is refused, and that nothing runs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.review.conftest import POLICY, RULES

from policyengine.errors import UsageError
from policyengine.review import revisions

SCHEMA = """\
{"type": "object", "additionalProperties": false, "properties":
  {"years": {"$ref": "parts/years.json#/$defs/years"}}}
"""
YEARS = '{"$defs": {"years": {"type": "number"}}}'
MANIFEST = "policy: small\nversion: 1.0.0\nterms: ../../schemas/terms.json\n"
RULE = "rules:\n  - {id: R-1, title: Short, require: {years: {at_most: 10}}}\n"


def git(*words: str, **more: Any) -> str:
    done: subprocess.CompletedProcess[str] = subprocess.run(
        ["git", "-c", "user.name=me", "-c", "user.email=me@example.org", *words],
        check=True, capture_output=True, text=True, **more,
    )  # fmt: skip
    return done.stdout


def put(files: dict[str, str]) -> None:
    for name, text in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


@pytest.fixture
def repository(bare: Path) -> Path:
    """A repository with a policy whose schema lies elsewhere, and an edit of it not committed."""
    git("init", "-q", "-b", "main")
    put(
        {
            "rules/small/policy.yaml": MANIFEST,
            "rules/small/rules.yaml": RULE,
            "rules/small/README.md": "about it",
            "schemas/terms.json": SCHEMA,
            "schemas/parts/years.json": YEARS,
            "elsewhere/huge.json": "[]",
        }
    )
    commit("one")
    git("tag", "v1")
    put({"rules/small/rules.yaml": RULE.replace("10", "20")})
    return bare


def commit(name: str) -> None:
    git("add", "-A")
    git("commit", "-q", "-m", name)


SIDES = (
    ("HEAD:", "rules/small"),
    ("HEAD:rules/small", "rules/small"),
    ("v1:./rules/small", "./rules/small"),
    ("main:rules/small/policy.yaml", "rules/small/policy.yaml"),
    ("main:rules/../rules/small/", "rules/small"),
    ("HEAD:", "rules/small/policy.yaml"),
)


@pytest.mark.parametrize(("old", "new"), SIDES)
@pytest.mark.usefixtures("repository")
def test_a_revision_is_compared(cli: Callable[..., Any], old: str, new: str) -> None:
    found = cli("diff", old, new)
    assert (found.code, found.err) == (1, "")
    assert "require: years at_most 10 → 20" in found.out
    assert f"{old.partition(':')[0]}:" in found.out
    assert cli("diff", new, new).code == 0


@pytest.mark.usefixtures("repository")
def test_two_revisions_and_only_the_words_of_a_path(cli: Callable[..., Any]) -> None:
    commit("two")
    assert cli("diff", "v1:rules/small", "HEAD:").code == 1
    assert cli("diff", "v1:", "HEAD:").code == 1  # the only policy under ./rules
    assert cli("diff", "HEAD:", "HEAD:rules/small").code == 0
    os.chdir("rules")
    assert cli("diff", "v1:./small", "./small").code == 1
    assert cli("diff", "v1:", "small").code == 1


@pytest.mark.usefixtures("repository")
def test_only_what_the_policy_needs_is_laid_out(tmp_path: Path) -> None:
    into = tmp_path / "into"
    into.mkdir()
    taken = revisions.take("HEAD", "rules/small", Path.cwd(), into)
    laid = {path.relative_to(into).as_posix() for path in into.rglob("*") if path.is_file()}
    assert laid == {
        "rules/small/policy.yaml",
        "rules/small/rules.yaml",
        "rules/small/README.md",
        "schemas/terms.json",
        "schemas/parts/years.json",
    }
    assert taken.root == into
    assert len(taken.commit) == 40


@pytest.mark.usefixtures("repository")
def test_a_file_cannot_take_the_place_of_a_revision(cli: Callable[..., Any]) -> None:
    put({"HEAD:rules/small/policy.yaml": POLICY + RULES})
    assert Path("HEAD:rules/small").is_dir()
    assert "require: years at_most 10 → 20" in cli("diff", "HEAD:rules/small", "rules/small").out
    # with ./ it is the folder, which is another policy
    assert "lease" in cli("diff", "./HEAD:rules/small", "rules/small", "--format", "json").out


@pytest.mark.usefixtures("repository")
def test_attributes_leave_nothing_out(cli: Callable[..., Any]) -> None:
    put({".gitattributes": "rules.yaml export-ignore\n*.yaml filter=evil text eol=crlf\n"})
    commit("attributes")
    git("config", "filter.evil.smudge", "touch owned; cat")
    put({"rules/small/rules.yaml": RULE})
    assert "require: years at_most 20 → 10" in cli("diff", "HEAD:", "rules/small").out
    assert not Path("owned").exists()


@pytest.mark.usefixtures("repository")
def test_nothing_runs(cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("post-checkout", "reference-transaction", "pre-auto-gc", "post-index-change"):
        hook = Path(".git/hooks", name)
        hook.write_text("#!/bin/sh\ntouch owned\n")
        hook.chmod(0o755)
    git("config", "core.fsmonitor", "touch owned #")
    git("config", "core.pager", "touch owned #")
    git("config", "diff.external", "touch owned #")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "touch owned")
    assert cli("diff", "HEAD:", "rules/small").code == 1
    assert not Path("owned").exists()


@pytest.mark.usefixtures("repository")
def test_replaced_objects_are_read_as_they_were(cli: Callable[..., Any]) -> None:
    old = git("rev-parse", "HEAD:rules/small/rules.yaml").strip()
    put({"other": RULE.replace("10", "20")})
    new = git("hash-object", "-w", "other").strip()
    git("replace", old, new)
    assert cli("diff", "HEAD:", "rules/small").code == 1


@pytest.mark.usefixtures("repository")
def test_in_a_hook(cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert cli("diff", "HEAD:", "rules/small").code == 1


@pytest.mark.usefixtures("repository")
def test_a_rule_in_another_file(cli: Callable[..., Any]) -> None:
    Path("rules/small/rules.yaml").rename("rules/small/limits.yaml")
    put({"rules/small/limits.yaml": RULE})
    found = cli("diff", "HEAD:", "rules/small")
    assert found.code == 0
    assert "file: rules.yaml → limits.yaml" in found.out
    assert cli("diff", "HEAD:", "rules/small", "--fail-on", "words").code == 1


REFUSED = (
    ("nope:rules/small", "unknown-revision"),
    ("HEAD:rules/none", "unknown-revision"),
    ("HEAD~9:rules/small", "unknown-revision"),
    ("v1..HEAD:rules/small", "unknown-revision"),
    ("--output=owned:rules/small", "unknown-revision"),
    (":rules/small", "unknown-revision"),
    ("HEAD\n:rules/small", "unknown-revision"),
    ("HEAD:../../etc", "revision-refused"),
    ("HEAD:/etc", "revision-refused"),
)


@pytest.mark.parametrize(("side", "code"), REFUSED)
@pytest.mark.usefixtures("repository")
def test_what_is_not_there(cli: Callable[..., Any], side: str, code: str) -> None:
    found = cli("diff", "--", side, "rules/small")
    assert (found.code, found.out) == (2, "")
    assert f"error[{code}]" in found.err
    assert not Path("owned").exists()


@pytest.mark.usefixtures("repository")
def test_links_and_submodules_are_refused(cli: Callable[..., Any]) -> None:
    Path("rules/small/more.yaml").symlink_to("/etc/passwd")
    commit("link")
    found = cli("diff", "HEAD:rules/small", "rules/small")
    assert found.code == 2
    assert "error[revision-refused]: `rules/small/more.yaml` is a symbolic link" in found.err
    git("rm", "-q", "--cached", "rules/small/more.yaml")
    Path("rules/small/more.yaml").unlink()
    head = git("rev-parse", "HEAD").strip()
    git("update-index", "--add", "--cacheinfo", f"160000,{head},rules/small/sub")
    git("commit", "-q", "-m", "module")
    found = cli("diff", "HEAD:", "rules/small")
    assert "error[revision-refused]: `rules/small/sub` is a submodule" in found.err


@pytest.mark.usefixtures("repository")
def test_a_tree_with_names_that_climb(tmp_path: Path) -> None:
    blob = git("hash-object", "-w", "--stdin", input=RULE).strip()
    tree = git("mktree", input=f"100644 blob {blob}\tpolicy.yaml\n").strip()
    raw = b"40000 ..\0" + bytes.fromhex(tree)
    bad = subprocess.run(
        ["git", "hash-object", "-t", "tree", "-w", "--stdin", "--literally"],
        input=raw, capture_output=True, check=True,
    ).stdout.decode().strip()  # fmt: skip
    made = git("commit-tree", bad, "-m", "bad").strip()
    with pytest.raises(UsageError, match=r"no folder can hold"):
        revisions.take(made, "", Path.cwd(), tmp_path)


@pytest.mark.usefixtures("repository")
def test_a_schema_out_of_the_project_stays_out(cli: Callable[..., Any]) -> None:
    put({"rules/small/policy.yaml": MANIFEST.replace("../../schemas", "../../../outside"),
         "../outside/terms.json": SCHEMA})  # fmt: skip
    commit("outside")
    found = cli("diff", "HEAD:", "rules/small")
    assert found.code == 2
    assert "error[outside-root]" in found.err


@pytest.mark.usefixtures("repository")
def test_a_policy_that_is_not_valid_names_its_revision(cli: Callable[..., Any]) -> None:
    put({"rules/small/rules.yaml": RULE.replace("years", "yeers")})
    commit("typo")
    put({"rules/small/rules.yaml": RULE})
    found = cli("diff", "HEAD:", "rules/small")
    assert found.code == 2
    assert "HEAD:rules/small/rules.yaml:2:" in found.err


def test_no_repository(cli: Callable[..., Any]) -> None:
    found = cli("diff", "HEAD:rules", "HEAD~1:rules")
    assert found.code == 2
    assert "error[git-unavailable]" in found.err


@pytest.mark.usefixtures("repository")
def test_no_git(cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    found = cli("diff", "HEAD:", "rules/small")
    assert found.code == 2
    assert "error[git-unavailable]: revisions are read with git, which is not" in found.err


@pytest.mark.usefixtures("repository")
def test_nothing_is_left_behind(cli: Callable[..., Any], tmp_path: Path) -> None:
    import tempfile

    folder = tmp_path / "temporary"
    folder.mkdir()
    before = tempfile.tempdir
    tempfile.tempdir = str(folder)
    try:
        assert cli("diff", "HEAD:", "rules/small").code == 1
        assert cli("diff", "HEAD:nowhere", "rules/small").code == 2
    finally:
        tempfile.tempdir = before
    assert list(folder.iterdir()) == []
