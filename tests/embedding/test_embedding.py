"""The embedding examples, run as their users would run them."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


class Frame:
    """As much of a data frame as the example asks for."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows

    def to_dict(self, how: str) -> list[dict[str, Any]]:
        assert how == "records"
        return self.rows


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


@pytest.mark.parametrize("make", [list, Frame])
def test_frame(make: Any) -> None:
    check(load("frame").decide(make(ROWS), Policy.load(ROOT / "rules" / "national-interest")))


def test_frame_of_pandas() -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed; a stand-in was run")
    policy = Policy.load(ROOT / "rules" / "national-interest")
    check(load("frame").decide(pandas.DataFrame(ROWS), policy))


def test_frame_of_a_file(tmp_path: Path) -> None:
    text = "deal.id,parties.principal,sovereignty.concession_years,deal.types\n"
    (tmp_path / "deals.csv").write_text(text + "a,BLR,99,trade;loan\nb,BLR,,\n")
    words = [HERE / "frame.py", ROOT / "rules" / "national-interest", tmp_path / "deals.csv"]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True)
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ["a", "b"]


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
