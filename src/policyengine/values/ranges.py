"""Ranges and tests as values: `[1..10)`, `(< 10)`, `(!= 3)`."""

from __future__ import annotations

from typing import Any

from policyengine.values.record import Record


class Range(Record):
    """An interval of one ordered type. None for `low` or `high`: unbounded on that side,
    and then never included."""

    low: Any
    high: Any
    low_included: bool = True
    high_included: bool = True

    def __post_init__(self) -> None:
        if self.low is None and self.low_included:
            object.__setattr__(self, "low_included", False)
        if self.high is None and self.high_included:
            object.__setattr__(self, "high_included", False)


class Matcher(Record):
    """A test for one value as a value: `(= 10)`, `(!= 10)`. `operator` is `=` or `!=`."""

    operator: str
    operand: Any
