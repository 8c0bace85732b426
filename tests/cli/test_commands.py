"""The smaller commands, help, and the frame around them all."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policyengine.cli.app import COMMANDS
from policyengine.cli.starter import FILES


def test_version(cli: Callable[..., Any]) -> None:
    found = cli("--version")
    assert found.code == 0
    assert found.out.startswith("policyengine ")
    assert len(found.out.split()) == 2
    assert cli("-V").out == found.out


@pytest.mark.parametrize("command", ((), *((name,) for name in COMMANDS)))
@pytest.mark.parametrize("flag", ("-h", "--help"))
@pytest.mark.usefixtures("fake")
def test_help_has_examples_and_exit_codes(
    cli: Callable[..., Any], command: tuple[str, ...], flag: str
) -> None:
    found = cli(*command, flag)
    assert (found.code, found.err) == (0, "")
    assert "Exit codes" in found.out
    assert "policyengine " in found.out
    assert max(map(len, found.out.splitlines())) <= 80


def test_no_arguments_show_help_and_decide_nothing(cli: Callable[..., Any]) -> None:
    found = cli()
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("Usage: policyengine")


def test_an_unknown_command(cli: Callable[..., Any]) -> None:
    found = cli("evalute", "x.yaml")
    assert found.code == 2
    assert "error[usage]: there is no command `evalute`; did you mean `evaluate`?" in found.err
    assert "commands are evaluate, validate" in cli("\x1b[2Jzz").err
    assert "\x1b" not in cli("\x1b[2Jzz").err


@pytest.mark.parametrize("args", (("--nope",), ("schema", "--nope"), ("schema", "a", "b\x1b[2J")))
def test_usage_errors(cli: Callable[..., Any], args: tuple[str, ...]) -> None:
    found = cli(*args)
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("error[usage]: ")
    assert "\x1b" not in found.err
    assert "--help" in found.err


def test_schema(cli: Callable[..., Any], root: Path) -> None:
    kinds = cli("schema").out.split()
    assert kinds == ["terms", "policy", "rules", "test", "waivers", "decision", "statement"]
    for kind in kinds:
        found = cli("schema", kind)
        assert found.code == 0
        assert found.out == (root / f"schemas/{kind}.schema.json").read_text(encoding="utf-8")
    bad = cli("schema", "decisions")
    assert bad.code == 2
    assert "did you mean `decision`?" in bad.err


@pytest.mark.parametrize("shell", ("bash", "zsh", "fish"))
def test_completion_script(cli: Callable[..., Any], shell: str) -> None:
    found = cli("completion", shell)
    assert found.code == 0
    assert "_POLICYENGINE_COMPLETE" in found.out
    program = shutil.which(shell)
    if program is not None:
        checked = subprocess.run(
            [program, "-n"], input=found.out, text=True, capture_output=True, check=False
        )
        assert checked.returncode == 0, checked.stderr


def test_completion_completes(process: Callable[..., Any]) -> None:
    env = {
        "_POLICYENGINE_COMPLETE": "bash_complete",
        "COMP_WORDS": "policyengine ev",
        "COMP_CWORD": "1",
    }
    found = process(env=env, real=True)
    assert found.stdout.split() == [b"plain,evaluate"]


def test_init_writes_and_says_what_is_next(cli: Callable[..., Any]) -> None:
    found = cli("init", "my deals")
    assert (found.code, found.err) == (0, "")
    for name, text in FILES.items():
        assert Path("my deals", name).read_text(encoding="utf-8") == text
        assert f"wrote my deals/{name}" in found.out
    assert "cd 'my deals'" in found.out


def test_init_overwrites_nothing(cli: Callable[..., Any]) -> None:
    Path("README.md").write_text("mine")
    Path("policyengine.toml").symlink_to("nowhere")
    found = cli("init")
    assert (found.code, found.out) == (2, "")
    assert found.err.count("error[file-exists]") == 2
    assert sorted(p.name for p in Path().iterdir()) == ["README.md", "policyengine.toml"]
    assert Path("README.md").read_text() == "mine"


def test_init_where_nothing_can_be_written(cli: Callable[..., Any]) -> None:
    Path("file").write_text("x")
    found = cli("init", "file/sub")
    assert found.code == 2
    assert "Traceback" not in found.err


def test_starter_schema_is_json() -> None:
    assert json.loads(FILES["schemas/terms.schema.json"])["type"] == "object"
