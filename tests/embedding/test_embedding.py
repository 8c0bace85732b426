"""The embedding examples, run as their users would run them."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from policyengine import Policy

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "examples" / "embedding"
DEAL = {"deal": {"id": "x"}, "parties": {"principal": "BLR"}}
BAD_RULES = "rules:\n  - id: [\n"


def load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the pack that a test may edit."""
    (tmp_path / "pyproject.toml").write_text("")
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    made = tmp_path / "rules" / "national-interest"
    shutil.copytree(ROOT / "rules" / "national-interest", made)
    return made


def start(name: str, *words: str) -> tuple[subprocess.Popen[str], str]:
    """A program of this folder, and the line that it prints once it listens."""
    running = subprocess.Popen(
        [sys.executable, HERE / f"{name}.py", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert running.stdout is not None
    return running, running.stdout.readline().strip()


def stop(running: subprocess.Popen[str]) -> None:
    running.terminate()
    running.wait(timeout=20)
    if running.stdout is not None:
        running.stdout.close()


@pytest.fixture
def web(pack: Path) -> Iterator[str]:
    running, address = start("web", str(pack), "0")
    yield address
    stop(running)


def ask(address: str, body: bytes | None = None) -> tuple[int, Any]:
    request = urllib.request.Request(address, data=body)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_web(web: str, pack: Path) -> None:
    status, decision = ask(f"{web}/decisions", json.dumps(DEAL).encode())
    assert (status, decision["verdict"]) == (200, "undetermined")
    status, answer = ask(f"{web}/decisions", b'{"deal": {"idd": 1}}')
    assert (status, answer["verdict"]) == (422, None)
    assert "unknown-term" in {error["code"] for error in answer["errors"]}
    assert ask(f"{web}/decisions", b"{")[0] == 422
    assert ask(f"{web}/none")[0] == 404
    assert ask(f"{web}/health")[1]["problem"] == []
    (pack / "advice.yaml").write_text(BAD_RULES)
    deadline = time.monotonic() + 20
    while not ask(f"{web}/health")[1]["problem"] and time.monotonic() < deadline:
        time.sleep(0.1)
    status, health = ask(f"{web}/health")
    assert (status, health["generation"]) == (200, 1)
    assert health["problem"][0]["location"]["file"].endswith("advice.yaml")
    status, again = ask(f"{web}/decisions", json.dumps(DEAL).encode())
    assert (status, again) == (200, decision)


def post(address: str, head: str, body: bytes = b"") -> tuple[int, Any]:
    """A request as it is written here; a service that waits for more is no answer."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(f"POST /decisions HTTP/1.0\r\n{head}\r\n".encode() + body)
        got = b"".join(iter(lambda: line.recv(65536), b""))
    top, _, text = got.partition(b"\r\n\r\n")
    return int(top.split()[1]), json.loads(text)


def test_web_refuses_what_is_no_request(web: str) -> None:
    refused = {
        ("Content-Length: -1\r\n", b"{}"): 411,
        ("Content-Length: abc\r\n", b"{}"): 411,
        ("Content-Length: ٣\r\n", b"{}"): 411,
        ("", b"{}"): 411,
        ("Content-Length: 1000001\r\n", b"{}"): 413,
        (f"Content-Length: {'9' * 5000}\r\n", b"{}"): 413,
        ("Content-Length: 4\r\n", b'{"\xff"'): 400,
        ("Content-Length: 2\r\n", b"[]"): 422,
    }
    for (head, body), status in refused.items():
        found, answer = post(web, head, body)
        assert found == status, head
        assert answer["verdict"] is None
        assert answer["errors"]


ROWS: list[dict[str, Any]] = [
    {"deal.id": "a", "parties.principal": "BLR", "sovereignty.concession_years": 99.0,
     "sovereignty.strategic_asset_foreign_equity_pct": 70.0},
    {"deal.id": "b", "parties.principal": "BLR", "sovereignty.concession_years": float("nan")},
    {"deal.id": "c", "parties.principal": None, "sovereignty.concession_years": 10.0},
]  # fmt: skip


def check(found: list[dict[str, Any]]) -> None:
    assert [row["verdict"] for row in found] == ["reject", "undetermined", None]
    assert "SOV-5" in found[0]["because"]
    assert "parties" in found[2]["because"]


def test_rows() -> None:
    check(load("frame").decide(ROWS, Policy.load(ROOT / "rules" / "national-interest")))


def test_a_frame_of_pandas() -> None:
    policy = Policy.load(ROOT / "rules" / "national-interest")
    check(load("frame").decide(pd.DataFrame(ROWS), policy))


def test_a_frame_has_many_ways_to_say_nothing() -> None:
    """Whatever a column holds is decided as the same deal is by itself."""
    policy = Policy.load(ROOT / "rules" / "national-interest")
    frame = pd.DataFrame(
        {
            "deal.id": ["a", "b", "c"],
            "parties.principal": pd.Series(["BLR", "BLR", "BLR"], dtype="string"),
            "exit.notice_days": pd.Series([30, None, 700], dtype="Int64"),
            "sovereignty.concession_years": [99.0, float("nan"), 10.0],
            "exit.unilateral_withdrawal_principal": pd.Series([True, None, False], dtype="boolean"),
            "deal.date_signed": pd.to_datetime(["2025-01-31", None, "2024-02-29"]),
            "trade.exclusivity": [None, None, None],
        }
    )
    example = load("frame")
    rows = example.records(frame)
    assert [sorted(map(str, example.terms(row)["exit"].values())) for row in rows[::2]] == [
        ["30", "True"],
        ["700", "False"],
    ]
    assert example.terms(rows[1]) == {"deal": {"id": "b"}, "parties": {"principal": "BLR"}}
    found = example.decide(frame, policy)
    assert None not in [row["verdict"] for row in found]
    assert [row["verdict"] for row in found] == [
        str(policy.evaluate(example.terms(row)).verdict) for row in rows
    ]


def test_columns_that_do_not_go_together_give_their_row_no_verdict() -> None:
    policy = Policy.load(ROOT / "rules" / "national-interest")
    rows: list[dict[str, Any]] = [
        {"exit": 3, "exit.notice_days": 3},
        {"exit.notice_days": 3, "exit": 3},
        {"nothing.there": 1},
        {},
    ]
    named = [{"deal.id": "a", "parties.principal": "BLR", **row} for row in rows]
    found = load("frame").decide(named, policy)
    assert [row["verdict"] is None for row in found] == [True, True, True, False]
    assert "one column and a group in another" in found[0]["because"]


def test_frame_of_a_file(tmp_path: Path) -> None:
    text = (
        "deal.id,parties.principal,sovereignty.concession_years,investment.sectors\n"
        "a,BLR,99,energy;mining\nb,BLR,,\nc,BLR,many,\nd,BLR,5,energy,more\ne,BLR\nf,BLR,NaN,\n"
    )
    (tmp_path / "deals.csv").write_text(text)
    words = [HERE / "frame.py", ROOT / "rules" / "national-interest", tmp_path / "deals.csv"]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert [line[0] for line in lines] == list("abcdef")
    assert [line[1] == "None" for line in lines] == [False, False, True, True, False, True]
    assert "number" in lines[2][2]
    assert "more cells than columns" in lines[3][2]


def test_service(pack: Path) -> None:
    running, port = start("service", str(pack), "0")

    async def talk(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
        for line, verdict in [(json.dumps(DEAL), "undetermined"), ("{", None), ("[]", None)] * 3:
            writer.write(line.encode() + b"\n")
            await writer.drain()
            answer = json.loads(await asyncio.wait_for(reader.readline(), 20))
            assert answer["verdict"] == verdict, number
        writer.close()
        await writer.wait_closed()

    async def all_at_once() -> None:
        await asyncio.gather(*map(talk, range(5)))

    try:
        asyncio.run(all_at_once())
    finally:
        stop(running)
