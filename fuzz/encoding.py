"""The formulas that proofs rest on, held against the reference on generated policies and deals.

python -m fuzz.encoding --seconds 60
python -m fuzz.encoding --policies 5000 --seed 7 --json summary.json
python -m fuzz.encoding --policy-seed 7000021

For every policy: a deal is asked for that gives a rule each outcome, and decided; and drawn
deals are pinned, term by term, whose outcomes then have to be what the reference says, and,
where nothing was left open, nothing else. Over numbers in steps and over all numbers.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from fuzz.chance import Chance
from fuzz.deals import Deals
from fuzz.generate import Generator
from fuzz.loading import exact, load, usable
from fuzz.shrink import shrink
from fuzz.vocabulary import Data
from policyengine.analysis.audit.inquiry import Encoded, conditions
from policyengine.analysis.pins import pins
from policyengine.dating import as_date
from policyengine.decision import Outcome
from policyengine.engine import Policy
from policyengine.errors import BudgetError, PolicyEngineError
from policyengine.intake import check
from policyengine.symbolic import bools
from policyengine.symbolic.decoder import NoDocumentError, decoded
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.rounding import may_round
from policyengine.symbolic.setting import Setting
from policyengine.symbolic.solver import Status
from policyengine.symbolic.verifier import document_of
from policyengine.values.temporal import Date

#: work that one question may take; what is over it is counted, and proves nothing
WORK = 4_000_000
DEALS = 4


@dataclass
class Counts:
    """What was compared. `settled` outcomes of pinned deals are forced by the terms alone,
    `free` ones are those of rules that leave something open; `shown` deals for an outcome were
    decided as asked, `impossible` outcomes have none, `unwritten` ones only with values that no
    document holds, whose sums the engine rounds or whose lists are too long for a decision, `over`
    questions took too much work."""

    generated: int = 0
    policies: int = 0
    deals: int = 0
    settled: int = 0
    free: int = 0
    shown: int = 0
    impossible: int = 0
    unwritten: int = 0
    over: int = 0
    #: what was left open, by the reason
    open: Counter[str] = field(default_factory=Counter)

    def to_dict(self) -> dict[str, Any]:
        return {**vars(self), "open": dict(self.open.most_common())}


class Found(NamedTuple):
    """A difference: the policy, the deal, how it was asked, and what was said."""

    policy: Data
    deal: Data
    settings: Data
    said: str
    seed: int


class Asking:
    """One policy, in one setting, as the solver is asked about it."""

    def __init__(self, policy: Policy, settings: Data, counts: Counts) -> None:
        self.policy = policy
        self.counts = counts
        day = as_date(settings.get("as_of"))
        self.setting = Setting(
            policy.core,
            policy.schema,
            policy._parameters(day),
            Date.from_python(day) if day is not None else None,
            bool(settings.get("final")),
            bool(settings.get("assume", True)),
            frozenset(settings.get("waived", ())),
        )

    def of_deal(self, document: Data) -> str | None:
        """What differs of one deal. Raises `PolicyEngineError` where there is no decision."""
        deal = check(document, self.policy.schema)
        for numbers in ("stepped", "exact"):
            problem = Problem(self.setting, values=deal.values, exact=numbers == "exact", work=WORK)
            replay = problem.judge.decide(document)
            encoded = Encoded(problem)
            pinned = pins(problem, deal)
            found = problem.ask(*pinned)
            if found is Status.IMPOSSIBLE:
                return f"{numbers}: the deal is no deal of the space"
            settled = True
            for rule, outcome in replay.outcomes.items():
                open_ = self._open(encoded, rule)
                settled = settled and not open_
                said = self._is(problem, pinned, problem.outcome(rule, outcome), open_=bool(open_))
                if said is not None:
                    return f"{numbers}: {rule} {said} {outcome.value}"
            verdict = problem.verdict(replay.verdict)
            said = self._is(problem, pinned, verdict, open_=not settled)
            if said is not None:
                return f"{numbers}: the verdict {said} {replay.verdict.value}"
        self.counts.deals += 1
        return None

    def _is(self, problem: Problem, pinned: list[Any], said: Any, *, open_: bool) -> str | None:
        """Whether a deal that is pinned has to be what the reference says."""
        found = problem.ask(*pinned, said)
        self.counts.over += found is Status.OPEN
        if found is Status.IMPOSSIBLE:
            return "cannot be"
        if open_:
            self.counts.free += 1
            return None
        found = problem.ask(*pinned, bools.no(said))
        self.counts.over += found is Status.OPEN
        self.counts.settled += found is Status.IMPOSSIBLE
        return "need not be" if found is Status.SATISFIED else None

    def of_outcomes(self) -> tuple[str, Data] | None:
        """What differs of the deals that the solver finds for each outcome of each rule, and
        the deal."""
        problem = Problem(self.setting, work=WORK)
        encoded = Encoded(problem)
        for rule in self.policy.core.rules:
            for outcome in Outcome:
                found = problem.ask(problem.outcome(rule.id, outcome))
                if found is Status.SATISFIED:
                    shown = problem.witness(rules=[rule.id], partly=True) is not None
                    self.counts.shown += shown
                    if not shown and not self._open(encoded, rule.id):
                        deal = self._document(problem)
                        rounds = may_round(self.setting, conditions(rule))
                        # else a sum is of too many digits, or a list of too many elements
                        if deal is not None and not rounds and not _over_budget(problem, deal):
                            return f"{rule.id} is not {outcome.value} of a deal found for it", deal
                        self.counts.unwritten += 1
                self.counts.impossible += found is Status.IMPOSSIBLE
                self.counts.over += found is Status.OPEN
        return None

    def _document(self, problem: Problem) -> Data | None:
        """The last instance, or None where it has a value that no document does."""
        try:
            values, listed = decoded(problem.space, problem.solver)
        except NoDocumentError:
            return None
        return document_of(values, listed, schema=self.policy.schema)

    def _open(self, encoded: Encoded, rule: str) -> tuple[str, ...]:
        found = encoded.limits([rule], ())
        self.counts.open.update(each.rpartition("`: ")[2] for each in found)
        return found


def _over_budget(problem: Problem, deal: Data) -> bool:
    """Whether there is no decision on a deal, since its lists are too long."""
    try:
        problem.judge.decide(deal)
    except BudgetError:
        return True
    except PolicyEngineError:
        pass  # no deal of the schema: that is a difference
    return False


def cases(seed: int) -> Iterator[tuple[Data, Policy, Data, list[Data]]]:
    """The policy of a seed, in some settings, with deals of it."""
    generator = Generator(seed)
    made = usable(generator.policy())
    if made is None:
        return
    data, policy = made
    chance = Chance(f"encoding {seed}")
    source = Deals(chance, data["terms"], policy)
    for number in range(2):
        settings = generator.settings()
        if chance.happens(0.2):
            settings["waived"] = chance.some([rule.id for rule in policy.core.rules], 1, 1)
        drawn = [source.base() for _ in range(DEALS // 4)]
        drawn += [source.near(source.base()) for _ in range(DEALS // 2 - len(drawn))]
        yield data, policy, settings, drawn if number else [{}, *drawn]


def one_policy(seed: int, counts: Counts) -> Found | None:
    """The first difference on the policy of a seed."""
    counts.generated += 1
    for number, (data, policy, settings, deals) in enumerate(cases(seed)):
        counts.policies += not number
        try:
            asking = Asking(policy, settings, counts)
        except PolicyEngineError:
            continue  # a parameter that has no value yet
        for deal in deals:
            try:
                said = asking.of_deal(deal)
            except PolicyEngineError:
                continue  # a deal that the schema or the budget refuses
            if said is not None:
                return Found(data, deal, settings, said, seed)
        asked = asking.of_outcomes() if not number else None
        if asked is not None:
            return Found(data, asked[1], settings, asked[0], seed)
    return None


def difference(data: Data, deal: Data, settings: Data) -> str | None:
    """What differs of one policy and deal, or None."""
    policy = load(data)
    return Asking(policy, settings, Counts()).of_deal(deal) if policy is not None else None


def minimal(found: Found) -> Found:
    """The same difference, or another, of a policy and a deal as small as can be; the same
    where it takes the solver's own choice to see it."""

    def bad(case: list[Any]) -> bool:
        return difference(case[0], case[1], found.settings) is not None

    if not bad([found.policy, found.deal]):
        return found
    policy, deal = shrink([found.policy, found.deal], bad)
    return found._replace(
        policy=policy, deal=deal, said=difference(policy, deal, found.settings) or found.said
    )


