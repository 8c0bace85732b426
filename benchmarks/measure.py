"""The clock: contestants side by side in one process, in rounds, and statistics of ratios."""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

#: processor time, which leaves out what other processes took; wall time where it is coarse
_fine = time.get_clock_info("process_time").resolution < 1e-6
_busy = time.process_time_ns if _fine else time.perf_counter_ns
_clock = time.perf_counter_ns


@dataclass
class Entry:
    """A contestant's run with its prepared inputs; `renew` makes them anew, outside the clock,
    where each is to be met for the first time."""

    name: str
    run: Callable[[Any], Any]
    inputs: list[Any]
    repeats: int = 1
    every: int = 1
    renew: Callable[[], list[Any]] | None = None


Spread = dict[str, float]


def spread(values: list[float]) -> Spread:
    """Median and quartiles."""
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return {"median": _short(middle), "low": _short(low), "high": _short(high)}


def _short(value: float) -> float:
    return float(f"{value:.4g}")


@contextmanager
def no_collection() -> Iterator[None]:
    """The collector off: every contestant pays for its own allocations, none for another's."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def sample(entry: Entry) -> float:
    """Nanoseconds of processor time for a decision, over all inputs."""
    run, inputs, repeats = entry.run, entry.inputs, entry.repeats
    if entry.renew is not None:
        inputs, repeats = [item for _ in range(repeats) for item in entry.renew()], 1
    start = _busy()
    for _ in range(repeats):
        for item in inputs:
            run(item)
    return (_busy() - start) / (repeats * len(inputs))


def rounds(
    entries: list[Entry], count: int, *, sample_ms: float, budget_s: float
) -> dict[str, list[float | None]]:
    """The time of one decision by contestant and round, in nanoseconds.

    Each round runs the contestants in another order, so that whatever else the machine does
    meets them alike. One too slow for every round sits some out (None).
    """
    for entry in entries:
        sample(entry)  # warm
        once = sample(entry) * len(entry.inputs)
        entry.repeats = max(1, round(sample_ms * 1e6 / max(once, 1)))
        total = once * entry.repeats * count
        entry.every = max(1, min(count // 5, round(total / (budget_s * 1e9))))
    found: dict[str, list[float | None]] = {entry.name: [] for entry in entries}
    order = list(entries)
    source = random.Random(5)
    for number in range(count):
        source.shuffle(order)
        with no_collection():
            for entry in order:
                due = number % entry.every == 0
                found[entry.name].append(sample(entry) if due else None)
    return found


def ratios(of: list[float | None], to: list[float | None]) -> Spread:
    """Round by round, one contestant's time to another's."""
    return spread([a / b for a, b in zip(of, to, strict=True) if a is not None and b is not None])


def latency(entry: Entry, count: int, blocks: int = 5) -> dict[str, float]:
    """The middle and the tail of single decisions, the clock read around each, in
    microseconds: the middle block of several, so that one hiccup is not the tail."""
    run, inputs = entry.run, entry.inputs
    for item in inputs:
        run(item)
    found = []
    for _ in range(blocks):
        times = []
        with no_collection():
            for number in range(count // blocks):
                item = inputs[number % len(inputs)]
                start = _clock()
                run(item)
                times.append(_clock() - start)
        times.sort()
        found.append((times[len(times) // 2], times[int(len(times) * 0.99)]))
    found.sort(key=lambda pair: pair[1] / pair[0])
    p50, p99 = found[len(found) // 2]
    return {"p50": _short(p50 / 1e3), "p99": _short(p99 / 1e3), "ratio": _short(p99 / p50)}


def of_one_deal(entry: Entry, count: int) -> dict[str, float]:
    """The same on the deal whose middle is the highest, so that the tail is the engine's own
    and not that of a mix of short and long decisions."""
    single = [latency(Entry(entry.name, entry.run, [item]), count) for item in entry.inputs[:4]]
    return max(single, key=lambda found: found["p50"])
