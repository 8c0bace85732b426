"""The set-up files agree with each other."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from policyengine import extras

ROOT = Path(__file__).resolve().parents[2]


def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return found


def supported() -> list[str]:
    shape = re.compile(r"Programming Language :: Python :: (3\.\d+)")
    return [found[1] for it in project()["project"]["classifiers"] if (found := shape.match(it))]


@pytest.mark.parametrize("path", ["Makefile", ".ci/run"])
def test_the_smoke_run_tries_every_supported_python(path: str) -> None:
    assert " ".join(supported()) in (ROOT / path).read_text("utf-8")


def test_the_oldest_supported_python_is_the_one_checked_against() -> None:
    oldest = supported()[0]
    settings = project()
    assert settings["project"]["requires-python"] == f">={oldest}"
    assert settings["tool"]["mypy"]["python_version"] == oldest
    assert settings["tool"]["ruff"]["target-version"] == "py" + oldest.replace(".", "")


def test_every_dependency_says_why_and_has_a_range() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    block = text.partition("\ndependencies = [\n")[2].partition("\n]")[0]
    for line in block.splitlines():
        assert re.match(r'    "[^"]+>=[^"]+",? *# \S', line), line
        assert "<" in line or "may not be capped" in line, line


def test_every_rule_of_the_linter_that_is_off_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    block = text.partition("\nignore = [\n")[2].partition("\n]")[0]
    reason = False
    for line in block.splitlines():
        reason = "# " in line or reason  # codes below a line with a reason share it
        assert reason, line


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", ""])
def test_find_python_finds_what_it_says(version: str) -> None:
    wanted = [version] if version else []
    done = subprocess.run(
        ["sh", str(ROOT / ".ci" / "find-python"), *wanted],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        assert not done.stdout  # not on this machine
        return
    asked = [done.stdout.strip(), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    found = subprocess.run(asked, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    assert found.stdout.strip() in ([version] if version else supported())


def test_find_python_of_an_unheard_of_version() -> None:
    done = subprocess.run(["sh", str(ROOT / ".ci" / "find-python"), "2.99"], check=False)
    assert done.returncode == 1


def test_the_changelog_knows_the_version() -> None:
    version = project()["project"]["version"]
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert "## [Unreleased]" in text or f"## [{version}]" in text


def test_hints_name_what_an_extra_brings() -> None:
    found = project()["project"]["optional-dependencies"]
    for extra, hint in {
        "analysis": extras.ANALYSIS,
        "lsp": extras.LSP,
        "rete": extras.RETE,
    }.items():
        (needed,) = found[extra]
        assert hint == f"pip install '{needed.partition(';')[0].strip()}'"


def test_nobody_is_told_to_install_a_name_that_may_be_another_s() -> None:
    """The distribution is on no index of ours yet: whoever holds its name there is not us."""
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*")]:
        if path.is_file():
            text = path.read_text("utf-8")
            assert not re.search(r"pip install[^@\n]*policyengine[^@\n]*$", text, re.MULTILINE), (
                path
            )
