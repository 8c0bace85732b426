"""`evaluate` over a fake engine: formats, exit codes, many deals, where output goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.usefixtures("fake")

CODES = {"accept": 0, "reject": 1, "undetermined": 3, "conditional": 4}


@pytest.fixture(autouse=True)
def policy() -> Path:
    folder = Path("rules/fake")
    folder.mkdir(parents=True)
    (folder / "policy.yaml").write_text("policy: fake\n")
    return folder


def deal(name: str, do: str, **more: Any) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"do": do, "id": path.stem, **more}) + "\n")
    return path


@pytest.mark.parametrize("form", ("pretty", "json", "yaml", "jsonl"))
@pytest.mark.parametrize("verdict", CODES)
def test_exit_code_of_a_verdict(cli: Callable[..., Any], verdict: str, form: str) -> None:
    found = cli("evaluate", deal("a.json", verdict), "--format", form)
    assert (found.code, found.err) == (CODES[verdict], "")
    if form == "pretty":
        assert found.out.startswith(verdict.upper())
        assert "policy   fake 1 (rules/fake)" in found.out
    else:
        assert yaml.safe_load(found.out)["verdict"] == verdict


@pytest.mark.parametrize(
    ("fail_on", "zero"),
    (
        ("reject", {"undetermined", "conditional"}),
        ("undetermined", {"conditional"}),
        ("conditional", set()),
        ("never", {"reject", "undetermined", "conditional"}),
    ),
)
def test_fail_on(cli: Callable[..., Any], fail_on: str, zero: set[str]) -> None:
    for verdict, code in CODES.items():
        found = cli("evaluate", deal("a.json", verdict), "--fail-on", fail_on)
        assert found.code == (0 if verdict in zero else code)
    assert cli("evaluate", deal("a.json", "refuse"), "--fail-on", fail_on).code == 2


@pytest.mark.parametrize(
    ("does", "code"),
    (
        (("accept", "conditional"), 4),
        (("accept", "conditional", "undetermined"), 3),
        (("conditional", "undetermined", "reject", "accept"), 1),
        (("reject", "refuse", "accept"), 2),
        (("accept", "accept"), 0),
    ),
)
def test_the_worst_of_several(cli: Callable[..., Any], does: tuple[str, ...], code: int) -> None:
    for number, do in enumerate(does):
        deal(f"deals/{number}.json", do)
    assert cli("evaluate", "deals").code == code
    never = cli("evaluate", "deals", "--fail-on", "never").code
    assert never == (2 if code == 2 else 0)


def test_bad_input_is_an_object_and_a_message(cli: Callable[..., Any]) -> None:
    path = deal("a.json", "refuse")
    found = cli("evaluate", path, "--format", "json")
    assert found.code == 2
    data = json.loads(found.out)
    assert (data["schema_version"], data["verdict"]) == ("1", None)
    assert data["source"] == "a.json"
    assert data["errors"][0]["code"] == "unknown-term"
    assert data["errors"][0]["location"] == {"file": "a.json", "line": 1, "column": 2}
    assert "a.json:1:2: error[unknown-term]" in found.err
    plain = cli("evaluate", path)
    assert (plain.code, plain.out) == (2, "")
    assert plain.err == found.err


def test_a_policy_that_does_not_load_gives_no_verdict(cli: Callable[..., Any]) -> None:
    Path("broken").mkdir()
    for form in ("json", "yaml", "jsonl"):
        found = cli("evaluate", deal("a.json", "accept"), "-p", "broken", "--format", form)
        assert found.code == 2
        data = yaml.safe_load(found.out)
        assert data["verdict"] is None
        assert len(data["errors"]) == 2
        assert found.err.count("error[bad-rule]") == 2


@pytest.mark.parametrize("args", (("--frmat", "json"), ("--final=maybe",), ("--fail-on", "x"), ()))
def test_bad_usage_is_2_and_no_verdict(cli: Callable[..., Any], args: tuple[str, ...]) -> None:
    found = cli("evaluate", *args, "--format", "json")
    assert found.code == 2
    assert json.loads(found.out)["verdict"] is None
    assert found.err.startswith("error[")
    assert cli("evaluate", *args).out == ""


@pytest.mark.parametrize(
    "value", ("2026-02-30", "20260131", "2026-W01-1", "today", "", "١٢٣٤-٠١-٠١")
)
def test_an_as_of_date_that_is_none(cli: Callable[..., Any], value: str) -> None:
    found = cli("evaluate", deal("a.json", "accept"), "--as-of", value)
    assert found.code == 2
    assert "error[bad-as-of]" in found.err


def test_as_of_is_today_and_says_so(cli: Callable[..., Any]) -> None:
    from datetime import UTC, datetime

    path = deal("a.json", "accept")
    today = datetime.now(UTC).date().isoformat()
    assert f"as of    {today} (today)" in cli("evaluate", path).out
    given = cli("evaluate", path, "--as-of", "2020-02-29").out
    assert "as of    2020-02-29\n" in given


# many deals ---------------------------------------------------------------------------------


def test_a_folder_is_read_to_the_bottom_in_byte_order(cli: Callable[..., Any]) -> None:
    for name in (
        "d/b.yaml",
        "d/a.json",
        "d/B.yml",
        "d/sub/c.json",
        "d/.hidden.json",
        "d/.git/x.json",
    ):
        deal(name, "accept")
    Path("d/README.md").write_text("not a deal")
    found = cli("evaluate", "d", "--format", "json")
    assert [row["deal"]["source"] for row in json.loads(found.out)] == [
        "d/B.yml",
        "d/a.json",
        "d/b.yaml",
        "d/sub/c.json",
    ]


def test_a_pattern(cli: Callable[..., Any]) -> None:
    for name in ("d/b.json", "d/a.json", "d/e/c.json"):
        deal(name, "accept")
    found = cli("evaluate", "d/**/*.json", "--format", "jsonl")
    rows = [json.loads(line) for line in found.out.splitlines()]
    assert [row["deal"]["source"] for row in rows] == ["d/a.json", "d/b.json", "d/e/c.json"]


def test_a_file_whose_name_is_a_pattern_is_itself(cli: Callable[..., Any]) -> None:
    deal("[ab].json", "reject")
    deal("a.json", "accept")
    assert cli("evaluate", "[ab].json").code == 1


def test_threat_5_nothing_to_decide_is_2(cli: Callable[..., Any]) -> None:
    Path("empty").mkdir()
    Path("empty/README.md").write_text("x")
    for argument in ("empty", "*.jsonl", "nothing/*.yaml", "missing.yaml", ""):
        found = cli("evaluate", argument, "--format", "json")
        assert found.code == 2, argument
        assert json.loads(found.out)["verdict"] is None
    Path("e.jsonl").write_text("")
    assert cli("evaluate", "e.jsonl").code == 2


def test_one_or_many_is_the_caller_s_choice_not_the_folder_s(cli: Callable[..., Any]) -> None:
    path = deal("d/a.json", "accept")
    assert isinstance(json.loads(cli("evaluate", path, "--format", "json").out), dict)
    assert isinstance(json.loads(cli("evaluate", "d", "--format", "json").out), list)
    assert isinstance(json.loads(cli("evaluate", path, path, "--format", "json").out), list)


def test_rows_in_are_rows_out(cli: Callable[..., Any]) -> None:
    does = ["accept", "crash", "refuse", "recurse", "reject", "accept"]
    lines = [json.dumps({"do": do, "id": f"d{n}"}) for n, do in enumerate(does)]
    lines[5:5] = ["", "{not json", "[]", "   ", "\ufeff{}", "9" * 10]
    Path("d.jsonl").write_text("\n".join(lines) + "\n")
    found = cli("evaluate", "d.jsonl", "--format", "jsonl")
    rows = [json.loads(line) for line in found.out.splitlines()]
    assert found.code == 2
    assert len(rows) == len(lines)
    assert [row["verdict"] for row in rows] == [
        "accept", None, None, None, "reject", *[None] * 6, "accept",
    ]  # fmt: skip
    assert [row.get("line") for row in rows if row["verdict"] is None] == [2, 3, 4, *range(6, 12)]
    assert rows[2]["errors"][0]["location"] == {"file": "d.jsonl", "line": 3, "column": 2}
    assert rows[5]["errors"][0]["code"] == "blank-line"
    assert "Traceback" not in found.err
    assert "\x1b" not in found.err
    assert "d.jsonl:3:2: error[unknown-term]" in found.err


def test_the_last_line_may_lack_its_end_and_crlf_is_no_blank(cli: Callable[..., Any]) -> None:
    Path("d.jsonl").write_bytes(b'{"do": "accept"}\r\n{"do": "reject"}')
    found = cli("evaluate", "d.jsonl", "--format", "jsonl")
    assert [json.loads(line)["verdict"] for line in found.out.splitlines()] == ["accept", "reject"]


def test_an_overlong_line_is_one_row(cli: Callable[..., Any]) -> None:
    with Path("d.jsonl").open("wb") as stream:
        stream.write(b'{"do": "accept"}\n"')
        stream.write(b"x" * (9 << 20))
        stream.write(b'"\n{"do": "accept"}\n')
    found = cli("evaluate", "d.jsonl", "--format", "jsonl")
    rows = [json.loads(line)["verdict"] for line in found.out.splitlines()]
    assert rows == ["accept", None, "accept"]
    assert found.code == 2


def test_lines_from_standard_input(cli: Callable[..., Any]) -> None:
    args = ("evaluate", "-", "--stdin-filename", "x.jsonl", "--format", "jsonl")
    found = cli(*args, stdin=b'{"do": "accept"}\n{"do": "conditional"}\n')
    assert found.code == 4
    assert len(found.out.splitlines()) == 2


def test_standard_input_is_one_deal(cli: Callable[..., Any]) -> None:
    found = cli("evaluate", "-", "--format", "json", stdin=b'{"do": "reject"}')
    assert found.code == 1
    assert json.loads(found.out)["deal"]["source"] == "<stdin>"
    assert cli("evaluate", "-", "-", stdin=b'{"do": "accept"}').code == 2
    path = deal("a.json", "accept")
    assert cli("evaluate", path, "--stdin-filename", "x.json").code == 2


def test_the_summary_of_many(cli: Callable[..., Any]) -> None:
    for number in range(210):
        deal(f"d/{number:03}.json", "reject" if number % 2 else "accept")
    out = cli("evaluate", "d").out
    assert "210 deals: 105 reject, 105 accept" in out
    assert "and 10 more" in out


# where the output goes ----------------------------------------------------------------------


def test_output_file_is_the_output(cli: Callable[..., Any]) -> None:
    path = deal("a.json", "conditional")
    said = cli("evaluate", path, "--format", "json").out
    found = cli("evaluate", path, "--format", "json", "-o", "out.json")
    assert (found.code, found.out) == (4, "")
    assert Path("out.json").read_text() == said
    assert sorted(p.name for p in Path().iterdir()) == ["a.json", "out.json", "rules"]


def test_output_file_keeps_its_mode_and_its_link(cli: Callable[..., Any]) -> None:
    Path("real.json").write_text("old")
    Path("real.json").chmod(0o640)
    Path("link.json").symlink_to("real.json")
    cli("evaluate", deal("a.json", "accept"), "--format", "json", "-o", "link.json")
    assert Path("link.json").is_symlink()
    assert json.loads(Path("real.json").read_text())["verdict"] == "accept"
    assert Path("real.json").stat().st_mode & 0o777 == 0o640


def test_output_file_has_no_colours_and_its_folder_must_exist(cli: Callable[..., Any]) -> None:
    path = deal("a.json", "accept")
    assert cli("evaluate", path, "-o", "out.txt").code == 0
    assert "\x1b" not in Path("out.txt").read_text()
    found = cli("evaluate", path, "-o", "no/such/out.txt")
    assert (found.code, found.out) == (2, "")
    assert "error[cannot-write]" in found.err
    assert cli("evaluate", path, "-o", ".").code == 2


def test_output_never_replaces_what_is_read(cli: Callable[..., Any]) -> None:
    path = deal("a.json", "accept")
    before = path.read_text()
    found = cli("evaluate", path, "-o", "./a.json")
    assert found.code == 2
    assert "error[output-is-input]" in found.err
    assert path.read_text() == before


def test_an_output_that_is_no_file_is_written_to(cli: Callable[..., Any]) -> None:
    assert cli("evaluate", deal("a.json", "accept"), "-o", "/dev/null").code == 0
    assert Path("/dev/null").is_char_device()


def test_a_run_that_could_not_decide_says_so_in_the_file(cli: Callable[..., Any]) -> None:
    Path("broken").mkdir()
    args = ("-p", "broken", "--format", "json", "-o", "out.json")
    found = cli("evaluate", deal("a.json", "accept"), *args)
    assert (found.code, found.out) == (2, "")
    assert json.loads(Path("out.json").read_text())["verdict"] is None


def test_threat_51_a_crash_leaves_the_old_file(cli: Callable[..., Any]) -> None:
    Path("out.json").write_text("old")
    deal("d/a.json", "accept")
    deal("d/b.json", "exit")  # SystemExit: not an error of one deal
    found = cli("evaluate", "d", "--format", "json", "-o", "out.json")
    assert found.code == 2
    assert Path("out.json").read_text() == "old"
    assert [p.name for p in Path().iterdir() if p.name.startswith(".")] == []


# colours ------------------------------------------------------------------------------------


def test_colour(cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    path = deal("a.json", "reject")
    assert "\x1b" not in cli("evaluate", path).out
    assert "\x1b" in cli("evaluate", path, "--color", "always").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" in cli("evaluate", path).out
    assert "\x1b" not in cli("evaluate", path, "--color", "never").out
    assert "\x1b" not in cli("evaluate", path, "--format", "json").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in cli("evaluate", path).out
    assert "\x1b" in cli("evaluate", path, "--color", "always").out


# faults of the program ----------------------------------------------------------------------


@pytest.mark.parametrize("fault", ("crash", "recurse", "exit"))
def test_threat_14_a_bug_never_reads_as_a_verdict(cli: Callable[..., Any], fault: str) -> None:
    found = cli("evaluate", deal("a.json", fault), "--format", "json")
    assert found.code == 2
    assert "Traceback" not in found.err
    assert "\x1b" not in found.err
    assert all(not line.startswith("::") for line in found.err.splitlines())
    assert "POLICYENGINE_DEBUG=1" in found.err


def test_debug_shows_the_traceback(
    cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICYENGINE_DEBUG", "1")
    found = cli("evaluate", deal("a.json", "crash"))
    assert found.code == 2
    assert "Traceback" in found.err
