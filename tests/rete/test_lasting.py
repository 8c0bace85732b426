"""Threads, reloads and memory. `RETE_EVALUATIONS=100000` makes the long run."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from policyengine import Policy, Terms

pytestmark = pytest.mark.usefixtures("durable_rules")
EVALUATIONS = int(os.environ.get("RETE_EVALUATIONS", "3000"))
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")

RULES = [
    {"id": "A", "title": "t", "require": {"any": [{"n": {"at_most": 3}}, {"b": True}]}},
    {"id": "B", "title": "t", "forbid": {"all": [{"n": {"more_than": 1}}, {"b": False}]}},
    {"id": "C", "title": "t", "require": {"s": "x"}, "when": {"b": True}, "level": "negotiable"},
]
PROPERTIES = {
    "n": {"type": ["number", "null"]},
    "b": {"type": ["boolean", "null"]},
    "s": {"type": ["string", "null"]},
}
DEALS = [{"n": n, "b": b, "s": s} for n in (1, 5, None) for b in (True, False, None) for s in "xy"]


def small() -> Policy:
    from fuzz.differential import load

    terms = {"type": "object", "additionalProperties": False, "properties": PROPERTIES}
    made = load({"policy": "p", "version": "1.0.0", "terms": terms, "rules": RULES})
    assert made is not None
    return made


def memory() -> int:
    """Kilobytes in use."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def test_eight_threads_while_the_policy_is_loaded_again() -> None:
    current = [small()]
    expected = [current[0].evaluate(deal, engine="interpreter").outcomes for deal in DEALS]
    wrong: list[object] = []
    done = threading.Event()

    def decide(start: int) -> None:
        try:
            for turn in range(120):
                at = (start + turn) % len(DEALS)
                found = current[0].evaluate(
                    DEALS[at], engine="rete", final=False, assume=bool(turn % 2)
                )
                if found.outcomes != expected[at]:
                    wrong.append((at, found.outcomes))
        except Exception as error:  # noqa: BLE001  # a thread's error is the test's
            wrong.append(error)

    def reload() -> None:
        while not done.is_set():
            current[0] = small()

    threads = [threading.Thread(target=decide, args=(start,)) for start in range(8)]
    reloader = threading.Thread(target=reload)
    for thread in (*threads, reloader):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reloader.join()
    assert not wrong


def test_one_network_of_one_policy_under_eight_threads() -> None:
    policy = small()
    expected = [policy.evaluate(deal, engine="interpreter").outcomes for deal in DEALS]
    wrong: list[object] = []

    def decide(start: int) -> None:
        for turn in range(150):
            at = (start * 5 + turn) % len(DEALS)
            try:
                found = policy.evaluate(DEALS[at], engine="rete").outcomes
            except Exception as error:  # noqa: BLE001  # a thread's error is the test's
                wrong.append(error)
                return
            if found != expected[at]:
                wrong.append((at, found))

    threads = [threading.Thread(target=decide, args=(start,)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@LINUX
@pytest.mark.slow
def test_memory_is_flat_over_evaluations() -> None:
    policy = small()
    terms = [Terms.from_mapping(deal) for deal in DEALS]

    def run(count: int) -> None:
        for turn in range(count):
            policy.evaluate(terms[turn % len(terms)], engine="rete", final=turn % 3 == 0)

    run(500)
    before = memory()
    run(EVALUATIONS)
    assert memory() - before < 600


@LINUX
def test_memory_is_flat_over_reloads() -> None:
    def run(count: int) -> None:
        for _ in range(count):
            small().evaluate(DEALS[0], engine="rete")

    run(30)
    before = memory()
    run(120)
    # a network that was not freed would be some hundred kilobytes each time
    assert memory() - before < 2_000


@LINUX
def test_no_thread_is_left() -> None:
    before = threading.active_count()
    small().evaluate(DEALS[0], engine="rete")
    assert threading.active_count() == before


@LINUX
def test_nothing_depends_on_memory_that_is_not_initialised() -> None:
    code = (
        "from fuzz.differential import run; "
        "print(run(5, ('rete',), keep_going=lambda done: done < 240)[2])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"MALLOC_PERTURB_": "165"},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "None"), done.stderr
