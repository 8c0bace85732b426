"""What a format is: pieces of text, in order, for decisions and for deals without one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from policyengine.decision import Decision


class Format(Protocol):
    """`start`, then one piece for each deal, then `end`; the pieces joined are the output.

    Whatever a format keeps between pieces does not grow with the number of deals. One that shows
    some of many says by `wants` which it would show; of another it is given as little as there is.
    """

    @property
    def name(self) -> str: ...

    def wants(self, rank: int) -> bool:
        """Whether a deal of this rank (`several.Standing`) would be shown and not only counted."""
        ...

    def start(self) -> str: ...

    def decision(self, decision: Decision) -> str: ...

    def error(self, row: Mapping[str, Any]) -> str:
        """`row` is what `decision.no_verdict` makes."""
        ...

    def end(self) -> str: ...


class DataFormat:
    """A format of the published object: decisions and error rows are written alike."""

    def wants(self, _rank: int) -> bool:
        return True

    def row(self, data: Mapping[str, Any]) -> str:
        raise NotImplementedError

    def decision(self, decision: Decision) -> str:
        return self.row(decision.to_dict())

    def error(self, row: Mapping[str, Any]) -> str:
        return self.row(row)
