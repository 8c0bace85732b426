"""`negotiate`, from a pipe and on a terminal, in processes of its own and with the real engine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policyengine import Policy, Terms, TermsError
from policyengine.cli.negotiating.commands import COMMANDS, parse
from policyengine.cli.negotiating.completing import Completer
from policyengine.cli.negotiating.values import check_unit, path_of, value_of
from policyengine.errors import PolicyEngineError
from policyengine.reading import read_document
from policyengine.session import Session
from policyengine.source import columns

ROOT = Path(__file__).resolve().parents[2]
DEAL = ROOT / "examples" / "lk-cn-2017-hambantota" / "terms.yaml"
PACK = ROOT / "rules" / "national-interest"
WORDS = ("negotiate", str(DEAL), "-p", str(PACK), "--as-of", "2026-01-31")

Cli = Callable[..., Any]


@pytest.fixture(scope="session")
def pack() -> Policy:
    return Policy.load(PACK)


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


# from a pipe ------------------------------------------------------------------------------------


def test_rows(cli: Cli) -> None:
    done = cli(
        *WORDS,
        stdin=b"set concession_years 49\n\n# a comment\nverdict\n"
        b'{"command": "set", "path": "investment.principal_equity_pct", "value": 50.5}\n',
    )
    opening, step, answer, typed = rows(done.out)
    assert (opening["kind"], opening["action"], opening["verdict"]) == ("step", "open", "reject")
    assert (step["path"], step["value"], step["previous"]) == (
        "sovereignty.concession_years",
        49,
        99,
    )
    assert [(m["rule"], m["before"], m["after"]) for m in step["moved"]] == [
        ("SOV-5", "fail", "pass")
    ]
    assert step["evaluated"] == ["SOV-5"]
    assert (answer["kind"], answer["verdict"]) == ("answer", "conditional")
    assert typed["value"] == 50.5
    assert (done.code, done.err) == (4, "")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("sett a 1", "unknown-command"),
        ("set", "bad-command"),
        ("set deal.status", "bad-command"),
        ("undo now", "bad-command"),
        ("why SOV-5 C-1", "bad-command"),
        ("undo", "nothing-to-undo"),
        ("set deal.statos signed", "unknown-term"),
        ("set deal x", "group-not-term"),
        ("set deal.status sined", "not-in-enum"),
        ("set concession_years many", "wrong-type"),
        ("set concession_years [", "yaml-unclosed"),
        ("unset exit.notice_days", "not-stated"),
        ("na deal.id", "must-apply"),
        ("why SOV-99", "unknown-rule"),
        ("terms sov", "unknown-term"),
        ("save x.txt", "file-suffix"),
        ("save none/x.yaml", "cannot-write"),
        ("save ~nobody-of-that-name/x.yaml", "cannot-write"),
        (f"save {'x' * 300}.yaml", "cannot-write"),
        ('{"command": "save", "file": "a\\u0000b.yaml"}', "cannot-write"),
        ("{", "json-unclosed"),
        ('{"set": 1}', "bad-command"),
        ('{"command": "set", "path": 1, "value": 2}', "bad-command"),
        ('{"command": "set", "path": "deal.id", "valeu": 2}', "bad-command"),
        ('{"command": "set", "path": "concession_years", "value": 2}', "unknown-term"),
        ('{"command": "set", "path": "deal.id", "value": null}', "wrong-type"),
        ("\udcff", "document-encoding"),
    ],
)
def test_an_error_is_a_row_and_the_session_goes_on(cli: Cli, line: str, code: str) -> None:
    given = (line + "\nset concession_years 49\n").encode("utf-8", "surrogateescape")
    done = cli(*WORDS, stdin=given)
    _, error, step = rows(done.out)
    assert (error["kind"], error["line"]) == ("error", 1)
    assert error["errors"][0]["code"] == code
    assert step["verdict"] == "conditional"
    assert done.code == 2


def test_answers(cli: Cli) -> None:
    lines = ["why sov-5", "missing", "status", "terms sovereignty", "decision", "help", "why"]
    done = cli(*WORDS, stdin="\n".join(lines).encode())
    _, why, missing, status, terms, decision, help_, why_all = rows(done.out)
    assert why["reason"]["rule"] == "SOV-5"
    assert {"path", "rules", "label"} == set(missing["missing"][0])
    assert [row["rule"] for row in status["rules"]] == ["SOV-5", "C-4", "C-5", "C-17"]
    assert terms["terms"]["sovereignty.concession_years"] == {"value": 99, "is": "stated"}
    assert terms["terms"]["sovereignty.territory_cession"] == {"value": False, "is": "assumed"}
    assert terms["terms"]["sovereignty.recognition_clause"]["is"] == "not_stated"
    assert decision["decision"]["verdict"] == "reject"
    assert len(help_["commands"]) == len(COMMANDS)
    assert why_all["verdict"] == "reject"
    assert done.code == 1


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("", 2),
        ("set deal.id x\nset parties.principal BLR\n", 3),
        ("set deal.id x\nquit\nset parties.principal BLR\n", 2),
    ],
)
def test_from_an_empty_table(cli: Cli, lines: str, code: int) -> None:
    done = cli("negotiate", "-p", str(PACK), stdin=lines.encode())
    assert done.code == code
    assert rows(done.out)[0]["required"] == ["deal.id", "parties.principal"]


def test_the_end_is_that_of_evaluate(cli: Cli) -> None:
    for deal in sorted((ROOT / "examples").glob("*/terms.yaml")):
        words = (str(deal), "-p", str(PACK), "--as-of", "2026-01-31")
        ours, theirs = cli("negotiate", *words), cli("evaluate", *words, "--format", "json")
        assert ours.code == theirs.code, deal
        [opening] = rows(ours.out)
        decision = json.loads(theirs.out)
        assert opening["verdict"] == decision["verdict"]
        # what a must waits for comes first
        by_path = [sorted(it["missing"], key=lambda m: m["path"]) for it in (opening, decision)]
        assert by_path[0] == by_path[1]


def test_save(cli: Cli) -> None:
    done = cli(*WORDS, stdin=b"set deal.id 'NO: 1'\nsave a.yaml\nsave a.yaml\nsave b.json\n")
    assert [row["kind"] for row in rows(done.out)] == ["step", "step", "answer", "answer", "answer"]
    assert done.code == 1
    for name in ("a.yaml", "b.json"):
        again = Terms.from_path(name).document
        assert again["deal"]["id"] == "NO: 1"
        again["deal"]["id"] = "lk-cn-2017-hambantota"
        assert again == Terms.from_path(DEAL).document
    done = cli(*WORDS, stdin=b"save a.yaml\n")
    assert rows(done.out)[1]["errors"][0]["code"] == "file-exists"
    assert cli(*WORDS, stdin=b"save! a.yaml\n").code == 1
    assert read_document("a.yaml").node is not None


def test_transcripts(cli: Cli, tmp_path: Path) -> None:
    options = ("--transcript", "t.jsonl")
    assert cli(*WORDS, *options, stdin=b"set concession_years 49\n").code == 4
    assert cli(*WORDS, *options).code == 2
    done = cli("negotiate", "-p", str(PACK), *options, "--resume", stdin=b"undo\n")
    opening, undo = rows(done.out)
    assert (opening["step"], opening["action"]) == (1, "change")
    assert (undo["step"], undo["action"], undo["verdict"]) == (2, "undo", "reject")
    assert done.code == 1
    done = cli("negotiate", "-p", str(PACK), "--replay", "t.jsonl", stdin=b"verdict\n")
    assert rows(done.out)[1]["verdict"] == "reject"
    (tmp_path / "p.yaml").write_text("long_concession_years: 200\n")
    other = ("negotiate", "-p", str(PACK), "--parameters", str(tmp_path / "p.yaml"))
    done = cli(*other, "--replay", "t.jsonl")
    assert done.code == 2
    assert "transcript-policy" in done.err
    assert cli(*other, "--replay", "t.jsonl", "--other-policy").code == 4


WAIVERS = """\
waivers:
  - {rule: SOV-5, deal: lk-*, approved_by: The Cabinet, reason: once, until: 2026-12-31}
  - {rule: C-4, deal: lk-*, approved_by: The Cabinet, reason: before, until: 2025-12-31}
