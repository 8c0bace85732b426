"""The run: policy after policy, deal after deal, until a difference or the end."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fuzz.chance import Chance
from fuzz.compare import Question
from fuzz.deals import Deals
from fuzz.decisions import decision_difference, read_waivers_data, some_waivers
from fuzz.generate import Generator
from fuzz.loading import usable
from fuzz.rereading import Judge, other_roads
from fuzz.vocabulary import Data
from policyengine.engine import Engine, Policy
from policyengine.errors import PolicyEngineError, TermsError
from policyengine.intake import check

#: one deal in so many is also decided in the other ways, and explained
OTHER_WAYS, DECISIONS, RETE = 16, 100, 400
#: one question in so many is asked of the policy read from files and from the cache
REREAD = 20
#: the deal of one question in five whose lists are as long as budgets, which is slow to decide
LONG = 11
BASES = 4


@dataclass
class Counts:
    """What a run compared. An evaluation is one deal decided by the interpreter and by the
    generated code from raw terms, verdict and every rule's outcome compared."""

    evaluations: int = 0
    generated: int = 0
    policies: int = 0
    questions: int = 0
    #: evaluations of a question whose terms that are read were not seen before
    distinct: int = 0
    refused: int = 0
    errors: int = 0
    other_ways: int = 0
    decisions: int = 0
    rete: int = 0
    #: policies also written, formatted and kept in the cache; documents that jsonschema judged
    reread: int = 0
    judged: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    #: outcomes of rules that the generated code left to the interpreter, which prove nothing
    left: int = 0

    def add(self, other: Counts) -> None:
        for name, value in vars(other).items():
            mine = getattr(self, name)
            if isinstance(mine, Counter):
                mine.update(value)
            else:
                setattr(self, name, mine + value)

    def to_json(self) -> str:
        return json.dumps(vars(self), default=dict, sort_keys=False)


@dataclass
class Found:
    """A difference: the policy, the deal, how it was asked, and what was said."""

    policy: Data
    deal: Any
    settings: Data
    said: str
    seed: int
    waivers: list[Data] = field(default_factory=list)


def one_policy(
    seed: int,
    counts: Counts,
    *,
    deals: int,
    engines: tuple[Engine, ...] = (),
    keep_going: Callable[[int], bool] = lambda _: True,
) -> Found | None:
    """Compares `deals` deals on the policy of a seed; gives the first difference."""
    counts.generated += 1
    generator = Generator(seed)
    made = usable(generator.policy())
    if made is None:
        return None
    data, policy = made
    chance = Chance(f"deals {seed}")
    source = Deals(chance, data["terms"], policy)
    counts.policies += 1
    asked = {json.dumps(s): s for s in (generator.settings() for _ in range(3))}
    for settings in asked.values():
        try:
            sample = _sample(source, policy) if counts.questions % 4 == 0 else []
            question = Question(policy, settings, sample)
        except PolicyEngineError:
            counts.errors += 1
            continue
        counts.questions += 1
        work = _Work(question, source, chance, counts, engines)
        share = deals // len(asked)
        # what is left to the interpreter proves less, and takes three times as long
        for number in range(share if question.alone else share // 4):
            if number % 50 == 0 and not keep_going(counts.evaluations):
                return None
            said = work.step(number)
            if said is not None:
                return Found(data, work.document, settings, said, seed, work.waivers)
        work.close()
        if counts.questions % REREAD == 1:
            counts.reread += 1
            documents = [source.near(base) for base in work.bases]
            said = other_roads(data, settings, documents, list(map(question.reference, documents)))
            if said is not None:
                return Found(data, documents[0], settings, said, seed)
    return None


def _sample(source: Deals, policy: Policy) -> list[Data]:
    """Deals that a decider measures what to ask first on."""
    found = []
    for _ in range(10):
        document = source.near(source.base())
        try:
            check(document, policy.schema)
        except TermsError:
            continue
        found.append(document)
    return found


class _Work:
    """The deals of one question."""

    def __init__(
        self,
        question: Question,
        source: Deals,
        chance: Chance,
        counts: Counts,
        engines: tuple[Engine, ...],
    ) -> None:
        self.question = question
        self.source = source
        self.chance = chance
        self.counts = counts
        self.engines = engines
        #: the deal whose lists are as long as budgets, if it is this question's turn
        self.long = LONG if counts.questions % 5 == 1 else -1
        self.judge = Judge(source.schema)
        self.bases = [source.base() for _ in range(BASES)]
        self.document: Any = None
        self.waivers: list[Data] = []
        self.seen: set[Any] = set()

    def step(self, number: int) -> str | None:
        """One deal, compared in the ways that are its turn; what differed."""
        chance, question, counts = self.chance, self.question, self.counts
        if number % 100 == 99:
            self.bases[chance.number(0, BASES - 1)] = self.source.base()
        base = chance.pick(self.bases)
        if chance.happens(0.04):
            return self.spoilt(base)
        self.document = document = (
            self.source.long(base) if number == self.long else self.source.near(base)
        )
        if (
            chance.happens(0.3) and number % LONG != 11
        ):  # a walk, so that several terms come to lie on a border
            self.bases[self.bases.index(base)] = document
        wanted = question.reference(document)
        said = question.difference(document, wanted)
        if said is None and number % OTHER_WAYS == 0:
            counts.other_ways += 1
            said = question.other_ways(document, wanted)
        if wanted[0] == "error":
            counts.refused += 1
            if base in self.bases or document in self.bases:
                self.bases = [self.source.base() for _ in range(BASES)]
            return said
        self.count(wanted)
        if said is None and number % DECISIONS == 7:
            said = self.decision(number)
        return said

    def decision(self, number: int) -> str | None:
        chance, counts = self.chance, self.counts
        waivers, self.waivers = None, []
        if chance.happens(0.6):
            self.document = {**self.document, "deal": {"id": "deal-1"}}
            self.waivers = some_waivers(chance, self.question.policy, self.document)
            waivers = read_waivers_data(self.waivers)
        engines = ("compiled", *self.engines) if number % RETE == 7 else ("compiled",)
        counts.decisions += 1
        counts.rete += "rete" in engines
        return decision_difference(self.question, self.document, waivers, engines)

    def spoilt(self, base: Data) -> str | None:
        self.document = self.source.wrong(base)
        wanted = self.question.reference(self.document)
        if wanted[0] == "error":
            self.counts.refused += 1
        else:
            self.count(wanted)
        said = self.question.difference(self.document, wanted)
        if said is None and self.chance.happens(0.3):
            self.counts.judged += 1
            said = self.judge.difference(self.document, wanted)
        return said

    def count(self, wanted: Any) -> None:
        counts, question = self.counts, self.question
        counts.evaluations += 1
        counts.left += len(question.left)
        verdict, outcomes = wanted
        counts.verdicts[verdict.value] += 1
        for outcome in outcomes:
            counts.outcomes[outcome.value] += 1
        for result in question.results:
            for fault in result.faults:
                counts.faults[fault.code] += 1
        assert question.interpreter is not None
        deal = question.interpreter.facts.deal
        self.seen.add(
            (str([deal.values.get(path) for path in self.source.reads]), deal.not_applicable)
        )

    def close(self) -> None:
        self.counts.distinct += len(self.seen)
