"""Rows 43 to 50: paths, references and files that are not what they seem."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from policyengine import Policy, Terms

SECRET = "root:x:0:0:canary"
DEAL = "money: {amount: 5}\n"


def no_secret(*texts: str) -> None:
    for text in texts:
        assert SECRET not in text
        assert "root:" not in text


def test_threat_43_paths_out_of_the_project(lab: Any) -> None:
    outside = lab.folder.parent / "secret.json"
    outside.write_text(SECRET)
    (lab.folder / ".git").mkdir()
    above = "../" * 20
    for name, terms in {
        "above": "../../secret.json",
        "passwd": above + "etc/passwd",
        "absolute": str(outside),
        "home": "~/secret.json",
        "link": "link.json",
        "scheme": "file:///etc/passwd",
        "remote": "http://127.0.0.1:9/x.json",
    }.items():
        lab.policy(name=name, terms=f"'{terms}'")
    (lab.folder / "link" / "link.json").symlink_to(outside)
    names = ("above", "passwd", "absolute", "home", "link", "scheme", "remote")
    for name, diagnostics in lab.validate(*names).items():
        assert diagnostics[0]["severity"] == "error", name
        assert diagnostics[0]["location"]["file"].startswith(f"{name}/"), diagnostics
        no_secret(json.dumps(diagnostics))
    lab.write("deal.yaml", DEAL)
    for name in names:
        done = lab.run("evaluate", "deal.yaml", "-p", name) if name in ("link", "above") else None
        assert done is None or done.code == 2
    # A test file that names a deal elsewhere, and a rule file that is a link to elsewhere.
    lab.policy(name="sound")
    for n, file in enumerate(("../../secret.json", above + "etc/passwd", str(outside))):
        case = {"name": f"case {n}", "file": file, "expect": {"verdict": "accept"}}
        lab.write(f"sound/out{n}_test.yaml", json.dumps({"cases": [case]}))
        (diagnostic,) = [
            d for d in lab.validate(f"sound/out{n}_test.yaml")[f"sound/out{n}_test.yaml"]
            if d["code"] == "outside-root"
        ]  # fmt: skip
        no_secret(diagnostic["message"])


def test_threat_43_links_inside_a_policy(lab: Any) -> None:
    (lab.folder / ".git").mkdir()
    outside = lab.folder.parent / "more.yaml"
    outside.write_text("rules:\n  - {id: X, title: t, require: {money.amount: 5}}\n")
    lab.policy(name="linked")
    (lab.folder / "linked/more.yaml").symlink_to(outside)
    lab.policy(name="loop")
    (lab.folder / "loop/again").symlink_to(lab.folder / "loop", target_is_directory=True)
    lab.policy(name="self")
    (lab.folder / "self/self.yaml").symlink_to("self.yaml")
    lab.policy(name="dangling")
    (lab.folder / "dangling/gone.yaml").symlink_to("nothing.yaml")
    found = lab.validate("linked", "self", "dangling")
    for name, diagnostics in found.items():
        assert diagnostics, name
        assert diagnostics[0]["severity"] == "error", name
    # A folder that holds itself ends all the same, with or without a word about it.
    assert lab.run("validate", "loop").code in (0, 1)


def test_threat_44_remote_references(lab: Any) -> None:
    """The child may not open a socket: one that tries is stopped, and the run with it."""
    for n, reference in enumerate(
        ("http://127.0.0.1:9/x.json", "https://example.org/x.json#/a", "//example.org/x.json",
         "ftp://127.0.0.1/x", "file:///etc/passwd", "urn:x")
    ):  # fmt: skip
        schema = json.loads(json.dumps(lab.schema))
        schema["properties"]["money"] = {"$ref": reference}
        lab.policy(name=f"p{n}", schema=schema)
        schema = json.loads(json.dumps(lab.schema))
        schema["$id"] = "http://127.0.0.1:9/base.json"
        schema["properties"]["money"] = {"$ref": "other.json"}
        lab.policy(name=f"q{n}", schema=schema)
    names = [f"{kind}{n}" for n in range(6) for kind in "pq"]
    for name, diagnostics in lab.validate(*names).items():
        assert diagnostics[0]["severity"] == "error", name
        no_secret(json.dumps(diagnostics))


def test_threat_49_what_is_judged_is_what_was_read(lab: Any) -> None:
    lab.policy()
    path = lab.folder / "deal.yaml"
    first = b"money: {amount: 5} # one\n"
    path.write_bytes(first)
    policy = Policy.load(lab.folder / "policy")
    terms = Terms.from_path(path)
    path.write_bytes(b"money: {amount: 5000000}\n")
    (lab.folder / "policy/rules.yaml").write_text("rules: []\n")
    decision = policy.evaluate(terms)
    assert decision.verdict.value == "accept"
    digest = "sha256:" + hashlib.sha256(first).hexdigest()
    assert decision.deal.source_digest == digest
    assert decision.policy.digest == policy.digest
    # And the digest of a policy is that of what it read: another rule, another digest.
    lab.policy(name="other")
    assert Policy.load(lab.folder / "other").digest == policy.digest
    rules = lab.folder / "other/rules.yaml"
    rules.write_text(rules.read_text().replace("1000000", "1000001"))
    assert Policy.load(lab.folder / "other").digest != policy.digest


def test_threat_50_files_that_are_none(lab: Any) -> None:
    lab.policy()
    os.mkfifo(lab.folder / "pipe.yaml")
    (lab.folder / "folder.yaml").mkdir()
    (lab.folder / "loop.yaml").symlink_to("loop.yaml")
    (lab.folder / "gone.yaml").symlink_to("nothing.yaml")
    (lab.folder / "zero.yaml").symlink_to("/dev/zero")
    (lab.folder / "null.yaml").symlink_to("/dev/null")
    lab.write("empty.yaml", "")
    lab.write("text.txt", DEAL)
    lab.write("shut.yaml", DEAL)
    (lab.folder / "shut.yaml").chmod(0)
    names = [
        "pipe.yaml",
        "loop.yaml",
        "gone.yaml",
        "zero.yaml",
        "null.yaml",
        "empty.yaml",
        "text.txt",
    ]
    if os.geteuid() != 0:
        names.append("shut.yaml")
    for name in (*names, "folder.yaml"):
        done = lab.run("evaluate", name, "-p", "policy")
        assert done.code == 2, name
        assert name in done.err, done.err
        assert "error[" in done.err
    # The same where a policy or an option asks for a file.
    for option in ("--parameters", "--waivers"):
        lab.write("deal.yaml", DEAL)
        done = lab.run("evaluate", "deal.yaml", "-p", "policy", option, "pipe.yaml")
        assert done.code == 2, option
    lab.policy(name="piped")
    (lab.folder / "piped/rules.yaml").unlink()
    os.mkfifo(lab.folder / "piped/rules.yaml")
    assert lab.run("evaluate", "deal.yaml", "-p", "piped").code == 2


@pytest.mark.parametrize(
    "name",
    (b"two\nlines.yaml", b"esc\x1b[2J.yaml", b"byte\xff.yaml", b"-.yaml", b"--help.yaml",
     b"[ab].yaml", b"::error::x.yaml", "ünïcode\u202e.yaml".encode(), b" .yaml"),
    ids=ascii,
)  # fmt: skip
def test_threat_50_odd_names(name: bytes, lab: Any) -> None:
    lab.policy()
    path = Path(os.fsdecode(bytes(lab.folder) + b"/" + name))
    path.write_bytes(b"money: {amount: x}\n")
    done = lab.run("evaluate", "-p", "policy", "--", name)
    assert done.code == 2
    assert "error[wrong-type]" in done.err
    assert not done.err.startswith("::")
    path.write_bytes(DEAL.encode())
    done = lab.run("evaluate", "-p", "policy", "--", name)
    assert (done.code, done.out[:6]) == (0, "ACCEPT")
