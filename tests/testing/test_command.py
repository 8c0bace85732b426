"""`policyengine test`: what is tested, what is written, and the exit code."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from policyengine.cli import main
from policyengine.cli.testing.request import Request
from policyengine.cli.testing.watch import watch
from policyengine.output.registry import FORMATS
from policyengine.testing import Suite, page

Make = Callable[[str, str], Suite]

RULES = """\
rules:
  - id: L-1
    title: Not for a generation
    forbid: {years: {more_than: {parameter: most_years}}}
    because: "{years} years is too long."
"""
GOOD = """\
base: {years: 10}
cases:
  - name: ten years
    expect: {verdict: accept}
  - name: thirty years are not too many
    terms: {years: 30}
    expect: {outcomes: {L-1: pass}}
"""
MORE = """\
  - name: one year more is
    terms: {years: 31}
    expect: {verdict: reject, outcomes: {L-1: fail}, messages: {L-1: 31 years}}
  - name: nothing said of years
    terms: {years: null}
    expect: {verdict: undetermined, missing: [years]}
"""
BAD = GOOD.replace("L-1: pass", "L-1: fail")


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("POLICYENGINE_") or name in ("FORCE_COLOR", "COLUMNS"):
            monkeypatch.delenv(name)


def test_exit_codes(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    make(RULES, GOOD)
    assert main(["test", "lease"]) == 0
    assert "passed: 2 cases, all passed" in capsys.readouterr().out
    make(RULES, BAD)
    assert main(["test", "lease"]) == 1
    out = capsys.readouterr().out
    assert "expected  L-1 fail" in out
    assert "failed: 2 cases, 1 failed" in out
    make(RULES, GOOD.replace("years: 30", "years: often"))
    assert main(["test", "lease"]) == 2  # no answer of a rule, so no failure of one
    assert "error[wrong-type]" in capsys.readouterr().out
    Path("lease/policy_test.yaml").write_text("cases: [", "utf-8")
    assert main(["test", "lease"]) == 2
    Path("lease/policy_test.yaml").unlink()
    assert main(["test", "lease"]) == 2
    assert "error[no-tests]: there are no cases for `lease`" in capsys.readouterr().err
    assert main(["test", "lease", "--allow-empty"]) == 0


def test_an_empty_selection_is_no_success(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    make(RULES, GOOD)
    assert main(["test", "lease", "--run", "thirty"]) == 0
    assert "1 case, all passed, 1 not selected" in capsys.readouterr().out
    assert main(["test", "lease", "--run", "forty"]) == 2
    assert "error[no-tests]: `forty` occurs in none of 2 cases" in capsys.readouterr().err
    assert main(["test", "lease", "--run", "forty", "--allow-empty"]) == 0


@pytest.mark.parametrize(
    "words",
    [
        ("nowhere",),
        ("empty",),
        ("alone_test.yaml",),
        ("lease", "--run", "("),
        ("lease", "--threshold", "101"),
        ("lease", "--threshold", "line=3"),
        ("lease", "--threshold", "leaf=nan"),
        ("lease", "--write-missing", "lease/policy_test.yaml"),
        ("lease", "-o", "lease/policy_test.yaml"),
        ("lease", "-j", "0"),
        ("-p", "nowhere"),
    ],
)
def test_what_makes_no_sense(words: tuple[str, ...], make: Make) -> None:
    make(RULES, GOOD)
    Path("empty").mkdir()
    Path("alone_test.yaml").write_text(GOOD, "utf-8")
    before = Path("lease/policy_test.yaml").read_text("utf-8")
    assert main(["test", *words]) == 2
    assert Path("lease/policy_test.yaml").read_text("utf-8") == before


def test_what_is_tested(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    make(RULES, GOOD)
    Path("lease/more_test.yaml").write_text(BAD, "utf-8")
    Path("elsewhere").mkdir()
    Path("elsewhere/other_test.yaml").write_text(GOOD, "utf-8")

    def files(*words: str) -> list[str]:
        main(["test", *words, "--format", "json"])
        data = json.loads(capsys.readouterr().out)
        return sorted({case["file"] for one in data["policies"] for case in one["cases"]})

    assert files("lease") == ["lease/more_test.yaml", "lease/policy_test.yaml"]
    assert files(".") == files("lease/policy.yaml") == files("lease")
    assert files("lease/policy_test.yaml") == ["lease/policy_test.yaml"]
    assert files("lease/policy_test.yaml", "lease") == files("lease")
    assert files("-p", "lease", "elsewhere") == ["elsewhere/other_test.yaml"]
    Path("policyengine.toml").write_text('policy = "lease"\n', "utf-8")
    assert files() == files("lease")


def test_several_policies_and_the_worst_code(
    make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    make(RULES, GOOD)
    Path("lease").rename("first")
    make(RULES, BAD)
    assert main(["test", "."]) == 1
    out = capsys.readouterr().out
    assert out.index("first ─") < out.index("lease ─")


def test_the_same_bytes_for_any_number_of_processes(
    make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    make(RULES, BAD + MORE)
    words = ["test", "lease", "--coverage", "--format", "json"]
    assert main(words) == main([*words, "-j", "3"]) == 1
    out = capsys.readouterr().out
    half = len(out) // 2
    assert out[:half] == out[half:]


@pytest.mark.parametrize("form", [f for f in FORMATS["test"] if f not in ("pretty", "json")])
def test_every_format_tells_failure_from_success(
    form: str, make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    make(RULES, BAD + MORE)
    assert main(["test", "lease", "--format", form]) == 1
    out = capsys.readouterr().out
    assert "thirty years are not too many" in out or "expected L-1 fail" in out
    assert "expected L-1 fail, found L-1 pass" in out or form == "html"
    if form in ("junit", "tap"):  # what passes is listed too
        assert "one year more is" in out


def test_a_report_is_a_file_whole(make: Make) -> None:
    make(RULES, GOOD)
    assert main(["test", "lease", "--format", "junit", "-o", "tests.xml"]) == 0
    text = Path("tests.xml").read_text("utf-8")
    assert '<testcase classname="lease/policy_test.yaml" name="ten years"/>' in text


@pytest.mark.parametrize("form", [f for f in FORMATS["test"] if f != "pretty"])
def test_no_older_report_passes_for_that_of_a_run_that_could_not_be(form: str, make: Make) -> None:
    make(RULES, GOOD)
    words = ["test", "lease", "--format", form, "-o", "report"]
    assert main(words) == 0
    before = Path("report").read_text("utf-8")
    Path("lease/policy_test.yaml").write_text("cases: [", "utf-8")
    assert main(words) == 2
    after = Path("report").read_text("utf-8")
    assert after != before
    assert "yaml-unclosed" in after


def test_texts_of_documents_are_shown_never_sent(
    make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    name = '"\\e[2J::error::x ##vso[a]"'
    make(RULES, f"cases:\n  - name: {name}\n    expect: {{outcomes: {{L-1: fail}}}}\n")
    for form in ("pretty", "json", "github", "tap"):
        assert main(["test", "lease", "-v", "--coverage", "--format", form]) == 1
        out = capsys.readouterr().out
        assert "\x1b" not in out
        assert not re.search(r"^\s*::error::x|##vso\[", out, re.MULTILINE)


# coverage and mutants -----------------------------------------------------------------------


def test_thresholds(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    make(RULES, GOOD)
    assert main(["test", "lease", "--threshold", "boundary=50"]) == 0
    assert main(["test", "lease", "--threshold", "boundary=50.1"]) == 1
    out = capsys.readouterr().out
    assert "coverage of limits is 50.0%, below 50.1%" in out
    assert main(["test", "lease", "--threshold", "100", "--format", "tap"]) == 1
    make(RULES, GOOD + MORE)
    assert main(["test", "lease", "--threshold", "100", "--threshold", "leaf=100"]) == 0


def test_missing_cases_are_written_once_and_pass(
    make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    make(RULES, GOOD)
    words = ["test", "lease", "--write-missing", "lease/missing_test.yaml"]
    assert main(words) == 0
    assert "has to be reviewed" in capsys.readouterr().err
    text = Path("lease/missing_test.yaml").read_text("utf-8")
    assert "nobody has said is right" in text
    assert "# the engine's answer; review" in text
    assert main(words) == 2  # never over what somebody may have reviewed
    assert main(["fmt", "--check", "lease/missing_test.yaml"]) == 0
    assert main(["validate", "lease"]) == 0
    assert main(["test", "lease", "--threshold", "100"]) == 0


def test_lists_in_a_found_deal_are_shown_as_lists() -> None:
    assert page._value(("hall", "yard")) == "[hall, yard]"
    assert page._value(()) == "[]"
    assert page._value(None) == "left out"


def test_mutants(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    make(RULES, GOOD)
    assert main(["test", "lease", "--mutate"]) == 1
    out = capsys.readouterr().out
    assert "mutants told by no case" in out
    make(RULES, GOOD + MORE)
    assert main(["test", "lease", "--mutate", "-j", "2"]) == 0
    assert "0 by none" in capsys.readouterr().out
    make(RULES, BAD)
    assert main(["test", "lease", "--mutate"]) == 1
    captured = capsys.readouterr()
    assert "no mutants of `lease` are made while its cases fail" in captured.err
    assert "mutants ─" not in captured.out


# watching -----------------------------------------------------------------------------------


def test_watching_looks_again_where_something_changed(
    make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    make(RULES, GOOD)
    edits = [GOOD, "cases: [", BAD]

    def sleep(_seconds: float) -> None:
        if not edits:
            raise KeyboardInterrupt
        Path("lease/policy_test.yaml").write_text(edits.pop(0), "utf-8")

    options = {
        "paths": (Path("lease"),), "policy": None, "pattern": None, "allow_empty": False,
        "verbose": False, "jobs": 1, "coverage": False, "thresholds": (), "write_missing": None,
        "mutate": False, "mutate_limit": None, "form": "pretty", "output": None, "color": "never",
    }  # fmt: skip
    assert watch(Request.make(options), sleep=sleep) == 130
    captured = capsys.readouterr()
    assert captured.out.count("2 cases, all passed") in (1, 2)  # the same bytes, written anew
    assert "error[yaml-unclosed]" in captured.err
    assert captured.out.endswith("failed: 2 cases, 1 failed\n")


def test_watching_goes_on_after_a_bad_edit(make: Make, tmp_path: Path) -> None:
    make(RULES, GOOD)
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "policyengine", "test", "lease", "--watch"],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )

    def wait_for(text: str, times: int = 1) -> None:
        for _ in range(300):
            if log.read_text("utf-8").count(text) >= times:
                return
            time.sleep(0.1)
        raise AssertionError(log.read_text("utf-8"))

    try:
        cases = Path("lease/policy_test.yaml")
        wait_for("watching for changes")
        cases.write_text("cases: [", "utf-8")
        wait_for("error[yaml-unclosed]")
        wait_for("watching for changes", 2)
        cases.write_text(BAD + MORE, "utf-8")
        wait_for("failed: 4 cases, 1 failed")
        wait_for("watching for changes", 3)
        # a new file beside the rules is a change too
        Path("lease/more_test.yaml").write_text(GOOD, "utf-8")
        wait_for("6 cases, 1 failed")
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
    assert "\x1b[2J" not in log.read_text("utf-8")
