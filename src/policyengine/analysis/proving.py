"""What no deal does: asked over numbers in steps first, then over numbers of any fineness."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from policyengine.analysis.setting import Case
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.solver import Status
from policyengine.symbolic.verifier import Replay

#: what is asked of a problem's deals
Wanted = Callable[[Problem], Iterable[Bool]]


class Proving:
    """A case over numbers in steps (`stepped`), whose deals a document can hold, and over all
    numbers (`exact`), where what is impossible is so for every deal."""

    def __init__(self, case: Case) -> None:
        self.stepped = case.problem()
        self.exact = case.problem(exact=True)
        self._found: Problem | None = None

    @property
    def limits(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.stepped.limits, *self.exact.limits)))

    def never(self, wanted: Wanted) -> bool | None:
        """Whether there is no deal of which this holds; None where the solver does not say, or
        finds only what no document holds."""
        self._found = None
        for view in (self.stepped, self.exact):
            found = view.ask(*wanted(view))
            if found is Status.SATISFIED and view.witness() is not None:
                self._found = view
                return False
            if found is not Status.IMPOSSIBLE:
                return None
        return True

    def witness(self) -> Replay | None:
        """A deal of which that holds which `never` has just denied."""
        return self._found.witness() if self._found is not None else None

    def holds(self, wanted: Wanted) -> bool:
        """Whether something holds of some deal, in either view: what is said of deals like a
        given one is empty where that one itself has no form."""
        return all(
            problem.ask(*wanted(problem)) is Status.SATISFIED
            for problem in (self.stepped, self.exact)
        )
