"""Questions about one deal, on the real engine: paths to yes, next questions, margins."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).resolve().parents[2]
DAY = ("--as-of", "2026-01-31")
PACK = ("-p", "rules/national-interest")
PORT = "examples/lk-cn-2017-hambantota/terms.yaml"
BASES = "examples/ph-us-2014-edca/terms.yaml"
OPEN = "examples/blr-us-2025-10-unspecified/terms.yaml"
FINE = "examples/vn-us-2000-bta/terms.yaml"
CASES = sorted(path.parent.name for path in (HERE / "examples").glob("*/terms.yaml"))


@pytest.fixture(autouse=True)
def repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)


def read(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


@pytest.mark.parametrize("name", CASES)
def test_every_worked_case_has_a_path_that_evaluate_accepts(
    cli: Callable[..., Any], name: str, tmp_path: Path
) -> None:
    path = f"examples/{name}/terms.yaml"
    found = cli("counter", path, *PACK, *DAY, "--format", "json")
    assert found.err == ""
    assert found.code == 0
    data = read(found.out)
    assert data["limits"] == []
    if data["verdict"] == "accept":
        assert data["proposals"] == []
        return
    assert data["proposals"][0]["fewest"]
    made = tmp_path / "proposal.yaml"
    assert cli("counter", path, *PACK, *DAY, "--format", "terms", "-o", made).code == 0
    assert cli("evaluate", made, *PACK, *DAY).code == 0


def test_a_patch_applies(cli: Callable[..., Any]) -> None:
    found = cli("counter", PORT, *PACK, *DAY, "--format", "patch")
    document = yaml.safe_load((HERE / PORT).read_text(encoding="utf-8"))
    for step in read(found.out):
        *groups, name = step["path"].split("/")[1:]
        place = document
        for group in groups:
            place = place[group]
        assert (name in place) is (step["op"] == "replace")
        place[name] = step["value"]
    assert document["exit"]["unilateral_withdrawal_principal"] is True
    assert document["investment"]["principal_equity_pct"] == 50


def test_what_stands_in_the_way(cli: Callable[..., Any]) -> None:
    found = cli("counter", BASES, *PACK, *DAY, "--lock", "security", "--format", "json")
    assert found.code == 1
    assert read(found.out)["blocked"] == {
        "obstacles": [
            {
                "terms": ["parties.counterparties", "security.foreign_basing"],
                "rules": ["SOV-10"],
                "kept": [],
                "smallest": True,
            }
        ],
        "free": ["security.foreign_basing"],
    }
    freed = cli("counter", BASES, *PACK, *DAY, "--lock", "security", "--unlock", "parties")
    assert freed.code == 0
    assert "(parties.counterparties)" in freed.out


def test_a_cost_turns_the_choice(cli: Callable[..., Any]) -> None:
    asked = ("counter", PORT, *PACK, *DAY, "--target", "conditional", "--format", "json")
    paths = [c["path"] for c in read(cli(*asked).out)["proposals"][0]["changes"]]
    assert paths == ["sovereignty.strategic_asset_foreign_equity_pct"]
    dear = cli(*asked, "--cost", "sovereignty.strategic_asset*=10")
    paths = [c["path"] for c in read(dear.out)["proposals"][0]["changes"]]
    assert paths == ["sovereignty.concession_years"]


def test_same_bytes_every_time(cli: Callable[..., Any]) -> None:
    asked = ("counter", OPEN, *PACK, *DAY, "--format", "json")
    assert cli(*asked).out == cli(*asked).out


def test_a_table_has_a_line_for_each_change(cli: Callable[..., Any]) -> None:
    found = cli("counter", PORT, *PACK, *DAY, "--format", "table")
    head, *lines = found.out.splitlines()
    assert head.split()[:3] == ["proposal", "term", "now"]
    assert len(lines) == 3


def test_nothing_has_to_change(cli: Callable[..., Any]) -> None:
    found = cli("counter", FINE, *PACK, *DAY)
    assert found.code == 0
    assert "Nothing has to change." in found.out


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("counter", FINE, "--format", "patch"), "no-proposal"),
        (("counter", PORT, "--format", "patch", "--proposal", "9"), "no-proposal"),
        (("counter", PORT, "--cost", "exit"), "bad-cost"),
        (("counter", PORT, "--cost", "exit=-1"), "bad-cost"),
        (("counter", PORT, "--lock", "sovereignity"), "unknown-term"),
        (("counter", "examples/"), "one-deal"),
        (("next", "examples/"), "one-deal"),
        (("margins", "nowhere.yaml"), "file-missing"),
        (("counter", PORT, "-o", PORT), "output-is-input"),
        (("counter", PORT, "-o", "rules/national-interest/policy.yaml"), "output-is-input"),
    ],
)
def test_what_makes_no_sense(cli: Callable[..., Any], args: tuple[str, ...], code: str) -> None:
    before = (HERE / PORT).read_bytes()
    found = cli(*args, *PACK, *DAY)
    assert found.code == 2
    assert f"error[{code}]" in found.err
    assert found.out == ""
    assert (HERE / PORT).read_bytes() == before


@pytest.mark.parametrize("command", ["counter", "next", "margins", "analyze"])
def test_without_the_solver(command: str) -> None:
    """In a process where z3 cannot be imported, as after a plain install."""
    about, policy = (PACK[1], ()) if command == "analyze" else (PORT, PACK)
    program = (
        "import sys; sys.modules['z3'] = None; from policyengine.cli import main; "
        f"sys.exit(main({[command, about, *policy]!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=HERE, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "error[solver-missing]" in done.stderr
    assert "pip install 'z3-solver" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_open_number_is_offered_at_its_limit(cli: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(
        "policy: p\nversion: 1.0.0\nterms: {type: object, additionalProperties: false, "
        "properties: {a: {type: string, format: date}, b: {type: string, format: date}, "
        "k: {type: number, minimum: 0, maximum: 100}, n: {type: integer, minimum: 0}}}\nrules:\n"
        "  - {id: R-1, title: order, require: a < b}\n"
        "  - {id: R-2, title: cap, require: {k: {at_most: 5}}}\n"
        "  - {id: R-3, title: floor, require: {n: {at_least: 30}}}\n",
        encoding="utf-8",
    )
    (tmp_path / "d.yaml").write_text("b: 2028-01-01\n", encoding="utf-8")
    found = cli("counter", tmp_path / "d.yaml", "-p", tmp_path / "p.yaml", "--format", "terms")
    made = yaml.safe_load(found.out)
    assert found.code == 0
    assert (made["a"], made["k"], made["n"]) == ("2027-12-31", 5, 30)


def test_the_next_questions_are_those_that_settle(cli: Callable[..., Any]) -> None:
    found = cli("next", OPEN, *PACK, *DAY, "--format", "json")
    assert found.code == 3
    data = read(found.out)
    assert data["smallest"]
    first = data["needed"][0]
    assert first["path"] == "interference.foreign_policy_alignment"
    rejects = [a["value"] for a in first["answers"] if a["verdict"] == "reject"]
    assert "bloc_exclusivity" in rejects
    assert cli("next", PORT, *PACK, *DAY).code == 0


def test_margins_and_facts(cli: Callable[..., Any]) -> None:
    data = read(cli("margins", PORT, *PACK, *DAY, "--format", "json").out)
    assert [fact["path"] for fact in data["facts"]] == [
        "sovereignty.strategic_asset_foreign_equity_pct",
        "sovereignty.concession_years",
    ]
    years = next(m for m in data["margins"] if m["path"] == "sovereignty.concession_years")
    assert years["below"] == {"value": 50, "included": False, "verdict": "conditional"}
    assert years["above"] is None


BANDS = """\
policy: bands
version: 1.0.0
terms:
  type: object
  additionalProperties: false
  properties:
    years: {type: integer, minimum: 0, maximum: 99, x-unit: years}
    share: {type: number, minimum: 0, maximum: 100, x-unit: percent}
    signed: {type: string, format: date}