def run(
    seeds: Iterator[int], keep_going: Callable[[Counts], bool], *, most: int = 1
) -> tuple[Counts, list[Found]]:
    """Policy after policy, until a number of differences or the end."""
    counts, found = Counts(), list[Found]()
    for seed in seeds:
        if len(found) >= most or not keep_going(counts):
            break
        difference = one_policy(seed, counts)
        if difference is not None:
            found.append(difference)
            print(f"a difference on the policy of seed {seed}: {difference.said}", file=sys.stderr)
    return counts, found


def report(found: Found) -> str:
    lines = [
        json.dumps(exact(found.policy), indent=1, ensure_ascii=False, default=str),
        json.dumps(found.deal, ensure_ascii=False, default=repr),
        json.dumps(found.settings),
        f"seed {found.seed}: {found.said}",
    ]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m fuzz.encoding", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--policies", type=int, default=0, help="in place of a time")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--policy-seed", type=int, help="the one policy of a seed")
    parser.add_argument("--max-failures", type=int, default=5, help="differences to stop at")
    parser.add_argument("--json", help="a file for the summary")
    given = parser.parse_args()
    begun = time.monotonic()

    def keep_going(counts: Counts) -> bool:
        if given.policies:
            return counts.policies < int(given.policies)
        return time.monotonic() - begun < float(given.seconds)

    first = given.seed * 1_000_003
    seeds = iter(range(first, first + 1_000_003))
    if given.policy_seed is not None:
        seeds = iter([given.policy_seed])
    counts, found = run(seeds, keep_going, most=given.max_failures)
    head = {"seed": given.seed, "seconds": round(time.monotonic() - begun, 1)}
    text = json.dumps({**head, **counts.to_dict()}, indent=1)
    if given.json:
        Path(given.json).write_text(text + "\n", encoding="utf-8")
    print(text)
    for one in found:
        print(report(minimal(one)), file=sys.stderr)
    words = f"{len(found)} differences" if found else "no difference"
    print(f"{words} in {counts.deals:,} deals of {counts.policies:,} policies", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
