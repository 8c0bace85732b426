"""Functions on dates and times."""

from __future__ import annotations

from decimal import Decimal

from policyengine.feel.builtins.model import Family
from policyengine.values.calendar import iso_week, ordinal_day
from policyengine.values.temporal import Date, DateTime

TIMES = Family("dates and times")

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def _date(value: Date | DateTime) -> Date:
    return value.date if isinstance(value, DateTime) else value


def day_of_year(value: Date | DateTime) -> Decimal:
    date = _date(value)
    return Decimal(ordinal_day(date.year, date.month, date.day))


def week_of_year(value: Date | DateTime) -> Decimal:
    date = _date(value)
    return Decimal(iso_week(date.year, date.month, date.day))


_define = TIMES.define
_define(
    "day of year(date: date | date and time) -> number",
    day_of_year,
    "The number of the day in its year, from 1.",
)
_define(
    "day of week(date: date | date and time) -> string",
    lambda value: _DAYS[_date(value).weekday - 1],
    "The name of the day, Monday to Sunday.",
)
_define(
    "month of year(date: date | date and time) -> string",
    lambda value: _MONTHS[_date(value).month - 1],
    "The name of the month, January to December.",
)
_define(
    "week of year(date: date | date and time) -> number",
    week_of_year,
    "The number of the week in its year, as ISO 8601 counts weeks.",
)
