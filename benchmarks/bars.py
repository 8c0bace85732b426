"""The bars a result is held against, and the looser limits a pull request is.

Bars are what we mean to reach; a miss is reported, not hidden. `--guard` compares ratios in one
process with those of the committed result, so that a slow machine does not trip it; what has
become twice as much is a path that was lost.
"""

from __future__ import annotations

from typing import Any

from benchmarks import ours

#: what, our contestant, at which sizes, at most how many times the floor
AGAINST_FLOOR = (
    ("terms decided before", ours.MAIN, ("10", "30", "100", "300", "1000"), 1.5),
    ("raw dict", ours.RAW, ("10", "30", "100", "300", "1000"), 3.0),
    ("terms not decided before", ours.FIRST, ("10", "30", "100", "300", "1000"), 3.0),
)
#: a peer, at which size, at least how many times our decider on checked terms
AGAINST_PEERS = (
    ("zen-engine", "10", 4.0),
    ("zen-engine", "30", 4.0),
    ("zen-engine", "100", 3.0),
    ("zen-engine", "300", 3.0),
    ("jsonschema-rs", "30", 10.0),
    ("common-expression-language", "30", 10.0),
    ("cedarpy", "30", 10.0),
    ("durable-rules", "30", 20.0),
    ("business-rules", "30", 20.0),
    ("json-logic-qubit", "30", 20.0),
    ("rule-engine", "30", 20.0),
    ("cel-python", "30", 20.0),
)
#: what the guard lets a ratio grow by over the committed one
GROWTH = 2.0
#: a peer that gives the verdict alone, at least how many times our verdict alone
VERDICTS = ("jsonschema-rs, is_valid", ("10", "30", "100", "300", "1000"), 3.0)
TAIL, TAIL_LIMIT = 2.0, 6.0
REASONS = 10.0


def bars(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Every bar with what was measured: `ratio`, `bar`, whether it is `met`."""
    found = []
    decide = result["decide"]
    for what, name, sizes, most in AGAINST_FLOOR:
        for size in sizes:
            if size in decide:
                ratio = decide[size]["contestants"][name]["to_floor"]["median"]
                found.append(_bar(f"{what} to the floor, {size} rules", ratio, most, at_most=True))
    for name, size, least in AGAINST_PEERS:
        peer = decide.get(size, {}).get("contestants", {}).get(name)
        if peer is not None:
            label = f"{name} to ours, {size} rules"
            found.append(_bar(label, peer["to_main"]["median"], least, at_most=False))
    name, sizes, least = VERDICTS
    for size in sizes:
        peer = decide.get(size, {}).get("contestants", {}).get(name)
        if peer is not None:
            label = f"{name} to our verdict only, {size} rules"
            found.append(_bar(label, peer["to_verdict"]["median"], least, at_most=False))
    for size in ("10", "30", "100"):
        if size in decide:
            ratio = decide[size]["tails"][ours.MAIN]["one deal"]["ratio"]
            found.append(_bar(f"p99 to p50 of a deal, {size} rules", ratio, TAIL, at_most=True))
    if "reasons" in result:
        ratio = result["reasons"]["Decision with reasons"]["to_verdict"]["median"]
        found.append(_bar("with reasons to the verdict", ratio, REASONS, at_most=True))
    if "load" in result:
        load, started = result["load"], result["start"]
        first = load["load, first in a process"]["median"]
        first += load["compile and decide a deal, first in a process"]["median"]
        found.append(_bar("ms to load and compile 30 rules", first, 60, at_most=True))
        cached = load["load from the cache, first in a process"]["median"]
        found.append(_bar("ms to load 30 rules from the cache", cached, 2, at_most=True))
        bare = started["bare Python"]["median"]
        more = started["import policyengine"]["median"] - bare
        found.append(_bar("ms to import, beyond bare Python", more, 25, at_most=True))
        version = started["policyengine --version"]["median"]
        found.append(_bar("ms for `--version`", version, 100, at_most=True))
        deal = started["policyengine evaluate"]["median"]
        found.append(_bar("ms for `evaluate`, 30 rules", deal, 250, at_most=True))
    return found


def guarded(result: dict[str, Any]) -> dict[str, float]:
    """The ratios that the guard looks at, by what they are of: everything ours to the floor, at
    every size; deals with silent terms to stated ones; a decision's reasons to its verdict;
    loading and starting to what they save or add to."""
    found = {}
    for size, row in result["decide"].items():
        for name, each in row["contestants"].items():
            if name.startswith("policyengine") and name != ours.RETE:
                found[f"{name} to the floor, {size} rules"] = each["to_floor"]["median"]
        silent = row["silent"]["to_stated"]["median"]
        found[f"silent terms to stated ones, {size} rules"] = silent
    for name, each in result.get("reasons", {}).items():
        found[f"{name} to the verdict"] = each["to_verdict"]["median"]
    if "load" in result:
        load = {name: each["median"] for name, each in result["load"].items()}
        for when in ("again", "first in a process"):
            cached = load[f"load from the cache, {when}"]
            found[f"load from the cache to load, {when}"] = cached / load[f"load, {when}"]
        started = {name: each["median"] for name, each in result["start"].items()}
        bare = started.pop("bare Python")
        for name, each in started.items():
            found[f"{name} to bare Python"] = each / bare
    return found


def regressions(result: dict[str, Any], committed: dict[str, Any]) -> dict[str, str]:
    """What the guard refuses, by what it is of: ratios of which the committed result has a far
    smaller one, the tail of a decision, and the growth of memory."""
    before = guarded(committed)
    found = {
        what: f"{what}: {ratio:.3g}, and {before[what]:.3g} in the committed result"
        for what, ratio in guarded(result).items()
        if what in before and ratio > GROWTH * before[what]
    }
    for size, row in result["decide"].items():
        tail = row["tails"][ours.MAIN]["one deal"]["ratio"]
        if tail > TAIL_LIMIT:
            what = f"p99 to the median, {size} rules"
            found[what] = f"{what}: {tail}; at most {TAIL_LIMIT}"
    if "memory" in result and result["memory"]["blocks_more"] > 10_000:
        found["memory"] = f"memory grew by {result['memory']['blocks_more']} blocks"
    return found


def _bar(what: str, ratio: float, bar: float, *, at_most: bool) -> dict[str, Any]:
    met = ratio <= bar if at_most else ratio >= bar
    word = "at most" if at_most else "at least"
    return {"what": what, "found": float(f"{ratio:.3g}"), "bar": f"{word} {bar:g}", "met": met}
