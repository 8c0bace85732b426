"""`analyze`, `agree` and `diff --prove` on the real engine: formats, files, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.output import readers

from policyengine import Policy
from policyengine.output.registry import FORMATS

HERE = Path(__file__).resolve().parents[2]
DAY = ("--as-of", "2026-01-31")
PACK = "rules/national-interest"
POTASH = "examples/blr-us-2025-12-potash/terms.yaml"
TIGHT = """\
policy: tight
version: 1.0.0
terms:
  type: object
  additionalProperties: false
  properties: {years: {type: integer, minimum: 0, maximum: 99}}
rules:
  - {id: T-1, title: Not long, require: {years: {at_most: 30}}}
  - {id: T-2, title: Short, require: {years: {at_most: 15}}}
  - {id: T-3, title: Long enough, require: {years: {at_least: 20}}}
"""
READERS: dict[str, Callable[[str], Any]] = {
    "markdown": readers.markdown,
    "html": readers.Html,
    "junit": readers.junit,
    "sarif": readers.sarif,
    "tap": readers.tap,
    "github": readers.github,
}
#: what a reader of a format sees, where that is not its text
PLAIN: dict[str, Callable[[str], str]] = {
    "markdown": lambda text: readers.markdown_text(readers.markdown(text)),
    "html": lambda text: readers.Html(text).text,
}


@pytest.fixture(autouse=True)
def repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)


@pytest.fixture
def tight(tmp_path: Path) -> Path:
    path = tmp_path / "tight.yaml"
    path.write_text(TIGHT, "utf-8")
    return path


def read(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def test_the_pack_is_clean(cli: Callable[..., Any]) -> None:
    found = cli("analyze", PACK, *DAY, "--format", "json")
    assert (found.code, found.err) == (0, "")
    data = read(found.out)
    assert (data["findings"], data["accepted"], data["open"]) == ([], [], [])
    assert data["rules"] == 55


@pytest.mark.parametrize("form", FORMATS["analyze"])
def test_every_format_says_it_and_says_the_same_twice(
    form: str, cli: Callable[..., Any], tight: Path
) -> None:
    one, two = (cli("analyze", tight, *DAY, "--format", form) for _ in range(2))
    assert one.code == two.code == 1
    assert one.out == two.out
    assert "conflicting-rules" in one.out
    assert "implied-rule" in one.out


def test_findings_have_their_lines_and_deals(
    cli: Callable[..., Any], tight: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "deals"
    found = cli("analyze", tight, *DAY, "--format", "json", "--witness", folder)
    policy = Policy.load(tight)
    by_code = {each["code"]: each for each in read(found.out)["findings"]}
    conflict = by_code["conflicting-rules"]
    assert conflict["rules"] == ["T-2", "T-3"]
    assert [conflict["location"]["line"], *(r["line"] for r in conflict["related"])] == [9, 10]
    assert conflict["proved"]
    assert [deal["shows"] for deal in conflict["deals"]] == [
        "all but T-2 are met",
        "all but T-3 are met",
    ]
    for each in by_code.values():
        for deal in each["deals"]:
            decision = policy.evaluate(deal["terms"])
            assert {r: o.value for r, o in decision.outcomes.items()} == deal["outcomes"]
    written = sorted(folder.iterdir())
    assert len(written) == sum(len(each["deals"]) for each in by_code.values())
    for path in written:
        policy.evaluate(yaml.safe_load(path.read_text("utf-8")))


def test_a_comment_takes_a_finding_back_here_and_is_known_to_lint(
    cli: Callable[..., Any], tight: Path
) -> None:
    mark = "  # policyengine: ignore[implied-rule] said on purpose\n"
    tight.write_text(TIGHT.replace("  - {id: T-1", mark + "  - {id: T-1"), "utf-8")
    left = cli("analyze", tight, *DAY, "--select", "implied-rule")
    assert left.code == 0
    assert "1 accepted by comments" in left.out
    assert cli("analyze", tight, *DAY, "--select", "implied-rule", "--no-ignores").code == 1
    assert "ignore" not in cli("lint", tight).out


def test_what_is_cut_off_is_open(cli: Callable[..., Any], tight: Path) -> None:
    tight.write_text(TIGHT.replace("at_least: 20", "at_least: 0"), "utf-8")
    found = cli("analyze", tight, "--select", "idle-parameter,never-accepted")
    assert found.code == 0
    short = cli("analyze", PACK, *DAY, "--seconds", "0.1")
    assert short.code == 3
    assert "open[" in short.out
    assert "the time was up" in short.out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--select", "never-fail"), "unknown-check"),
        (("--rules", "Q-*"), "unknown-rule"),
        (("--write-tests", "{tight}"), "output-is-input"),
        (("-o", "{tight}"), "output-is-input"),
    ],
)
def test_what_makes_no_sense(
    words: tuple[str, ...], code: str, cli: Callable[..., Any], tight: Path
) -> None:
    found = cli("analyze", tight, *(word.format(tight=tight) for word in words))
    assert found.code == 2
    assert f"error[{code}]" in found.err
    assert tight.read_text("utf-8") == TIGHT


def test_the_borders_of_the_pack_hold(cli: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "borders_test.yaml"
    found = cli("analyze", PACK, *DAY, "--rules", "SOV-*", "--select", "never-fails",
                "--write-tests", path)  # fmt: skip
    assert found.code == 0
    ran = cli("test", "-p", PACK, path)
    assert ran.code == 0, ran.out
    cases = yaml.safe_load(path.read_text("utf-8"))["cases"]
    rules = {rule for case in cases for rule in case["expect"]["outcomes"]}
    assert rules == {f"SOV-{number}" for number in range(1, 12)}


# two policies ----------------------------------------------------------------------------------


def test_two_sides_agree_near_a_deal(cli: Callable[..., Any], tmp_path: Path) -> None:
    sides = (PACK, "examples/agree/united-states")
    path = tmp_path / "deal.yaml"
    words = ("agree", *sides, *DAY, "--near", POTASH, "--lock", "parties")
    assert cli(*words, "--format", "terms", "-o", path).code == 0
    for side in sides:
        assert cli("evaluate", path, "-p", side, *DAY).code == 0
    deal = yaml.safe_load(path.read_text("utf-8"))
    assert deal["parties"] == {"principal": "BLR", "counterparties": ["USA"]}
    assert "evidence" in deal
    said = cli(*words).out
    assert said.startswith("national-interest: ACCEPT\nunited-states-2025: ACCEPT\n")


def test_two_sides_cannot_agree(cli: Callable[..., Any]) -> None:
    sides = (PACK, "examples/agree/european-union-2021")
    found = cli("agree", *sides, *DAY, "--target", "conditional", "--format", "json")
    assert found.code == 1
    out = read(found.out)["ruled_out"]
    assert (out["ours"], out["theirs"]) == (["NI-1"], ["EU-1"])
    assert out["smallest"]
    assert out["proved"]
    refused = cli("agree", *sides, *DAY, "--format", "terms")
    assert refused.code == 2
    assert "error[no-proposal]" in refused.err
    locked = cli("agree", *sides, "--lock", "parties")
    assert "error[usage]" in locked.err


def test_a_locked_term_may_be_what_rules_a_deal_out(cli: Callable[..., Any]) -> None:
    sides = (PACK, "examples/agree/united-states")
    found = cli("agree", *sides, *DAY, "--near", POTASH, "--lock", "deal", "--format", "json")
    assert found.code == 1
    out = read(found.out)["ruled_out"]
    assert (out["ours"], out["theirs"], out["terms"]) == (["C-13"], [], ["deal.legally_binding"])


def test_a_proof_beside_a_difference(cli: Callable[..., Any], tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text(TIGHT, "utf-8")
    two.write_text(TIGHT.replace("at_most: 15", "less_than: 16"), "utf-8")
    same = cli("diff", "--prove", one, two, *DAY)
    assert "Verdicts: the same for every deal (proved)" in same.out
    two.write_text(TIGHT.replace("at_most: 30", "at_most: 29"), "utf-8")
    found = cli("diff", "--prove", one, two, *DAY, "--format", "json")
    proof = read(found.out)["proof"]
    assert proof["verdict"]["relation"] == "equivalent"  # T-2 refuses what T-1 does
    assert proof["rules"]["T-1"]["relation"] == "stricter"
    deal = proof["rules"]["T-1"]["stricter"]
    assert deal["terms"] == {"years": 30}
    assert (deal["old"]["outcomes"]["T-1"], deal["new"]["outcomes"]["T-1"]) == ("pass", "fail")
    for name, read_ in READERS.items():
        found = cli("diff", "--prove", one, two, *DAY, "--format", name)
        assert (found.code, found.err) == (1, "")
        read_(found.out)
        for said in ("a deal that fares worse: pass → fail", "years: 30"):
            assert said in PLAIN.get(name, str)(found.out), (name, said)


def test_a_proof_fails_in_reports_where_the_command_does(
    cli: Callable[..., Any], tmp_path: Path
) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    fair = TIGHT.partition("  - {id: T-3")[0]  # with T-3 no deal is accepted
    one.write_text(fair, "utf-8")
    two.write_text(fair.replace("at_most: 15", "at_most: 14"), "utf-8")

    def failing(*more: str) -> list[str]:
        found = cli("diff", "--prove", one, two, *DAY, *more, "--format", "junit")
        cases = [case for case in readers.junit(found.out).iter("testcase")
                 if case.attrib["classname"] == "proof"]  # fmt: skip
        failed = [case.attrib["name"] for case in cases if case.find("failure") is not None]
        assert cases
        assert bool(failed) <= (found.code == 1)
        return failed

    assert failing() == ["verdict", "rule T-2"]
    assert failing("--fail-on", "never") == []
    two.write_text(fair, "utf-8")
    assert failing() == []


@pytest.mark.parametrize("number", [2, 9, 30])
@pytest.mark.parametrize("command", ["analyze", "agree", "diff"])
def test_ctrl_c_ends_a_question_with_what_was_found(
    command: str,
    number: int,
    cli: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from policyengine.symbolic.solver import Solver

    asked, ask = [0], Solver.ask

    def pressed(solver: Solver, *assumed: Any) -> Any:
        asked[0] += 1
        if asked[0] == number:
            signal.raise_signal(signal.SIGINT)
        return ask(solver, *assumed)

    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text(TIGHT, "utf-8")
    two.write_text(TIGHT.replace("at_most: 15", "at_most: 14"), "utf-8")
    lines: dict[str, list[Any]] = {
        "analyze": [one],
        "agree": [one, two],
        "diff": ["--prove", one, two],
    }
    line = lines[command]
    whole = cli(command, *line, *DAY, "--format", "json")
    monkeypatch.setattr(Solver, "ask", pressed)
    before = signal.getsignal(signal.SIGINT)
    found = cli(command, *line, *DAY, "--format", "json")
    assert signal.getsignal(signal.SIGINT) is before
    if asked[0] < number:
        assert (found.code, found.out) == (whole.code, whole.out)
        return
    assert found.code == 130
    assert "interrupted" in found.err
    data = json.loads(found.out)
    if command == "analyze":
        assert data["cut_off"] == "it was interrupted"
        every = {each["message"] for each in json.loads(whole.out)["findings"]}
        assert {each["message"] for each in data["findings"]} <= every
    elif command == "agree":
        assert (data["deal"], data["ruled_out"]) == (None, None)
        assert data["open"] == "it was interrupted"
    else:
        compared = [data["proof"]["verdict"], *data["proof"]["rules"].values()]
        reasons = {each["why_open"] for each in compared if each["relation"] == "open"}
        assert reasons == {"it was interrupted"}


def test_what_was_not_looked_at_has_not_passed(
    cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from policyengine.symbolic.solver import Solver

    ask = Solver.ask

    def pressed(solver: Solver, *assumed: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return ask(solver, *assumed)

    path = tmp_path / "one.yaml"
    path.write_text(TIGHT, "utf-8")
    monkeypatch.setattr(Solver, "ask", pressed)
    tests = tmp_path / "borders_test.yaml"
    found = cli("analyze", path, *DAY, "--write-tests", tests, "--format", "junit")
    assert found.code == 130
    assert not tests.exists()
    cases = list(readers.junit(found.out).iter("testcase"))
    assert cases
    assert all(len(case) > 0 for case in cases), "each is left open, or found"
    pretty = cli("analyze", path, *DAY)
    assert "not everything was looked at: it was interrupted" in pretty.out
    assert "proved for every deal" not in pretty.out


def test_ctrl_c_ends_it(tmp_path: Path) -> None:
    """While z3 is at work, too: it takes the signal for itself."""
    line = [sys.executable, "-m", "policyengine", "analyze", PACK, *DAY]
    out = tmp_path / "out"
    with out.open("wb") as file:
        running = subprocess.Popen(line, cwd=HERE, stdout=file, stderr=file, env={**os.environ})
        time.sleep(1.2)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=60) in (130, 0)
    # z3 may tell of objects that were half made; the command itself tells of nothing
    assert "internal error" not in out.read_text("utf-8")
