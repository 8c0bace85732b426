"""What other repositories begin with: the action's step that installs, and hooks from this one.

Both build the wheel and make an environment for it. What the wheel needs is taken from the
environment of the tests, so that no package index is asked: `.ci/smoke` installs the wheel with
all that it needs.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import sysconfig
from pathlib import Path

import pytest
from tests.ci.hosting import EXAMPLE, ROOT, Host, run

#: whatever a wheel is built from, and the hooks
SOURCES = ("src", "rules", "schemas", "docs", "pyproject.toml", "hatch_build.py", "README.md",
           "LICENSE", ".pre-commit-hooks.yaml")  # fmt: skip
#: stands for Python: says which version it is, notes what it is asked for, makes environments
FAKE = """\
#!/bin/sh
echo "$*" >> "$NOTES"
case $1 in
  -c) exit "$TOO_OLD" ;;
  -m) [ "$2" != venv ] || { mkdir -p "$3/$BIN"; cp "$0" "$3/$BIN/python"; } ;;
esac
"""


#: a hook that says which package the hooks run
WHERE = """
- id: where
  name: where
  entry: python -c 'import policyengine; print(policyengine.__file__)'
  language: python
  pass_filenames: false
  always_run: true
"""
#: pip builds with what is here, and installs nothing but what it is told to
OFFLINE = {
    "PIP_NO_BUILD_ISOLATION": "0",  # which is how pip is told not to
    "PIP_NO_DEPS": "1",
    "PIP_NO_INDEX": "1",
    "PYTHONPATH": sysconfig.get_path("purelib"),  # files of `.pth` are not read there
}


def test_the_step_installs_what_the_action_is(tmp_path: Path) -> None:
    """From the action's own checkout, into an environment that the steps after it find."""
    host = Host(EXAMPLE, tmp_path)
    done = host.step("install", OFFLINE)
    assert done.returncode == 0, done.stdout + done.stderr
    (home,) = (tmp_path / "path").read_text("utf-8").split()
    assert Path(home).is_relative_to(tmp_path)
    python = str(Path(home) / "python")
    code = "import policyengine; print(policyengine.__file__)"
    found = run([python, "-c", code], tmp_path, OFFLINE)
    assert Path(found.stdout.strip()).is_relative_to(tmp_path)
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "repository"))
    checks = Host(folder, tmp_path, commands="validate")
    path = os.pathsep.join([home, os.environ["PATH"]])
    done = checks.step("checks", {**OFFLINE, "PATH": path})
    assert (done.returncode, checks.outputs) == (0, "code=0\n"), done.stdout + done.stderr


@pytest.mark.parametrize("folder", ["bin", "Scripts"])
@pytest.mark.parametrize("version", ["", "1.2.3"])
def test_which_version_is_installed_and_where(folder: str, version: str, tmp_path: Path) -> None:
    (tmp_path / "fake").mkdir()
    fake = tmp_path / "fake/python3"
    fake.write_text(FAKE, "utf-8")
    fake.chmod(0o755)
    notes = tmp_path / "notes"
    given = {"PATH": os.pathsep.join([str(fake.parent), os.environ["PATH"]]),
             "NOTES": str(notes), "BIN": folder}  # fmt: skip
    done = Host(EXAMPLE, tmp_path, version=version).step("install", {**given, "TOO_OLD": "0"})
    assert done.returncode == 0, done.stderr
    home = tmp_path / "policyengine" / folder
    assert (tmp_path / "path").read_text("utf-8") == f"{home}\n"
    wanted = f"policyengine-rules=={version}" if version else str(ROOT)
    assert notes.read_text("utf-8").splitlines()[-1].endswith(f"install --quiet {wanted}")
    done = Host(EXAMPLE, tmp_path).step("install", {**given, "TOO_OLD": "1"})
    assert done.returncode == 2
    assert done.stdout.startswith("::error title=policyengine::Python 3.11 or later is needed")


def test_pre_commit_takes_the_hooks_from_this_repository(tmp_path: Path) -> None:
    """`try-repo` clones it, builds it and runs the hooks that it publishes."""
    source, folder = tmp_path / "source", tmp_path / "repository"
    source.mkdir()
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    hooks = source / ".pre-commit-hooks.yaml"
    hooks.write_text(hooks.read_text("utf-8") + WHERE, "utf-8")
    shutil.copytree(EXAMPLE, folder)
    author = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a"}
    more = {**OFFLINE, **author, "GIT_COMMITTER_EMAIL": "a@b",
            "PRE_COMMIT_HOME": str(tmp_path / "home")}  # fmt: skip
    for where in (source, folder):
        for words in ("init -q", "add .", "commit -q -m first"):
            done = run(["git", *words.split()], where, more)
            assert done.returncode == 0, done.stderr
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(source), "--all-files",
               "--color", "never", "--verbose"]  # fmt: skip
    done = run(command, folder, more)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("Passed") == 5, done.stdout
    (file,) = re.findall(r"^(/\S+)$", done.stdout, re.MULTILINE)
    assert file.endswith("/site-packages/policyengine/__init__.py")
    assert not Path(file).is_relative_to(ROOT)
