"""The paths to yes of the worked cases: every page prints what the command prints today."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from policyengine import Policy, Terms, Verdict
from policyengine.analysis.counter import counter
from policyengine.analysis.setting import At

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
EXPECTED = json.loads(Path(__file__).with_name("expected.json").read_text("utf-8"))
BLOCK = re.compile(r"```console\n\$ policyengine (.+)\n((?:.|\n)*?)```")
OPEN = sorted(case for case, expected in EXPECTED.items() if expected["verdict"] != "accept")


def page(deal: str) -> str:
    return (EXAMPLES / deal / "path-to-yes.md").read_text("utf-8")


@pytest.mark.parametrize("deal", OPEN)
def test_a_page_prints_what_the_command_prints(
    deal: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from policyengine.cli import main

    monkeypatch.chdir(ROOT)
    for name in list(os.environ):
        if name.startswith("POLICYENGINE_") or name in ("FORCE_COLOR", "COLUMNS"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "80")
    blocks = BLOCK.findall(page(deal))
    assert blocks
    for line, shown in blocks:
        assert main(line.split()) == 0
        assert capsys.readouterr().out == shown


@pytest.mark.parametrize("deal", OPEN)
def test_a_path_leads_to_an_accept_and_is_proved(deal: str, pack: Policy) -> None:
    found = counter(pack, Terms.from_path(EXAMPLES / deal / "terms.yaml"), At("2026-01-31"))
    first = found.proposals[0]
    assert first.fewest
    assert first.nearest
    assert found.limits == ()
    for proposal in found.proposals:
        assert pack.evaluate(proposal.document, as_of="2026-01-31").verdict is Verdict.ACCEPT


def test_no_path_starts_at_an_accept() -> None:
    accepted = set(EXPECTED) - set(OPEN)
    assert not any((EXAMPLES / case / "path-to-yes.md").exists() for case in accepted)
