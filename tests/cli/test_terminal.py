"""On a terminal: colours, width and progress, seen through a pseudo-terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import subprocess
import termios
from collections.abc import Callable
from pathlib import Path

import pytest

from policyengine.source import columns


@pytest.fixture(autouse=True)
def project() -> None:
    folder = Path("rules/fake")
    folder.mkdir(parents=True)
    (folder / "policy.yaml").write_text("policy: fake\n")
    Path("d").mkdir()
    for number in range(40):
        Path(f"d/{number:02}.json").write_text(json.dumps({"do": "accept", "id": f"d{number}"}))


def on_terminal(
    words: list[str], *, out: bool, err: bool, width: int = 80, env: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """The exit code, and what the terminal was sent."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    with subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=slave if out else subprocess.DEVNULL,
        stderr=slave if err else subprocess.DEVNULL,
        env={**os.environ, "TERM": "xterm-256color", **(env or {})},
    ) as running:
        os.close(slave)
        said = b""
        try:
            while chunk := os.read(master, 1 << 16):
                said += chunk
        except OSError:
            pass  # the other end is closed
        os.close(master)
        return running.wait(timeout=60), said.replace(b"\r\n", b"\n")


def test_colour_on_a_terminal(start: Callable[..., list[str]]) -> None:
    words = [*start(), "evaluate", "d/00.json"]
    assert b"\x1b[1;32mACCEPT" in on_terminal(words, out=True, err=False)[1]
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert b"\x1b" not in on_terminal(words, out=True, err=False, env=env)[1]
    assert b"\x1b" not in on_terminal([*words, "--color", "never"], out=True, err=False)[1]


def test_errors_in_colour(start: Callable[..., list[str]]) -> None:
    code, said = on_terminal([*start(), "evaluate", "none.json"], out=False, err=True)
    assert code == 2
    assert b"\x1b[1;31merror[" in said


@pytest.mark.parametrize("width", (50, 80, 200))
def test_the_page_fits_the_terminal(start: Callable[..., list[str]], width: int) -> None:
    words = [*start(), "evaluate", "d", "--color", "never"]
    _, said = on_terminal(words, out=True, err=True, width=width)
    longest = max(columns(line) for line in said.decode().splitlines())
    assert longest <= min(width, 100)


def test_progress_only_where_it_does_not_mix(start: Callable[..., list[str]]) -> None:
    words = [*start(), "evaluate", "d", "--format", "jsonl"]
    code, said = on_terminal(words, out=False, err=True)
    assert code == 0
    assert b"1 of 40 deals" in said
    assert said.endswith(b"\r")
    _, both = on_terminal(words, out=True, err=True)
    assert b"of 40 deals" not in both
    assert both.count(b"\n") == 40
