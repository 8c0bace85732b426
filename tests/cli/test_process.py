"""What only a process of its own can show: pipes, full disks, locales, signals, start-up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX shells and signals")
full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")


@pytest.fixture(autouse=True)
def project() -> None:
    folder = Path("rules/fake")
    folder.mkdir(parents=True)
    (folder / "policy.yaml").write_text("policy: fake\n")
    Path("a.json").write_text('{"do": "reject", "id": "Zürich → 北京"}')
    Path("ok.json").write_text('{"do": "accept"}')
    with Path("many.jsonl").open("w") as stream:
        stream.writelines(
            json.dumps({"do": "accept", "id": f"deal-{number}"}) + "\n" for number in range(2_000)
        )


def quiet(found: subprocess.CompletedProcess[bytes]) -> None:
    assert b"Traceback" not in (found.stderr or b"")
    assert b"Exception ignored" not in (found.stderr or b"")


@full
@pytest.mark.parametrize(
    "args",
    (
        ("evaluate", "ok.json"),
        ("evaluate", "ok.json", "--format", "json"),
        ("evaluate", "many.jsonl", "--format", "jsonl"),
        ("schema", "decision"),
        ("--help",),
        ("--version",),
        ("completion", "bash"),
    ),
)
def test_threat_65_a_full_disk_is_2_and_said(process: Run, args: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as stream:
        found = process(*args, stdout=stream)
    assert found.returncode == 2
    assert found.stderr.count(b"no space left") == 1
    quiet(found)


@full
def test_threat_65_an_output_file_on_a_full_disk(process: Run) -> None:
    found = process("evaluate", "ok.json", "-o", "/dev/full")
    assert found.returncode == 2
    assert b"no space left" in found.stderr
    quiet(found)


@posix
@pytest.mark.parametrize("form", ("pretty", "json", "yaml", "jsonl"))
def test_threat_65_a_closed_pipe_is_2_and_silent(
    start: Callable[..., list[str]], form: str
) -> None:
    with subprocess.Popen(
        [*start(), "evaluate", "many.jsonl", "--format", form],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.read(10)
        running.stdout.close()
        err = running.stderr.read()
        assert running.wait(timeout=60) == 2
    assert err == b""


@posix
def test_threat_65_a_pipe_closed_before_the_first_byte(start: Callable[..., list[str]]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    found = subprocess.run(
        [*start(), "evaluate", "ok.json"], stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (found.returncode, found.stderr) == (2, b"")


@posix
@pytest.mark.parametrize("closed", ("1", "2", "0", "1 2", "0 1 2"))
def test_threat_65_closed_descriptors(start: Callable[..., list[str]], closed: str) -> None:
    close = " ".join(f"{number}>&-" for number in closed.split())
    words = " ".join(f"'{word}'" for word in [*start(), "evaluate", "ok.json"])
    found = subprocess.run(["/bin/sh", "-c", f"{words} {close}"], capture_output=True, check=False)
    assert found.returncode == (2 if "1" in closed else 0)
    quiet(found)
    if closed == "1":
        assert b"standard output is closed" in found.stderr


@posix
def test_closed_standard_input_that_is_asked_for(start: Callable[..., list[str]]) -> None:
    words = " ".join(f"'{word}'" for word in [*start(), "evaluate", "-"])
    found = subprocess.run(["/bin/sh", "-c", f"{words} 0>&-"], capture_output=True, check=False)
    assert found.returncode == 2
    assert b"closed" in found.stderr
    quiet(found)


ASCII = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize(
    "env", (ASCII, {**ASCII, "PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "cp1252"})
)
@pytest.mark.parametrize("form", ("pretty", "json", "yaml", "jsonl"))
def test_threat_65_any_locale(process: Run, env: dict[str, str], form: str) -> None:
    found = process("evaluate", "a.json", "--format", form, env=env)
    assert found.returncode == 1
    assert found.stderr == b""
    if form == "pretty":
        text = found.stdout.decode("ascii" if "cp1252" not in env.values() else "cp1252")
        assert "\\u5317\\u4eac" in text
    else:
        assert "Zürich → 北京" in found.stdout.decode("utf-8")
    missing = process("evaluate", "北京.json", env=env)
    assert missing.returncode == 2
    quiet(missing)


def test_threat_66_same_bytes_whatever_the_process(process: Run) -> None:
    for form in ("pretty", "json", "yaml"):
        args = ("evaluate", "a.json", "ok.json", "--format", form, "--as-of", "2026-01-31")
        said = {
            process(*args, env={"PYTHONHASHSEED": seed, "TZ": zone}).stdout
            for seed in ("0", "1", "2", "3")
            for zone in ("UTC", "Pacific/Kiritimati")
        }
        assert len(said) == 1


def interrupted(words: list[str], sent: signal.Signals) -> tuple[int, bytes]:
    """The exit code and standard error of a run that was sent a signal while it wrote."""
    Path("slow.json").write_text('{"do": "sleep"}')
    with subprocess.Popen(
        [*words, "evaluate", "slow.json", "-o", "out.json", "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        for _ in range(200):
            if any(path.suffix == ".tmp" for path in Path().iterdir()):
                break
            time.sleep(0.05)
        time.sleep(0.1)
        running.send_signal(sent)
        _, err = running.communicate(timeout=30)
        return running.returncode, err


@posix
def test_ctrl_c_is_130_and_leaves_no_file(start: Callable[..., list[str]]) -> None:
    code, err = interrupted(start(), signal.SIGINT)
    assert code == 130
    assert b"Traceback" not in err
    assert not [path for path in Path().iterdir() if path.suffix == ".tmp"]
    assert not Path("out.json").exists()


@posix
def test_threat_51_a_killed_run_leaves_the_old_file(start: Callable[..., list[str]]) -> None:
    Path("out.json").write_text("old")
    interrupted(start(), signal.SIGKILL)
    assert Path("out.json").read_text() == "old"


@posix
@pytest.mark.parametrize("kind", ("fifo", "folder", "loop", "zero", "unreadable", "odd"))
def test_threat_50_things_that_are_no_files(process: Run, kind: str) -> None:
    path = Path("x.yaml")
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path = Path("empty.yaml")
        path.mkdir()
    elif kind == "loop":
        path.symlink_to(path.name)
    elif kind == "zero":
        path.symlink_to("/dev/zero")
    elif kind == "unreadable":
        path.write_text("{}")
        path.chmod(0)
        if os.access(path, os.R_OK):
            path = Path("/proc/self/mem")  # root reads everything but this
    else:
        path = Path("\x1b[2J\n::error::x.yaml")
    begun = time.monotonic()
    for name in (path, path.with_suffix(".jsonl")):
        if name != path and kind not in ("folder", "odd"):
            path.rename(name) if path.parent == Path() else None
        found = process("evaluate", name, "--format", "json")
        assert found.returncode == 2
        assert json.loads(found.stdout)["verdict"] is None if name == path else True
        assert b"\x1b" not in found.stderr + found.stdout
        assert not any(line.startswith(b"::") for line in found.stderr.splitlines())
        quiet(found)
    assert time.monotonic() - begun < 60


def test_threat_14_an_import_that_fails_is_2(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "click.py").write_text("raise RuntimeError('no click today')\n")
    found = subprocess.run(
        [sys.executable, "-m", "policyengine", "evaluate", "a.json"],
        env={**os.environ, "PYTHONPATH": str(broken)},
        capture_output=True,
        check=False,
    )
    assert found.returncode == 2
    assert found.stderr.decode().startswith("internal error: RuntimeError: no click today")
    assert found.stderr.count(b"\n") == 1


def test_no_variable_turns_a_decision_into_a_completion(process: Run) -> None:
    env = {"_POLICYENGINE_COMPLETE": "bash_source"}
    assert process("evaluate", "a.json", env=env).returncode == 1


@pytest.mark.parametrize(
    ("words", "heavy"),
    [
        (("--version",), {"yaml", "jsonschema", "policyengine.engine", "re2"}),
        (("evaluate", "a.json"), {"jsonschema", "referencing", "policyengine.compiler", "rich"}),
    ],
)
def test_nothing_heavy_is_imported_before_it_is_used(
    words: tuple[str, ...], heavy: set[str]
) -> None:
    """Start-up is a number of the benchmarks; what it rests on is what is not imported."""
    Path("a.json").write_text("{}", encoding="utf-8")
    found = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "policyengine", *words],
        capture_output=True,
        check=False,
    )
    imported = {line.rpartition("|")[2].strip() for line in found.stderr.decode().splitlines()}
    assert "policyengine" in imported
    assert not heavy & imported


def test_lines_are_streamed(start: Callable[..., list[str]]) -> None:
    """A decision is out before the next deal is in."""
    args = ("evaluate", "-", "--stdin-filename", "x.jsonl", "--format", "jsonl")
    with subprocess.Popen(
        [*start(), *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for do in ("accept", "reject"):
            running.stdin.write(json.dumps({"do": do}).encode() + b"\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["verdict"] == do
        running.stdin.close()
        assert running.wait(timeout=30) == 1


@posix
@pytest.mark.slow
def test_many_lines_in_constant_memory(start: Callable[..., list[str]]) -> None:
    measure = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    peaks = []
    for count in (100, 20_000):
        with Path("n.jsonl").open("w") as stream:
            stream.writelines(
                json.dumps({"do": "accept", "more": "x" * 500}) + "\n" for _ in range(count)
            )
        words = [*start(), "evaluate", "n.jsonl", "--format", "jsonl"]
        found: Any = subprocess.run(
            [sys.executable, "-c", measure, *words], capture_output=True, check=True
        )
        peaks.append(int(found.stdout))
    assert peaks[1] < peaks[0] * 1.2