rules:
  - {id: R-1, title: Not long, require: {years: {less_than: 45}}}
  - {id: R-2, title: Long enough, require: {years: {at_least: 30}}}
  - {id: R-3, title: Most of it, require: {share: {more_than: 50}}, level: negotiable}
  - {id: R-4, title: In time, require: {signed: {before: 2027-01-01}}}
"""


def banded(tmp_path: Path, terms: str) -> tuple[Path, ...]:
    (tmp_path / "bands.yaml").write_text(BANDS, "utf-8")
    (tmp_path / "deal.yaml").write_text(terms, "utf-8")
    return tmp_path / "deal.yaml", Path("-p"), tmp_path / "bands.yaml"


def test_margins_are_a_table_of_first_values(cli: Callable[..., Any], tmp_path: Path) -> None:
    asked = banded(tmp_path, "years: 40\nshare: 60\nsigned: 2026-06-30\n")
    found = cli("margins", *asked, *DAY)
    assert (found.code, found.err) == (0, "")
    assert found.out.partition("the term is:\n\n")[2] == (
        "  term    now         turns at\n"
        "  years   40 years    29 years or less: reject\n"
        "                      45 years or more: reject\n"
        "  share   60 %        50 % or less: conditional\n"
        "  signed  2026-06-30  2027-01-01 or later: reject\n"
    )


def test_answers_that_are_numbers_are_ranges(cli: Callable[..., Any], tmp_path: Path) -> None:
    asked = banded(tmp_path, "signed: 2026-06-30\nyears: 40\n")
    out = cli("next", *asked, *DAY).out
    assert "   50 % or less: conditional (R-3 fail)\n   above 50 %: accept (R-3 pass)\n" in out
    asked = banded(tmp_path, "share: 60\n")
    out = cli("next", *asked, *DAY, "--all-answers").out
    assert (
        "   29 years or less: reject (R-1 pass, R-2 fail)\n"
        "   from 30 years to 44 years: still undetermined (R-1 pass, R-2 pass)\n"
        "   45 years or more: reject (R-1 fail, R-2 pass)\n"
    ) in out
    assert "   2026-12-31 or earlier: still undetermined (R-4 pass)\n" in out
    assert "   2027-01-01 or later: reject (R-4 fail)\n" in out


@pytest.mark.parametrize(("command", "asks"), [("margins", "margins"), ("next", "answers")])
def test_ctrl_c_ends_a_question_with_what_was_found(
    command: str,
    asks: str,
    cli: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from importlib import import_module

    module = import_module(f"policyengine.analysis.{asks}")
    told = module.ranges

    def pressed(line: Any) -> Any:
        if line.path != "years":
            return told(line)
        signal.raise_signal(signal.SIGINT)
        return told(line)

    monkeypatch.setattr(module, "ranges", pressed)
    terms = "years: 40\nshare: 60\n" if command == "margins" else "{}\n"
    before = signal.getsignal(signal.SIGINT)
    found = cli(command, *banded(tmp_path, terms), *DAY, "--format", "json")
    assert found.code == 130
    assert "interrupted" in found.err
    assert read(found.out)["cut_off"] == "it was interrupted"
    assert signal.getsignal(signal.SIGINT) is before
    if command == "margins":
        data = read(found.out)
        assert data["facts"] is None
        assert all(margin["why"] == "it was interrupted" for margin in data["margins"])


SCORED = """\
policy: scored
version: 1.0.0
terms:
  type: object
  additionalProperties: false
  properties:
    years: {type: integer, minimum: 0, maximum: 99}
    loan: {type: number, minimum: 0, maximum: 1000}
    open: {type: boolean}
