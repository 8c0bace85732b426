"""Hooks, the action and the example repository, run as their hosts run them: on the example as
it is, and on copies with something wrong."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.ci.hosting import ACTION, EXAMPLE, ROOT, Host, run

HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
RULES = "rules/supply/contracts.yaml"

#: what is wrong with a copy: a file, a text in it, and what stands in its place
BREAKS = {
    "validate": (RULES, "payment.days:", "payment.dais:"),
    "fmt": (RULES, "level: mandatory", "level:   mandatory"),
    "lint": (RULES, "    ask: Our courts, or arbitration.\n", ""),
    "test": ("rules/supply/policy.yaml", "longest_days: 60", "longest_days: 61"),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "repository"))


def break_(copy: Path, what: str) -> None:
    name, old, new = BREAKS[what]
    text = (copy / name).read_text("utf-8")
    assert old in text
    (copy / name).write_text(text.replace(old, new, 1), "utf-8")


# hooks --------------------------------------------------------------------------------------


def hook(name: str) -> dict[str, Any]:
    return next(each for each in HOOKS if each["id"] == f"policyengine-{name}")


def run_hook(name: str, folder: Path) -> int:
    """A hook's exit code; as pre-commit does, a file that it changed is a failure."""
    chosen = hook(name)
    command = [*shlex.split(chosen["entry"]), *chosen.get("args", [])]
    if chosen.get("pass_filenames", True):
        files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))
        command += [file for file in files if re.search(chosen["files"], file)]
    before = {path: path.read_bytes() for path in folder.rglob("*.yaml")}
    code = run(command, folder).returncode
    changed = any(path.read_bytes() != data for path, data in before.items())
    return 1 if changed and code == 0 else code


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_a_hook_passes_what_is_right_and_stops_what_is_wrong(name: str, copy: Path) -> None:
    assert hook(name)["language"] == "python"
    assert run_hook(name, copy) == 0
    break_(copy, name)
    assert run_hook(name, copy) == 1
    if name == "fmt":
        assert run_hook(name, copy) == 0  # it mended the file


@pytest.mark.parametrize("name", ["validate", "lint", "test"])
def test_a_hook_whose_folder_is_not_there_could_not_run(name: str, tmp_path: Path) -> None:
    assert run_hook(name, tmp_path) == 2


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_hooks_see_the_files_that_they_are_about(name: str) -> None:
    pattern = re.compile(hook(name)["files"])
    assert pattern.search("rules/supply/contracts.yaml")
    assert pattern.search("terms.schema.json") or name == "fmt"
    assert not pattern.search("README.md")
    if name == "fmt":
        assert not pattern.search("docker-compose.yaml")
        assert not pattern.search("deals/rules.yaml")


def test_the_example_has_the_hooks_that_are_published() -> None:
    config = yaml.safe_load((EXAMPLE / ".pre-commit-config.yaml").read_text("utf-8"))
    ((repo),) = config["repos"]
    kept = ("id", "name", "entry", "files", "pass_filenames", "require_serial")
    published = [{k: each[k] for k in kept if k in each} for each in HOOKS]
    assert [{k: each[k] for k in kept if k in each} for each in repo["hooks"]] == published


def test_pre_commit_itself_runs_them(copy: Path, tmp_path: Path) -> None:
    author = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a"}
    more = {**author, "GIT_COMMITTER_EMAIL": "a@b", "PRE_COMMIT_HOME": str(tmp_path / "home")}
    for command in (["git", "init", "-q"], ["git", "add", "."]):
        assert run(command, copy, more).returncode == 0
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color", "never"]
    done = run(command, copy, more)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Passed") == 4
    for what in ("fmt", "test"):
        break_(copy, what)
    done = run(command, copy, more)
    assert done.returncode == 1
    assert re.findall(r"policyengine (\w+)\.+Failed", done.stdout) == ["fmt", "test"]


# the action ---------------------------------------------------------------------------------


def test_inputs_reach_the_scripts_as_variables_only() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]
        assert "uses" not in step


