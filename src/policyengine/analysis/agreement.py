"""Whether two policies can agree: a deal that both accept, or the rules that rule it out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from policyengine.analysis.counter import TARGETS
from policyengine.analysis.limit import Limit
from policyengine.analysis.locks import Locks
from policyengine.analysis.pair import Both, Compared, Pair, compared, met
from policyengine.analysis.pins import pin
from policyengine.analysis.sets import smallest
from policyengine.analysis.setting import At
from policyengine.decision import Level, Outcome
from policyengine.engine import Policy, Terms
from policyengine.errors import Diagnostic, UsageError
from policyengine.source import quoted
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.solver import Status
from policyengine.values.record import Record

#: seconds for the whole question
SECONDS = 60.0


class RuledOut(Record):
    """Rules of either side, and terms that do not move, that no deal meets together. `least`:
    no fewer rule it out, and without any one of them there would be a deal."""

    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    terms: tuple[str, ...]
    least: bool


class Agreement(Record):
    """`deal` is one that both sides decide as was asked, the nearest to the deal at hand. Where
    there is none, `ruled_out` says why; where both are None, the question stayed open, and `why`
    says what ended it. `proved`: over numbers of any fineness, with nothing left out but what
    `cover` names."""

    deal: Both | None
    ruled_out: RuledOut | None
    proved: bool
    terms: Compared
    limits: tuple[str, ...]
    cover: tuple[str, ...]
    spurious: int
    why: str | None = None


def agree(
    ours: Policy,
    theirs: Policy,
    at: At | None = None,
    *,
    near: Terms | None = None,
    locked: Sequence[str] = (),
    unlocked: Sequence[str] = (),
    target: str = "accept",
    seconds: float = SECONDS,
    stop: Callable[[], bool] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Agreement:
    """A deal that both policies `accept`, or find at least `conditional`.

    `near` is a deal to stay near to; terms that our schema fixes, or a pattern of `locked`
    names, stay as it has them, but for those of `unlocked`. `stop` may call the search off.
    Raises `UsageError` for a target or a pattern that means nothing, and as `Policy.evaluate`.
    """
    if target not in TARGETS:
        known = " or ".join(f"`{name}`" for name in TARGETS)
        raise UsageError(
            Diagnostic("bad-target", f"{quoted(target)} is no target; expected {known}")
        )
    locks = Locks(ours.schema.terms, locked, unlocked)
    fixed = [path for path in ours.schema.terms if locks.held(path)] if near is not None else []
    limit = Limit(seconds, stop)
    try:
        return _Agreeing(ours, theirs, at or At(), near, fixed, target, limit).run(tell)
    except KeyboardInterrupt as pressed:
        why = limit.interrupted(pressed)
        terms = compared(ours.schema, theirs.schema)
        return Agreement(None, None, False, terms, (), (), 0, why)


class _Agreeing:
    def __init__(
        self,
        ours: Policy,
        theirs: Policy,
        at: At,
        near: Terms | None,
        locked: Sequence[str],
        target: str,
        limit: Limit,
    ) -> None:
        self.ours, self.theirs, self.at = ours, theirs, at
        self.near = ours._deal(near) if near is not None else None
        self.locked = locked
        self.target = target
        self.limit = limit
        self.pair = Pair(ours, theirs, at, near=self.near, limit=limit)

    def run(self, tell: Callable[[str], None]) -> Agreement:
        tell("looking for a deal that both accept")
        pair = self.pair
        wanted = self._wanted(pair)
        status = pair.ask(*wanted, *self._held(pair).values())
        if status is Status.SATISFIED:
            tell("looking for the nearest one")
            locked = [path for path in self.locked if path in pair.first.space.paths]
            return self._answer(pair.nearest(wanted, locked), None, proved=False)
        if status is Status.OPEN:
            return self._answer(None, None, proved=False)
        tell("looking for the rules that stand in the way")
        exact = Pair(self.ours, self.theirs, self.at, near=self.near, exact=True, limit=self.limit)
        found = self._ruled_out(exact)
        limits = (*pair.limits, *exact.limits)
        return self._answer(None, found, proved=found is not None and not limits)

    def _answer(self, deal: Both | None, out: RuledOut | None, *, proved: bool) -> Agreement:
        pair = self.pair
        terms = compared(self.ours.schema, self.theirs.schema)
        why = None if deal is not None or out is not None else self._why()
        return Agreement(deal, out, proved, terms, pair.limits, pair.cover, pair.spurious, why)

    def _why(self) -> str:
        if not self.limit.over() and self.pair.limits:
            return f"left open: {self.pair.limits[0]}"
        return self.limit.why()

    def _wanted(self, pair: Pair) -> list[Bool]:
        return [problem.verdict(*TARGETS[self.target]) for problem in (pair.first, pair.second)]

    def _held(self, pair: Pair) -> Mapping[str, Bool]:
        """Terms that do not move, as the deal at hand has them."""
        paths = pair.first.space.paths
        return {p: pin(pair.first, pair.near, p) for p in self.locked if p in paths}

    def _ruled_out(self, pair: Pair) -> RuledOut | None:
        """The smallest set of rules and held terms that no deal meets. `pair` is over numbers
        of any fineness."""
        stepped, parts = self._parts(self.pair), self._parts(pair)
        applied = _applied(pair)

        def possible(view: Pair, chosen: Collection[str]) -> Status:
            held = stepped if view is self.pair else parts
            return view.ask(*_applied(view), *(held[n] for n in held if n in chosen))

        def enough(chosen: frozenset[str]) -> bool | None:
            found = possible(self.pair, chosen)
            if found is Status.SATISFIED:
                return False
            if found is Status.IMPOSSIBLE and possible(pair, chosen) is Status.IMPOSSIBLE:
                return True
            return None  # what numbers in steps do not do, and other numbers do, no deal may do

        everything = [*applied, *parts.values()]
        if pair.ask(*everything) is not Status.IMPOSSIBLE:
            return None
        core = {n - len(applied) for n in pair.solver.core(everything)}
        names = list(parts)
        first = [name for n, name in enumerate(names) if n in core]
        found = smallest([*first, *(name for name in names if name not in set(first))], enough)
        if found is None:
            return None
        chosen = [name.split(" ", 1) for name in names if name in set(found.parts)]
        sides = {
            side: tuple(name for kind, name in chosen if kind == side)
            for side in ("ours", "theirs", "term")
        }
        least = found.smallest and all(
            possible(self.pair, [n for n in found.parts if n != part]) is Status.SATISFIED
            and self.pair.witness() is not None
            for part in found.parts
        )
        return RuledOut(sides["ours"], sides["theirs"], sides["term"], least)

    def _parts(self, pair: Pair) -> dict[str, Bool]:
        """That each rule that counts is met, and that each term that does not move is held."""
        parts: dict[str, Bool] = {}
        for side, problem in (("ours", pair.first), ("theirs", pair.second)):
            for rule in problem.setting.policy.rules:
                if self._counts(rule.level):
                    parts[f"{side} {rule.id}"] = met(problem, rule.id)
        for path, held in self._held(pair).items():
            parts[f"term {path}"] = held
        return parts

    def _counts(self, level: str) -> bool:
        return level == Level.MANDATORY.value or (
            level == Level.NEGOTIABLE.value and self.target == "accept"
        )


def _applied(pair: Pair) -> list[Bool]:
    return [_some_apply(problem) for problem in (pair.first, pair.second)]


def _some_apply(problem: Problem) -> Bool:
    """That some rule that counts applies: otherwise nothing was decided."""
    return bools.some(
        bools.no(problem.outcome(rule.id, Outcome.NOT_APPLICABLE))
        for rule in problem.setting.policy.rules
        if rule.level != Level.ADVISORY.value
    )
