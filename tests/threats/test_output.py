"""Rows 53 to 66: what comes out, to terminals, to logs and to the next program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from tests.output import readers

HOSTILE = (
    "\x1b[2J\x1b[H",
    "\x1b]8;;http://x\x07click\x1b]8;;\x07",
    "\x1b]52;c;aGk=\x07",
    "ok\rACCEPT",
    "a\x08\x08\x08b",
    "\x9b2J",
    "\x7f",
    "x\nACCEPT  deal-42",
    "x\u2028ACCEPT",
    "\u202etpecca",
    "::error::failed",
    "x\n::set-output name=a::b",
)
FILLED = """\
rules:
  - id: PLACE
    title: A place
    forbid: {money.country: {is_not: nowhere}}
    because: "{money.country} is the place, {money.parties} the parties"
    ask: "Name another than {money.country}."
"""


def hostile_deals(lab: Any) -> list[str]:
    names = []
    for n, text in enumerate(HOSTILE):
        names.append(f"{n}.json")
        lab.write(
            names[-1],
            json.dumps({"deal": {"id": text}, "money": {"country": text, "parties": [text]}}),
        )
    return names


def test_threat_53_54_55_hostile_values(lab: Any) -> None:
    """`Lab.run` has looked at every character: nothing but line feeds moves a cursor."""
    lab.policy(FILLED)
    names = hostile_deals(lab)
    for options in ((), ("--explain", "full")):
        for n, name in enumerate(names):
            if options and n % 4:
                continue
            done = lab.run("evaluate", name, "-p", "policy", *options)
            assert done.code == 1, name
            lines = done.out.splitlines()
            assert lines[0].startswith("REJECT  "), lines[0]
            assert not [line for line in lines[1:] if line.startswith(("ACCEPT", "::"))], lines
            assert "is the place" in done.out
    # Of several deals, a line or a row each.
    rows = lab.decide(*names)
    assert [row["deal"]["id"] for row in rows.values()] == list(HOSTILE)
    done = lab.run("evaluate", *names, "-p", "policy")
    assert not [line for line in done.out.splitlines() if line.startswith(("ACCEPT", "::"))]
    for form in ("json", "yaml"):
        done = lab.run("evaluate", *names, "-p", "policy", "--format", form)
        assert not [line for line in done.out.splitlines() if line.startswith(("ACCEPT", "::"))]


def test_threats_53_to_59_hostile_values_in_every_format(lab: Any) -> None:
    lab.policy(FILLED)
    names = hostile_deals(lab)
    forms = {"junit": readers.junit, "sarif": readers.sarif, "github": readers.github,
             "markdown": readers.markdown, "html": readers.Html, "tap": readers.tap}  # fmt: skip
    lab.write("::error::x|<b>.yaml", "money: {amount: x}\n")
    reports = [f"--report={form}=out.{form}" for form in forms]
    done = lab.run("evaluate", *names, "::error::x|<b>.yaml", "-p", "policy", *reports)
    assert done.code == 2
    for form, read in forms.items():
        text = (lab.folder / f"out.{form}").read_text("utf-8")
        read(text)
        assert [c for c in text if not c.isprintable() and c not in "\n\u200b"] == [], form
        lines = text.splitlines()
        assert form == "github" or not [line for line in lines if line.lstrip().startswith("::")]
        assert not [line for line in lines if line.startswith("ACCEPT")], form


def test_threat_53_54_55_hostile_errors(lab: Any) -> None:
    lab.policy()
    keys = [json.dumps({"money": {text: 1, "amount": text}}) for text in HOSTILE]
    for n, document in enumerate(keys):
        lab.write(f"{n}.json", document)
    done = lab.run("evaluate", *(f"{n}.json" for n in range(len(keys))), "-p", "policy")
    assert done.code == 2
    for line in (done.out + done.err).splitlines():
        assert not line.startswith(("ACCEPT", "::")), line
    # A file named as a command of a CI system, and a policy with hostile words.
    lab.write("::error::x.yaml", "money: {amount: x}\n")
    done = lab.run("evaluate", "::error::x.yaml", "-p", "policy")
    assert not [line for line in (done.out + done.err).splitlines() if line.startswith("::")]
    rule = {"id": "R", "title": HOSTILE[0] + "\n::error::t", "require": {"money.amount": 1},
            "because": "::error::b", "ask": "\x1b[2J\n::error::a"}  # fmt: skip
    lab.policy(json.dumps({"rules": [rule]}), name="words")
    lab.write("deal.yaml", "money: {amount: 2}\n")
    done = lab.run("evaluate", "deal.yaml", "-p", "words")
    assert done.code in (1, 2)
    assert not [line for line in (done.out + done.err).splitlines() if line.startswith("::")]


@pytest.mark.parametrize("words", ("{0.__class__}", "{money.amount.__class__}", "{money.amount!r}",
                                   "{money.amount:>1000000}", "{}", "{money}", "{self}",
                                   "{money.amount", "{parameters.__init__}"))  # fmt: skip
def test_threat_60_message_templates(words: str, lab: Any) -> None:
    rule = {"id": "R", "title": "t", "require": {"money.amount": 1}, "because": words}
    lab.policy(json.dumps({"rules": [rule]}))
    (diagnostic,) = lab.validate("policy")["policy"]
    assert diagnostic["severity"] == "error"
    assert diagnostic["location"]["file"] == "policy/rules.yaml"


def test_threat_60_what_is_no_template(lab: Any) -> None:
    words = "100% of %(x)s and %s and ${HOME} $x {{money.amount}}"
    rule = {"id": "R", "title": "t", "require": {"money.amount": 1}, "because": words}
    lab.policy(json.dumps({"rules": [rule]}))
    found = lab.validate("policy")["policy"]
    if not found:
        lab.write("deal.json", json.dumps({"money": {"amount": 2, "country": "{money.rate}"}}))
        row = lab.decide("deal.json")["deal.json"]
        assert "%(x)s and %s and ${HOME} $x" in row["reasons"][0]["message"]
    # A value that looks like a placeholder is never filled in.
    lab.policy(FILLED, name="filled")
    lab.write("deal.json", json.dumps({"money": {"country": "{money.parties} {0}", "parties": []}}))
    row = lab.decide("deal.json", policy="filled")["deal.json"]
    assert row["reasons"][0]["message"].startswith("{money.parties} {0} is the place")


def test_threat_61_huge_values(lab: Any) -> None:
    lab.policy(FILLED)
    huge = "x" * 100_000
    deal = {"deal": {"id": huge}, "money": {"country": huge, "parties": [huge] * 3}}
    lab.write("huge.json", json.dumps(deal))
    lab.write("many.json", json.dumps({"money": {"country": "a", "parties": ["party"] * 20_000}}))
    lab.write("wrong.json", json.dumps({"money": {"amount": huge}}))
    lab.write("key.json", json.dumps({"money": {huge: 1}}))
    lab.write("line.json", '{"money": {"country": "' + huge + '", "amount": x}}')
    for name in ("huge.json", "many.json", "wrong.json", "key.json", "line.json"):
        done = lab.run("evaluate", name, "-p", "policy", "--explain", "full")
        assert len(done.out) + len(done.err) < 20_000, name
    done = lab.run("evaluate", "wrong.json", "-p", "policy", "--format", "json")
    assert len(done.out) < 20_000


@pytest.fixture
def pipes(lab: Any) -> list[str]:
    lab.policy()
    lab.write("deal.yaml", "money: {amount: 5}\n")
    return [sys.executable, "-m", "policyengine", "evaluate", "deal.yaml", "-p", "policy"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no such device here")  # noqa: PTH110
def test_threat_65_full_disk(lab: Any, pipes: list[str]) -> None:
    for form in ("pretty", "json", "jsonl"):
        with open("/dev/full", "w") as full:  # noqa: PTH123
            run = subprocess.run(
                [*pipes, "--format", form], cwd=lab.folder, stdout=full,
                stderr=subprocess.PIPE, text=True, check=False,
            )  # fmt: skip
        assert run.returncode == 2, form
        assert "Traceback" not in run.stderr
        assert "cannot-write" in run.stderr


def test_threat_65_closed_and_broken_pipes(lab: Any, pipes: list[str]) -> None:
    shell = " ".join(pipes)
    for command, code in {
        f"{shell} >&-": "2",
        f"{shell} >&- 2>&-": "2",
        f"{shell} 2>&-": "0",
        f"{shell} <&-": "0",
    }.items():
        run = subprocess.run(
            ["sh", "-c", f"{command}; echo $? >code"], cwd=lab.folder, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert (lab.folder / "code").read_text().strip() == code, command
        assert "Traceback" not in run.stderr
        assert "Exception ignored" not in run.stderr
    reader, writer = os.pipe()
    os.close(reader)
    broken = subprocess.run(
        pipes, cwd=lab.folder, stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert broken.returncode == 2
    assert "Traceback" not in broken.stderr
    assert "Exception ignored" not in broken.stderr


@pytest.mark.parametrize("encoding", ("ascii", "latin-1", "cp1252"))
def test_threat_65_narrow_encodings(encoding: str, lab: Any) -> None:
    lab.policy(FILLED)
    lab.write("deal.json", json.dumps({"deal": {"id": "Česko–中国"}, "money": {"country": "中国"}}))
    env = {
        "LC_ALL": "C",
        "PYTHONIOENCODING": encoding,
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
    }
    for form in ("pretty", "json", "jsonl", "yaml"):
        done = lab.run("evaluate", "deal.json", "-p", "policy", "--format", form, env=env)
        assert done.code == 1, done
        assert done.err == ""


def test_threat_66_same_inputs_same_bytes(lab: Any) -> None:
    lab.policy(FILLED)
    lab.write("deal.json", json.dumps({"money": {"country": "A", "parties": ["b", "a", "c"]}}))
    outputs = set()
    for seed in ("0", "1", "42", "4294967295"):
        for zone, form in (("Asia/Tokyo", "json"), ("America/Los_Angeles", "pretty")):
            done = lab.run(
                "evaluate", "deal.json", "-p", "policy", "--format", form, "--as-of", "2026-01-31",
                "--explain", "full", env={"PYTHONHASHSEED": seed, "TZ": zone},
            )  # fmt: skip
            outputs.add(done.out)
    assert len(outputs) == 2
