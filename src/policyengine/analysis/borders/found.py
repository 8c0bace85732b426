"""What is found at borders."""

from __future__ import annotations

from collections.abc import Mapping

from policyengine.decision import Score
from policyengine.symbolic.verifier import Replay
from policyengine.values.record import Record


class Side(Record):
    """One of two deals, as the reference decides it. `said` is what becomes of the rule or the
    item: an outcome, `counts` or `does not count`; `scores` are those to hold it to, by id."""

    said: str
    replay: Replay
    scores: Mapping[str, Score] = {}


class Border(Record):
    """Two deals that differ in the term `path`, with which the rule or the item `of` comes out
    otherwise: the rule objects to the `failing` one, an item counts in it. `alone`: no other
    rule that counts as much objects to that."""

    of: str
    path: str
    failing: Side
    passing: Side
    alone: bool


class Borders(Record):
    """`without` are rules and items of which no border was found; `final` is how the deals were
    decided."""

    pairs: tuple[Border, ...]
    without: tuple[str, ...]
    final: bool = False
