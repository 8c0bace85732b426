"""`policyengine fmt`: what it prints, what it writes, and its exit codes."""

from __future__ import annotations

import io
import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from policyengine.cli import main
from policyengine.formatting import format_text
from policyengine.source import Source

BAD = "rules:\n- title: x\n  id: R-1\n"
GOOD = "rules:\n  - id: R-1\n    title: x\n"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Run:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "policyengine.toml").write_text("")
    monkeypatch.chdir(folder)

    def call(*words: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main(["fmt", *words])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


def test_to_standard_output(run: Run) -> None:
    Path("r.yaml").write_text(BAD)
    assert run("r.yaml") == (0, GOOD, "")
    assert Path("r.yaml").read_text() == BAD
    assert run("-", stdin=BAD.encode()) == (0, GOOD, "")
    assert run("-", "--stdin-filename", "r.yaml", stdin=BAD.encode()) == (0, GOOD, "")


def test_check_lists_what_differs(run: Run) -> None:
    Path("a.yaml").write_text(BAD)
    Path("b.yaml").write_text(GOOD)
    assert run("--check", ".") == (1, "a.yaml\n", "")
    assert run("--check", "b.yaml") == (0, "", "")
    assert run("--check", "-", stdin=BAD.encode()) == (1, "<stdin>\n", "")
    assert Path("a.yaml").read_text() == BAD


def test_diff(run: Run) -> None:
    Path("a.yaml").write_text(BAD.rstrip())
    code, out, _ = run("--diff", "a.yaml")
    assert code == 1
    assert out.startswith("--- a.yaml\n+++ a.yaml\n@@")
    assert "-- title: x\n" in out
    assert "\\ No newline at end of file\n" in out
    assert run("--diff", "--check", "a.yaml")[:2] == (1, out)


def test_write_keeps_the_mode_and_replaces_at_once(run: Run) -> None:
    path = Path("a.yaml")
    path.write_bytes(b"\xef\xbb\xbf" + BAD.encode())
    path.chmod(0o640)
    before = path.stat().st_ino
    assert run("-w", "a.yaml") == (0, "", "formatted a.yaml\n")
    assert path.read_text() == GOOD
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.stat().st_ino != before
    assert [p.name for p in Path().iterdir()] in (
        ["a.yaml", "policyengine.toml"],
        ["policyengine.toml", "a.yaml"],
    )
    touched = path.stat().st_mtime_ns
    assert run("-w", "a.yaml") == (0, "", "")
    assert path.stat().st_mtime_ns == touched


def test_bad_yaml_is_left_alone_and_the_rest_is_done(run: Run) -> None:
    Path("a.yaml").write_text("rules: [\n")
    Path("b.yaml").write_text(BAD)
    code, out, err = run("-w", ".")
    assert (code, out) == (2, "")
    assert "error[yaml-unclosed]" in err
    assert Path("a.yaml").read_text() == "rules: [\n"
    assert Path("b.yaml").read_text() == GOOD
    code, out, err = run("--check", ".", "--format", "json")
    assert (code, err) == (2, "")
    rows = json.loads(out)["documents"]
    assert [row["canonical"] for row in rows] == [None, True]
    assert rows[0]["diagnostics"][0]["code"] == "yaml-unclosed"


def test_links(run: Run, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(BAD)
    Path("out.yaml").symlink_to(outside)
    code, _, err = run("-w", "out.yaml")
    assert code == 2
    assert "error[outside-root]" in err
    assert outside.read_text() == BAD
    Path("r.yaml").write_text(BAD)
    Path("in.yaml").symlink_to("r.yaml")
    assert run("-w", "in.yaml")[0] == 0
    assert Path("in.yaml").is_symlink()
    assert Path("r.yaml").read_text() == GOOD
    Path("loop.yaml").symlink_to("loop.yaml")
    assert run("loop.yaml")[0] == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(run: Run) -> None:
    folder = Path("locked")
    folder.mkdir()
    (folder / "a.yaml").write_text(BAD)
    folder.chmod(0o500)
    try:
        code, _, err = run("-w", "locked/a.yaml")
    finally:
        folder.chmod(0o700)
    assert code == 2
    assert "error[cannot-write]" in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere"], "error[nothing-to-format]: there is no file or folder `nowhere`"),
        (["."], "error[nothing-to-format]: there is no YAML document in `.`"),
        (["x.json"], "error[nothing-to-format]: `x.json` is no YAML document"),
        (["-w", "-"], "error[usage]"),
        (["-w", "--check", "x.json"], "error[usage]"),
        (["--format", "json", "x.json"], "error[usage]"),
        (["-", "-"], "error[standard-input]"),
        (["x.json", "--stdin-filename", "x"], "error[standard-input]"),
        ([], "error[usage]"),
    ],
)
def test_what_makes_no_sense(run: Run, words: list[str], says: str) -> None:
    Path("x.json").write_text("{}")
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert says in err


def test_a_fault_of_the_formatter_writes_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policyengine.formatting.printed", lambda *_: "rules: []\n")
    Path("a.yaml").write_text(BAD)
    code, out, err = run("-w", "a.yaml")
    assert (code, out) == (2, "")
    assert "error[format-refused]" in err
    assert Path("a.yaml").read_text() == BAD


@pytest.mark.parametrize("form", ["junit", "sarif", "github"])
def test_reports(run: Run, form: str) -> None:
    Path("a.yaml").write_text(BAD)
    code, out, _ = run("--check", "a.yaml", "--format", form)
    assert code == 1
    assert "a.yaml" in out


def test_what_init_writes_is_canonical() -> None:
    from policyengine.cli.starter import FILES

    kinds = {"policy.yaml": "policy", "rules.yaml": "rules", "rules_test.yaml": "test"}
    for name, text in FILES.items():
        if name.endswith(".yaml"):
            kind = kinds.get(name.rpartition("/")[2], "terms")
            assert format_text(Source(name, text), kind) == text