def test_the_action_passes_the_example(copy: Path, tmp_path: Path) -> None:
    host = Host(copy, tmp_path, deals="deals\n", sarif="out", as_of="2026-01-31")
    done = host.step("checks")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "::error" not in done.stdout + done.stderr
    done = host.step("deals")
    assert done.returncode == 0, done.stdout + done.stderr
    assert host.outputs == "code=0\ncode=0\n"
    assert "accept" in (tmp_path / "summary").read_text("utf-8")
    files = sorted(path.name for path in (copy / "out").iterdir())
    assert files == ["deals.sarif", "fmt.sarif", "lint.sarif", "test.sarif", "validate.sarif"]
    assert all('"2.1.0"' in path.read_text("utf-8") for path in (copy / "out").iterdir())


@pytest.mark.parametrize("what", sorted(BREAKS))
def test_the_action_annotates_what_is_wrong(what: str, copy: Path, tmp_path: Path) -> None:
    break_(copy, what)
    host = Host(copy, tmp_path, commands=what)
    done = host.step("checks")
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(r"^::(error|warning) file=rules/supply/", done.stdout, re.MULTILINE)
    assert host.outputs == "code=1\n"


def test_a_check_that_could_not_run_says_more_than_one_that_failed(
    copy: Path, tmp_path: Path
) -> None:
    break_(copy, "validate")
    host = Host(copy, tmp_path)
    done = host.step("checks")
    assert done.returncode == 2  # lint and test need a policy that loads
    assert "::error title=policyengine lint::could not run" in done.stdout
    assert host.outputs == "code=2\n"
    assert Host(copy, tmp_path, commands="fmt").step("checks").returncode == 0
    assert Host(copy, tmp_path, commands="frmt").step("checks").returncode == 2
    assert Host(copy, tmp_path, paths="nowhere").step("checks").returncode == 2


@pytest.mark.parametrize(
    "old, new, fail_on, code, verdict",
    [
        ("days: 30", "days: 90", "conditional", 1, 1),
        ("days: 30", "days: 90", "never", 0, 1),
        ("days: 30, ", "", "conditional", 3, 3),
        ("days: 30, ", "", "reject", 0, 3),
        ("advance_pct: 50", "advance_pct: 5", "conditional", 4, 4),
        ("days: 30", "days: thirty", "never", 2, 2),
    ],
)
def test_a_verdict_is_told_from_a_run_that_failed(
    old: str, new: str, fail_on: str, code: int, verdict: int, copy: Path, tmp_path: Path
) -> None:
    deal = copy / "deals/north-2026.yaml"
    deal.write_text(deal.read_text("utf-8").replace(old, new), "utf-8")
    host = Host(copy, tmp_path, deals="deals", fail_on=fail_on, as_of="2026-01-31")
    done = host.step("deals")
    assert done.returncode == code, done.stdout + done.stderr
    assert host.outputs == f"code={verdict}\n"
    assert ("could not run; no verdict" in done.stdout) == (code == 2)
    assert ("::" in done.stdout) == (verdict != 0)


def test_hostile_inputs_are_words_and_nothing_else(copy: Path, tmp_path: Path) -> None:
    evil = "$(touch evil); `touch evil`"
    for name, step in (("paths", "checks"), ("commands", "checks"), ("deals", "deals"),
                       ("policy", "deals"), ("as_of", "deals"), ("fail_on", "deals")):  # fmt: skip
        host = Host(copy, tmp_path, **({"deals": "deals"} | {name: evil}))
        assert host.step(step).returncode == 2, name
    assert not list(copy.rglob("evil"))


# the example's own jobs ---------------------------------------------------------------------


def scripts() -> list[str]:
    job = yaml.safe_load((EXAMPLE / ".gitlab-ci.yml").read_text("utf-8"))["policy"]
    flow = yaml.safe_load((EXAMPLE / ".github/workflows/policy.yml").read_text("utf-8"))
    steps = [step.get("run", "") for step in flow["jobs"]["policy"]["steps"]]
    return ["\n".join(job["script"]), "\n".join(s for s in steps if not s.startswith("pip"))]


@pytest.mark.parametrize("script", scripts(), ids=["gitlab", "github"])
def test_the_jobs_of_the_example(script: str, copy: Path) -> None:
    done = run(["bash", "-eo", "pipefail", "-c", script], copy)
    assert done.returncode == 0, done.stdout + done.stderr
    if ".xml" in script:
        assert "<testsuite" in (copy / "tests.xml").read_text("utf-8")
    break_(copy, "test")
    assert run(["bash", "-eo", "pipefail", "-c", script], copy).returncode == 1
