"""Threads, asyncio and forks: every decision is by exactly one text of the policy."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from policyengine import Outcome, Policy, PolicyStore

RULES = """\
rules:
  - {{id: A, title: short, require: {{lease.years: {{at_most: {limit}}}}}}}
  - {{id: B, title: short, require: {{lease.years: {{at_most: {limit}}}}}}}
  - {{id: L{limit}, title: short, require: {{lease.years: {{at_most: {limit}}}}}}}
"""
BAD = ("rules:\n  - id: [\n", "", "rules: []\nmore: 1\n", "\xff", RULES[: len(RULES) // 3])


def assert_by_one_text(policy: Policy, years: int) -> None:
    """All three rules speak of one limit, which the third has in its name."""
    decision = policy.evaluate({"lease": {"years": years}})
    *_, last = decision.outcomes
    limit = int(last[1:])
    wanted = Outcome.PASS if years <= limit else Outcome.FAIL
    assert set(decision.outcomes.values()) == {wanted}
    assert len(decision.outcomes) == 3
    assert decision.policy.digest == policy.digest


@pytest.fixture
def brisk() -> Iterator[None]:
    """Threads take turns more often: more interleavings, and the one that loads waits less."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("brisk")
def test_eight_threads_during_a_hundred_reloads(folder: Path, edit: Callable[[str], None]) -> None:
    edit(RULES.format(limit=0))
    store = PolicyStore(folder, check_interval=0, settle=0)
    stop = threading.Event()
    wrong: list[BaseException] = []
    counts = [0] * 8
    seen: list[set[int]] = [set() for _ in range(8)]

    def work(number: int) -> None:
        try:
            for years in itertools.cycle(range(100)):
                if stop.is_set():
                    return
                state = store.state
                assert not seen[number] or state.number >= max(seen[number])
                seen[number].add(state.number)
                assert_by_one_text(state.policy, years)
                counts[number] += 1
                time.sleep(0.0005)  # leaves the one that loads some of the one core
        except BaseException as error:  # noqa: BLE001  # told by the main thread
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for number in range(1, 101):
        if number % 4 == 0:
            (folder / "rules.yaml").write_text(BAD[number % len(BAD)], encoding="latin-1")
        else:
            edit(RULES.format(limit=number))
        store.refresh()
    edit(RULES.format(limit=1000))
    store.refresh()
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[0]
    assert min(counts) > 0
    assert store.generation == 77  # the first, 75 good edits, the last
    assert [rule.id for rule in store.current.rules][-1] == "L1000"


def test_a_thread_that_watches(folder: Path, edit: Callable[[str], None]) -> None:
    changed = threading.Event()
    with PolicyStore(
        folder, check_interval=0.02, settle=0, on_change=lambda _: changed.set()
    ).watch() as store:
        loader: list[str] = []
        load = store._load

        def noted() -> Policy:
            loader.append(threading.current_thread().name)
            return load()

        store._load = noted  # type: ignore[method-assign]
        edit(RULES.format(limit=7))
        assert changed.wait(20)
        assert store.current.rules[-1].id == "L7"
        assert set(loader) == {"policyengine-store"}
    assert not any(thread.name == "policyengine-store" for thread in threading.enumerate())


def test_a_callback_that_fails_stops_nothing(
    folder: Path, edit: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> None:
        raise ValueError("a callback")

    store = PolicyStore(folder, check_interval=0, settle=0, on_change=fail)
    edit(RULES.format(limit=7))
    assert store.current.rules[-1].id == "L7"
    assert "a callback failed" in caplog.text
    edit(RULES.format(limit=8))
    with pytest.raises(ValueError, match="a callback"):
        store.refresh()
    assert store.current.rules[-1].id == "L8"


def test_nobody_waits_for_a_load(folder: Path, edit: Callable[[str], None]) -> None:
    store = PolicyStore(folder, check_interval=0, settle=0)
    loading, go_on = threading.Event(), threading.Event()
    load = store._load

    def slow() -> Policy:
        loading.set()
        assert go_on.wait(20)
        return load()

    store._load = slow  # type: ignore[method-assign]
    edit(RULES.format(limit=7))
    thread = threading.Thread(target=lambda: store.current)
    thread.start()
    assert loading.wait(20)
    assert store.current.rules[-1].id == "B"
    go_on.set()
    thread.join()
    assert store.current.rules[-1].id == "L7"


def test_asyncio(folder: Path, edit: Callable[[str], None]) -> None:
    async def serve() -> None:
        edit(RULES.format(limit=0))
        store = PolicyStore(folder, check_interval=0, settle=0)

        async def ask(years: int) -> None:
            for _ in range(5):
                policy = store.current
                await asyncio.sleep(0)
                assert_by_one_text(policy, years)

        async def change() -> None:
            for number in range(1, 11):
                edit(RULES.format(limit=number))
                assert await asyncio.to_thread(store.refresh) or store.generation == number + 1

        await asyncio.gather(change(), *(ask(years) for years in range(20)))
        assert store.generation == 11

    asyncio.run(serve())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_after_a_fork_the_child_follows_on_its_own(
    folder: Path, edit: Callable[[str], None]
) -> None:
    """Also where the parent was watching, or a thread of it held the lock."""
    store = PolicyStore(folder, check_interval=0.01, settle=0).watch()
    store._lock.acquire()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            edit(RULES.format(limit=7))
            deadline = time.monotonic() + 20
            while store.current.rules[-1].id != "L7" and time.monotonic() < deadline:
                time.sleep(0.01)
            code = 0 if store.current.rules[-1].id == "L7" else 1
        finally:
            os._exit(code)
    store._lock.release()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    store.close()
