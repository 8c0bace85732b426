"""Dates, times of day, and dates with times, as FEEL has them.

Years run from -999999999 to 999999999 on the proleptic Gregorian calendar, fractions of a
second to nine digits. A time may carry an offset from UTC, or the name of an IANA zone, or
neither (it is then local, and never compared with one that does). `==` between these
objects is sameness of every field; FEEL's `=` is `operators.equal`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policyengine.values import zones
from policyengine.values.calendar import (
    MAX_YEAR,
    MIN_YEAR,
    civil_from_days,
    days_from_civil,
    month_length,
    weekday,
)
from policyengine.values.durations import (
    NANO,
    DayTimeDuration,
    YearMonthDuration,
    fraction,
    parse_duration,
)
from policyengine.values.record import Record, replace

if TYPE_CHECKING:
    import datetime as dt

__all__ = [
    "Date",
    "DateTime",
    "DayTimeDuration",
    "Time",
    "YearMonthDuration",
    "parse_date",
    "parse_date_time",
    "parse_duration",
    "parse_time",
]

_DATE = re.compile(r"(-?)([0-9]{4}|[1-9][0-9]{4,8})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(?:(Z)|([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?|@([A-Za-z0-9_+\-/]+))?"
)
_MAX_TEXT = 100
_DAY_SECONDS = 86_400


class Date(Record):
    """A calendar day. Raises `ValueError` for one that does not exist."""

    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        if not MIN_YEAR <= self.year <= MAX_YEAR:
            raise ValueError("the year is out of range")
        if not 1 <= self.month <= 12:
            raise ValueError("there are 12 months in a year")
        if not 1 <= self.day <= month_length(self.year, self.month):
            raise ValueError("there is no such day in that month")

    @classmethod
    def from_days(cls, days: int) -> Date:
        """The date so many days after 1970-01-01."""
        return cls(*civil_from_days(days))

    @classmethod
    def from_python(cls, value: dt.date) -> Date:
        return cls(value.year, value.month, value.day)

    def to_python(self) -> dt.date:
        """Raises `ValueError` for a year outside 1 to 9999."""
        from datetime import date

        return date(self.year, self.month, self.day)

    @property
    def days(self) -> int:
        """Days since 1970-01-01."""
        return days_from_civil(self.year, self.month, self.day)

    @property
    def weekday(self) -> int:
        """1 for Monday to 7 for Sunday."""
        return weekday(self.days)

    def __str__(self) -> str:
        return f"{'-' if self.year < 0 else ''}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


class Time(Record):
    """A time of day. `offset` is in seconds east of UTC; at most one of it and `zone` is set."""

    hour: int
    minute: int
    second: int
    nanosecond: int = 0
    offset: int | None = None
    zone: str | None = None

    def __post_init__(self) -> None:
        if not (0 <= self.hour < 24 and 0 <= self.minute < 60 and 0 <= self.second < 60):
            raise ValueError("there is no such time of day")
        if not 0 <= self.nanosecond < NANO:
            raise ValueError("the fraction of a second is out of range")
        if self.offset is not None and abs(self.offset) > zones.MAX_OFFSET:
            raise ValueError("an offset from UTC is at most 18 hours")
        if self.zone is not None:
            if self.offset is not None:
                raise ValueError("a time has an offset or a zone, not both")
            if not zones.is_zone(self.zone):
                raise ValueError("there is no such time zone")

    @classmethod
    def from_seconds(
        cls, seconds: int, nanos: int = 0, offset: int | None = None, zone: str | None = None
    ) -> Time:
        """The time so many seconds after midnight."""
        hour, rest = divmod(seconds, 3600)
        return cls(hour, rest // 60, rest % 60, nanos, offset, zone)

    @classmethod
    def from_python(cls, value: dt.time) -> Time:
        offset, zone = _python_zone(value)
        return cls(value.hour, value.minute, value.second, value.microsecond * 1000, offset, zone)

    def to_python(self) -> dt.time:
        """Drops what is below 1 µs; a zone becomes its standard offset."""
        from datetime import time, timedelta, timezone

        east = self.utc_offset
        tz = None if east is None else timezone(timedelta(seconds=east))
        return time(self.hour, self.minute, self.second, self.nanosecond // 1000, tz)

    @property
    def is_local(self) -> bool:
        """Whether it has neither an offset nor a zone."""
        return self.offset is None and self.zone is None

    @property
    def second_of_day(self) -> int:
        return self.hour * 3600 + self.minute * 60 + self.second

    @property
    def utc_offset(self) -> int | None:
        """Seconds east of UTC, None if local; a zone goes by its standard time here."""
        return zones.standard_offset(self.zone) if self.zone is not None else self.offset

    def __str__(self) -> str:
        text = f"{self.hour:02d}:{self.minute:02d}:{self.second:02d}{fraction(self.nanosecond)}"
        if self.zone is not None:
            return f"{text}@{self.zone}"
        if self.offset is None:
            return text
        if not self.offset:
            return f"{text}Z"
        minutes, seconds = divmod(abs(self.offset), 60)
        sign = "-" if self.offset < 0 else "+"
        end = f":{seconds:02d}" if seconds else ""
        return f"{text}{sign}{minutes // 60:02d}:{minutes % 60:02d}{end}"


class DateTime(Record):
    """A date and a time of day: an instant unless the time is local."""

    date: Date
    time: Time

    @classmethod
    def from_seconds(
        cls, seconds: int, nanos: int = 0, offset: int | None = None, zone: str | None = None
    ) -> DateTime:
        """From local seconds since 1970-01-01T00:00:00 on the same clock."""
        days, rest = divmod(seconds, _DAY_SECONDS)
        return cls(Date.from_days(days), Time.from_seconds(rest, nanos, offset, zone))

    @classmethod
    def from_python(cls, value: dt.datetime) -> DateTime:
        return cls(Date.from_python(value), Time.from_python(value.timetz())).in_zone_of(value)

    def in_zone_of(self, value: dt.datetime) -> DateTime:
        """With the offset or zone a Python value carries, as of its own date."""
        offset, zone = _python_zone(value)
        return DateTime(self.date, replace(self.time, offset=offset, zone=zone))

    def to_python(self) -> dt.datetime:
        """Drops what is below 1 µs; `ValueError` for a year outside 1 to 9999."""
        from datetime import datetime, timedelta, timezone

        east = self.utc_offset
        tz = None if east is None else timezone(timedelta(seconds=east))
        at = self.time
        return datetime.combine(
            self.date.to_python(),
            datetime.min.time().replace(at.hour, at.minute, at.second, at.nanosecond // 1000),
            tz,
        )

    @property
    def is_local(self) -> bool:
        return self.time.is_local

    @property
    def local_seconds(self) -> int:
        """Whole seconds since 1970-01-01T00:00:00 on its own clock."""
        return self.date.days * _DAY_SECONDS + self.time.second_of_day

    @property
    def utc_offset(self) -> int | None:
        """Seconds east of UTC at that date, None if local."""
        if self.time.zone is not None:
            return zones.offset_at_local(self.time.zone, self.date.days, self.time.second_of_day)
        return self.time.offset

    @property
    def utc_seconds(self) -> int:
        """Whole seconds since 1970-01-01T00:00:00Z; a local time is taken for UTC."""
        return self.local_seconds - (self.utc_offset or 0)

    def plus_nanoseconds(self, nanos: int) -> DateTime:
        """The instant so much later, on the same clock; `ValueError` out of range."""
        seconds, rest = divmod(self.time.nanosecond + nanos, NANO)
        zone = self.time.zone
        if zone is None:
            return DateTime.from_seconds(self.local_seconds + seconds, rest, self.time.offset)
        utc = self.utc_seconds + seconds
        return DateTime.from_seconds(utc + zones.offset_at_instant(zone, utc), rest, None, zone)

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


def parse_date(text: str) -> Date:
    """A date by its ISO text; `ValueError` with the reason if it is not one."""
    found = _DATE.fullmatch(text) if len(text) <= _MAX_TEXT else None
    if not found:
        raise ValueError("not a date such as 2026-01-31")
    sign, year, month, day = found.groups()
    return Date(-int(year) if sign else int(year), int(month), int(day))


def parse_time(text: str) -> Time:
    """A time of day by its ISO text; `24:00:00` is midnight. `ValueError` with the reason."""
    return _time(text)[0]


def parse_date_time(text: str) -> DateTime:
    """A date and time; a date alone is its midnight. `24:00:00` is the next day's midnight."""
    day, divided, clock = text.partition("T")
    date = parse_date(day)
    if not divided:
        return DateTime(date, Time(0, 0, 0))
    time, next_day = _time(clock)
    return DateTime(Date.from_days(date.days + 1) if next_day else date, time)


