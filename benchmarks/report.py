"""A result as tables: for a terminal, and for docs/benchmarks.md between its markers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks import ours

_START, _END = (
    "<!-- results: written by `python -m benchmarks --docs` -->",
    "<!-- end of results -->",
)
Rows = list[list[str]]


def number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _ratio(entry: dict[str, Any]) -> str:
    middle, low, high = (number(entry[key]) for key in ("median", "low", "high"))
    return f"{middle} ({low}–{high})"


def decide(result: dict[str, Any]) -> Rows:
    """Microseconds and, in brackets, the multiple of our decider on checked terms."""
    sizes = list(result["decide"])
    rows = [["one decision, µs (× ours)", *(f"{size} rules" for size in sizes)]]
    names: dict[str, None] = {}
    for row in result["decide"].values():
        names |= dict.fromkeys(row["contestants"])
    for name in names:
        cells = []
        for size in sizes:
            found = result["decide"][size]["contestants"].get(name)
            if found is None:
                cells.append("–")
            else:
                micros, ratio = found["micros"]["median"], found["to_main"]["median"]
                cells.append(f"{number(micros)} (×{number(ratio)})")
        rows.append([name, *cells])
    return rows


def floors(result: dict[str, Any]) -> Rows:
    sizes = list(result["decide"])
    rows = [["times the floor, median (quartiles)", *(f"{size} rules" for size in sizes)]]
    for name in (ours.MAIN, ours.FIRST, ours.RAW, ours.VERDICT, ours.VALIDATING):
        cells = [_ratio(result["decide"][s]["contestants"][name]["to_floor"]) for s in sizes]
        rows.append([name, *cells])
    cells = [_ratio(result["decide"][s]["silent"]["to_stated"]) for s in sizes]
    rows.append(["a fifth of the terms not stated, to all stated", *cells])
    return rows


def tails(result: dict[str, Any]) -> Rows:
    rows = [["single decisions, µs", "p50", "p99", "p99 / p50", "mix p50", "mix p99"]]
    for size, row in result["decide"].items():
        for name, found in row["tails"].items():
            one, mix = found["one deal"], found["mix"]
            cells = [number(one[key]) for key in ("p50", "p99", "ratio")]
            rows.append([f"{name}, {size} rules", *cells, number(mix["p50"]), number(mix["p99"])])
    return rows


def costs(result: dict[str, Any]) -> Rows:
    rows = [["processor time", "median (quartiles)"]]
    for name, found in result.get("start", {}).items():
        wall = number(found["wall"])
        rows.append([f"{name}, a process", f"{_ratio(found)} ms, {wall} on the wall"])
    for name, found in result.get("load", {}).items():
        rows.append([f"30 rules: {name}", f"{_ratio(found)} ms"])
    for name, found in result.get("reasons", {}).items():
        times = number(found["to_verdict"]["median"])
        rows.append([f"three failing of 30: {name}", f"{_ratio(found['micros'])} µs, ×{times}"])
    if "memory" in result:
        found = result["memory"]
        rows.append(
            [
                f"memory after {found['decisions']:,} decisions",
                f"{found['blocks_more']:+,} blocks, {found['resident_more_kib']:+,} KiB resident",
            ]
        )
    return rows


def held(result: dict[str, Any]) -> Rows:
    rows = [["bar", "measured", "asked", ""]]
    for bar in result["bars"]:
        verdict = "met" if bar["met"] else "MISSED"
        rows.append([bar["what"], number(bar["found"]), bar["bar"], verdict])
    return rows


def forms(result: dict[str, Any]) -> Rows:
    rows = [["contestant", "form", "gives", "version"]]
    versions = result["versions"]
    for row in result["decide"].values():
        for name, found in row["contestants"].items():
            if not any(name == known[0] for known in rows):
                package = name.partition(",")[0]
                package = "policyengine-rules" if package == "policyengine" else package
                rows.append([name, found["form"], found["gives"], versions.get(package, "")])
    return rows


def absent(result: dict[str, Any]) -> list[str]:
    found: dict[str, list[str]] = {}
    for size, row in result["decide"].items():
        for name, reason in row["absent"].items():
            found.setdefault(f"{name}: {reason}", []).append(size)
    return [f"{what} ({', '.join(sizes)} rules)" for what, sizes in found.items()]


def ahead(result: dict[str, Any]) -> list[str]:
    """The peers that are faster than our decider on terms it has decided before, or, where they
    give the verdict alone, than ours alone; and where. Python by hand is no peer, and named."""
    found = []
    by_hand: dict[str, list[str]] = {}
    for size, row in result["decide"].items():
        for name, peer in row["contestants"].items():
            ratio = peer["to_verdict" if peer["gives"] == "verdict" else "to_main"]["median"]
            if ratio >= 1 or name.startswith("policyengine"):
                continue
            if name.startswith("generated Python"):
                by_hand.setdefault(name, []).append(f"{size} (×{number(ratio)})")
            else:
                found.append(f"{name}, {size} rules: ×{number(ratio)} ({peer['gives']} only)")
    found = found or ["no engine, at any size measured"]
    return [*found, *(f"{name}, at {', '.join(at)} rules" for name, at in by_hand.items())]


def heading(result: dict[str, Any]) -> str:
    machine, load = result["machine"], result["load_average"]
    checked = next(iter(result["decide"].values()))["deals_checked"]
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, "
        f"{machine['python']}; {result['settings']['rounds']} rounds, {checked} deals checked a "
        f"size; load average {load['before'][0]} before, {load['after'][0]} after."
    )


def terminal(result: dict[str, Any]) -> str:
    parts = [heading(result)]
    parts += [_plain(table(result)) for table in (decide, floors, tails, costs, held)]
    parts.append("Faster than ours:\n" + "\n".join(f"  {line}" for line in ahead(result)))
    left = absent(result)
    if left:
        parts.append("Not run:\n" + "\n".join(f"  {line}" for line in left))
    return "\n\n".join(parts)


def markdown(result: dict[str, Any]) -> str:
    parts = [heading(result)]
    parts += [_pipes(table(result)) for table in (decide, floors)]
    parts.append("Faster than ours:\n\n" + "\n".join(f"- {line}" for line in ahead(result)))
    parts += [_pipes(table(result)) for table in (held, costs, tails, forms)]
    left = absent(result)
    if left:
        parts.append("Not run:\n\n" + "\n".join(f"- {line}" for line in left))
    return "\n\n".join(parts)


def into(page: Path, result: dict[str, Any]) -> None:
    """Write the tables between the markers of a page."""
    text = page.read_text(encoding="utf-8")
    head, _, rest = text.partition(_START)
    _, found, tail = rest.partition(_END)
    if not found:
        raise SystemExit(f"{page.name} has no markers for the results")
    page.write_text(f"{head}{_START}\n\n{markdown(result)}\n\n{_END}{tail}", encoding="utf-8")


def _plain(rows: Rows) -> str:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "-" * max(map(len, lines)))
    return "\n".join(lines)


def _pipes(rows: Rows) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|---" + "|---:" * (len(rows[0]) - 1) + "|")
    return "\n".join(lines)
