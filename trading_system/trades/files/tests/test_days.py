"""A time that is added to its day is the instant that times.py reads."""

from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trades.files.days import Days
from trades.files.fields import Fields
from trades.files.header import Header
from trades.files.lookups import Refused
from trades.files.times import Times

ZONES = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]
CHANGES = [date(2025, 3, 9), date(2025, 11, 2), date(2025, 3, 30), date(2025, 10, 26), date(2025, 4, 6)]
DATES = ["%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y", "%Y%m%d", "%b %d, %Y", "%d %B %Y", "%Y.%m.%d", "%m/%d/%y", "%a %d %b %Y"]
CLOCKS = ["%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M:%S %p", "%I:%M%p", "%H%M%S", "%H:%M:%S,%f"]
BETWEEN = [" ", "T", ", ", ";", "  ", "", "-"]
AFTER = ["", "Z", " UTC", "+02:00", " EST", " ET", "-0500", " (UTC)", "5", " AM"]


def days(*columns: str, order: str, zone: str) -> Days:
    fields = Fields(Header(1, ["Day", "Time", "Zone"]), ".")
    names = dict(zip(("timestamp", "time", "zone"), columns, strict=False))
    return Days(Times(fields, order, zone).reader(names))  # type: ignore[arg-type]


def comparable(found: object) -> datetime | None:
    return datetime.fromisoformat(found) if isinstance(found, str) else None


moments = st.datetimes(datetime(1999, 1, 1), datetime(2026, 12, 31)) | st.builds(
    datetime.combine, st.sampled_from(CHANGES), st.times()
)


def test_a_time_that_the_clocks_skip_is_refused_with_its_zone() -> None:
    found = days("Day", order="DMY", zone="Europe/Berlin").stamp.times.read(("2025-03-30 02:30:00", "", ""))
    assert isinstance(found, Refused)
    assert found.message.startswith("2025-03-30 02:30:00 does not exist in Europe/Berlin: the clocks skip it.")


@settings(max_examples=300, deadline=None)
@given(
    moments, st.sampled_from(DATES), st.sampled_from(BETWEEN), st.sampled_from(CLOCKS), st.sampled_from(AFTER),
    st.sampled_from(["MDY", "DMY"]), st.sampled_from(ZONES), st.booleans(),
)  # fmt: skip
def test_it_is_what_times_reads(
    moment: datetime, day: str, between: str, clock: str, after: str, order: str, zone: str, apart: bool
) -> None:
    form = moment.strftime
    text, time_text = (form(day), form(clock) + after) if apart else (form(day) + between + form(clock) + after, "")
    found = days("Day", "Time", "Zone", order=order, zone=zone)
    assert comparable(found.instant(text, time_text, "")) == comparable(found.stamp.times.read((text, time_text, "")))


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-03-04 09:30:05", "2025-03-04T09:30:05-05:00"),
        ("3/4/2025 9:30", "2025-03-04T09:30-05:00"),
        ("20250704;093005", "2025-07-04T13:30:05Z"),
        ("3/4/2025 12:05:00 AM", "2025-03-04T00:05:00-05:00"),
        ("3/4/2025 12:05:00 pm", "2025-03-04T12:05:00-05:00"),
        ("2025-03-04T09:30:05Z", "2025-03-04T09:30:05+00:00"),
        ("2025-11-02 12:00:00", "2025-11-02T17:00:00Z"),  # a day on which the clocks change
        ("2025-03-04 093005+02:00", "2025-03-04T07:30:05Z"),
        ("2025-11-02 01:30:00", None),
        ("2025-03-09 02:30:00", None),
        ("2025-03-04", "2025-03-04T05:00:00Z"),
        ("2025-03-04 25:00", None),
        ("2025-03-04 13:00 PM", None),
    ],
)
def test_a_time(text: str, instant: str | None) -> None:
    assert days("Day", order="MDY", zone="America/New_York").instant(text, "", "") == instant


def test_a_cell_that_is_a_moment_already() -> None:
    found = days("Day", order="MDY", zone="UTC").instant(datetime(2025, 3, 4, 9, 30), "", "")
    assert found == "2025-03-04T09:30:00Z"


def test_a_date_and_a_time_that_are_typed() -> None:
    found = days("Day", "Time", order="MDY", zone="UTC").instant(date(2025, 3, 4), time(9, 30), "")
    assert found == "2025-03-04T09:30:00Z"


def test_nothing_is_known_of_a_cell_that_is_refused() -> None:
    assert days("Day", order="MDY", zone="UTC").instant(None, "", "") is None


def test_a_zone_of_the_row_counts() -> None:
    found = days("Day", "Time", "Zone", order="MDY", zone="UTC")
    assert found.instant("3/4/2025", "9:30:05", "Europe/Berlin") == "2025-03-04T09:30:05+01:00"