def _time(text: str) -> tuple[Time, bool]:
    """The time, and whether it was written as 24:00:00."""
    found = _TIME.fullmatch(text) if len(text) <= _MAX_TEXT else None
    if not found:
        raise ValueError("not a time such as 13:45:00, 13:45:00Z or 13:45:00@Europe/Minsk")
    hour, minute, second, part, utc, sign, hours, minutes, seconds, zone = found.groups()
    offset = 0 if utc else None
    if sign:
        if int(minutes) > 59 or int(seconds or 0) > 59:
            raise ValueError("there is no such offset from UTC")
        offset = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
        offset = -offset if sign == "-" else offset
    nanos = int((part or "")[:9].ljust(9, "0"))
    midnight = hour == "24" and minute == second == "00" and not nanos
    time = Time(0 if midnight else int(hour), int(minute), int(second), nanos, offset, zone)
    return time, midnight


def _python_zone(value: dt.time | dt.datetime) -> tuple[int | None, str | None]:
    """(offset, zone) of a Python value: the zone's name if the database has it."""
    if value.tzinfo is None:
        return None, None
    key = getattr(value.tzinfo, "key", None)
    if isinstance(key, str) and zones.is_zone(key):
        return None, key
    offset = value.utcoffset()
    return (None, None) if offset is None else (offset.days * 86_400 + offset.seconds, None)
