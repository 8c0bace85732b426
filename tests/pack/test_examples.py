"""The worked cases: what their READMEs say is what the command does."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policyengine import Policy, Terms, Verdict, nodes
from policyengine.testing import lay_over

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
EXPECTED: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("expected.json").read_text("utf-8")
)
COMMAND = re.compile(r"^\$ policyengine (.+)$", re.MULTILINE)
VERDICT = re.compile(r"^Verdict: \*\*(\w+)\*\* \(exit code (\d)\)", re.MULTILINE)
RULE = re.compile(r"\b(?:SOV|NI|COMP|ECO|STATE|C)-\d+\b")
SENTENCE = re.compile(r"^- \*\*([A-Z]+-\d+)\*\*((?:.|\n(?!-|\n))*)", re.MULTILINE)

pytestmark = pytest.mark.usefixtures("checkout")


@pytest.fixture
def checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder is the checkout, as the READMEs have it; no settings from outside."""
    monkeypatch.chdir(ROOT)
    for name in list(os.environ):
        if name.startswith("POLICYENGINE_") or name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
            monkeypatch.delenv(name)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[[str], tuple[int, str]]:
    """Exit code and output of a command line as a README gives it."""

    def call(line: str) -> tuple[int, str]:
        from policyengine.cli import main

        words = []
        for word in shlex.split(line):
            words += sorted(map(str, Path().glob(word))) if "*" in word else [word]
        code = main(words)
        out, err = capsys.readouterr()
        assert err == ""
        return code, out

    return call


def readme(case: str) -> str:
    return (EXAMPLES / case / "README.md").read_text("utf-8")


def test_every_folder_is_expected() -> None:
    folders = {path.name for path in EXAMPLES.iterdir() if path.is_dir()}
    assert folders - {"agree", "ci", "embedding"} == set(EXPECTED)  # policies and programs, no case


@pytest.mark.parametrize("name", EXPECTED)
def test_expected(name: str, pack: Policy) -> None:
    decision = pack.evaluate(Terms.from_path(EXAMPLES / name / "terms.yaml"))
    levels = {rule.id: rule.level for rule in pack.rules}

    def those(level: str, *outcomes: str) -> list[str]:
        return [
            r for r, o in decision.outcomes.items() if levels[r] == level and o.value in outcomes
        ]

    conditions = those("negotiable", "fail", "unknown")
    assert EXPECTED[name] == {
        "verdict": decision.verdict.value,
        "mandatory_failed": sorted(those("mandatory", "fail")),
        "mandatory_unknown": sorted(those("mandatory", "unknown")),
        "conditions": sorted(conditions, key=lambda rule: int(rule.removeprefix("C-"))),
    }


@pytest.mark.parametrize("name", EXPECTED)
def test_readme_of_a_case(
    name: str, command: Callable[[str], tuple[int, str]], pack: Policy
) -> None:
    text = readme(name)
    (line,) = COMMAND.findall(text)
    ((verdict, exit_code),) = VERDICT.findall(text)
    code, out = command(line)
    assert out.splitlines()[0] == f"{verdict.upper()}  {name}"
    assert (code, verdict) == (int(exit_code), EXPECTED[name]["verdict"])

    decision = pack.evaluate(Terms.from_path(EXAMPLES / name / "terms.yaml"))
    found = {
        reason.rule: reason.outcome
        for reason in decision.reasons
        if reason.rule and reason.level != "advisory"
    }
    assert {rule for rule, _ in SENTENCE.findall(text)} == set(found)
    unknown = {rule for rule, outcome in found.items() if outcome == "unknown"}
    for rule, sentence in SENTENCE.findall(text):
        doubted = re.search(r"unknown|neither the instrument", sentence) is not None
        assert doubted == (rule in unknown), rule
    # And whatever else it names is a rule that holds or does not apply.
    for rule in set(RULE.findall(text)) - set(found):
        assert decision.outcomes[rule].value in ("pass", "not_applicable")


def test_readme_of_all(command: Callable[[str], tuple[int, str]]) -> None:
    text = (EXAMPLES / "README.md").read_text("utf-8")
    for title, case, verdict, why in re.findall(
        r"^\| \[(.+)\]\((.+)/README\.md\) \| (\w+) \| (.+) \|$", text, re.MULTILINE
    ):
        assert readme(case).splitlines()[0] == f"# {title}"
        expected = EXPECTED[case]
        assert verdict == expected["verdict"]
        rules = [rule for key in list(expected)[1:] for rule in expected[key]]
        assert RULE.findall(why) == rules
        assert re.findall(r"(\S+) \(unknown\)", why) == expected["mandatory_unknown"]
    one, every = COMMAND.findall(text)
    assert command(one)[0] == 1
    code, out = command(every)
    assert code == 1  # the worst of the eight
    for case, expected in EXPECTED.items():
        assert re.search(rf"^{expected['verdict'].upper()} +.*{case}", out, re.MULTILINE), out


def test_readme_of_the_pack(command: Callable[[str], tuple[int, str]]) -> None:
    text = (ROOT / "rules" / "national-interest" / "README.md").read_text("utf-8")
    evaluate, validate = COMMAND.findall(text)
    assert command(evaluate)[0] == 1
    code, _ = command(validate)
    assert code == 0


def test_the_installed_command_runs_an_example() -> None:
    """Once as a user does: a process, a shell, the script."""
    script = Path(sys.executable).parent / "policyengine"
    line = COMMAND.findall(readme("vn-us-2000-bta"))[0]
    done = subprocess.run(
        f"{shlex.quote(str(script))} {line}",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("ACCEPT  vn-us-2000-bta\n")


def turned(pack: Policy, case: str, over: dict[str, Any], **how: Any) -> Verdict:
    document = Terms.from_path(EXAMPLES / case / "terms.yaml").document
    parameters = how.pop("parameters", None)
    policy = pack.with_parameters(parameters) if parameters else pack
    base, terms = nodes.synthetic(document), nodes.synthetic(over)
    assert isinstance(base, nodes.Mapping)
    assert isinstance(terms, nodes.Mapping)
    laid = lay_over(base, terms)
    return policy.evaluate(nodes.plain(laid), **how).verdict


def test_what_the_readmes_say_would_happen(pack: Policy) -> None:
    port = {"sovereignty.concession_years": 49}
    assert turned(pack, "lk-cn-2017-hambantota", port) is Verdict.CONDITIONAL
    assert turned(pack, "blr-us-2025-10-unspecified", {}, final=True) is Verdict.REJECT
    imposed = {"interference.conditionality_initiator": "counterparty"}
    assert turned(pack, "ir-2015-jcpoa", imposed) is Verdict.REJECT
    pledged = {"interference.non_interference_clause": True}
    own = {"allies": ["USA"]}
    assert turned(pack, "ph-us-2014-edca", {}, parameters=own) is Verdict.UNDETERMINED
    assert turned(pack, "ph-us-2014-edca", pledged, parameters=own) is Verdict.ACCEPT


def test_the_readme_counts_the_ways_to_a_benefit(pack: Policy) -> None:
    from policyengine.core import Or

    requirement = pack.rule("ECO-1").requirement
    assert isinstance(requirement, Or)
    assert len(requirement.parts) == 14
    assert "Any one of the fourteen is enough" in readme("blr-us-2025-10-unspecified")
