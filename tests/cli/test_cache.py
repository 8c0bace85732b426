"""`policyengine cache`, and commands that read policies from it."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLICYENGINE_CACHE_DIR", str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def ask(cli: Cli, root: Path) -> Callable[..., Any]:
    """The answer on one deal of the examples."""
    deal = root / "examples" / "vn-us-2000-bta" / "terms.yaml"

    def evaluate(*words: str) -> Any:
        given = ("-p", "national-interest", "--as-of", "2026-01-31", "--format", "json")
        return cli("evaluate", deal, *given, *words)

    return evaluate


def test_kept_once_and_answered_alike(cli: Cli, ask: Cli, folder: Path) -> None:
    assert cli("cache", "list").out == ""
    assert not folder.exists()
    first = ask()
    (entry,) = folder.iterdir()
    written = entry.stat().st_mtime_ns
    again, without = ask(), ask("--no-cache")
    assert entry.stat().st_mtime_ns == written
    assert first == again == without
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    listed = cli("cache", "list")
    assert listed.code == 0
    assert re.fullmatch(
        r" *\d+  \d{4}-\d\d-\d\dT\d\d:\d\dZ  national-interest \S+ \S+\n", listed.out
    )
    assert cli("cache", "clear").out == "removed 1 policy\n"
    assert list(folder.iterdir()) == []
    assert cli("cache", "clear").out == "removed 0 policies\n"


def test_nothing_is_kept_where_nobody_wants_it(
    ask: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("--no-cache")
    monkeypatch.setenv("POLICYENGINE_NO_CACHE", "1")
    assert ask().err == ""
    assert not folder.exists()


@pytest.mark.parametrize("command", ["explain", "compile", "negotiate"])
def test_other_commands_read_it_too(cli: Cli, folder: Path, command: str) -> None:
    words = ("--as-of", "2026-01-31") if command != "explain" else ()
    outs = [cli(command, "-p", "national-interest", *words).out for _ in range(2)]
    assert outs[0] == outs[1]
    assert len(list(folder.iterdir())) == 1


def test_the_folder(cli: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli("cache", "path").out == f"{folder}\n"
    monkeypatch.delenv("POLICYENGINE_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    assert cli("cache", "path").out == f"{folder / 'policyengine'}\n"


@pytest.mark.parametrize("where", ["kept", "./kept", "../work/kept"])
def test_a_folder_that_is_refused(
    cli: Cli, ask: Cli, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command goes on without a cache, and says so; it asks nobody twice."""
    monkeypatch.delenv("POLICYENGINE_CACHE_DIR", raising=False)
    fine = ask()
    monkeypatch.setenv(
        "POLICYENGINE_CACHE_DIR", str(Path.cwd() / where) if where[:2] == ".." else where
    )
    found = ask()
    assert (found.code, found.out) == (fine.code, fine.out)
    assert found.err.count("warning[cache-folder]") == 1
    assert os.listdir() == []  # noqa: PTH208  # the working folder
    for action in ("path", "list", "clear"):
        refused = cli("cache", action)
        assert (refused.code, refused.out) == (2, "")
        assert "error[cache-folder]" in refused.err


def test_a_damaged_entry_is_listed_as_such(cli: Cli, ask: Cli, folder: Path) -> None:
    good = ask()
    (entry,) = folder.iterdir()
    entry.write_bytes(b"?")
    assert cli("cache", "list").out.endswith("  damaged\n")
    assert json.loads(ask().out) == json.loads(good.out)


def test_names_are_made_safe(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYENGINE_CACHE_DIR", f"{tmp_path}/a\x1b[2Jb")
    assert "\x1b" not in cli("cache", "path").out