scorecards:
  - id: benefit
    title: Benefits and risks
    items:
      - {id: B-1, title: a loan, when: {loan: {at_least: 100}}, points: 3}
      - {id: K-1, title: long, when: {years: {more_than: 30}}, points: -2}
      - {id: B-2, title: open, when: open, points: 1}
rules:
  - {id: R-1, title: enough, require: score.benefit >= 1}
  - {id: R-2, title: not too long, require: {years: {less_than: 60}}}
"""


@pytest.fixture
def scored(tmp_path: Path) -> tuple[Path, ...]:
    (tmp_path / "scored.yaml").write_text(SCORED, "utf-8")
    (tmp_path / "deal.yaml").write_text("years: 70\nloan: 5\nopen: false\n", "utf-8")
    return tmp_path / "deal.yaml", Path("-p"), tmp_path / "scored.yaml"


def test_a_proposal_says_what_becomes_of_scores(
    cli: Callable[..., Any], scored: tuple[Path, ...]
) -> None:
    words = ("counter", *scored, "-n", "1")
    assert "  · Benefits and risks (benefit): -2 → 1\n" in cli(*words).out
    data = read(cli(*words, "--format", "json").out)["proposals"][0]
    assert data["scores"]["benefit"] == {
        "before": {"value": -2, "low": -2, "high": -2},
        "after": {"value": 1, "low": 1, "high": 1},
    }
    open_ = scored[0].parent / "open.yaml"
    open_.write_text("years: 70\nloan: 500\n", "utf-8")
    found = cli("counter", open_, *scored[1:], "-n", "1")
    assert "(benefit): 1 to 2 → " in found.out


def test_what_is_kept_holds_of_every_form_of_a_proposal(
    cli: Callable[..., Any], scored: tuple[Path, ...]
) -> None:
    keep = ("--keep", "years > 30", "--keep", "score.benefit = 2")
    words = ("counter", *scored, *keep)
    (data,) = read(cli(*words, "--format", "json").out)["proposals"]
    after = {change["path"]: change["after"] for change in data["changes"]}
    assert after == {"years": 59, "loan": 100, "open": True}
    assert data["fewest"]
    assert {step["path"]: step["value"] for step in read(cli(*words, "--format", "patch").out)} == {
        f"/{path}": value for path, value in after.items()
    }
    assert yaml.safe_load(cli(*words, "--format", "terms").out) == after
    assert "anything from 31 to 59 would do" in cli(*words).out


def test_what_is_kept_may_stand_in_the_way(
    cli: Callable[..., Any], scored: tuple[Path, ...]
) -> None:
    found = cli("counter", *scored, "--keep", "years >= 65", "--format", "json")
    assert found.code == 1
    (obstacle,) = read(found.out)["blocked"]["obstacles"]
    assert (obstacle["rules"], obstacle["kept"]) == (["R-2"], ["years >= 65"])
    said = cli("counter", *scored, "--keep", "years >= 65").out
    assert "R-2 and `years >= 65` cannot all be met, whatever the terms." in said
    there = scored[0].parent / "there.yaml"
    there.write_text("years: 20\nloan: 500\nopen: true\n", "utf-8")
    kept = cli("counter", there, *scored[1:], "--keep", "years > 40")
    assert kept.code == 0
    assert "Now: ACCEPT" in kept.out
    assert "Proposal 1 of" in kept.out


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [("years > ", "feel-syntax", "1:8"), ("yers > 1", "unknown-term", "1:1"),
     ("open and years", "not-a-condition", "1:10"), ("score.benfit > 1", "unknown-score", "1:1")],
)  # fmt: skip
def test_a_condition_to_keep_that_is_none_is_told_with_its_place(
    text: str, code: str, place: str, cli: Callable[..., Any], scored: tuple[Path, ...]
) -> None:
    found = cli("counter", *scored, "--keep", "open", "--keep", text)
    assert found.code == 2
    assert found.out == ""
    assert f"--keep:{place}: error[{code}]" in found.err


def test_ctrl_c_leaves_the_proposals_that_were_found(
    cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from policyengine.analysis.scores import scores as wrote

    def pressed(*args: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return wrote(*args)

    monkeypatch.setattr("policyengine.analysis.counter.scores", pressed)
    found = cli("counter", BASES, *PACK, *DAY, "--format", "json")
    assert found.code == 130
    assert "interrupted" in found.err
    data = read(found.out)
    assert data["cut_off"] == "it was interrupted"
    assert len(data["proposals"]) == 1


PARTS = """\
policy: parts
version: 1.0.0
terms:
  type: object
  additionalProperties: false
  properties:
    parts:
      type: array
      items:
        type: object
        additionalProperties: false
        required: [amount, due]
        properties:
          amount: {type: number, minimum: 0}
          due: {type: string, format: date}
          secured: {type: boolean}
