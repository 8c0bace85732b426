"""`python -m benchmarks`: every contestant on the same rules and deals, in one table."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import bars, costs, decide, machine, plot, report

HERE = Path(__file__).parent
RESULT = HERE / "results" / "latest.json"
PLOT = HERE / "results" / "latest.svg"
PAGE = HERE.parent / "docs" / "benchmarks.md"

#: rounds, milliseconds a sample, seconds a contestant may take at a size, single decisions
MODES: dict[str, dict[str, Any]] = {
    "tiny": {"rounds": 5, "sample_ms": 0.1, "budget_s": 0.05, "singles": 100, "runs": 0},
    "quick": {"rounds": 15, "sample_ms": 2, "budget_s": 0.3, "singles": 5_000, "runs": 5},
    "normal": {"rounds": 40, "sample_ms": 4, "budget_s": 1.5, "singles": 20_000, "runs": 15},
}
SIZES: dict[str, list[int]] = {
    "tiny": [10],
    "quick": [30, 100],
    "normal": [10, 30, 100, 300, 1_000],
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute, for a pull request")
    parser.add_argument("--tiny", action="store_true", help="seconds: whether it works at all")
    parser.add_argument("--full", action="store_true", help="memory over a million decisions")
    parser.add_argument("--guard", action="store_true", help="fail on a large regression")
    parser.add_argument("--sizes", type=_sizes, help="numbers of rules, with commas")
    parser.add_argument("--seed", type=int, default=1, help="of the rule bases")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the result")
    parser.add_argument("--save", action="store_true", help="write the committed result and plot")
    parser.add_argument("--docs", action="store_true", help="write the page from the last --save")
    options = parser.parse_args()
    if options.docs:
        report.into(PAGE, json.loads(RESULT.read_text(encoding="utf-8")))
        return 0
    mode = "tiny" if options.tiny else "quick" if options.quick else "normal"
    result = run(mode, options.sizes or SIZES[mode], options.seed, full=options.full)
    text = json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    if options.json is not None:
        options.json.write_text(text, encoding="utf-8")
    if options.save:
        RESULT.write_text(text, encoding="utf-8")
        PLOT.write_text(plot.svg(result), encoding="utf-8")
    print(report.terminal(result))
    if not options.guard:
        return 0
    committed = json.loads(RESULT.read_text(encoding="utf-8"))
    found = bars.regressions(result, committed)
    if found:
        # what was lost is lost in the second run, too; what else the machine did is not
        print("measuring again …", file=sys.stderr, flush=True)
        again = run(mode, options.sizes or SIZES[mode], options.seed, full=False)
        found = {
            what: line for what, line in bars.regressions(again, committed).items() if what in found
        }
    for line in found.values():
        print(f"regression: {line}", file=sys.stderr)
    return 1 if found else 0


def run(mode: str, sizes: list[int], seed: int, *, full: bool) -> dict[str, Any]:
    settings = MODES[mode] | {"seed": seed}
    result: dict[str, Any] = {
        "schema_version": "1",
        "mode": mode,
        "settings": settings,
        "machine": machine.described(),
        "versions": machine.versions(),
        "load_average": {"before": machine.load_average()},
        "decide": {},
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in sizes:
            print(f"{size} rules …", file=sys.stderr, flush=True)
            result["decide"][str(size)] = decide.size(size, folder / str(size), settings)
        if settings["runs"]:
            print("starting, loading, explaining, memory …", file=sys.stderr, flush=True)
            result["start"] = costs.start(folder, settings["runs"])
            result["load"] = costs.load(folder, settings["runs"])
            result["reasons"] = costs.reasons(folder, settings)
            many = 1_000_000 if full else 20_000 if mode == "quick" else 100_000
            result["memory"] = costs.memory(folder, many)
    result["load_average"]["after"] = machine.load_average()
    result["bars"] = bars.bars(result)
    return result


def _sizes(text: str) -> list[int]:
    sizes = [int(part) for part in text.split(",")]
    if min(sizes) < 1:
        raise argparse.ArgumentTypeError("a rule base has at least one rule")
    return sizes


if __name__ == "__main__":
    sys.exit(main())
