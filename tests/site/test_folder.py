"""A site on the disk: whole or not at all, and never in place of what is not one."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from policyengine.cli.doc import command
from policyengine.errors import UsageError
from policyengine.site import folder


def files(at: Path) -> dict[str, str]:
    return {p.relative_to(at).as_posix(): p.read_text() for p in at.rglob("*") if p.is_file()}


def test_a_site_is_replaced_whole(tmp_path: Path) -> None:
    at = tmp_path / "deep" / "site"
    folder.write(at, {"index.html": "1", "p/old.html": "2"})
    folder.write(at, {"index.html": "3", "q/new.html": "4"})
    assert set(files(at)) == {"index.html", "q/new.html", folder.MARKER}
    assert [path.name for path in at.parent.iterdir()] == ["site"]


def test_an_empty_folder_is_taken_and_a_link_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "site").symlink_to("real")
    folder.write(tmp_path / "site", {"index.html": "1"})
    assert (tmp_path / "site").is_symlink()
    assert (tmp_path / "real" / "index.html").read_text() == "1"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda at: (at / "notes.txt").write_text("mine"),
        lambda at: (at / "p" / "notes.txt").write_text("mine"),
        lambda at: (at / "link").symlink_to("/"),
        lambda at: (at / folder.MARKER).unlink(),
        lambda at: (at / folder.MARKER).write_text("index.html\np/a.html\n"),
        lambda at: (at / folder.MARKER).write_bytes(b"\xff\xfe"),
    ],
)
def test_what_it_did_not_write_is_left_alone(tmp_path: Path, spoil: object) -> None:
    assert callable(spoil)
    at = tmp_path / "site"
    folder.write(at, {"index.html": "1", "p/a.html": "2"})
    spoil(at)
    before = sorted(path.as_posix() for path in at.rglob("*"))
    with pytest.raises(UsageError) as refused:
        folder.write(at, {"index.html": "2"})
    assert refused.value.diagnostics[0].code == "not-a-site"
    assert sorted(path.as_posix() for path in at.rglob("*")) == before
    assert (at / "index.html").read_text() == "1"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("mine")
    with pytest.raises(UsageError):
        folder.write(tmp_path / "site", {})
    assert (tmp_path / "site").read_text() == "mine"


def test_a_failure_leaves_the_old_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = tmp_path / "site"
    folder.write(at, {"index.html": "1"})
    real = Path.replace
    asked = []

    def replace(self: Path, target: Path) -> Path:
        asked.append(target)
        if len(asked) == 2:
            raise OSError(28, "no space")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(OSError, match="no space"):
        folder.write(at, {"index.html": "2"})
    assert files(at)["index.html"] == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_the_command(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = [
        str(root / "rules"),
        "national-interest",
        "-o",
        "site",
        "--no-tests",
        "--title",
        "Ours",
    ]
    done = CliRunner().invoke(command, words, standalone_mode=False)
    assert done.exception is None
    assert done.return_value == 0
    assert done.stdout == ""
    assert "wrote `site/index.html`" in done.stderr
    index = Path("site/index.html").read_text("utf-8")
    assert "<h1>Ours</h1>" in index
    assert index.count("national-interest/index.html") == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nowhere", "-o", "site"], "unknown-policy"),
        (["empty", "-o", "site"], "unknown-policy"),
        (["national-interest", "-o", "mine"], "not-a-site"),
        (["national-interest", "-o", "site", "--as-of", "soon"], "bad-as-of"),
        (["national-interest", "-o", "site", "--title", " "], "usage"),
    ],
)
def test_what_the_command_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("mine").mkdir()
    Path("mine/file").write_text("x")
    done = CliRunner().invoke(command, words, standalone_mode=False)
    assert isinstance(done.exception, UsageError)
    assert done.exception.diagnostics[0].code == code
    assert not Path("site").exists()
