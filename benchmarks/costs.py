"""What a decision costs besides itself: starting, loading, explaining, memory."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import generate, measure, ours
from benchmarks.neutral import expected
from policyengine import Policy, Terms
from policyengine.decision import Reason

_RULES = 30


def start(folder: Path, count: int) -> dict[str, Any]:
    """Processes from nothing, in turn: bare Python, the import, the command. Milliseconds of
    processor time, and of wall time beside them."""
    base = generate.base(_RULES)
    policy = ours.write(base, folder / "start")
    deal = folder / "deal.json"
    deal.write_text(json.dumps(generate.deals(base, 1)[0]), encoding="utf-8")
    command = str(Path(sys.executable).with_name("policyengine"))
    runs = {
        "bare Python": [sys.executable, "-c", "pass"],
        "import policyengine": [sys.executable, "-c", "import policyengine"],
        "policyengine --version": [command, "--version"],
        "policyengine evaluate": [command, "evaluate", str(deal), "-p", str(policy)],
    }
    environment = _with_bytecode(folder)
    wall: dict[str, list[float]] = {name: [] for name in runs}
    busy: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(count + 1):
        for name, argv in runs.items():
            before, begin = _children(), time.perf_counter()
            subprocess.run(
                argv,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
                env=environment,
            )
            if number:  # the first writes the bytecode
                wall[name].append((time.perf_counter() - begin) * 1e3)
                busy[name].append((_children() - before) * 1e3)
    return {
        name: measure.spread(busy[name]) | {"wall": measure.spread(wall[name])["median"]}
        for name in runs
    }


def _with_bytecode(folder: Path) -> dict[str, str]:
    """The environment of an installed package: its modules are compiled once."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(folder / "bytecode")}


def _children() -> float:
    """Seconds of processor time that finished children took."""
    try:
        import resource
    except ImportError:  # Windows, whose ticks are coarse
        return os.times().children_user + os.times().children_system
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


_PROBE = """
import json, sys, time
import policyengine
from policyengine import Policy, Terms
cached, deal = sys.argv[2] == "cached", json.load(open(sys.argv[3]))
clock = time.process_time
begin = clock()
policy = Policy.load(sys.argv[1], cache=cached)
loaded = clock()
policy.decider()(Terms.from_mapping(deal))
decided = clock()
Policy.load(sys.argv[1], cache=cached)
print((loaded - begin) * 1e3, (decided - loaded) * 1e3, (clock() - decided) * 1e3)
"""
_FIRST, _AGAIN = "first in a process", "again"


def load(folder: Path, count: int) -> dict[str, Any]:
    """Milliseconds of processor time to load 30 rules from YAML or from the cache, and to compile
    them and decide a first deal: the first time in a process, and again in this one."""
    base = generate.base(_RULES)
    policy = ours.write(base, folder / "load")
    (deal,) = generate.deals(base, 1)
    document = folder / "first.json"
    document.write_text(json.dumps(deal), encoding="utf-8")
    found: dict[str, list[float]] = {}
    home = folder / "cache"
    home.mkdir(mode=0o700)
    environment = _with_bytecode(folder) | {"XDG_CACHE_HOME": str(home)}
    for number in range(count + 1):
        for how in ("fresh", "cached"):
            done = subprocess.run(
                [sys.executable, "-c", _PROBE, str(policy), how, str(document)],
                capture_output=True,
                text=True,
                check=True,
                env=environment,
            )
            if not number:  # the first writes bytecode and cache
                continue
            loading, deciding, anew = map(float, done.stdout.split())
            source = " from the cache" if how == "cached" else ""
            found.setdefault(f"load{source}, {_FIRST}", []).append(loading)
            if how == "fresh":
                found.setdefault(f"compile and decide a deal, {_FIRST}", []).append(deciding)
            else:
                found.setdefault(f"load from the cache, {_AGAIN}", []).append(anew)
        begin = time.process_time()
        loaded = Policy.load(policy)
        middle = time.process_time()
        loaded.decider()(Terms.from_mapping(deal))
        end = time.process_time()
        found.setdefault(f"load, {_AGAIN}", []).append((middle - begin) * 1e3)
        found.setdefault(f"compile and decide a deal, {_AGAIN}", []).append((end - middle) * 1e3)
    return {name: measure.spread(values) for name, values in found.items()}


def reasons(folder: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """A decision with its reasons against its verdict and outcomes, where three rules fail."""
    base = generate.base(_RULES)
    some = [
        deal
        for deal in generate.deals(base, 1_000)
        if sum(not passes for passes in expected(base, deal)[1]) == 3
    ]
    policy = Policy.load(ours.write(base, folder / "reasons"))
    decide = policy.decider()

    def decision(terms: Any) -> Any:
        return policy.evaluate(terms, engine="compiled")

    def with_reasons(terms: Any) -> Any:
        return policy.evaluate(terms, engine="compiled").reasons

    def every_field(terms: Any) -> Any:
        found = policy.evaluate(terms, engine="compiled").reasons
        return [getattr(reason, field) for reason in found for field in fields]

    def as_json(terms: Any) -> Any:
        return policy.evaluate(terms, engine="compiled").to_json()

    fields = tuple(Reason.__fields__)

    terms = [ours.checked(policy, deal) for deal in some[:8]]
    runs: dict[str, Any] = {
        "verdict and outcomes": decide,
        "Decision": decision,
        "Decision with reasons": with_reasons,
        "Decision with reasons, every field of them read": every_field,
        "Decision as JSON": as_json,
    }
    entries = [measure.Entry(name, run, terms) for name, run in runs.items()]
    times = measure.rounds(entries, settings["rounds"], sample_ms=settings["sample_ms"], budget_s=2)
    return {
        name: {
            "micros": measure.spread([ns / 1e3 for ns in taken if ns is not None]),
            "to_verdict": measure.ratios(taken, times["verdict and outcomes"]),
        }
        for name, taken in times.items()
    }


def memory(folder: Path, decisions: int) -> dict[str, Any]:
    """Growth over many decisions, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.costs", str(folder / "memory"), str(decisions)],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _memory(folder: Path, decisions: int) -> dict[str, Any]:
    base = generate.base(_RULES)
    policy = Policy.load(ours.write(base, folder))
    decide = policy.decider()
    deals = generate.deals(base, 60) + generate.silent(generate.deals(base, 40))
    checked = [ours.checked(policy, deal) for deal in deals]

    def go(count: int) -> None:
        """A tenth from raw dictionaries, a hundredth as a `Decision`, the rest checked."""
        for number in range(count):
            at = number % 100
            if number % 10 == 0:
                decide(deals[at])
            elif number % 100 == 1:
                policy.evaluate(checked[at], engine="compiled")
            else:
                decide(checked[at])

    go(max(1_000, decisions // 20))
    gc.collect()
    blocks, resident = sys.getallocatedblocks(), _resident()
    go(decisions)
    gc.collect()
    return {
        "decisions": decisions,
        "blocks_more": sys.getallocatedblocks() - blocks,
        "resident_more_kib": (_resident() - resident) // 1024,
    }


def _resident() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:  # not Linux: the peak, which a leak raises as well
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
    import resource

    return pages * resource.getpagesize()


if __name__ == "__main__":
    print(json.dumps(_memory(Path(sys.argv[1]), int(sys.argv[2]))))
