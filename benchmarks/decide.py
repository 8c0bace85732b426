"""One decision: the same answers first, then the times."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from benchmarks import generate, measure, ours
from benchmarks.contestant import CannotError, Contestant, Runner
from benchmarks.neutral import Answer, Base, Deal, expected
from benchmarks.peers import PEERS

CHECKED_DEALS = 300
#: where a peer takes tens of milliseconds for a decision
CHECKED_OF_MANY = 100
TIMED_DEALS = 16
TAILS = (ours.MAIN, ours.RAW, ours.FLOOR)


def missing() -> dict[str, str]:
    """The peers that are not installed, and why they are not run."""
    return {
        peer.name: f"`{peer.module}` is not installed"
        for peer in PEERS
        if peer.module and importlib.util.find_spec(peer.module) is None
    }


def agree(runner: Runner, deals: list[Deal], answers: list[Answer]) -> None:
    """Raises `CannotError` at the first deal that a contestant decides differently."""
    for number, (deal, (verdict, passed)) in enumerate(zip(deals, answers, strict=True)):
        found, flags = runner.read(runner.run(runner.prepare(deal)))
        if found != verdict:
            raise CannotError(f"deal {number}: the verdict is {found}, not {verdict}")
        if flags is not None and flags != passed:
            raise CannotError(f"deal {number}: other outcomes with the same verdict")


def size(rules: int, folder: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """The row of results for rule bases of one size."""
    base = generate.base(rules, settings["seed"])
    deals = generate.deals(base, CHECKED_DEALS if rules <= 300 else CHECKED_OF_MANY)
    answers = [expected(base, deal) for deal in deals]
    entries: list[measure.Entry] = []
    runners: list[Runner] = []
    absent: dict[str, str] = {}
    forms: dict[str, Any] = {}
    unknown = missing()
    for contestant in [*ours.contestants(base, folder), *PEERS]:
        reason = unknown.get(contestant.name) or _too_many(contestant, rules)
        if reason is None:
            try:
                runner = contestant.build(base)
                agree(runner, deals, answers)
            except Exception as error:  # a peer's failure is a result
                reason = f"{type(error).__name__}: {error}"[:200]
                if contestant.package is None:
                    raise
        if reason is not None:
            absent[contestant.name] = reason
            continue
        runners.append(runner)
        entries.append(_entry(contestant, runner, deals[:TIMED_DEALS]))
        forms[contestant.name] = {"form": contestant.form, "gives": contestant.gives}
    times = measure.rounds(
        entries,
        settings["rounds"],
        sample_ms=settings["sample_ms"],
        budget_s=settings["budget_s"],
    )
    main, floor, verdict = times[ours.MAIN], times[ours.FLOOR], times[ours.VERDICT]
    found = {
        name: forms[name]
        | {
            "micros": measure.spread([ns / 1e3 for ns in taken if ns is not None]),
            "to_main": measure.ratios(taken, main),
            "to_floor": measure.ratios(taken, floor),
            "to_verdict": measure.ratios(taken, verdict),
            "rounds": sum(ns is not None for ns in taken),
        }
        for name, taken in times.items()
    }
    tails = {
        entry.name: {
            "mix": measure.latency(entry, settings["singles"]),
            "one deal": measure.of_one_deal(entry, settings["singles"]),
        }
        for entry in entries
        if entry.name in TAILS
    }
    result = {
        "deals_checked": len(deals),
        "verdicts": _counts(answers),
        "terms_read": len(base.used),
        "contestants": found,
        "absent": absent,
        "tails": tails,
        "silent": silence(base, folder, deals, settings),
    }
    for runner in runners:
        runner.close()
    return result


def _entry(contestant: Contestant, runner: Runner, deals: list[Deal]) -> measure.Entry:
    def renew() -> list[Any]:
        return [runner.prepare(deal) for deal in deals]

    return measure.Entry(
        contestant.name, runner.run, renew(), renew=renew if contestant.once else None
    )


def silence(
    base: Base, folder: Path, deals: list[Deal], settings: dict[str, Any]
) -> dict[str, Any]:
    """Deals that leave a fifth of their terms unstated, which no peer here can decide: ours
    against the reference first, then against fully stated deals."""
    named = {each.name: each for each in ours.contestants(base, folder)}
    decide = named[ours.MAIN].build(base)
    interpret = named["policyengine, interpreter"].build(base)
    quiet = generate.silent(deals)
    for deal in quiet[:50]:
        made, slow = decide.run(decide.prepare(deal)), interpret.run(interpret.prepare(deal))
        if (made[0], made[1]) != (slow.verdict, tuple(slow.outcomes.values())):
            raise CannotError("the compiled form and the reference disagree on a silent deal")
    entries = [
        measure.Entry(name, decide.run, [decide.prepare(deal) for deal in some[:TIMED_DEALS]])
        for name, some in (("stated", deals), ("silent", quiet))
    ]
    times = measure.rounds(entries, settings["rounds"], sample_ms=settings["sample_ms"], budget_s=1)
    return {
        "micros": measure.spread([ns / 1e3 for ns in times["silent"] if ns is not None]),
        "to_stated": measure.ratios(times["silent"], times["stated"]),
    }


def _too_many(contestant: Contestant, rules: int) -> str | None:
    if contestant.most is not None and rules > contestant.most:
        return f"not run on more than {contestant.most} rules: {contestant.most_because}"
    return None


def _counts(answers: list[Answer]) -> dict[str, int]:
    found: dict[str, int] = {}
    for verdict, _ in answers:
        found[verdict] = found.get(verdict, 0) + 1
    return dict(sorted(found.items()))
