"""The two durations of FEEL: years and months, and days and time.

They never mix: a month has no fixed number of days. Text is ISO 8601 as XML Schema
restricts it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from policyengine.values.calendar import MAX_YEAR
from policyengine.values.record import Record

if TYPE_CHECKING:
    import datetime as dt

NANO = 1_000_000_000
DAY = 86_400 * NANO

#: Bounds of a duration: twice the span of FEEL's years, the greatest difference of two dates.
MAX_MONTHS = 24 * (MAX_YEAR + 1)
MAX_NANOSECONDS = 2 * (MAX_YEAR + 1) * 366 * DAY

_YEAR_MONTH = re.compile(r"(-?)P(?=[0-9])(?:([0-9]+)Y)?(?:([0-9]+)M)?")
_DAY_TIME = re.compile(
    r"(-?)P(?=[0-9T])(?:([0-9]+)D)?"
    r"(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.([0-9]+))?S)?)?"
)
_MAX_TEXT = 100


class YearMonthDuration(Record):
    """A count of months, negative or not; raises `ValueError` beyond `MAX_MONTHS`."""

    months: int

    def __post_init__(self) -> None:
        if abs(self.months) > MAX_MONTHS:
            raise ValueError("the duration is too long")

    @property
    def years_part(self) -> int:
        """Whole years, with the sign of the duration."""
        return _signed(abs(self.months) // 12, self.months)

    @property
    def months_part(self) -> int:
        """Months beyond the whole years, -11 to 11."""
        return _signed(abs(self.months) % 12, self.months)

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{'-' if self.months < 0 else ''}P{text}"


class DayTimeDuration(Record):
    """A count of nanoseconds, negative or not; raises `ValueError` beyond `MAX_NANOSECONDS`."""

    nanoseconds: int

    def __post_init__(self) -> None:
        if abs(self.nanoseconds) > MAX_NANOSECONDS:
            raise ValueError("the duration is too long")

    @classmethod
    def of(
        cls, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0
    ) -> DayTimeDuration:
        return cls((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * NANO)

    @classmethod
    def from_python(cls, value: dt.timedelta) -> DayTimeDuration:
        seconds = value.days * 86_400 + value.seconds
        return cls(seconds * NANO + value.microseconds * 1000)

    def to_python(self) -> dt.timedelta:
        """Raises `OverflowError` beyond what `timedelta` holds; drops what is below 1 µs."""
        from datetime import timedelta

        seconds, rest = divmod(self.nanoseconds, NANO)
        return timedelta(seconds=seconds, microseconds=rest // 1000)

    @property
    def days_part(self) -> int:
        """Whole days, with the sign of the duration, as all parts have it."""
        return _signed(abs(self.nanoseconds) // DAY, self.nanoseconds)

    @property
    def hours_part(self) -> int:
        return _signed(abs(self.nanoseconds) // (3600 * NANO) % 24, self.nanoseconds)

    @property
    def minutes_part(self) -> int:
        return _signed(abs(self.nanoseconds) // (60 * NANO) % 60, self.nanoseconds)

    @property
    def seconds_part(self) -> Decimal:
        """Seconds beyond the whole minutes, fraction included."""
        rest = _signed(abs(self.nanoseconds) % (60 * NANO), self.nanoseconds)
        return Decimal(rest) / NANO

    def __str__(self) -> str:
        size = abs(self.nanoseconds)
        days, rest = divmod(size, DAY)
        hours, rest = divmod(rest, 3600 * NANO)
        minutes, rest = divmod(rest, 60 * NANO)
        seconds, nanos = divmod(rest, NANO)
        time = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        if seconds or nanos or not size:
            time += f"{seconds}{fraction(nanos)}S"
        date = f"{days}D" if days else ""
        return f"{'-' if self.nanoseconds < 0 else ''}P{date}{'T' + time if time else ''}"


def parse_duration(text: str) -> YearMonthDuration | DayTimeDuration:
    """Either duration, by its text; `ValueError` with the reason if it is neither."""
    if len(text) <= _MAX_TEXT:
        found = _YEAR_MONTH.fullmatch(text)
        if found:
            sign, years, months = found.groups()
            count = int(years or 0) * 12 + int(months or 0)
            return YearMonthDuration(-count if sign else count)
        found = _DAY_TIME.fullmatch(text)
        if found:
            sign, days, hours, minutes, seconds, part = found.groups()
            total = ((int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes or 0)) * 60
            nanos = (total + int(seconds or 0)) * NANO + int((part or "")[:9].ljust(9, "0"))
            return DayTimeDuration(-nanos if sign else nanos)
    raise ValueError("not a duration such as P1Y6M or P10DT12H30M")


def fraction(nanos: int) -> str:
    """The decimal fraction of a second, `.5` for half of one, nothing for none."""
    return f".{nanos:09d}".rstrip("0") if nanos else ""


def _signed(size: int, sign: int) -> int:
    return -size if sign < 0 else size
