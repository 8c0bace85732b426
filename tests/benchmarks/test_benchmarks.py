"""The benchmarks work and every contestant that is installed agrees. Nothing here is timed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.slow
def test_a_tiny_run_checks_answers_and_writes_its_result(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    done = run("--tiny", "--sizes", "3,40", "--json", str(file))
    assert done.returncode == 0, done.stderr
    result = json.loads(file.read_text(encoding="utf-8"))
    assert list(result["decide"]) == ["3", "40"]
    for row in result["decide"].values():
        assert row["deals_checked"] == 300
        ours = [name for name in row["contestants"] if name.startswith("policyengine")]
        assert ours[:2] == ["policyengine", "policyengine, raw dict"]
        # a peer may be absent because it is not installed; it may not be because it disagrees
        assert not [reason for reason in row["absent"].values() if "deal " in reason]
    assert {"accept", "conditional", "reject"} <= set(result["decide"]["40"]["verdicts"])
    assert "policyengine" in done.stdout


def test_the_committed_result_names_no_place_and_matches_the_page() -> None:
    text = (ROOT / "benchmarks" / "results" / "latest.json").read_text(encoding="utf-8")
    result = json.loads(text)
    assert set(result["machine"]) == {"processor", "cores", "system", "python"}
    assert str(ROOT) not in text
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    for name, found in result["decide"]["30"]["contestants"].items():
        assert f"| {name} |" in page, name
        assert found["form"] in page


def test_rule_bases_are_the_same_for_a_seed() -> None:
    probe = (
        "import hashlib; from benchmarks import generate as g; b = g.base(50);"
        "print(hashlib.sha256(repr((b, g.deals(b, 20))).encode()).hexdigest()[:16])"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", probe],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        ).stdout
        for seed in ("0", "1")
    }
    assert len(found) == 1
