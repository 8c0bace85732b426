"""How gaps are closed: by a deal that is found, or not at all, which is proved.

Deals near those of cases are tried first. What is left is put to a solver, where one is
installed.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from types import ModuleType

from policyengine.errors import UsageError
from policyengine.testing.coverage.deals import Deals, Found
from policyengine.testing.coverage.measure import Answer, Coverage, Gap
from policyengine.testing.coverage.parts import by_part
from policyengine.testing.coverage.search import Search
from policyengine.testing.suite import Suite
from policyengine.values.record import Record


class State(enum.Enum):
    #: there is a deal that closes the gap
    FOUND = "found"
    #: there is none, whatever the deal and however it is asked
    PROVED = "proved"
    #: none was found; there may be one
    OPEN = "open"


class Closing(Record):
    """What is known of closing one gap. `found` is the deal where there is one; `why` says why
    a gap is open, as far as a solver was asked."""

    state: State
    found: Found | None = None
    why: str = ""


class Closings(Record):
    """By gap. `solver`: whether there was one to ask, or nothing to ask it."""

    of: Mapping[Answer, Closing] = {}
    solver: bool = True

    def gap(self, gap: Gap) -> Closing:
        """What is known of closing a gap; open where nothing was asked."""
        return self.of.get((gap.number, gap.answer), Closing(State.OPEN))

    def count(self, state: State) -> int:
        """How many gaps are closed so, of those asked about."""
        return sum(closing.state is state for closing in self.of.values())


def close(
    suite: Suite,
    coverage: Coverage,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Closings:
    """How each gap of a coverage is closed. `progress` is told how many gaps are looked at, of
    how many. The same answer on every run; work is bounded, and what it cuts off is open."""
    deals = Deals(suite)
    search = Search(deals)
    gaps = coverage.gaps()
    parts = by_part(suite.policy.core, gaps)
    found: dict[Answer, Closing] = {}
    for part, own in parts:
        found |= {a: Closing(State.FOUND, one) for a, one in search.search(part, own).items()}
        progress(len(found), len(gaps))
    solving = _solving() if len(found) < len(gaps) else None
    if solving is not None:
        solver = solving.Solving(deals)
        for part, own in parts:
            left = [gap for gap in own if (gap.number, gap.answer) not in found]
            for answer, settled in solver.settle(part, left).items() if left else ():
                state = State.PROVED if settled.proved else State.OPEN
                state = State.FOUND if settled.found is not None else state
                found[answer] = Closing(state, settled.found, settled.why)
            progress(len(found), len(gaps))
    return Closings(found, solving is not None or len(found) == len(gaps))


def _solving() -> ModuleType | None:
    """What asks the solver; None where that is not installed."""
    try:
        from policyengine.testing.coverage import solving
    except UsageError:
        return None
    return solving
