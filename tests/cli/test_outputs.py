"""Where reports go: several files of one run, annotations on GitHub, what is refused."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

POLICY = {
    "policy": "p",
    "version": "1.0.0",
    "terms": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"a": {"type": "number"}},
    },
    "rules": [{"id": "R", "title": "Small", "require": {"a": {"at_most": 5}}}],
}
Cli = Callable[..., Any]


@pytest.fixture(autouse=True)
def deals() -> None:
    Path("p.json").write_text(json.dumps(POLICY))
    Path("good.json").write_text('{"a": 1}')
    Path("bad.json").write_text('{"a": 9}')
    Path("broken.json").write_text("{")


def evaluate(cli: Cli, *words: str) -> Any:
    return cli("evaluate", "-p", "p.json", "--as-of", "2026-01-31", *words)


def test_several_files_of_one_run(cli: Cli) -> None:
    reports = ("junit", "html", "sarif", "tap", "markdown", "github", "json", "jsonl", "yaml")
    done = evaluate(cli, "good.json", "bad.json", *(f"--report={n}=out.{n}" for n in reports))
    assert done.code == 1
    assert done.out.startswith("ACCEPT")
    for name in reports:
        assert Path(f"out.{name}").read_text(encoding="utf-8"), name
    suites = ET.parse("out.junit").getroot()
    assert [suite.attrib["failures"] for suite in suites] == ["0", "1"]
    rows = json.loads(Path("out.json").read_text())
    # Data says as much as was asked for, whatever stands beside it.
    assert [len(row["reasons"]) for row in rows] == [0, 1]
    assert 'name="R Small"' in Path("out.junit").read_text()


def test_a_deal_that_cannot_be_read_is_an_error_in_each(cli: Cli) -> None:
    done = evaluate(cli, "good.json", "broken.json", "--format", "junit")
    assert done.code == 2
    assert [s.attrib["errors"] for s in ET.fromstring(done.out)] == ["0", "1"]
    for name in ("sarif", "tap", "markdown", "html", "github"):
        done = evaluate(cli, "broken.json", "--format", name)
        assert done.code == 2
        assert "json-syntax" in done.out or "broken.json" in done.out, name


def test_nothing_older_passes_for_an_answer(cli: Cli) -> None:
    """A run that could not decide says so in its reports too."""
    Path("out.xml").write_text("<testsuites/>")
    done = cli("evaluate", "good.json", "-p", "none", "--report", "junit=out.xml")
    assert done.code == 2
    assert "unknown-policy" in Path("out.xml").read_text()
    done = cli("evaluate", "good.json", "-p", "p.json", "--format", "tap", "--nonsense")
    assert done.code == 2
    assert "not ok 1 - usage" in done.out


def test_refused(cli: Cli) -> None:
    for words, said in {
        ("--report", "junit"): "is not `FORMAT=FILE`",
        ("--report", "pretty=x"): "is not `FORMAT=FILE`",
        ("--report", "docx=x"): "formats are json, yaml",
        ("--report", "junit=x", "--report", "html=x"): "two outputs go to `x`",
        ("--report", "junit=x", "-o", "./x"): "two outputs go to",
        ("--report", "html=good.json"): "would overwrite what is read",
        ("--report", "html=p.json"): "would overwrite what is read",
    }.items():
        done = evaluate(cli, "good.json", *words)
        assert done.code == 2, words
        assert said in done.err, words
    assert not Path("x").exists()
    assert not list(Path().glob(".*.tmp"))
    assert json.loads(Path("good.json").read_text()) == {"a": 1}


def test_a_file_that_cannot_be_written_leaves_the_others_alone(cli: Cli) -> None:
    Path("old.html").write_text("old")
    done = evaluate(cli, "good.json", "--report=html=old.html", "--report=tap=no/such/folder")
    assert done.code == 2
    assert "cannot-write" in done.err
    assert not list(Path().glob(".*.tmp"))


def test_annotations_on_github(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = evaluate(cli, "bad.json")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    done = evaluate(cli, "bad.json")
    assert (done.code, done.out) == (plain.code, plain.out)
    assert done.err.startswith("::error file=bad.json,line=1,col=7,title=bad.json%3A R%3A Small::")
    for words in (
        ("--format", "pretty"),
        ("--format", "json"),
        ("--audience", "counterparty"),
    ):
        assert evaluate(cli, "bad.json", *words).err == "", words
    monkeypatch.setenv("POLICYENGINE_FORMAT", "pretty")
    assert evaluate(cli, "bad.json").err == ""
    monkeypatch.setenv("GITHUB_ACTIONS", "1")
    monkeypatch.delenv("POLICYENGINE_FORMAT")
    assert evaluate(cli, "bad.json").err == ""


def test_validate(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("p.json").write_text(json.dumps({**POLICY, "rules": [{**POLICY["rules"][0], "x": 1}]}))  # type: ignore[index]
    for name in ("junit", "sarif", "tap", "markdown", "html", "github"):
        done = cli("validate", "p.json", "--format", name)
        assert done.code == 1
        assert "unknown-key" in done.out
        assert cli("validate", "p.json", "--format", name, "-o", "out").out == ""
        assert Path("out").read_text(encoding="utf-8") == done.out
    assert cli("validate", "p.json").err == ""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert cli("validate", "p.json").err.startswith("::error file=p.json,line=1,")
    assert cli("validate", "p.json", "--format", "pretty").err == ""


def test_what_is_wrong_with_the_command_is_not_for_the_other_side(cli: Cli) -> None:
    done = evaluate(cli, "good.json", "--audience=counterparty", "--format=json", "--secret")
    assert done.code == 2
    assert json.loads(done.out)["points"] is None
    assert "secret" not in done.out
    done = cli("evaluate", "good.json", "-p", "secret", "--audience", "counterparty",
               "--format", "json")  # fmt: skip
    assert done.code == 2
    assert json.loads(done.out)["points"] is None
    assert "secret" not in done.out


_FORMS = ("json", "yaml", "jsonl", "junit", "sarif", "github", "markdown", "html", "tap", "pretty")


@pytest.mark.parametrize(
    "words",
    (
        ("--fail-on", "x"),
        ("--engine", "x"),
        ("--as-of", "never"),
        ("--report", "docx=x"),
        ("--report", "tap=no/such/folder/x"),
        ("--report", "html=good.json"),
        ("-p", "none"),
        ("--parameters", "none.yaml"),
        ("--explain=x",),
    ),
)
def test_no_older_file_passes_for_an_answer(cli: Cli, words: tuple[str, ...]) -> None:
    """Whatever ends a run before it decides: each file that it was to write says so."""
    files = [Path(f"out.{form}") for form in _FORMS[1:-1]]
    for file in (*files, Path("dec.json"), Path("dec.txt")):
        file.write_text("accept")
    reports = [f"--report={file.suffix[1:]}={file}" for file in files]
    done = evaluate(cli, "good.json", "-o", "dec.json", "--format", "json", *reports, *words)
    assert (done.code, done.out) == (2, "")
    assert json.loads(Path("dec.json").read_text())["verdict"] is None
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert "accept" not in text.replace("acceptable", ""), file
        assert text.strip(), file
    done = evaluate(cli, "good.json", "-odec.txt", *words)
    assert (done.code, done.out) == (2, "")
    assert Path("dec.txt").read_text().startswith("NO VERDICT")
    assert json.loads(Path("good.json").read_text()) == {"a": 1}
    assert not list(Path().glob(".*.tmp"))


def test_no_terms_or_an_unknown_format(cli: Cli) -> None:
    out = Path("dec.json")
    for words in (("--format", "json"), ("--format", "jsonn", "good.json")):
        out.write_text("accept")
        done = evaluate(cli, "-o", "dec.json", *words)
        assert (done.code, done.out) == (2, "")
        assert "usage" in out.read_text()
    done = evaluate(cli, "good.json", "-o", "dec.json", "--audience", "conterparty")
    assert out.read_text() == "No statement is made on the draft.\n"
    assert done.code == 2


def test_of_an_unknown_option_nothing_is_written(cli: Cli) -> None:
    """What is not understood may be an option that takes the next word."""
    Path("dec.json").write_text("old")
    for command in ("evaluate", "lint", "diff"):
        for words in (("--nonsense",), ("-o",)):
            done = cli(command, "p.json", "-o", "dec.json", "--format", "json", *words)
            assert (done.code, done.out) == (2, "")
            assert "usage" in done.err
    assert Path("dec.json").read_text() == "old"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("validate", ("nope.yaml",)),
        ("lint", ("nope",)),
        ("lint", ("p.json", "--fail-on", "x")),
        ("test", ("nope",)),
        ("diff", ("p.json", "nope")),
        ("diff", ("p.json",)),
        ("compare", ("good.json", "nope.json")),
        ("analyze", ("nope",)),
        ("agree", ("p.json", "nope")),
        ("counter", ("nope.json", "-p", "p.json")),
        ("next", ("good.json", "-p", "nope")),
        ("margins", ("good.json", "-p", "p.json", "--as-of", "x")),
    ],
)
def test_every_command_leaves_no_older_answer(
    cli: Cli, command: str, words: tuple[str, ...]
) -> None:
    out = Path("out")
    for form in ("json", "pretty", "junit", "terms", "patch"):
        out.write_text("stale")
        done = cli(command, *words, "-o", "out", "--format", form)
        text = out.read_text(encoding="utf-8")
        assert done.code == 2
        assert "stale" not in text
        assert "error" in text or "could not run" in text
        if form == "json":
            data = json.loads(text)
            assert data["errors"][0]["message"] in done.err.replace("\n", " ")
    assert not list(Path().glob(".*.tmp"))


def test_what_is_read_is_never_the_place_for_why(cli: Cli) -> None:
    """A run that fails at its options may not destroy what it was given, either."""
    Path("rules").mkdir()
    Path("rules/policy.json").write_text(json.dumps(POLICY))
    Path("policyengine.toml").write_text("")
    before = {file: file.read_bytes() for file in Path().rglob("*") if file.is_file()}
    for command in ("evaluate", "lint", "validate", "test", "diff", "analyze", "counter"):
        for target in ("good.json", "p.json", "rules/policy.json", "policyengine.toml"):
            done = cli(command, "good.json", "p.json", "*.json", "--color", "x", "-o", target)
            assert done.code == 2
    assert {file: file.read_bytes() for file in Path().rglob("*") if file.is_file()} == before