"""


def test_waivers(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "w.yaml").write_text(WAIVERS)
    waived = (*WORDS, "--waivers", str(tmp_path / "w.yaml"))
    done = cli(*waived, "--transcript", "t.jsonl", stdin=b"set deal.id other\nundo\nwhy SOV-5\n")
    opening, other, undo, why = rows(done.out)
    assert [(use["rule"], use["status"]) for use in opening["waivers"]] == [
        ("C-4", "expired"),
        ("SOV-5", "applied"),
    ]
    assert (opening["verdict"], other["verdict"], undo["verdict"]) == (
        "conditional",
        "reject",
        "conditional",
    )
    [moved] = other["moved"]
    assert (moved["rule"], moved["before"], moved["after"]) == ("SOV-5", "waived", "fail")
    assert moved["waiver"]["approved_by"] == "The Cabinet"
    assert why["reason"]["waiver"]["status"] == "applied"
    assert done.code == 4
    resumed = ("negotiate", "-p", str(PACK), "--transcript", "t.jsonl", "--resume")
    done = cli(*resumed)
    assert done.code == 2
    assert "transcript-waivers" in done.err
    assert cli(*resumed, "--waivers", str(tmp_path / "w.yaml")).code == 4


def test_waivers_on_a_page(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "w.yaml").write_text(WAIVERS)
    lines = b"why SOV-5\nset concession_years 98\nset deal.id other\nundo\n"
    done = cli(*WORDS, "--waivers", str(tmp_path / "w.yaml"), "--format", "pretty", stdin=lines)
    said = " ".join(done.out.split())
    for part in (
        "CONDITIONAL: 3 conditions to settle, 1 waived, 1 term missing",
        "! C-4 the waiver has no effect: it expired on 2025-12-31; reason given: before",
        "~ SOV-5 waived until 2026-12-31, by The Cabinet; reason given: once",
        "still waived: SOV-5",
        "✗ SOV-5 waived → fails",
        "the waiver names another deal",
        "~ SOV-5 fails → waived",
    ):
        assert part in said, part
    assert "no rule reads it" not in said


@pytest.mark.parametrize("engine", ["compiled", "rete"])
def test_engines(cli: Cli, engine: str) -> None:
    if engine == "rete":
        pytest.importorskip("durable_rules_engine", reason="durable-rules is not installed")
    lines = b"set concession_years 49\nunset concession_years\nundo\nset exit.notice_days 90\n"
    plain, other = cli(*WORDS, stdin=lines), cli(*WORDS, "--engine", engine, stdin=lines)
    assert (other.out, other.code) == (plain.out, plain.code)


@pytest.mark.parametrize(
    "words",
    [
        ("--resume",),
        ("--replay", "t", "--resume", "--transcript", "t"),
        (str(DEAL), "--replay", "t"),
        ("--other-policy",),
        ("-",),
        ("--replay", "t", "--as-of", "2026-01-01"),
        ("--replay", "t", "--final"),
        ("none.yaml",),
        ("--transcript", "t", "--resume"),
    ],
)
def test_what_makes_no_sense(cli: Cli, words: tuple[str, ...]) -> None:
    done = cli("negotiate", "-p", str(PACK), *words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error[")


def test_a_full_disk_is_no_verdict(process: Callable[..., Any]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("wb") as full:
        done = process(*WORDS, real=True, stdout=full, input=b"verdict\n")
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_a_conversation_over_pipes() -> None:
    """Each row comes before the next command is sent; a kill leaves the transcript whole."""
    words = [sys.executable, "-m", "policyengine", *WORDS, "--transcript", "t.jsonl"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert json.loads(running.stdout.readline())["action"] == "open"
        for years in range(40, 60):
            running.stdin.write(f"set sovereignty.concession_years {years}\n".encode())
            running.stdin.flush()
            row = json.loads(running.stdout.readline())
            assert row["verdict"] == ("conditional" if years < 50 else "reject")
        running.kill()
    session = Session.resume("t.jsonl", Policy.load(PACK))
    assert session.stated("sovereignty.concession_years") == 59
    session.close()


# on a terminal ----------------------------------------------------------------------------------

pexpect = pytest.importorskip("pexpect", reason="terminals are tested where pexpect runs")


@pytest.fixture
def terminal() -> Any:
    """`negotiate` on a terminal of 80 columns, black and white."""
    words = ["-m", "policyengine", *WORDS, "--color", "never"]
    child = pexpect.spawn(
        sys.executable,
        words,
        encoding="utf-8",
        codec_errors="replace",
        dimensions=(24, 80),
        timeout=30,
        echo=True,
    )
    child.delaybeforesend = None
    yield child
    child.close(force=True)


def test_a_person_at_a_terminal(terminal: Any) -> None:
    terminal.expect("reject> ")
    said = terminal.before
    for line, prompt in [
        ("set concession_years 49 years", "conditional> "),
        ("set concession_yeers 4", "conditional> "),
        ("why C-5", "conditional> "),
        ("missing", "conditional> "),
        ("status", "conditional> "),
        ("terms", "conditional> "),
        ("undo", "reject> "),
        ("decision", "reject> "),
        ("help", "reject> "),
    ]:
        terminal.sendline(line)
        terminal.expect(prompt)
        said += terminal.before
    terminal.sendline("quit")
    terminal.expect("not saved")
    terminal.sendline("save mine.yaml")
    terminal.expect("wrote mine.yaml")
    terminal.sendline("quit")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 1
    assert "SOV-5  fails → holds" in said
    assert "did you mean `sovereignty.concession_years`?" in said
    assert "\x1b[3" not in said
    longest = max(columns(line) for line in said.replace("\r", "").splitlines())
    assert longest <= 80
    assert Path("mine.yaml").exists()


def test_keys(terminal: Any) -> None:
    pytest.importorskip("readline", reason="this Python has no readline")
    terminal.expect("reject> ")
    terminal.send("set sovereignty.conc\t")
    terminal.expect("concession_years")
    terminal.sendline("49")
    terminal.expect("conditional> ")
    terminal.send("set deal.status si\t")
    terminal.expect("signed")
    terminal.sendintr()
    terminal.expect("`quit` leaves")
    terminal.expect("conditional> ")
    time.sleep(0.05)
    terminal.sendeof()
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 4


def test_bytes_that_are_no_text(terminal: Any) -> None:
    terminal.expect("reject> ")
    os.write(terminal.child_fd, b"set deal.id \xff\xfe\n")
    terminal.expect("reject> ")
    terminal.sendline("set concession_years 49")
    terminal.expect("conditional> ")


# the parts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("sovereignty.concession_years", "49", 49),
        ("sovereignty.concession_years", "49 years", 49),
        ("sovereignty.concession_years", "1 year", 1),
        ("finance.loan_usd", "1,200,000", 1_200_000),
        ("finance.loan_usd", "1,200,000 USD", 1_200_000),
        ("finance.loan_usd", "USD 1,200,000", 1_200_000),
        ("finance.loan_usd", "usd 5", 5),
        ("finance.loan_usd", "1.2bn", "1.2bn"),
        ("finance.loan_usd", "1200 EUR", "1200 EUR"),
        ("finance.loan_usd", "1,20", "1,20"),
        ("investment.principal_equity_pct", "50%", 50),
        ("sovereignty.jurisdiction_retained", "yes", True),
        ("sovereignty.jurisdiction_retained", "false", False),
        ("sovereignty.jurisdiction_retained", "maybe", "maybe"),
        ("deal.id", "NO", "NO"),
        ("deal.id", "a: b # c", "a: b # c"),
        ("deal.id", "'  quoted '", "  quoted "),
        ("deal.date_signed", "2026-01-31", "2026-01-31"),
        ("investment.sectors", "logistics, energy", ["logistics", "energy"]),
        ("investment.sectors", "[logistics]", ["logistics"]),
        ("investment.sectors", "[]", []),
    ],
)
def test_values_are_read_by_type(pack: Policy, path: str, text: str, value: Any) -> None:
    assert value_of(text, pack.schema.terms[path].shape) == value


def test_terms_by_their_last_words(pack: Policy) -> None:
    assert path_of("concession_years", pack.schema) == "sovereignty.concession_years"
    assert path_of("no_such", pack.schema) == "no_such"
    ends = [path.rpartition(".")[2] for path in pack.schema.terms]
    twice = next((end for end in ends if ends.count(end) > 1), None)
    if twice is not None:
        with pytest.raises(PolicyEngineError, match="ambiguous-term"):
            path_of(twice, pack.schema)


def test_a_number_in_another_unit() -> None:
    with pytest.raises(PolicyEngineError) as refused:
        check_unit("3 days", "exit.notice", "hours")
    [found] = refused.value.diagnostics
    assert (found.code, found.message, found.hint) == (
        "unit-mismatch",
        "`3 days` is in `days`; `exit.notice` is in `hours`",
        "write the number of hours alone",
    )
    for text in ("EUR 5bn", "5 billion EUR", "€5"):
        with pytest.raises(PolicyEngineError, match="write the number of USD alone"):
            check_unit(text, "a.loan", "USD")
    for text in ("3 hours", "3 hour", "3", "1,200", "1.2bn", "soon", "1e3"):
        check_unit(text, "exit.notice", "hours")
    check_unit("3 days", "a.number", None)


def test_a_page_says_what_it_rests_on_and_names_places_as_evaluate_does(cli: Cli) -> None:
    words = ("negotiate", "-p", "national-interest", "--as-of", "2026-01-31")
    done = cli(*words, str(DEAL), "--format", "pretty", stdin=b"why SOV-5\n")
    opening, _, why = done.out.partition("`why` says why")
    assert re.search(r"undecided|broken", opening)
    assert re.search(r"\b\d+ terms assumed from silence", " ".join(opening.split()))
    assert "rule national-interest/sovereignty.yaml:" in why
    assert str(ROOT) not in why.replace(str(DEAL), "")


def test_an_accept_says_what_it_assumes(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(
        "policy: p\nversion: 1.0.0\nterms: {type: object, additionalProperties: false, properties: "
        "{a: {type: boolean, default: true}, b: {type: boolean}, c: {type: number}}}\n"
        "rules:\n  - {id: A, title: t, require: {a: true}}\n"
        "  - {id: B, title: t, require: {b: true}}\n",
        encoding="utf-8",
    )
    given = b"set c 1\nset b yes\nset a yes\n"
    out = cli("negotiate", "-p", str(path), "--format", "pretty", stdin=given).out
    lines = [line for line in out.splitlines() if line.startswith(("UNDETERMINED", "ACCEPT"))]
    assert lines == [
        "UNDETERMINED: 1 mandatory rule undecided, 1 term missing, 1 term assumed from",
        "UNDETERMINED as before: 1 mandatory rule undecided, 1 term missing",
        "ACCEPT (was undetermined): every rule that applies holds, 1 term assumed from",
        "ACCEPT as before: every rule that applies holds",
    ]


def test_what_is_missing_for_a_must_comes_before_what_is_for_advice(cli: Cli, pack: Policy) -> None:
    levels = {rule.id: rule.level for rule in pack.rules}
    order = ("mandatory", "negotiable", "advisory")
    words = ("negotiate", "-p", str(PACK), "--as-of", "2026-01-31")
    draft = b"set deal.types [security]\nset parties.principal BLR\n"
    *_, step, answer = rows(cli(*words, stdin=draft + b"missing\n").out)
    for row in (step, answer):
        ranks = [min(order.index(levels[r]) for r in term["rules"]) for term in row["missing"]]
        assert ranks == sorted(ranks)
        assert {0, 2} <= set(ranks)


def test_ways_to_write_it() -> None:
    for line in (
        "set a.b 5",
        "set a.b = 5",
        "set a.b: 5",
        "set a.b= 5",
        "SET a.b 5",
        "table a.b 5",
        "set\ta.b \t5",
    ):
        command = parse(line)
        assert command is not None
        assert (command.name, command.path, command.text) == ("set", "a.b", "5"), line


def test_completion(pack: Policy) -> None:
    session = Session(pack, {"deal": {"id": "x"}, "parties": {"principal": "BLR"}})
    options = Completer(session).options
    assert options("sa") == ["save "]
    assert options("set sovereignty.conc") == ["sovereignty.concession_years "]
    assert options("unset ") == ["deal.id ", "parties.principal "]
    assert "signed " in options("set deal.status ")
    assert options("set investment.sectors logistics,ene") == ["logistics,energy "]
    assert options("set sovereignty.jurisdiction_retained y") == ["yes "]
    assert "SOV-5 " in options("why SOV")
    assert options("na ") == [f"{p} " for p, s in pack.schema.terms.items() if s.may_not_apply]
    assert options("undo now ") == []
    # the last words of a path complete to all of it, and stand for it
    assert options("set concession_y") == ["sovereignty.concession_years "]
    assert "signed " in options("set status ")
    assert options("set no_such") == []


def test_help_on_one_command(cli: Cli) -> None:
    done = cli(
        *WORDS, stdin=b'help save\nhelp withdraw\n{"command": "help", "topic": "na"}\nhelp x\n'
    )
    _, save, unset, na, error = rows(done.out)
    assert list(save["commands"]) == ["save FILE"]
    assert list(unset["commands"]) == ["unset TERM"]
    assert list(na["commands"]) == ["na TERM"]
    assert error["errors"][0]["code"] == "unknown-command"
    assert done.code == 2


def test_errors_are_wrapped_as_the_page_is() -> None:
    child = pexpect.spawn(
        sys.executable,
        ["-m", "policyengine", *WORDS, "--color", "never"],
        encoding="utf-8",
        dimensions=(24, 60),
        timeout=30,
        env=os.environ | {"NO_COLOR": "1"},
    )
    child.expect("reject> ")
    said = ""
    for line in ("set concession_years 49 days", "na concession_years", "set investment.sectors x"):
        child.sendline(line)
        child.expect("reject> ")
        said += child.before
    child.close(force=True)
    assert "applies to every deal" in " ".join(said.split())
    assert "not_applicable[" not in said
    assert "\x1b[3" not in said
    assert max(columns(line) for line in said.replace("\r", "").splitlines()) <= 60


def test_hostile_texts_stay_text(cli: Cli) -> None:
    """A deal cannot write to the terminal, nor to the log of a runner."""
    line = 'set deal.id "\\e]52;c;x\\a::error::x \\u202e"\nterms deal.id\n'
    done = cli(*WORDS, "--format", "pretty", stdin=line.encode())
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    assert not any(row.startswith("::") for row in done.out.splitlines())
    done = cli(*WORDS, stdin=line.encode())
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    assert rows(done.out)[1]["value"] == "\x1b]52;c;x\x07::error::x \u202e"


@pytest.mark.parametrize(
    "line", ["{0} x", "set {0} 1", "set deal.status {0}", "why {0}", "save {0}/x", "undo {0}"]
)
def test_what_is_huge_is_shortened(cli: Cli, line: str) -> None:
    given = line.format("x" * 100_000).encode() + b"\n"
    for options in ((), ("--format", "pretty")):
        done = cli(*WORDS, *options, stdin=given)
        assert done.code == 2
        assert len(done.out) + len(done.err) < 20_000


def test_a_locale_without_unicode(process: Callable[..., Any]) -> None:
    given = "set concession_years 49\nset deal.id Минск\n".encode()
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = process(*WORDS, "--format", "pretty", real=True, env=env, input=given)
    assert done.returncode == 4, done.stderr
    assert done.stdout.isascii()
    assert b"fails > holds" in done.stdout
    assert b"Traceback" not in done.stderr


def test_what_raises_in_the_library_raises(pack: Policy) -> None:
    with pytest.raises(TermsError):
        Session(pack, {"deal": {"id": "x"}}).table("deal.idd", 1)
