"""The proleptic Gregorian calendar over FEEL's years, -999999999 to 999999999.

Python's `datetime` stops at years 1 and 9999, so days are counted here. The day count is
Howard Hinnant's `days_from_civil` (chrono-compatible low-level date algorithms, 2013):
years begin in March, so that the leap day comes last.
"""

from __future__ import annotations

MIN_YEAR = -999_999_999
MAX_YEAR = 999_999_999

_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """Days in a month, which counts from 1."""
    return 29 if month == 2 and is_leap(year) else _MONTH_DAYS[month - 1]


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01, negative before it."""
    y = year - (month <= 2)
    era, year_of_era = divmod(y, 400)
    day_of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return era * 146_097 + day_of_era - 719_468


def civil_from_days(days: int) -> tuple[int, int, int]:
    """(year, month, day) of a count of days since 1970-01-01; the year may be out of range."""
    era, day_of_era = divmod(days + 719_468, 146_097)
    year_of_era = (
        day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096
    ) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * shifted + 2) // 5 + 1
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (month <= 2), month, day


def weekday(days: int) -> int:
    """1 for Monday to 7 for Sunday (ISO 8601) of a count of days since 1970-01-01."""
    return (days + 3) % 7 + 1


def ordinal_day(year: int, month: int, day: int) -> int:
    """1 to 366: the day of the year."""
    return days_from_civil(year, month, day) - days_from_civil(year, 1, 1) + 1


def iso_week(year: int, month: int, day: int) -> int:
    """1 to 53: the week of the year, as ISO 8601 counts weeks (week 1 has the first Thursday)."""
    days = days_from_civil(year, month, day)
    thursday = days - weekday(days) + 4
    of_thursday, _, _ = civil_from_days(thursday)
    return (thursday - days_from_civil(of_thursday, 1, 1)) // 7 + 1


def add_months(year: int, month: int, day: int, months: int) -> tuple[int, int, int]:
    """The same day so many months on, or that month's last day if it is shorter."""
    shifted = year * 12 + month - 1 + months
    year, month = shifted // 12, shifted % 12 + 1
    return year, month, min(day, month_length(year, month))
