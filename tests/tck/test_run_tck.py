"""The runner of the DMN TCK, against a kit of our own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

KIT = Path(__file__).parent / "kit"
RUNNER = Path(__file__).parent / "run_tck.py"


def _run(*arguments: object) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(RUNNER), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


def test_it_counts_passes_failures_and_what_it_skips() -> None:
    code, out = _run(KIT)
    assert code == 0
    assert "    4 / 6     0001-own-cases" in out
    assert "FAIL 0001-own-cases/002/wrong: expected Decimal('3'), got Decimal('2')" in out
    assert "FAIL 0001-own-cases/002/broken" in out
    for reason in (
        "the logic is not a literal expression",
        "a name has blanks, or is in another file",
        "the decision invokes a business knowledge model",
        "decisions require each other",
        "the decision is in another file",
        "the case calls a service or a knowledge model",
        "the file has a DTD or an entity",
    ):
        assert f"skipped 1: {reason}" in out
    assert out.strip().endswith("value 3 / 4, null 1 / 2")


def test_it_fails_below_the_share_of_values_asked_for() -> None:
    assert _run(KIT, "--min-values", 99)[0] == 1
    assert _run(KIT, "--min-values", 75)[0] == 0


def test_it_says_when_there_is_nothing_to_run(tmp_path: Path) -> None:
    assert _run(tmp_path)[0] == 2
    assert _run(KIT, "--only", "9999")[0] == 2
