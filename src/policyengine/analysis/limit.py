"""How long a question may take: seconds of patience, and a caller who may call it off.

Neither decides what an answer is, only whether there is one: what is cut off says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from policyengine.symbolic.bools import Bool
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.solver import Solver, Status

TIME = "the time was up"
STOPPED = "it was interrupted"
NOT_SAID = "the solver does not say"
WORK = "the solver reached its limit of work"
FINER = "only numbers finer or dates further off than those looked at would tell"


class Limit:
    """Holds for all questions asked through it together.

    `stop` says whether the caller gave up; it is looked at between questions. With it, Ctrl-C
    is the caller's to notice, and a solver that is interrupted counts as giving up; without, a
    `KeyboardInterrupt` is raised as ever.
    """

    def __init__(self, seconds: float | None = None, stop: Callable[[], bool] | None = None):
        self._ends = None if seconds is None else time.monotonic() + seconds
        self._stop = stop
        #: why nothing more is asked, once something was cut off
        self.cut: str | None = None

    def over(self) -> bool:
        """Whether there is no more asking; noted in `cut`."""
        if self.cut is None:
            if self._stop is not None and self._stop():
                self.cut = STOPPED
            elif self._ends is not None and time.monotonic() >= self._ends:
                self.cut = TIME
        return self.cut is not None

    def bind(self, solver: Solver) -> None:
        """Hold for what a solver is asked from now on, be it asked otherwise."""
        if self._stop is not None:
            solver.heed(self._stop)
        if self._ends is not None:
            solver.limit(max(self._ends - time.monotonic(), 0.001))

    def stopped(self) -> None:
        """Raises `KeyboardInterrupt` where the caller gave up."""
        if self._stop is not None and self._stop():
            raise KeyboardInterrupt

    def why(self) -> str:
        """Why a question stayed open."""
        return self.cut if self.over() and self.cut is not None else WORK

    def interrupted(self, pressed: KeyboardInterrupt) -> str:
        """Why nothing more is asked after Ctrl-C has ended a question; raised again where the
        caller has no way to give up."""
        if self._stop is None:
            raise pressed
        self.cut = STOPPED
        return STOPPED

    def ask(self, of: Problem | Solver, *assumed: Bool) -> Status:
        """As `ask` of a problem or a solver; open once there is no more asking."""
        if self.over():
            return Status.OPEN
        self.bind(of if isinstance(of, Solver) else of.solver)
        try:
            found = of.ask(*assumed)
        except KeyboardInterrupt as pressed:
            self.interrupted(pressed)
            return Status.OPEN
        if found is Status.OPEN:
            self.over()
        return found
