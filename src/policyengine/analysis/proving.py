"""What no deal does: asked over numbers in steps first, then over numbers of any fineness."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable

from policyengine.analysis.limit import Limit
from policyengine.analysis.setting import Case
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.decoder import NoDocumentError, decoded
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.solver import Status
from policyengine.symbolic.verifier import Replay, document_of

#: what is asked of a problem's deals
Wanted = Callable[[Problem], Iterable[Bool]]
#: whether the reference decides a deal that the solver found as was asked
Shown = Callable[[Replay], bool]


class Proving:
    """A case over numbers in steps (`stepped`), whose deals a document can hold, and over all
    numbers (`exact`), where what is impossible is so for every deal."""

    def __init__(self, case: Case, limit: Limit | None = None) -> None:
        self.limit = limit or Limit()
        self._case = case
        self.stepped = case.problem()
        self.exact = case.problem(exact=True)
        self._found: Replay | None = None
        self._asked: list[Bool] = []

    @property
    def limits(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.stepped.limits, *self.exact.limits)))

    def never(self, wanted: Wanted, held: Container[str], shown: Shown) -> bool | None:
        """Whether there is no deal of which this holds; None where the solver does not say, or
        finds only what no document holds, or what is not `shown` by one. Terms that are `held`
        are as the case's own deal has them."""
        self._found = None
        for view in (self.stepped, self.exact):
            self._asked = list(wanted(view))
            found = self.limit.ask(view, *self._asked)
            if found is Status.SATISFIED:
                replay = self._replay(view, held)
                if replay is not None and shown(replay):
                    self._found = replay
                    return False
            if found is not Status.IMPOSSIBLE:
                return None
        return True

    def _replay(self, view: Problem, held: Container[str]) -> Replay | None:
        """The last instance as the reference decides it, if some document holds it."""
        deal = self._case.deal
        try:
            values, listed = decoded(view.space, view.solver)
        except NoDocumentError:
            return None
        made = {path: value for path, value in values.items() if path not in held}
        # the deal's own values: a list of the same texts may have another order
        made |= {path: value for path, value in deal.values.items() if path in held}
        rest = [path for path in listed if path not in held]
        rest += [path for path in sorted(deal.not_applicable) if path in held]
        schema = self._case.policy.schema
        return view.judge.replay(document_of(made, rest, schema=schema))

    def core(self) -> list[int]:
        """After `never` has said so: positions of what was asked that were enough for it."""
        return self.exact.solver.core(self._asked)

    def witness(self) -> Replay | None:
        """A deal of which that holds which `never` has just denied."""
        return self._found

    def holds(self, wanted: Wanted) -> bool:
        """Whether something holds of some deal, in either view: what is said of deals like a
        given one is empty where that one itself has no form."""
        return all(
            self.limit.ask(problem, *wanted(problem)) is Status.SATISFIED
            for problem in (self.stepped, self.exact)
        )
