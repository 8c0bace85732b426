"""Which FEEL type a value has."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from policyengine.values.ranges import Matcher, Range
from policyengine.values.temporal import Date, DateTime, DayTimeDuration, Time, YearMonthDuration

_KINDS: dict[type, str] = {
    bool: "boolean",
    Decimal: "number",
    str: "string",
    tuple: "list",
    dict: "context",
    Date: "date",
    Time: "time",
    DateTime: "date and time",
    DayTimeDuration: "days and time duration",
    YearMonthDuration: "years and months duration",
    Range: "range",
    Matcher: "range",
    type(None): "null",
}


def kind_of(value: Any) -> str:
    """The kind of a value, one of `types.KINDS`; `function` for what is none of the rest."""
    return _KINDS.get(type(value), "function")
