"""Hours of exchanges: against the calendars' own answers, and against days that are known."""

import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watch.hours import INSTALL, Hours, check_hours, edges_of

exchange_calendars = pytest.importorskip("exchange_calendars")
pandas = pytest.importorskip("pandas")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
MICROSECOND = timedelta.resolution


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("code", "instant", "is_open"),
    [
        ("XNYS", "2025-06-06T09:29:59.999999-04:00", False),
        ("XNYS", "2025-06-06T09:30-04:00", True),
        ("XNYS", "2025-06-06T15:59:59.999999-04:00", True),
        ("XNYS", "2025-06-06T16:00-04:00", False),
        ("XNYS", "2025-06-07T12:00-04:00", False),  # a Saturday
        ("XNYS", "2025-07-04T12:00-04:00", False),  # a holiday
        ("XNYS", "2025-11-28T12:59-05:00", True),
        ("XNYS", "2025-11-28T13:00-05:00", False),  # which ends early
        ("XHKG", "2025-06-06T11:59+08:00", True),
        ("XHKG", "2025-06-06T12:30+08:00", False),  # a break
        ("XHKG", "2025-06-06T13:00+08:00", True),
    ],
)
def test_a_day_has_its_hours(code: str, instant: str, is_open: bool) -> None:
    assert Hours(code, pytest.fail).is_open(at(instant)) is is_open


@given(
    st.sampled_from(["XNYS", "XHKG", "XTKS", "CMES"]),
    st.lists(st.tuples(st.floats(0.001, 0.999), st.integers(-1, 1)), min_size=1),
)
def test_the_answers_are_those_of_the_calendar_in_any_order(code: str, places: list[tuple[float, int]]) -> None:
    calendar, hours, edges = exchange_calendars.get_calendar(code), Hours(code, pytest.fail), edges_of(code)
    for place, shift in places:
        instant = edges[int(place * len(edges))] + shift * timedelta(minutes=1)
        assert hours.is_open(instant) == calendar.is_open_at_time(pandas.Timestamp(instant), side="left")


def test_beyond_what_is_known_an_exchange_counts_as_open_and_that_is_said_once() -> None:
    said: list[str] = []
    hours = Hours("XNYS", said.append)
    assert not hours.is_open(at("2025-06-06T00:00Z"))
    assert hours.is_open(at("2999-01-02T00:00Z"))
    assert hours.is_open(at("1999-01-02T00:00Z"))
    assert not hours.is_open(at("2025-06-06T00:00Z"))
    assert said == ["the hours of XNYS on 2999-01-02 are not known: its rules act as if it was open"]


def test_the_first_opening_is_known_and_what_is_before_it_is_not() -> None:
    said: list[str] = []
    hours = Hours("XNYS", said.append)
    assert hours.is_open(edges_of("XNYS")[0])
    assert not said
    assert hours.is_open(edges_of("XNYS")[0] - MICROSECOND)
    assert len(said) == 1


def test_a_code_that_no_exchange_has_is_an_error() -> None:
    with pytest.raises(ValueError, match="is the code of no exchange: 'NOPE'"):
        check_hours("NOPE")


def test_without_the_package_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "exchange_calendars", None)
    edges_of.cache_clear()
    with pytest.raises(ValueError, match=INSTALL):
        check_hours("XNYS")
