"""Some hundreds of deals decided at once: most questions are answered by one of them.

Deals start from one that the solver finds acceptable (or from one that states nothing), each
with one term at a value that the policy holds it against, and some with several. Outcomes are
kept as bits, one a deal, so that a question about rules is an operation on whole numbers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from policyengine.analysis.audit.inquiry import Inquiry, values_of
from policyengine.decision import Outcome, Verdict
from policyengine.errors import PolicyEngineError
from policyengine.symbolic.solver import Status
from policyengine.symbolic.verifier import Replay, document_of

#: deals with several terms moved
_MIXED = 150
#: deals in all
_MOST = 1_200


class Sample:
    """Deals and what each rule made of them; `deals[n]` is bit n of every mask."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.inquiry = inquiry
        self.deals: list[Mapping[str, Any]] = []
        self._rules = [rule.id for rule in inquiry.policy.core.rules]
        self._masks: dict[tuple[str, Outcome], int] = {
            (rule, outcome): 0 for rule in self._rules for outcome in Outcome
        }
        self._verdicts = dict.fromkeys(Verdict, 0)
        setting = inquiry.setting
        day = setting.as_of.to_python() if setting.as_of is not None else None
        self._decide = inquiry.policy.decider(as_of=day, final=setting.final, assume=setting.assume)
        for document in self._drawn():
            inquiry.limit.stopped()
            self.add(document)

    def add(self, document: Mapping[str, Any]) -> None:
        """Decide a deal, unless the schema refuses it."""
        try:
            verdict, outcomes = self._decide(document)
        except PolicyEngineError:
            return
        bit = 1 << len(self.deals)
        self.deals.append(document)
        self._verdicts[verdict] |= bit
        for rule, outcome in zip(self._rules, outcomes, strict=True):
            self._masks[rule, outcome] |= bit

    def mask(self, rule: str, *outcomes: Outcome) -> int:
        """The deals in which a rule has one of the outcomes."""
        found = 0
        for outcome in outcomes:
            found |= self._masks[rule, outcome]
        return found

    def verdicts(self, *verdicts: Verdict) -> int:
        found = 0
        for verdict in verdicts:
            found |= self._verdicts[verdict]
        return found

    def objecting(self, rule: str) -> int:
        return self.mask(rule, *self.inquiry.objections(rule))

    def replay(self, mask: int) -> Replay | None:
        """The first deal of a mask, decided by the reference; None of an empty one."""
        if not mask:
            return None
        number = (mask & -mask).bit_length() - 1
        return self.inquiry.problem.judge.replay(self.deals[number])

    def _drawn(self) -> Iterator[Mapping[str, Any]]:
        inquiry = self.inquiry
        values = {
            path: list(values_of(inquiry.policy, inquiry.setting, path))
            for path in inquiry.problem.space.paths
        }
        values = {path: found for path, found in values.items() if found}
        schema = inquiry.setting.schema
        bases = [document_of({}, schema=schema), *self._acceptable()]
        yield from bases
        singles = [(path, value) for path, found in values.items() for value in found]
        random_ = random.Random(0)  # noqa: S311  # the same deals on every run
        for base in reversed(bases):
            for path, value in singles[:_MOST]:
                yield document_of({path: value}, base=base, schema=schema)
            for number in range(_MIXED if values else 0):
                count = min(len(values), 2 + number % 6)
                chosen = random_.sample(list(values), count)
                over = {path: random_.choice(values[path]) for path in chosen}
                yield document_of(over, base=base, schema=schema)

    def _acceptable(self) -> list[Mapping[str, Any]]:
        inquiry = self.inquiry
        for verdicts in ((Verdict.ACCEPT,), (Verdict.CONDITIONAL,), (Verdict.UNDETERMINED,)):
            wanted = [inquiry.problem.verdict(*verdicts)]
            found = inquiry.possible(inquiry.stepped, wanted)
            if found is Status.SATISFIED:
                replay = inquiry.problem.witness()
                if replay is not None:
                    return [replay.document]
        return []
