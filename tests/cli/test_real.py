"""The command on the real engine: the bundled pack, the worked examples, the starter."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from policyengine.decision import Decision
from policyengine.resources import schema_text
from policyengine.source import columns

CODES = {"accept": 0, "reject": 1, "undetermined": 3, "conditional": 4}
HERE = Path(__file__).resolve().parents[2]
EXPECTED = json.loads((HERE / "tests/pack/expected.json").read_text(encoding="utf-8"))
CASES = sorted(path.parent.name for path in (HERE / "examples").glob("*/terms.yaml"))
DAY = ("--as-of", "2026-01-31")
PACK = ("-p", "rules/national-interest")


@pytest.fixture(autouse=True)
def repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)


def read(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def expected(name: str) -> Any:
    return EXPECTED.get(name) or EXPECTED[f"{name}.yaml"]


@pytest.mark.parametrize("name", CASES)
def test_a_worked_case(cli: Callable[..., Any], name: str) -> None:
    path = f"examples/{name}/terms.yaml"
    found = cli("evaluate", path, *PACK, *DAY, "--format", "json")
    want = expected(name)
    assert found.err == ""
    assert found.code == CODES[want["verdict"]]
    data = read(found.out)
    assert data["verdict"] == want["verdict"]
    decision = Decision.from_dict(data)
    assert read(decision.to_json()) == data

    def rules(level: str, *outcomes: str) -> list[str]:
        reasons = [r for r in decision.reasons if r.level == level and r.outcome in outcomes]
        return sorted(str(r.rule) for r in reasons)

    assert rules("mandatory", "fail") == sorted(want["mandatory_failed"])
    assert rules("mandatory", "unknown") == sorted(want["mandatory_unknown"])
    assert rules("negotiable", "fail", "unknown") == sorted(want["conditions"])


@pytest.mark.parametrize("name", CASES)
def test_the_published_schema_fits(cli: Callable[..., Any], name: str) -> None:
    args = (f"examples/{name}/terms.yaml", *PACK, *DAY, "--explain", "full", "--format", "json")
    schema = jsonschema.Draft202012Validator(json.loads(schema_text("decision")))
    schema.validate(json.loads(cli("evaluate", *args).out))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("more", ((), ("--explain", "full"), ("--final",), ("--no-assume",)))
def test_every_page_fits_and_agrees(
    cli: Callable[..., Any], name: str, more: tuple[str, ...]
) -> None:
    path = f"examples/{name}/terms.yaml"
    found = cli("evaluate", path, *PACK, *DAY, *more)
    data = json.loads(cli("evaluate", path, *PACK, *DAY, *more, "--format", "json").out)
    assert found.out.startswith(f"{data['verdict'].upper()}  {name}\n")
    assert max(columns(line) for line in found.out.splitlines()) <= 80
    for reason in data["reasons"]:
        if reason["level"] != "advisory" and reason["outcome"] in ("fail", "unknown"):
            assert re.search(rf"^[✗!?] {reason['rule']}  ", found.out, re.MULTILINE)
    assert str(HERE) not in found.out


def test_all_at_once(cli: Callable[..., Any]) -> None:
    found = cli("evaluate", "examples/*/terms.yaml", *PACK, *DAY, "--format", "jsonl")
    rows = [json.loads(line) for line in found.out.splitlines()]
    assert [row["verdict"] for row in rows] == [expected(name)["verdict"] for name in CASES]
    assert found.code == 1
    as_yaml = cli("evaluate", "examples/*/terms.yaml", *PACK, *DAY, "--format", "yaml")
    assert yaml.safe_load(as_yaml.out) == rows


@pytest.mark.slow
def test_threat_66_same_bytes(process: Callable[..., Any]) -> None:
    for more in (("--format", "json", "--explain", "full"), ("--format", "pretty")):
        args = ("evaluate", "examples/blr-us-2025-12-potash/terms.yaml", *PACK, *DAY, *more)
        said = {
            process(*args, real=True, env={"PYTHONHASHSEED": seed, "TZ": zone}).stdout
            for seed, zone in zip("0123", ("UTC", "Asia/Tokyo") * 2, strict=True)
        }
        assert len(said) == 1


def test_the_bundled_pack_by_name(cli: Callable[..., Any], tmp_path: Path) -> None:
    import os

    deal = tmp_path / "deal.yaml"
    shutil.copy("examples/vn-us-2000-bta/terms.yaml", deal)
    os.chdir(tmp_path)
    found = cli("evaluate", "deal.yaml", "-p", "national-interest", *DAY)
    assert found.code == 0
    assert "policy   national-interest 1.0.0 (bundled)" in found.out
    assert cli("evaluate", "deal.yaml", *DAY).code == 2


def test_threats_1_2_what_is_not_there_is_not_accepted(
    cli: Callable[..., Any], tmp_path: Path
) -> None:
    deal = tmp_path / "deal.yaml"
    deal.write_text("deal: {id: x}\nparties: {principal: BLR, counterparties: [USA]}\n")
    assert cli("evaluate", deal, *PACK, *DAY).code == 3
    assert cli("evaluate", deal, *PACK, *DAY, "--final").code == 1
    deal.write_text("deal: {id: x, amuont: 3}\nparties: {principal: BLR}\n")
    found = cli("evaluate", deal, *PACK, *DAY, "--format", "json")
    assert found.code == 2
    jsonschema.Draft202012Validator(json.loads(schema_text("decision"))).validate(
        json.loads(found.out)
    )


def test_threats_53_61_a_hostile_deal(cli: Callable[..., Any], tmp_path: Path) -> None:
    deal = tmp_path / "deal.yaml"
    name = "\x1b[2J\nACCEPT\n::error::x\u202e" + "n" * 100_000
    deal.write_text(
        json.dumps({"deal": {"id": name}, "parties": {"principal": name, "counterparties": [name]}})
    )
    for more in ((), ("--explain", "full")):
        found = cli("evaluate", deal, *PACK, *DAY, *more)
        assert len(found.out) + len(found.err) < 20_000
        assert [c for c in found.out + found.err if not c.isprintable() and c != "\n"] == []
        for line in (found.out + found.err).splitlines():
            assert not line.lstrip().startswith(("::", "ACCEPT"))


NO_TERMS = (
    "",
    "a: [",
    "a: !!python/object:os.x {}",
    "[]",
    "x: 1\n---\ny: 2",
    "\x00",
    "a: &x [*x]",
    "{" * 100_000,
    "a: .nan",
    "a: 1e9999",
)


@pytest.mark.parametrize("text", NO_TERMS)
def test_total_any_text_gives_a_message(cli: Callable[..., Any], tmp_path: Path, text: str) -> None:
    deal = tmp_path / "deal.yaml"
    deal.write_text(text)
    found = cli("evaluate", deal, *PACK, *DAY, "--format", "json")
    assert found.code == 2
    assert json.loads(found.out)["verdict"] is None
    assert "internal" not in found.err
    assert "Traceback" not in found.err


def test_parameters_and_waivers(cli: Callable[..., Any], tmp_path: Path) -> None:
    path = "examples/lk-cn-2017-hambantota/terms.yaml"
    overrides = tmp_path / "p.yaml"
    overrides.write_text("long_concession_years: 100\n")
    found = cli("evaluate", path, *PACK, *DAY, "--parameters", overrides)
    assert found.code == 4
    assert "override long_concession_years = 100" in found.out
    overrides.write_text("long_concesion_years: 100\n")
    assert (
        "did you mean `long_concession_years`"
        in cli("evaluate", path, *PACK, *DAY, "--parameters", overrides).err
    )
    overrides.write_text("[1]\n")
    assert (
        "error[bad-parameters]" in cli("evaluate", path, *PACK, *DAY, "--parameters", overrides).err
    )

    waivers = tmp_path / "w.yaml"
    waivers.write_text(
        "waivers:\n"
        "  - {rule: SOV-5, deal: lk-*, approved_by: Cabinet, reason: why, until: 2026-12-31}\n"
    )
    expired = tmp_path / "e.yaml"
    expired.write_text(
        "waivers:\n"
        "  - {rule: C-4, deal: lk-*, approved_by: Cabinet, reason: why, until: 2025-12-31}\n"
    )
    args = ("evaluate", path, *PACK, *DAY, "--waivers", waivers, "--waivers", expired)
    found = cli(*args)
    assert found.code == 4
    assert "~ SOV-5  No foreign majority" in found.out
    assert "waived until 2026-12-31, by Cabinet" in found.out
    assert "it expired on 2025-12-31" in found.out
    assert cli(*args, "--ignore-waivers").code == 1
    assert cli("evaluate", path, *PACK, *DAY, "--waivers", "no.yaml").code == 2


# explain ------------------------------------------------------------------------------------


def test_every_rule_of_the_pack_is_explained(cli: Callable[..., Any]) -> None:
    rules = json.loads(cli("explain", *PACK, "--format", "json").out)
    assert len(rules) > 40
    from policyengine.engine import Policy
    from policyengine.output import rule_page
    from policyengine.output.text import Style

    policy = Policy.load("rules/national-interest")
    for rule in policy.rules:
        found = rule_page.describe(rule, policy.core, policy.schema)
        page = rule_page.page(found, Style(80))
        assert page.startswith(f"{rule.id}  ")
        assert max(columns(line) for line in page.splitlines()) <= 80
        assert "None" not in page
        assert f":{rule.span.line}" in page


def test_explain_a_rule(cli: Callable[..., Any]) -> None:
    found = cli("explain", "SOV-5", *PACK)
    assert found.code == 0
    for words in (
        "It forbids these together:",
        "- Foreign equity in a strategic asset is more than 50 %",
        "long_concession_years = 50",
        "silence means 0",
    ):
        assert words in found.out
    data = json.loads(cli("explain", "SOV-5", *PACK, "--format", "json").out)
    assert data["condition"]["all"][0].endswith("is more than 50 %")
    assert data["terms"][0]["unit"] == "percent"


def test_explain_an_unknown_rule(cli: Callable[..., Any]) -> None:
    found = cli("explain", "SOV5", *PACK)
    assert (found.code, found.out) == (2, "")
    assert "did you mean `SOV-5`?" in found.err


def test_explain_lists_what_decides_first(cli: Callable[..., Any]) -> None:
    lines = cli("explain", *PACK).out.splitlines()
    levels = [word for line in lines for word in line.split()[1:2] if not line.startswith(" ")]
    order = ["mandatory", "negotiable", "advisory"]
    assert [w for w in dict.fromkeys(levels) if w in order] == order


# the starter --------------------------------------------------------------------------------


def test_the_starter_works(cli: Callable[..., Any], tmp_path: Path) -> None:
    import os

    os.chdir(tmp_path)
    assert cli("init").code == 0
    found = cli("evaluate", "deals/example.yaml")
    assert (found.code, found.err) == (0, "")
    assert "policy   my-policy 0.1.0 (rules/my-policy)" in found.out
    assert cli("explain", "EXIT-1").code == 0
    assert cli("test", "--mutate").code == 0  # an example to learn from tells every slip
    assert "all         19 of 19 (100%)" in cli("test", "--coverage").out
    tests = yaml.safe_load(Path("rules/my-policy/rules_test.yaml").read_text())
    for case in tests["cases"]:
        terms: dict[str, Any] = {}
        for path, value in {
            "deal.id": "example", "exit.notice_days": 90, **case.get("terms", {})
        }.items():  # fmt: skip
            group, _, name = path.partition(".")
            terms.setdefault(group, {})[name] = value
        Path("deal.json").write_text(json.dumps(terms))
        data = json.loads(cli("evaluate", "deal.json", "--format", "json").out)
        want = case["expect"]
        assert data["verdict"] == want["verdict"], case["name"]
        assert {r: data["outcomes"][r] for r in want.get("outcomes", {})} == want.get(
            "outcomes", {}
        )
        assert [m["path"] for m in data["missing"] if m["path"] in want.get("missing", [])] == (
            want.get("missing", [])
        )


# validate -----------------------------------------------------------------------------------


@pytest.fixture
def starter(cli: Callable[..., Any], tmp_path: Path) -> Path:
    import os

    os.chdir(tmp_path)
    assert cli("init").code == 0
    return tmp_path


def test_what_is_valid_is_0(cli: Callable[..., Any], starter: Path) -> None:
    found = cli("validate", "rules", "deals", "schemas")
    assert (found.code, found.err) == (0, "")
    assert found.out == (
        "valid  rules/my-policy\nvalid  deals/example.yaml\nvalid  schemas/terms.schema.json\n"
        "3 documents: 0 errors, 0 warnings\n"
    )
    data = json.loads(cli("validate", "rules", "--format", "json").out)
    assert data == {
        "schema_version": "1",
        "valid": True,
        "documents": [{"path": "rules/my-policy", "diagnostics": []}],
    }


def test_what_is_not_valid_is_1_with_every_finding(cli: Callable[..., Any], starter: Path) -> None:
    rules = Path("rules/my-policy/rules.yaml")
    rules.write_text(
        rules.read_text().replace("mandatory", "mandatry").replace("because:", "becuase:")
    )
    found = cli("validate", "rules")
    assert (found.code, found.err) == (1, "")
    assert "did you mean `mandatory`?" in found.out
    assert "did you mean `because`?" in found.out
    assert "invalid  rules/my-policy" in found.out
    data = json.loads(cli("validate", "rules", "--format", "json").out)
    assert data["valid"] is False
    lines = [d["location"]["line"] for d in data["documents"][0]["diagnostics"]]
    assert lines == sorted(lines)


def test_terms_and_waivers_are_checked_against_the_policy(
    cli: Callable[..., Any], starter: Path
) -> None:
    Path("deal.yaml").write_text("exit: {notise_days: 3}\n")
    entry = "rule: EXIT-2, deal: x, approved_by: me, reason: y, until: 2026-12-31"
    Path("w.yaml").write_text(f"waivers:\n  - {{{entry}}}\n")
    assert "did you mean `notice_days`?" in cli("validate", "deal.yaml").out
    assert "did you mean `EXIT-1`?" in cli("validate", "w.yaml").out


def test_strict_counts_warnings(cli: Callable[..., Any], starter: Path) -> None:
    manifest = Path("rules/my-policy/policy.yaml")
    manifest.write_text(manifest.read_text() + "  never_used: 3\n")
    assert cli("validate", "rules").code == 0
    assert cli("validate", "rules", "--strict").code == 1


@pytest.mark.parametrize("path", ("no/such", "empty"))
def test_nothing_to_validate_is_2(cli: Callable[..., Any], starter: Path, path: str) -> None:
    Path("empty").mkdir()
    found = cli("validate", path)
    assert (found.code, found.out) == (2, "")
    assert "error[nothing-to-validate]" in found.err


def test_validate_with_a_named_policy_that_is_none(cli: Callable[..., Any], starter: Path) -> None:
    assert cli("validate", "deals", "-p", "zzz").code == 2


def test_places_in_a_bundled_policy_do_not_say_where_it_is_installed(
    cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal = HERE / "examples/lk-cn-2017-hambantota/terms.yaml"
    (tmp_path / "deal.yaml").write_bytes(deal.read_bytes())
    monkeypatch.chdir(tmp_path)
    found = cli("evaluate", "deal.yaml", "-p", "national-interest", *DAY, "--format", "json")
    assert found.code == 1
    assert str(HERE) not in found.out
    files = {reason["location"]["file"] for reason in read(found.out)["reasons"]}
    assert {file.partition("/")[0] for file in files} == {"national-interest"}


def test_a_parameter_of_a_file_is_found_there(cli: Callable[..., Any], tmp_path: Path) -> None:
    given = tmp_path / "par.yaml"
    deal = f"examples/{CASES[0]}/terms.yaml"
    for _ in range(2):  # read, then from the cache
        given.write_text("max_foreign_equity_pct: lots\n", encoding="utf-8")
        found = cli("evaluate", deal, *PACK, *DAY, "--parameters", str(given))
        assert found.code == 2
        assert f"{given.as_posix()}:1:25: error[type-mismatch]" in found.err
        given.write_text("max_foreign_equity_pct: 7\n", encoding="utf-8")
        found = cli("evaluate", deal, *PACK, *DAY, "--parameters", str(given), "--format", "json")
        assert json.loads(found.out)["parameters"] == {"max_foreign_equity_pct": 7}
