"""Dates, times, durations and zones: what exists, what is refused, what comes back."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.values import calendar, zones
from policyengine.values.durations import MAX_MONTHS, MAX_NANOSECONDS, NANO, parse_duration
from policyengine.values.record import Record, replace
from policyengine.values.temporal import (
    Date,
    DateTime,
    DayTimeDuration,
    Time,
    YearMonthDuration,
    parse_date,
    parse_date_time,
    parse_time,
)

READ_BACK = [
    (parse_date, "2026-01-31"),
    (parse_date, "0000-02-29"),
    (parse_date, "-0001-12-31"),
    (parse_date, "-999999999-01-01"),
    (parse_date, "999999999-12-31"),
    (parse_time, "00:00:00"),
    (parse_time, "23:59:59.999999999"),
    (parse_time, "10:00:00Z"),
    (parse_time, "10:00:00+05:30"),
    (parse_time, "10:00:00-00:00:01"),
    (parse_time, "10:00:00@America/Argentina/Buenos_Aires"),
    (parse_date_time, "2026-01-31T10:00:00.5+03:00"),
    (parse_date_time, "-2026-01-31T10:00:00@Europe/Minsk"),
    (parse_duration, "P1Y"),
    (parse_duration, "-P1Y2M"),
    (parse_duration, "P0M"),
    (parse_duration, "P1D"),
    (parse_duration, "-P1DT2H3M4.5S"),
    (parse_duration, "PT0S"),
    (parse_duration, "PT0.000000001S"),
]


@pytest.mark.parametrize("reader, text", READ_BACK)
def test_text_reads_back(reader: Any, text: str) -> None:
    value = reader(text)
    assert str(value) == text
    assert pickle.loads(pickle.dumps(value)) == value
    assert copy.deepcopy(value) == value
    assert hash(reader(text)) == hash(value)
    assert reader(text) == value
    assert value != text


@pytest.mark.parametrize(
    "reader, text, canonical",
    [
        (parse_time, "24:00:00", "00:00:00"),
        (parse_time, "10:00:00.500", "10:00:00.5"),
        (parse_time, "10:00:00+00:00", "10:00:00Z"),
        (parse_time, "10:00:00.1234567891", "10:00:00.123456789"),
        (parse_date_time, "2026-12-31T24:00:00Z", "2027-01-01T00:00:00Z"),
        (parse_date_time, "2026-12-31", "2026-12-31T00:00:00"),
        (parse_duration, "P14M", "P1Y2M"),
        (parse_duration, "PT36H", "P1DT12H"),
        (parse_duration, "-PT0S", "PT0S"),
        (parse_duration, "P1DT0H", "P1D"),
    ],
)
def test_text_becomes_canonical(reader: Any, text: str, canonical: str) -> None:
    assert str(reader(text)) == canonical


@pytest.mark.parametrize(
    "reader, texts",
    [
        (
            parse_date,
            [
                "", "2026-1-31", "2026-02-30", "2023-02-29", "2026-13-01", "2026-00-01",
                "2026-01-00", "26-01-01", "02026-01-01", "+2026-01-01", "2026/01/01",
                "2026-01-31T", "1999999999-01-01", "2026-01-01 ", "٢٠٢٦-01-01", "1" * 200,
            ],
        ),
        (
            parse_time,
            [
                "10:00", "24:00:01", "24:01:00", "24:00:00.1", "10:60:00", "10:00:60", "1:00:00",
                "10:00:00+18:01", "10:00:00+5:30", "10:00:00+05:60", "10:00:00+05:00:60",
                "10:00:00z", "10:00:00@", "10:00:00@Europe/Atlantis", "10:00:00@../etc/passwd",
                "10:00:00@europe/minsk", "10:00:00Z@Europe/Minsk", "T10:00:00", "10:00:00.",
            ],
        ),
        (parse_date_time, ["2026-01-31T", "2026-01-31t10:00:00", "2026-01-31T25:00:00"]),
        (parse_date_time, ["999999999-12-31T24:00:00"]),
        (
            parse_duration,
            [
                "", "P", "PT", "P1", "1Y", "P1Y1D", "P1M1Y", "P1DT", "P-1D", "+P1D", "P1.5D",
                "PT1.S", "PT.5S", "p1d", "P1W", "P" + "9" * 99 + "D", "P99999999999999Y",
                "PT" + "9" * 50 + "H",
            ],
        ),
    ],
)  # fmt: skip
def test_what_is_none_is_refused_in_words(reader: Any, texts: list[str]) -> None:
    for text in texts:
        with pytest.raises(ValueError, match=r"^[a-z]") as refused:
            reader(text)
        assert not str(refused.value).endswith(".")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Date(2026, 2, 29),
        lambda: Date(10**9, 1, 1),
        lambda: Time(24, 0, 0),
        lambda: Time(0, 0, 0, NANO),
        lambda: Time(0, 0, 0, 0, 18 * 3600 + 1),
        lambda: Time(0, 0, 0, 0, 0, "Europe/Minsk"),
        lambda: Time(0, 0, 0, 0, None, "Nowhere"),
        lambda: YearMonthDuration(MAX_MONTHS + 1),
        lambda: DayTimeDuration(-MAX_NANOSECONDS - 1),
    ],
)
def test_values_that_do_not_exist_cannot_be_made(make: Any) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        make()


def test_parts_carry_the_sign_of_the_duration() -> None:
    months = YearMonthDuration(-14)
    assert (months.years_part, months.months_part) == (-1, -2)
    days = parse_duration("-P1DT2H3M4.5S")
    assert isinstance(days, DayTimeDuration)
    assert (days.days_part, days.hours_part, days.minutes_part) == (-1, -2, -3)
    assert str(days.seconds_part) == "-4.5"


@given(st.datetimes(), st.none() | st.integers(-1080, 1080))
def test_python_values_come_back(at: dt.datetime, minutes: int | None) -> None:
    tz = None if minutes is None else dt.timezone(dt.timedelta(minutes=minutes))
    moment = at.replace(tzinfo=tz)
    own = DateTime.from_python(moment)
    assert own.to_python() == moment
    assert Time.from_python(moment.timetz()).to_python() == moment.timetz()
    assert Date.from_python(moment.date()).to_python() == moment.date()


@given(st.timedeltas(dt.timedelta(-(10**6)), dt.timedelta(10**6)))
def test_python_durations_come_back(by: dt.timedelta) -> None:
    assert DayTimeDuration.from_python(by).to_python() == by


def test_python_zones_keep_their_names() -> None:
    zone = ZoneInfo("Europe/Minsk")
    own = DateTime.from_python(dt.datetime(2026, 7, 1, 12, tzinfo=zone))
    assert str(own) == "2026-07-01T12:00:00@Europe/Minsk"
    assert own.to_python().utcoffset() == dt.timedelta(hours=3)
    time = Time.from_python(dt.time(12, tzinfo=zone))
    assert time.to_python().utcoffset() == dt.timedelta(hours=3)

    class Silent(dt.tzinfo):
        """A zone that does not know its offset."""

        def utcoffset(self, _: dt.datetime | None) -> None:
            return None

        def dst(self, _: dt.datetime | None) -> None:
            return None

        def tzname(self, _: dt.datetime | None) -> None:
            return None

    assert Time.from_python(dt.time(12, tzinfo=Silent())).is_local


def test_years_python_does_not_have() -> None:
    with pytest.raises(ValueError, match="year"):
        parse_date("-0044-03-15").to_python()


@given(st.dates())
def test_the_calendar_is_pythons(date: dt.date) -> None:
    days = calendar.days_from_civil(date.year, date.month, date.day)
    assert days == date.toordinal() - dt.date(1970, 1, 1).toordinal()
    assert calendar.civil_from_days(days) == (date.year, date.month, date.day)
    assert calendar.weekday(days) == date.isoweekday()
    assert calendar.iso_week(date.year, date.month, date.day) == date.isocalendar().week


@given(st.integers(-(10**9), 10**9), st.integers(1, 12), st.integers(1, 28))
def test_days_count_over_all_years(year: int, month: int, day: int) -> None:
    days = calendar.days_from_civil(year, month, day)
    assert calendar.civil_from_days(days) == (year, month, day)
    assert calendar.civil_from_days(days + 146_097) == (year + 400, month, day)


@pytest.mark.parametrize(
    "moment, offset",
    [
        ("2026-01-01T00:00:00@Europe/Paris", 3600),
        ("2026-07-01T00:00:00@Europe/Paris", 7200),
        ("2026-10-25T02:30:00@Europe/Paris", 7200),  # comes twice: the earlier one
        ("0001-01-01T00:00:00@Europe/Paris", 561),  # local mean time
        ("-4996-02-29T00:00:00@Europe/Paris", 561),
        ("12026-07-01T00:00:00@Europe/Paris", 7200),
        ("10000-02-29T00:00:00@Europe/Paris", 3600),
    ],
)
def test_offsets_of_zones(moment: str, offset: int) -> None:
    own = parse_date_time(moment)
    assert own.utc_offset == offset
    assert str(own.plus_nanoseconds(0)) == moment
    assert zones.offset_at_instant("Europe/Paris", own.utc_seconds) == offset


def test_a_leap_day_far_from_pythons_years_has_an_offset() -> None:
    assert parse_date_time("-0004-02-29T00:00:00@Europe/Minsk").utc_offset == 6616
    assert parse_date_time("400000-02-29T00:00:00@Europe/Minsk").utc_offset == 10800


def test_a_time_of_day_goes_by_the_standard_time_of_its_zone() -> None:
    assert parse_time("12:00:00@Australia/Sydney").utc_offset == 36_000
    assert parse_time("12:00:00@Europe/Paris").utc_offset == 3600


class Point(Record):
    """A record for the tests."""

    x: int
    y: int = 0


def test_records_are_frozen_values() -> None:
    point = Point(1)
    assert (point.x, point.y) == (1, 0)
    assert repr(point) == "Point(x=1, y=0)"
    assert replace(point, y=2) == Point(1, 2)
    assert point != (1, 0)
    assert {point, Point(1, 0)} == {point}
    with pytest.raises(AttributeError, match="frozen"):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError, match="frozen"):
        del point.x
    with pytest.raises(TypeError):
        Point()  # type: ignore[call-arg]
    match point:
        case Point(x, y):
            assert (x, y) == (1, 0)


class Named(Record):
    """A record that looks at itself, and whose fields have other names."""

    first: str
    last: str = "?"

    def __post_init__(self) -> None:
        if not self.first:
            raise ValueError("nobody")


class Titled(Named):
    """One that inherits fields."""

    title: str = ""


def test_records_of_as_many_fields_are_told_apart() -> None:
    """They share the code that makes them."""
    assert Point(y=2, x=1) == Point(1, 2)
    assert repr(Named(last="b", first="a")) == "Named(first='a', last='b')"
    assert repr(Titled("a", title="Dr")) == "Titled(first='a', last='?', title='Dr')"
    with pytest.raises(ValueError, match="nobody"):
        Named("")
    with pytest.raises(TypeError, match=r"Named\.__init__\(\).*'x'"):
        Named("a", x=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="'last'"):
        Named("a", "b", last="c")  # type: ignore[misc]
    with pytest.raises(TypeError, match="without a default"):

        class Wrong(Record):
            a: int = 0
            b: int  # type: ignore[misc]
