"""Whether two policies say the same of every deal, and which is the stricter.

Verdicts are in the order accept < conditional < undetermined < reject. A policy is stricter
than another if no deal fares better under it and some deal fares worse. Of two rules with one
id the order is pass, not applicable, waived (no objection) < unknown < fail.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from policyengine.analysis.limit import FINER, Limit
from policyengine.analysis.pair import Both, Compared, Pair, compared
from policyengine.analysis.setting import At
from policyengine.decision import Outcome, Verdict
from policyengine.engine import Policy, Terms
from policyengine.intake import Deal
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.solver import Status
from policyengine.symbolic.verifier import Replay
from policyengine.values.record import Record

VERDICTS = (Verdict.ACCEPT, Verdict.CONDITIONAL, Verdict.UNDETERMINED, Verdict.REJECT)
#: outcomes by how much they stand against a deal
OUTCOMES = (
    (Outcome.PASS, Outcome.NOT_APPLICABLE, Outcome.WAIVED),
    (Outcome.UNKNOWN,),
    (Outcome.FAIL,),
)
#: seconds for the whole comparison
SECONDS = 60.0


class Relation(enum.Enum):
    """The new one beside the old one. `OPEN`: a direction was not settled."""

    EQUIVALENT = "equivalent"
    STRICTER = "stricter"
    LOOSER = "looser"
    NEITHER = "neither"
    OPEN = "open"


class Comparison(Record):
    """`stricter` is a deal that fares worse under the new one, `looser` one that fares better;
    the nearest to the deal at hand. `proved`: that there are no others is so over numbers of
    any fineness; `open` are the directions that were not settled, and `why` says what left
    them open."""

    relation: Relation
    stricter: Both | None
    looser: Both | None
    proved: bool
    open: tuple[str, ...] = ()
    why: str | None = None


_SAME = Comparison(Relation.EQUIVALENT, None, None, proved=True)
#: what the solver and a decision say of a deal, from the least to the most that stands against it
_Said: TypeAlias = Callable[[Problem], Sequence[Bool]]
_Rank: TypeAlias = Callable[[Replay], int]


class _Ranks(Record):
    """What is compared of the deals of two policies."""

    said: _Said
    rank: _Rank


class PolicyComparison(Record):
    """`verdict` compares the whole, `rules` those that both have, by id. `changed_levels` are
    rules whose outcomes may agree while they count otherwise. `limits` and `cover` say what a
    proof leaves out; `spurious` answers were refused by the reference."""

    verdict: Comparison
    rules: Mapping[str, Comparison]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed_levels: tuple[str, ...]
    terms: Compared
    limits: tuple[str, ...]
    cover: tuple[str, ...]
    spurious: int

    @property
    def equivalent(self) -> bool:
        """Whether verdicts are proved to be the same for every deal that was looked at."""
        return self.verdict.relation is Relation.EQUIVALENT and self.verdict.proved


def compare_policies(
    old: Policy,
    new: Policy,
    at: At | None = None,
    *,
    near: Terms | None = None,
    seconds: float = SECONDS,
    stop: Callable[[], bool] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> PolicyComparison:
    """What the new policy makes of deals beside the old one, for every deal both schemas allow.

    Witnesses are the nearest to `near`, or state as few terms as can be. `stop` may call it off:
    what was not compared until then is open. Raises as `Policy.evaluate` does, and
    `KeyboardInterrupt` where it was called off before anything could be asked.
    """
    return _Comparing(old, new, at or At(), near, Limit(seconds, stop)).run(tell)


class _Comparing:
    def __init__(self, old: Policy, new: Policy, at: At, near: Terms | None, limit: Limit) -> None:
        self.old, self.new, self.at = old, new, at
        self.near: Deal | None = old._deal(near) if near is not None else None
        self.limit = limit
        self.pair = self._pair(exact=False)
        self._exact: Pair | None = None

    def _pair(self, *, exact: bool) -> Pair:
        return Pair(self.old, self.new, self.at, near=self.near, exact=exact, limit=self.limit)

    @property
    def exact(self) -> Pair:
        if self._exact is None:
            self._exact = self._pair(exact=True)
        return self._exact

    def run(self, tell: Callable[[str], None]) -> PolicyComparison:
        old = {rule.id: rule for rule in self.old.core.rules}
        new = {rule.id: rule for rule in self.new.core.rules}
        levels = tuple(n for n in old if n in new and old[n].level != new[n].level)
        alike = self.pair.unchanged
        tell("comparing verdicts")
        if old.keys() == new.keys() == alike and not levels:
            verdict = _SAME
        else:
            verdict = self._compare(_VERDICTS, lambda pair: pair.limits)
        rules: dict[str, Comparison] = {}
        for name in old:
            if name in new:
                tell(f"comparing {name}")
                rules[name] = _SAME if name in alike else self._rule(name)
        exact = self._exact
        limits = dict.fromkeys((*self.pair.limits, *(exact.limits if exact else ())))
        return PolicyComparison(
            verdict,
            rules,
            tuple(name for name in new if name not in old),
            tuple(name for name in old if name not in new),
            levels,
            compared(self.old.schema, self.new.schema),
            tuple(limits),
            self.pair.cover,
            self.pair.spurious,
        )

    def _rule(self, name: str) -> Comparison:
        return self._compare(_outcomes(name), lambda pair: pair.limits_of(name))

    def _compare(self, ranks: _Ranks, limits: Callable[[Pair], tuple[str, ...]]) -> Comparison:
        found: dict[str, Both | None] = {"stricter": None, "looser": None}
        open_: list[str] = []
        why: str | None = None
        for word, turned in (("stricter", False), ("looser", True)):
            try:
                found[word], reason = self._direction(ranks, limits, turned=turned)
            except KeyboardInterrupt as pressed:
                reason = self.limit.interrupted(pressed)
            if reason is not None:
                why = why or reason
                open_.append(word)
        stricter, looser = found["stricter"], found["looser"]
        if open_:
            relation = Relation.NEITHER if stricter and looser else Relation.OPEN
        elif stricter and looser:
            relation = Relation.NEITHER
        elif stricter:
            relation = Relation.STRICTER
        elif looser:
            relation = Relation.LOOSER
        else:
            relation = Relation.EQUIVALENT
        exact = limits(self._exact) if self._exact is not None else ()
        proved = not open_ and not limits(self.pair) and not exact
        return Comparison(relation, stricter, looser, proved, tuple(open_), why)

    def _direction(
        self, ranks: _Ranks, limits: Callable[[Pair], tuple[str, ...]], *, turned: bool
    ) -> tuple[Both | None, str | None]:
        """A deal that fares worse (`turned`: better) under the new policy, if there is one; and
        why the question stayed open, if it did."""
        pair = self.pair
        left = f"left open: {limits(pair)[0]}" if limits(pair) else None
        status = pair.ask(_worse(pair, ranks, turned=turned))
        if status is Status.SATISFIED:
            sign = -1 if turned else 1

            def shows(both: Both) -> bool:
                return (ranks.rank(both.second) - ranks.rank(both.first)) * sign > 0

            both = pair.nearest([_worse(pair, ranks, turned=turned)], shows=shows)
            if both is not None:
                return both, None
            return None, self.limit.cut or left or "the reference decides otherwise"
        if status is Status.OPEN:
            return None, self.limit.why()
        status = self.exact.ask(_worse(self.exact, ranks, turned=turned))
        if status is Status.SATISFIED:
            return None, left or FINER
        return None, self.limit.why() if status is Status.OPEN else None


def _worse(pair: Pair, ranks: _Ranks, *, turned: bool) -> Bool:
    """That a deal ranks higher under the second policy (`turned`: under the first)."""
    low, high = ranks.said(pair.first), ranks.said(pair.second)
    if turned:
        low, high = high, low
    return bools.some(bools.both(low[n], bools.some(high[n + 1 :])) for n in range(len(low) - 1))


_VERDICTS = _Ranks(
    lambda problem: [problem.form.verdict(verdict) for verdict in VERDICTS],
    lambda replay: VERDICTS.index(replay.verdict),
)


def _outcomes(rule: str) -> _Ranks:
    return _Ranks(
        lambda problem: [problem.outcome(rule, *group) for group in OUTCOMES],
        lambda replay: next(n for n, each in enumerate(OUTCOMES) if replay.outcomes[rule] in each),
    )
