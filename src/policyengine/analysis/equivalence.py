"""Whether two policies say the same of every deal, and which is the stricter.

Verdicts are in the order accept < conditional < undetermined < reject. A policy is stricter
than another if no deal fares better under it and some deal fares worse. Of two rules with one
id the order is pass, not applicable, waived (no objection) < unknown < fail.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Mapping, Sequence

from policyengine.analysis.pair import Both, Compared, Pair, compared
from policyengine.analysis.setting import At
from policyengine.decision import Outcome, Verdict
from policyengine.engine import Policy, Terms
from policyengine.intake import Deal
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.solver import Status
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
    any fineness; `open` are the directions that were not settled."""

    relation: Relation
    stricter: Both | None
    looser: Both | None
    proved: bool
    open: tuple[str, ...] = ()


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
    tell: Callable[[str], None] = lambda _: None,
) -> PolicyComparison:
    """What the new policy makes of deals beside the old one, for every deal both schemas allow.

    Witnesses are the nearest to `near`, or state as few terms as can be. Raises as
    `Policy.evaluate` does.
    """
    return _Comparing(old, new, at or At(), near, seconds).run(tell)


class _Comparing:
    def __init__(
        self, old: Policy, new: Policy, at: At, near: Terms | None, seconds: float
    ) -> None:
        self.old, self.new, self.at = old, new, at
        self.near: Deal | None = old._deal(near) if near is not None else None
        self.ends = time.monotonic() + seconds
        self.pair = Pair(old, new, at, near=self.near)
        self._exact: Pair | None = None

    @property
    def exact(self) -> Pair:
        if self._exact is None:
            self._exact = Pair(self.old, self.new, self.at, near=self.near, exact=True)
        return self._exact

    def run(self, tell: Callable[[str], None]) -> PolicyComparison:
        old = {rule.id: rule for rule in self.old.core.rules}
        new = {rule.id: rule for rule in self.new.core.rules}
        tell("comparing verdicts")
        verdict = self._compare(_verdicts)
        rules: dict[str, Comparison] = {}
        for name in old:
            if name in new:
                tell(f"comparing {name}")
                rules[name] = self._compare(_outcomes(name))
        exact = self._exact
        limits = dict.fromkeys((*self.pair.limits, *(exact.limits if exact else ())))
        return PolicyComparison(
            verdict,
            rules,
            tuple(name for name in new if name not in old),
            tuple(name for name in old if name not in new),
            tuple(n for n in old if n in new and old[n].level != new[n].level),
            compared(self.old.schema, self.new.schema),
            tuple(limits),
            self.pair.cover,
            self.pair.spurious,
        )

    def _compare(self, ranks: Callable[[Problem], Sequence[Bool]]) -> Comparison:
        found: dict[str, Both | None] = {}
        open_: list[str] = []
        for word, turned in (("stricter", False), ("looser", True)):
            found[word], settled = self._direction(ranks, turned=turned)
            if not settled:
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
        exact = self._exact.limits if self._exact is not None else ()
        proved = not open_ and not self.pair.limits and not exact
        return Comparison(relation, stricter, looser, proved, tuple(open_))

    def _direction(
        self, ranks: Callable[[Problem], Sequence[Bool]], *, turned: bool
    ) -> tuple[Both | None, bool]:
        """A deal that fares worse (`turned`: better) under the new policy, and whether the
        question is settled."""
        if not self._in_time(self.pair):
            return None, False
        status = self.pair.ask(_worse(self.pair, ranks, turned=turned))
        if status is Status.SATISFIED:
            both = self.pair.nearest([_worse(self.pair, ranks, turned=turned)])
            return both, both is not None
        if status is Status.OPEN or not self._in_time(self.exact):
            return None, False
        exact = self.exact.ask(_worse(self.exact, ranks, turned=turned))
        return None, exact is Status.IMPOSSIBLE

    def _in_time(self, pair: Pair) -> bool:
        left = self.ends - time.monotonic()
        pair.solver.limit(max(left, 0.001))
        return left > 0


def _worse(pair: Pair, ranks: Callable[[Problem], Sequence[Bool]], *, turned: bool) -> Bool:
    """That a deal ranks higher under the second policy (`turned`: under the first)."""
    low, high = ranks(pair.first), ranks(pair.second)
    if turned:
        low, high = high, low
    return bools.some(bools.both(low[n], bools.some(high[n + 1 :])) for n in range(len(low) - 1))


def _verdicts(problem: Problem) -> list[Bool]:
    return [problem.form.verdict(verdict) for verdict in VERDICTS]


def _outcomes(rule: str) -> Callable[[Problem], list[Bool]]:
    return lambda problem: [problem.outcome(rule, *group) for group in OUTCOMES]
