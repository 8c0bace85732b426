"""z3, bounded by work instead of time, so that the same question gives the same answer."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Iterable
from typing import Any

from policyengine.symbolic.bools import Bool
from policyengine.symbolic.z import z3

#: z3's own unit of work; about ten seconds of one processor on a policy of fifty rules
WORK = 40_000_000


class Status(enum.Enum):
    SATISFIED = "satisfied"
    IMPOSSIBLE = "impossible"
    #: the limit was reached first: nothing is known
    OPEN = "open"


class Solver:
    """A growing set of constraints, and questions about them.

    `work` bounds each question, `seconds` is a guard for the caller's patience; whichever is
    reached, the answer is `Status.OPEN`, never a guess.
    """

    def __init__(self, *, work: int = WORK, seconds: float | None = None) -> None:
        self._solver = z3.Solver()
        self._solver.set("rlimit", work)
        self._solver.set("random_seed", 0)
        self._ends: float | None = None
        if seconds is not None:
            self.limit(seconds)
        self._model: Any = None
        self._impossible = False
        self._stop: Callable[[], bool] | None = None
        self._named: dict[str, Bool] = {}
        #: propositions that have a literal, kept alive so that their ids stay their own
        self._kept: list[Any] = []
        self.questions = 0

    def add(self, propositions: Iterable[Bool]) -> None:
        for proposition in propositions:
            if proposition is False:
                self._impossible = True
            elif proposition is not True:
                self._solver.add(proposition)

    def heed(self, stop: Callable[[], bool]) -> None:
        """Ask no more once the caller gave up, but raise `KeyboardInterrupt`. Ctrl-C is left to
        Python, for z3's own handler loses it between questions; another thread may interrupt."""
        if self._stop is None:
            self._solver.set("ctrl_c", False)
        self._stop = stop

    def limit(self, seconds: float) -> None:
        """Let all questions from now on take so long together."""
        self._ends = time.monotonic() + seconds

    def ask(self, *assumed: Bool) -> Status:
        """Whether everything, and this, can hold; `model` is then an instance."""
        self.questions += 1
        self._model = None
        if self._impossible or any(part is False for part in assumed):
            return Status.IMPOSSIBLE
        if self._stop is not None and self._stop():
            raise KeyboardInterrupt
        if self._ends is not None:
            left = self._ends - time.monotonic()
            if left <= 0:
                return Status.OPEN
            self._solver.set("timeout", max(1, int(left * 1000)))
        literals = [self._literal(part) for part in assumed if part is not True]
        found = self._solver.check(*literals)
        if found == z3.sat:
            self._model = self._solver.model()
            return Status.SATISFIED
        if found == z3.unknown and "interrupted" in self._solver.reason_unknown():
            raise KeyboardInterrupt  # z3 takes Ctrl-C for itself while it works
        return Status.IMPOSSIBLE if found == z3.unsat else Status.OPEN

    def _literal(self, proposition: Bool) -> Any:
        """A literal that implies a proposition: z3 takes only literals as assumptions."""
        bare = proposition.arg(0) if z3.is_not(proposition) else proposition
        if z3.is_const(bare):
            literal = proposition
        else:
            key = str(proposition.get_id())
            literal = self._named.get(key)
            if literal is None:
                literal = self._named[key] = z3.FreshBool("asked")
                self._kept.append(proposition)
                self._solver.add(z3.Implies(literal, proposition))
        return literal

    def core(self, assumed: Iterable[Bool]) -> list[int]:
        """After an impossible question: positions of the assumptions that were enough."""
        names = {str(literal) for literal in self._solver.unsat_core()}
        wanted = []
        for number, part in enumerate(assumed):
            if part is False:
                return [number]
            if part is True:
                continue
            if str(self._literal(part)) in names:
                wanted.append(number)
        return wanted

    def holds(self, proposition: Bool) -> bool:
        """A proposition in the last instance."""
        if isinstance(proposition, bool):
            return proposition
        return bool(z3.is_true(self._model.eval(proposition, model_completion=True)))

    def number(self, expr: Any) -> Any:
        """A number in the last instance, as a `Fraction`."""
        from fractions import Fraction

        if isinstance(expr, int):
            return Fraction(expr)
        found = self._model.eval(expr, model_completion=True)
        if z3.is_int_value(found):
            return Fraction(found.as_long())
        return Fraction(found.numerator_as_long(), found.denominator_as_long())
