"""SARIF of every command that writes it, and what its rules say of themselves."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from tests.output.readers import sarif

from policyengine import resources
from policyengine.cli import main
from policyengine.codes import CHECKS, CODES
from policyengine.errors import Diagnostic
from policyengine.lint import CHECKS as LINTS
from policyengine.output import registry
from policyengine.output.report import Check, Place, Report, Status, Topic
from policyengine.source import Source

RULES = "rules/supply/contracts.yaml"
COMMANDS = {
    "evaluate": "deals drafts.jsonl broken.yaml --as-of 2026-01-31",
    "validate": "rules deals broken.yaml",
    "fmt": "--check rules",
    "lint": "rules",
    "test": "rules --coverage --threshold 100",
    "diff": "old/rules/supply rules/supply deals --as-of 2026-01-31",
    "compare": "deals/north-2026.yaml deals/south-2026.yaml --as-of 2026-01-31 --fail-on changed",
}
#: a text of the example's rules, and what stands in its place for each to have findings
CHANGES = (
    ("level: mandatory", "level:   mandatory"),
    ("    ask: Our courts, or arbitration.\n", ""),
    ("because: Payment", "because: Zahlung 𝕏, payment"),
)


@pytest.fixture
def here(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in a folder, and with a policy file, that an address has to write otherwise."""
    folder = Path(shutil.copytree(root / "examples/ci", tmp_path / "a 100% ü"))
    shutil.copytree(root / "examples/ci/rules", folder / "old/rules")
    shutil.copy(folder / "terms.schema.json", folder / "old")
    file = folder / RULES
    text = file.read_text("utf-8")
    for old, new in CHANGES:
        text = text.replace(old, new)
    file.rename(file.with_name("ü 50%#?.yaml"))
    file.with_name("ü 50%#?.yaml").write_text(text, "utf-8")
    manifest = folder / "rules/supply/policy.yaml"
    manifest.write_text(
        manifest.read_text("utf-8").replace("longest_days: 60", "longest_days: 61"), "utf-8"
    )
    (folder / "broken.yaml").write_text("policy: [", "utf-8")
    (folder / "drafts.jsonl").write_text('{"payment": {"days": 90}}\n' * 2, "utf-8")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_writes_what_a_strict_reader_takes(
    name: str, here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    main([name, *COMMANDS[name].split(), "--format", "sarif"])
    out, err = capfd.readouterr()
    assert out, err
    run = sarif(out)
    assert run["results"]
    prints = [result["partialFingerprints"]["policyengine/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)
    for place in _places(run):
        found = place["physicalLocation"]["artifactLocation"]
        assert found["uriBaseId"] == "%SRCROOT%"
        file = here / unquote(found["uri"])
        assert file.exists()
    for rule in run["tool"]["driver"]["rules"]:
        short, full = rule["shortDescription"]["text"], rule["fullDescription"]["text"]
        assert short != rule["id"]
        assert len(full) >= len(short)


def _places(run: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        place
        for result in run["results"]
        for place in (*result.get("locations", ()), *result.get("relatedLocations", ()))
    ]


def test_commands_are_all_that_have_the_format() -> None:
    proofs = {"analyze"}  # it takes the solver; tests/analysis has its report
    assert {name for name, forms in registry.FORMATS.items() if "sarif" in forms} == {
        *COMMANDS,
        *proofs,
    }


def test_columns_are_code_points_as_is_declared() -> None:
    source = Source("a.yaml", "x: 𝕏𝕏, y: 1")
    found = Diagnostic("unknown-term", "m", source.span(7, 8))
    run = written(Report("lint", "p", diagnostics=(found,)))
    assert run["columnKind"] == "unicodeCodePoints"
    (place,) = run["results"][0]["locations"]
    assert place["physicalLocation"]["region"]["startColumn"] == len("x: 𝕏𝕏, ") + 1


def test_every_code_of_a_check_says_what_it_means(root: Path) -> None:
    files = (root / "src/policyengine").rglob("*.py")
    text = "\n".join(path.read_text("utf-8") for path in files)
    used = set(re.findall(r"\bcode=\"([a-z-]+)\"", text)) | set(
        re.findall(r"\"([a-z]+-flips)\"", text)
    )
    own = {"no-statement", "point"}  # of statements for the counterparty, which has topics
    lints = {check.code for check in LINTS}
    assert used - CHECKS.keys() - CODES.keys() - lints == own
    assert not CHECKS.keys() & CODES.keys()
    for code in (*CODES, *lints):
        assert 20 < len(resources.about(code)) < 900, code


def test_a_rule_of_a_policy_leads_to_its_source_where_that_is_an_address() -> None:
    for uri, shown in (
        ("https://example.org/a?b=c#d", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("https://example.org/a b", False),
        ("report, list of conditions", False),
    ):
        failed = Check("R-1", "deal", Status.FAILED, "m", "Not too late", code="R-1")
        topic = Topic("R-1", "Not too late", "Ask for less.", uri)
        run = written(Report("evaluate", "deal", (failed,), topics=(topic,)))
        (rule,) = run["tool"]["driver"]["rules"]
        assert rule.get("helpUri") == (uri if shown else None)
        assert rule["help"]["text"] == "Ask for less."


def test_a_rule_of_a_policy_that_is_called_like_a_code_is_that_rule() -> None:
    failed = Check("unknown-term", "deal", Status.FAILED, "m", "Ours", code="unknown-term")
    topic = Topic("unknown-term", "Ours", "Ask.")
    run = written(Report("evaluate", "deal", (failed,), topics=(topic,)))
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == rule["fullDescription"]["text"] == "Ours"


def test_findings_of_many_reports_are_told_apart() -> None:
    failed = Check("R-1", "deal", Status.FAILED, "m", code="R-1", location=Place("deals.jsonl", 1))
    run = written(*[Report("evaluate", "deal", (failed,))] * 3)
    prints = {result["partialFingerprints"]["policyengine/v1"] for result in run["results"]}
    assert len(prints) == 3


def written(*reports: Report) -> dict[str, Any]:
    return sarif("".join(registry.pieces("sarif", *reports)))