rules:
  - {id: R-1, title: three, require: {parts: {count: {equals: 3}}}}
  - {id: R-2, title: enough, require: {parts: {every: {amount: {at_least: 10}}}}}
"""


def test_a_list_of_objects_is_told_by_its_elements(cli: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text(PARTS, "utf-8")
    deal = tmp_path / "deal.yaml"
    deal.write_text(
        "parts:\n  - {amount: 100, due: 2026-01-01, secured: true}\n"
        "  - {amount: 5, due: 2026-06-01}\n",
        "utf-8",
    )
    asked = ("counter", deal, "-p", tmp_path / "parts.yaml", *DAY)
    page = cli(*asked).out
    assert "    in element 2, amount: 10 instead of 5\n" in page
    assert '    add {"amount": 10, "due": "2026-06-01"}\n' in page
    assert read(cli(*asked, "--format", "patch").out) == [
        {"op": "replace", "path": "/parts/1/amount", "value": 10},
        {"op": "add", "path": "/parts/2", "value": {"amount": 10, "due": "2026-06-01"}},
    ]
    assert yaml.safe_load(cli(*asked, "--format", "terms").out) == {
        "parts": [
            {"amount": 100, "due": "2026-01-01", "secured": True},
            {"amount": 10, "due": "2026-06-01"},
            {"amount": 10, "due": "2026-06-01"},
        ]
    }
    # one answer, whichever deal the solver comes upon first
    rule = '  - {id: R-3, title: no more, require: "sum(parts.amount) = 120"}\n'
    (tmp_path / "theirs.yaml").write_text(PARTS + rule, "utf-8")
    sides = (tmp_path / "parts.yaml", tmp_path / "theirs.yaml")
    agreed = cli("agree", *sides, *DAY, "--near", deal).out
    assert "    in element 2, amount: 10 instead of 5\n" in agreed


def test_hostile_words_stay_words(cli: Callable[..., Any], tmp_path: Path) -> None:
    """A text of the deal cannot forge a line of the page."""
    deal = tmp_path / "deal.yaml"
    deal.write_text(
        "deal: {id: x, types: [trade]}\n"
        'parties: {principal: BLR, counterparties: ["\\e[2Jaccept\\nProved"]}\n',
        encoding="utf-8",
    )
    found = cli("margins", deal, *PACK, *DAY)
    assert found.code == 0
    assert "\x1b" not in found.out
    assert "\nProved" not in found.out
