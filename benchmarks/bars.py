"""The bars a result is held against, and the looser limits a pull request is.

Bars are what we mean to reach; a miss is reported, not hidden. Limits are for `--guard`: they
are ratios in one process, so that a slow machine does not trip them, and loose enough (twice
what was measured, or more) that noise does not either.
"""

from __future__ import annotations

from typing import Any

from benchmarks import ours

#: what, our contestant, at which sizes, at most how many times the floor
AGAINST_FLOOR = (
    ("checked terms", ours.MAIN, ("10", "30", "100", "300", "1000"), 1.5),
    ("raw dict", ours.RAW, ("10", "30", "100", "300", "1000"), 3.0),
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
#: at most these multiples of the floor, or the guard fails
LIMITS = ((ours.MAIN, 2.0), (ours.RAW, 15.0), (ours.VERDICT, 1.5), ("policyengine, Decision", 60.0))
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


def regressions(result: dict[str, Any]) -> list[str]:
    """What a guard refuses, in words; nothing if all is well."""
    found = []
    for size, row in result["decide"].items():
        for name, most in LIMITS:
            ratio = row["contestants"][name]["to_floor"]["median"]
            if ratio > most:
                found.append(f"{name}, {size} rules: {ratio} times the floor; at most {most}")
        tail = row["tails"][ours.MAIN]["one deal"]["ratio"]
        if tail > TAIL_LIMIT:
            found.append(f"p99 is {tail} times the median at {size} rules; at most {TAIL_LIMIT}")
    if "memory" in result and result["memory"]["blocks_more"] > 10_000:
        found.append(f"memory grew by {result['memory']['blocks_more']} blocks")
    return found


def _bar(what: str, ratio: float, bar: float, *, at_most: bool) -> dict[str, Any]:
    met = ratio <= bar if at_most else ratio >= bar
    word = "at most" if at_most else "at least"
    return {"what": what, "found": float(f"{ratio:.3g}"), "bar": f"{word} {bar:g}", "met": met}
