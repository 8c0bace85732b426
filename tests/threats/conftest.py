"""A place to be hostile in: the real command, on documents nobody should have written.

Whatever a test is about, every run keeps the common rule: a documented exit code; no
traceback and no internal error; two seconds of processor time; 500 MB of memory; no network,
no process started, nothing written outside the working folder; nothing on the terminal that
moves a cursor.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SECONDS = 12  # of a hang, not of a speed: machines and tracers differ
MEGABYTES = 500
BROKE_OUT = 99

# Loaded by the child before anything else. Python reports every connection, process and file
# to an audit hook; one that may not be ends the child on the spot.
GUARD = f"""
import os, sys

def guard(event, args, inside=os.path.realpath(os.getcwd())):
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn",
                         "os.system", "urllib.", "http.", "ftplib.", "smtplib.")):
        broke_out(event, args)
    elif event == "open":
        path, mode, flags = args
        if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            confine(event, path)
    elif event in ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink",
                   "os.truncate", "os.chmod"):
        confine(event, args[0])

def confine(event, path, inside=os.path.realpath(os.getcwd())):
    if isinstance(path, int):
        return
    where = os.path.realpath(os.fsdecode(path))
    # the user's cache folder is the one other place that may be written to
    for place in (inside, os.path.realpath(os.environ["XDG_CACHE_HOME"])):
        if where == os.devnull or os.path.commonpath([place, where]) == place:
            return
    broke_out(event, path)

def broke_out(*what):
    os.write(2, ("broke out: %r" % (what,)).encode("ascii", "replace"))
    os._exit({BROKE_OUT})

sys.addaudithook(guard)
"""

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "deal": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"id": {"type": "string"}},
        },
        "money": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "amount": {"type": "number"},
                "rate": {"type": ["number", "null"]},
                "country": {"type": "string"},
                "signed": {"type": "string", "format": "date"},
                "secured": {"type": "boolean"},
                "parties": {"type": "array", "items": {"type": "string"}},
            },
        },
    },
}
RULE = """\
rules:
  - id: AMOUNT
    title: A limit on the amount
    forbid: {money.amount: {more_than: 1000000}}
    because: The amount is {money.amount}.
"""


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str


#: bytes that are no text have no lines to point at
NO_TEXT = ("document-size", "document-encoding")


class Lab:
    """A working folder and the command in it."""

    schema = SCHEMA

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._guard = folder.parent / "guard"
        self._guard.mkdir()
        (self._guard / "sitecustomize.py").write_text(GUARD)

    def write(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return name

    def policy(
        self,
        rules: str = RULE,
        *,
        name: str = "policy",
        manifest: str = "",
        schema: Any = SCHEMA,
        terms: str = "terms.schema.json",
    ) -> str:
        """A policy folder of one rule file, over a schema with a little of everything."""
        head = f"policy: threatened\nversion: 1.0.0\nterms: {terms}\n"
        self.write(f"{name}/policy.yaml", head + manifest)
        self.write(f"{name}/rules.yaml", rules)
        text = schema if isinstance(schema, str) else json.dumps(schema, indent=1)
        self.write(f"{name}/terms.schema.json", text)
        return name

    def require(self, condition: Any, *, name: str = "policy", **more: Any) -> str:
        """A policy whose one rule, `RULE`, requires a condition, given as data."""
        rule = {"id": "RULE", "title": "A rule", "require": condition}
        return self.policy(json.dumps({"rules": [rule]}), name=name, **more)

    def run(
        self,
        *args: str | os.PathLike[str] | bytes,
        stdin: bytes | None = None,
        env: Mapping[str, str] | None = None,
        seconds: int = SECONDS,
        stdout: int = subprocess.PIPE,
    ) -> Run:
        """The command in a process of its own, under the common rule."""

        def limits() -> None:
            resource.setrlimit(resource.RLIMIT_DATA, (MEGABYTES << 20, MEGABYTES << 20))
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        given: dict[str, Any] = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}
        done: subprocess.CompletedProcess[bytes] = subprocess.run(
            [sys.executable, "-m", "policyengine", *args],
            cwd=self.folder,
            env={
                **kept,
                "PYTHONPATH": str(self._guard),
                "XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"],
                "PYTHONDONTWRITEBYTECODE": "1",
                "COLUMNS": "80",
                **(env or {}),
            },
            **given,
            stdout=stdout,
            stderr=subprocess.PIPE,
            preexec_fn=limits,
            timeout=60,
            check=False,
        )
        out = (done.stdout or b"").decode("utf-8", "replace")
        err = (done.stderr or b"").decode("utf-8", "replace")
        return behaved(Run(done.returncode, out, err))

    def decide(self, *deals: str, policy: str = "policy", **more: Any) -> dict[str, dict[str, Any]]:
        """Each deal's decision or error row, by its file; one process for all of them."""
        args = more.pop("args", ())
        done = self.run("evaluate", *deals, "-p", policy, *args, "--format", "jsonl", **more)
        rows = [json.loads(line) for line in done.out.splitlines()]
        assert done.err or None not in [row["verdict"] for row in rows]
        assert all("source" in (row.get("deal") or row) for row in rows), done
        assert len(rows) == len(deals), done
        found = {(row.get("deal") or row)["source"]: row for row in rows}
        assert list(found) == list(deals)
        verdicts = [row["verdict"] for row in rows]
        assert done.code == worst(verdicts), done
        return found

    def refused(self, documents: Mapping[str, str | bytes], **more: Any) -> dict[str, list[str]]:
        """The codes that each terms document is refused with, at a place in that document."""
        for name, content in documents.items():
            self.write(name, content)
        rows = self.decide(*documents, **more)
        found = {}
        for name, row in rows.items():
            assert row["verdict"] is None, row
            for error in row["errors"]:
                assert error["message"], row
                if error["code"] not in NO_TEXT:
                    assert error["location"]["file"] == name, row
                    assert error["location"]["line"] >= 1, row
            found[name] = [error["code"] for error in row["errors"]]
        return found

    def validate(self, *paths: str) -> dict[str, list[dict[str, Any]]]:
        """The findings on each path, in one process."""
        done = self.run("validate", *paths, "--format", "json")
        report = json.loads(done.out)
        assert done.code == (0 if report["valid"] else 1), done
        return {document["path"]: document["diagnostics"] for document in report["documents"]}


def worst(verdicts: Sequence[str | None]) -> int:
    codes = {None: 2, "reject": 1, "undetermined": 3, "conditional": 4, "accept": 0}
    return next(codes[v] for v in codes if v in verdicts)


def behaved(run: Run) -> Run:
    assert run.code != BROKE_OUT, run.err
    assert run.code in (0, 1, 2, 3, 4), run
    for text in (run.out, run.err):
        assert "Traceback" not in text, text
        assert "internal error" not in text, text
        odd = {c for c in text if c != "\n" and not c.isprintable()}
        assert not odd, (odd, text)
        assert len(text) < 1_000_000
    if run.code == 2:
        assert run.out or run.err, "no word about why it could not run"
    return run


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    folder = tmp_path / "work"
    folder.mkdir()
    yield Lab(folder)
    assert not (tmp_path / "canary").exists()
    assert not (folder / "canary").exists()
