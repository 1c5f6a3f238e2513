from datetime import UTC, date, datetime

import pytest

from venues.new_york import is_regular, trading_day
from watch.hours import edges_of

HALF_DAYS = {date(2025, 7, 3), date(2025, 11, 28), date(2025, 12, 24)}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_clocks_of_new_york_are_put_forward_and_back() -> None:
    before, after = at("2026-03-06 13:45"), at("2026-03-09 13:45")  # the Friday before, and the Monday after
    assert (is_regular(before), is_regular(after)) == (False, True)
    before, after = at("2026-10-30 20:30"), at("2026-11-02 20:30")
    assert (is_regular(before), is_regular(after)) == (False, True)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-06-05 08:00", (2026, 6, 5)),  # 4:00 in summer
        ("2026-06-05 23:59", (2026, 6, 5)),
        ("2026-01-15 09:00", (2026, 1, 15)),  # 4:00 in winter
        ("2026-01-16 00:59", (2026, 1, 15)),
    ],
)
def test_a_trading_day_lasts_until_eight_in_the_evening(instant: str, day: tuple[int, int, int]) -> None:
    assert trading_day(at(instant)) == date(*day)


def test_it_agrees_with_the_calendar_but_for_half_days() -> None:
    edges = [edge for edge in edges_of("XNYS") if edge.year == 2025]
    closes = [close for opening, close in zip(edges[::2], edges[1::2], strict=True) if is_regular(opening)]
    assert len(closes) == len(edges) / 2
    assert {trading_day(close) for close in closes if is_regular(close)} == HALF_DAYS
