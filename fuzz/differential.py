"""Every executor on generated policies and deals; a difference is shrunk to a policy file.

python -m fuzz.differential --seconds 10
python -m fuzz.differential --evaluations 10000000 --seed 7 --jobs 2
python -m fuzz.differential --census
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from fuzz.census import census
from fuzz.chance import Chance
from fuzz.compare import differs
from fuzz.deals import Deals
from fuzz.failures import minimal, replay, write
from fuzz.generate import Generator
from fuzz.loading import load, usable
from fuzz.running import Counts, Found, one_policy
from fuzz.shrink import shrink
from fuzz.vocabulary import Data
from policyengine.engine import Engine

DEALS = 1_800
#: policies a worker takes at a time
_CHUNK = 4


class Result(NamedTuple):
    """Evaluations made, policies loaded, and the first difference as a report, or None."""

    evaluations: int
    policies: int
    found: str | None


def run(
    seed: int,
    engines: tuple[Engine, ...] = (),
    *,
    keep_going: Callable[[int], bool],
    deals: int = 12,
    counts: Counts | None = None,
) -> Result:
    """One process, in the order of the seeds. `engines` are compared on every deal, beside
    the generated code."""
    counts = counts if counts is not None else Counts()
    deals = deals // 2 if engines else deals
    number = 0
    while keep_going(counts.evaluations):
        this = seed * 1_000_003 + number
        number += 1
        found = one_policy(this, counts, deals=deals, keep_going=keep_going)
        if found is None and engines and (made := usable(Generator(this).policy())) is not None:
            data, policy = made
            source = Deals(Chance(f"engines {this}"), data["terms"], policy)
            for _ in range(deals):
                deal, settings = source.near(source.base()), source.generator.settings()
                counts.evaluations += len(engines)
                said = differs(policy, deal, settings, engines)
                if said is not None:
                    found = Found(data, deal, settings, said, this)
                    break
        if found is not None:
            return Result(counts.evaluations, counts.policies, report(minimal(found, engines)))
    return Result(counts.evaluations, counts.policies, None)


def report(found: Found) -> str:
    """A difference as text: the policy, the deal, the settings, what was said."""
    lines = [
        json.dumps(found.policy, indent=1, ensure_ascii=False, default=str),
        json.dumps(found.deal, ensure_ascii=False, default=repr),
        json.dumps(found.settings),
        found.said,
    ]
    return "\n".join(lines)


# many processes ---------------------------------------------------------------------------------


def chunk(task: tuple[int, int, int, float]) -> tuple[Counts, list[Found]]:
    """A few policies, in a process of its own: their counts and the differences found."""
    first, count, deals, until = task
    counts, found = Counts(), []
    for seed in range(first, first + count):
        if until and time.time() > until:
            break
        difference = one_policy(seed, counts, deals=deals, engines=_rete())
        if difference is not None:
            found.append(difference)
    return counts, found


def _rete() -> tuple[Engine, ...]:
    from policyengine import rete

    return ("rete",) if rete.why_not() is None else ()


def search(given: Any) -> tuple[Counts, list[Found]]:
    """The whole run, by `--jobs` processes; stops at the given time or number."""
    from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait

    counts, found = Counts(), list[Found]()
    begun = told = time.time()
    until = 0.0 if given.evaluations else begun + given.seconds
    number = given.seed * 1_000_003
    running: set[Future[tuple[Counts, list[Found]]]] = set()
    pool = ProcessPoolExecutor(given.jobs) if given.jobs > 1 else None

    def over() -> bool:
        if len(found) >= given.max_failures:
            return True
        if given.evaluations:
            return bool(counts.evaluations >= given.evaluations)
        return bool(time.time() > until)

    def take(result: tuple[Counts, list[Found]]) -> None:
        counts.add(result[0])
        for one in result[1]:
            found.append(one)
            print(f"a difference on the policy of seed {one.seed}: {one.said}", file=sys.stderr)

    while not over():
        task = (number, _CHUNK, given.deals, until)
        number += _CHUNK
        if pool is None:
            take(chunk(task))
        else:
            running.add(pool.submit(chunk, task))
            while len(running) >= 2 * given.jobs:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for one in done:
                    take(one.result())
        if time.time() - told > given.tell:
            told = time.time()
            progress(counts, told - begun, given)
    if pool is not None:
        for one in running:
            take(one.result())
        pool.shutdown()
    return counts, found


def progress(counts: Counts, seconds: float, given: Any) -> None:
    rate = counts.evaluations / seconds
    left = (given.evaluations - counts.evaluations) / rate / 60 if given.evaluations else 0.0
    line = f"{counts.evaluations:,} evaluations of {counts.policies:,} policies, {rate:,.0f}/s"
    print(line + (f", {left:,.0f} minutes left" if left > 0 else ""), file=sys.stderr)
    if given.json:
        Path(given.json).write_text(summary(counts, seconds, given) + "\n", encoding="utf-8")


def summary(counts: Counts, seconds: float, given: Any) -> str:
    """What was compared, as JSON."""
    data = json.loads(counts.to_json())
    head = {"seed": given.seed, "seconds": round(seconds, 1), "jobs": given.jobs}
    if given.jobs == 1:
        head["processor_seconds"] = round(time.process_time(), 1)
    return json.dumps({**head, **data}, indent=1)


def main() -> int:
    given = _arguments()
    if given.replay:
        said = replay(Path(given.replay), _rete())
        print(said if said is not None else "the executors agree")
        return 1 if said is not None else 0
    begun = time.time()
    if given.census:
        print(census(range(given.seed, given.seed + 2_000), deals=8, complete=True).to_text())
        return 0
    if given.policy_seed is not None:
        counts, found = chunk((given.policy_seed, 1, given.deals, 0.0))
    else:
        counts, found = search(given)
    text = summary(counts, time.time() - begun, given)
    if given.json:
        Path(given.json).write_text(text + "\n", encoding="utf-8")
    print(text)
    for one in found:
        small = minimal(one, _rete())
        print(report(small), file=sys.stderr)
        print(f"written to {write(small, Path(given.out))}", file=sys.stderr)
    words = f"{len(found)} differences" if found else "no difference"
    print(
        f"{words} in {counts.evaluations:,} evaluations of {counts.policies:,} policies",
        file=sys.stderr,
    )
    return 1 if found else 0


def _arguments() -> Any:
    parser = argparse.ArgumentParser(
        prog="python -m fuzz.differential", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--evaluations", type=int, default=0, help="in place of a time")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--deals", type=int, default=DEALS, help="deals a policy")
    parser.add_argument("--json", help="a file for the summary, kept up to date")
    parser.add_argument("--out", default="fuzz-failures", help="a folder for differences")
    parser.add_argument("--max-failures", type=int, default=5, help="differences to stop at")
    parser.add_argument("--tell", type=float, default=10.0, help="seconds between progress lines")
    parser.add_argument("--policy-seed", type=int, help="the one policy of a seed")
    parser.add_argument("--replay", help="a folder that a difference was written to")
    parser.add_argument("--census", action="store_true", help="what is generated, and how it fares")
    return parser.parse_args()


__all__ = ["Data", "Result", "differs", "load", "report", "run", "shrink"]

if __name__ == "__main__":
    sys.exit(main())
