"""The benchmarks work and every contestant that is installed agrees. Nothing here is timed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import bars, report

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
        assert ours[:3] == [
            "policyengine",
            "policyengine, first time",
            "policyengine, raw dict",
        ]
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


def committed() -> dict[str, Any]:
    text = (ROOT / "benchmarks" / "results" / "latest.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def test_the_guard_fails_on_any_ratio_that_more_than_doubles() -> None:
    before = committed()
    assert bars.regressions(before, before) == {}
    now = committed()
    for row in now["decide"].values():
        for name, each in row["contestants"].items():
            # all that is not ours may become as slow as it likes
            each["to_floor"]["median"] *= 2.1 if name.startswith("policyengine") else 100
        row["silent"]["to_stated"]["median"] *= 2.1
    for each in now["reasons"].values():
        each["to_verdict"]["median"] *= 2.1
    for name, each in now["load"].items():
        each["median"] *= 2.1 if "cache" in name else 1
    for name, each in now["start"].items():
        each["median"] *= 1 if name == "bare Python" else 2.1
    watched = bars.guarded(before)
    assert len(watched) > 30
    assert not any(", rete" in what for what in watched)
    assert set(bars.regressions(now, before)) == set(watched)
    assert bars.regressions(before, now) == {}


def test_the_guard_looks_at_tails_and_memory() -> None:
    now = committed()
    now["decide"]["30"]["tails"]["policyengine"]["one deal"]["ratio"] = 7.0
    now["memory"]["blocks_more"] = 20_000
    assert list(bars.regressions(now, committed())) == ["p99 to the median, 30 rules", "memory"]


def test_what_is_faster_is_named_whoever_wrote_it() -> None:
    result = committed()
    row = result["decide"]["30"]["contestants"]
    row["generated Python, unchecked"]["to_main"]["median"] = 0.5
    row["policyengine, verdict only"]["to_verdict"]["median"] = 0.5
    assert any("unchecked, at" in line and "30 (×0.50)" in line for line in report.ahead(result))
    row["policyengine, interpreter"]["to_main"]["median"] = 0.5
    assert not any("policyengine" in line for line in report.ahead(result))
