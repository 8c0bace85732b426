"""What the command must not do to files it reads, nor give to a deal without a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyengine import Policy, Verdict, Waivers
from policyengine.cli import main

from .conftest import written

RULES = {"rules.yaml": "rules:\n  - {id: A, title: t, require: n > 0}\n"}
WAIVERS = """\
waivers:
  - {rule: A, deal: "*", approved_by: x, reason: y, until: 2030-01-01}
"""


@pytest.mark.parametrize("output", ["deal.yaml", "deals/a.yaml", "rules/rules.yaml", "w.yaml"])
@pytest.mark.parametrize("more", [(), ("--as-of", "nonsense")])
def test_no_file_that_is_read_is_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, more: tuple[str, ...]
) -> None:
    written(tmp_path, RULES)
    (tmp_path / "deals").mkdir()
    (tmp_path / "deals" / "a.yaml").write_text("n: 1\n")
    (tmp_path / "deal.yaml").write_text("n: 1\n")
    (tmp_path / "w.yaml").write_text(WAIVERS)
    before = (tmp_path / output).read_bytes()
    monkeypatch.chdir(tmp_path)
    run = ["evaluate", "deal.yaml", "deals", "-p", "rules", "--format", "json", "-o", output]
    assert main([*run, "--waivers", "w.yaml", *more]) == 2
    assert (tmp_path / output).read_bytes() == before


@pytest.mark.parametrize("name", ["", "  "])
def test_a_blank_id_is_no_id_to_a_waiver(tmp_path: Path, name: str) -> None:
    policy = Policy.load(written(tmp_path, RULES))
    (tmp_path / "w.yaml").write_text(WAIVERS)
    waivers = Waivers.load(tmp_path / "w.yaml")
    deal = {"n": -1, "deal": {"id": name}}
    assert policy.evaluate(deal, as_of="2026-01-01", waivers=waivers).verdict is Verdict.REJECT
