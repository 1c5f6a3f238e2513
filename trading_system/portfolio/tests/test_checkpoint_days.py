"""Checkpoints of long ago are few, and never far apart as seen from now."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from portfolio.checkpoint_days import due, kept

BEGIN = date(2020, 1, 1)
ages = st.integers(0, 5000)


def days_before(last: date, *ages: int) -> list[date]:
    return [last - timedelta(days=age) for age in ages]


def test_a_walk_stops_at_the_oldest_day_of_each_class() -> None:
    assert due(BEGIN, BEGIN + timedelta(days=1100)) == days_before(BEGIN + timedelta(days=1100), 1023, 31, 0)
    assert due(BEGIN, BEGIN) == [BEGIN]


@given(length=ages)
def test_what_a_walk_makes_is_kept(length: int) -> None:
    last = BEGIN + timedelta(days=length)
    assert kept(due(BEGIN, last), last) == set(due(BEGIN, last))


@given(length=st.integers(1, 1500))
def test_day_by_day_few_are_kept_and_none_is_far_before_the_next(length: int) -> None:
    days: set[date] = set()
    for number in range(length):
        last = BEGIN + timedelta(days=number)
        days = kept({*days, last}, last)
    kept_ages = sorted((last - day).days for day in days)
    assert kept_ages[0] == 0
    assert len(kept_ages) <= 4
    assert all(older <= 1024 * max(younger, 1) for younger, older in pairwise(kept_ages))
