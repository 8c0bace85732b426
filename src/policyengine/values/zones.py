"""Time zones: offsets from UTC and the rules of the IANA database.

The database is the `tzdata` package's and never the machine's, so that the same inputs give
the same answer everywhere. Nothing is imported or read before a zone is first named.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from policyengine.values.calendar import civil_from_days, days_from_civil

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

#: The widest offset from UTC, in seconds either way.
MAX_OFFSET = 18 * 3600

_CYCLE_YEARS = 400
_CYCLE_DAYS = 146_097
#: Zone rules are asked about these years only: what `datetime` holds, with room to convert.
_FIRST_YEAR, _LAST_YEAR = 2, 9998
#: A year in which no rule is history: a zone keeps its latest standard time.
_STANDARD_YEAR = 2100


@cache
def _names() -> frozenset[str]:
    from importlib import resources

    text = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return frozenset(text.split())


@cache
def _zone(name: str) -> ZoneInfo:
    from importlib import resources
    from zoneinfo import ZoneInfo

    folder = resources.files("tzdata").joinpath("zoneinfo")
    with folder.joinpath(*name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def is_zone(name: str) -> bool:
    """Whether the IANA database has a zone of exactly this name."""
    return name in _names()


def _represented(year: int) -> int:
    """A year `datetime` can hold in which the zone's rules are those of the given one.

    Rules repeat with the calendar's 400 years after the last one the database has; before
    the first one there is only local mean time.
    """
    if year < _FIRST_YEAR:
        return _FIRST_YEAR + 2 + year % 4
    if year > _LAST_YEAR:
        return _LAST_YEAR - _CYCLE_YEARS + 1 + (year - _LAST_YEAR - 1) % _CYCLE_YEARS
    return year


def offset_at_local(name: str, days: int, second_of_day: int) -> int:
    """Seconds east of UTC at a local date and time; the earlier offset where it comes twice.

    `days` counts from 1970-01-01.
    """
    from datetime import datetime

    year, month, day = civil_from_days(days)
    hour, rest = divmod(second_of_day, 3600)
    stand_in = _represented(year)
    if month == 2 and day == 29 and stand_in != year:
        day = 28
    moment = datetime(stand_in, month, day, hour, rest // 60, rest % 60, tzinfo=_zone(name))
    offset = moment.utcoffset()
    assert offset is not None
    return offset.days * 86_400 + offset.seconds


def offset_at_instant(name: str, seconds: int) -> int:
    """Seconds east of UTC at an instant, given in seconds since 1970-01-01T00:00:00Z."""
    from datetime import UTC, datetime, timedelta

    year, _, _ = civil_from_days(seconds // 86_400)
    shift = days_from_civil(_represented(year), 1, 1) - days_from_civil(year, 1, 1)
    seconds += shift * 86_400
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    offset = moment.astimezone(_zone(name)).utcoffset()
    assert offset is not None
    return offset.days * 86_400 + offset.seconds


def standard_offset(name: str) -> int:
    """Seconds east of UTC outside summer time: what a time of day without a date goes by."""
    from datetime import datetime, timedelta

    moment = datetime(_STANDARD_YEAR, 1, 1, tzinfo=_zone(name))
    offset = (moment.utcoffset() or timedelta()) - (moment.dst() or timedelta())
    return offset.days * 86_400 + offset.seconds
