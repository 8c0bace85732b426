"""The command run in this process or in one of its own, with a fake engine or the real one."""

from __future__ import annotations

import importlib.util
import io
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FAKE = HERE / "fake_engine.py"
ROOT = HERE.parents[1]
_CALLERS = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "GITHUB_ACTIONS")
_ENGINE_USERS = ("run", "deals", "checking", "evaluate", "explain")


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty working folder, and nothing of the caller's environment that counts."""
    for name in list(os.environ):
        if name.startswith("POLICYENGINE_") or name in _CALLERS:
            monkeypatch.delenv(name)
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`policyengine.engine` replaced by the fake one for this test."""
    import policyengine

    spec = importlib.util.spec_from_file_location("policyengine.engine", FAKE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    for name in _ENGINE_USERS:
        monkeypatch.delitem(sys.modules, f"policyengine.cli.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "policyengine.engine", module)
    monkeypatch.setattr(policyengine, "engine", module, raising=False)
    spec.loader.exec_module(module)
    yield module
    for name in _ENGINE_USERS:
        sys.modules.pop(f"policyengine.cli.{name}", None)


@pytest.fixture
def cli(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """`cli("evaluate", …, stdin=…)` in this process."""

    def call(*args: str | Path, stdin: bytes = b"") -> Result:
        from policyengine.cli import main

        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capfd.readouterr()
        code = main([str(arg) for arg in args])
        out, err = capfd.readouterr()
        return Result(code, out, err)

    return call


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """`process("evaluate", …, real=False, env={…}, **subprocess.run arguments)`."""

    def call(
        *args: str | Path, real: bool = False, env: Mapping[str, str] | None = None, **more: Any
    ) -> subprocess.CompletedProcess[bytes]:
        given: dict[str, Any] = {"timeout": 60, "stdin": subprocess.DEVNULL, **more}
        if "stdout" not in given:
            given["capture_output"] = True
        elif "stderr" not in given:
            given["stderr"] = subprocess.PIPE
        if "input" in given:
            del given["stdin"]
        return subprocess.run(
            [*command(real=real), *map(str, args)],
            env={**os.environ, **(env or {})},
            check=False,
            **given,
        )

    return call


@pytest.fixture
def start() -> Callable[..., list[str]]:
    """The words that start the command in a process of its own."""
    return command


def command(*, real: bool = False) -> list[str]:
    return [sys.executable, *(["-m", "policyengine"] if real else [str(FAKE)])]


@pytest.fixture
def root() -> Path:
    """The repository."""
    return ROOT
