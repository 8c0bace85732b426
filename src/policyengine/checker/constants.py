"""Constants: the type of a value, and what stands where an error was reported."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from policyengine.core import Const
from policyengine.operators.kinds import kind_of
from policyengine.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAY_TIME_DURATION,
    NULL,
    NUMBER,
    STRING,
    TIME,
    YEAR_MONTH_DURATION,
    Type,
    context_of,
    join,
    list_of,
)
from policyengine.values.durations import DayTimeDuration, YearMonthDuration
from policyengine.values.temporal import Date, DateTime, Time

PLAIN_TYPES: Mapping[type, Type] = {
    type(None): NULL,
    bool: BOOLEAN,
    Decimal: NUMBER,
    str: STRING,
    Date: DATE,
    Time: TIME,
    DateTime: DATE_TIME,
    DayTimeDuration: DAY_TIME_DURATION,
    YearMonthDuration: YEAR_MONTH_DURATION,
}


def type_of(value: Any) -> Type:
    """The type of a value; of a list, the join of its elements' types."""
    plain = PLAIN_TYPES.get(type(value))
    if plain is not None:
        return plain
    if isinstance(value, tuple):
        return list_of(join([type_of(item) for item in value]) if value else ANY)
    if isinstance(value, dict):
        return context_of((key, type_of(item)) for key, item in value.items())
    return Type(kind_of(value))


def broken(*parts: Const) -> bool:
    """Whether one of these stands where an error was reported."""
    return any(part.value is None and part.type.kind == "any" for part in parts)
