"""The backlog: two minutes of numbered ticks, and never too many."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from feed.backlog import KEEP, Backlog
from tick import Tick

TICK = Tick("A", Decimal(1), datetime(2025, 6, 6, tzinfo=UTC))


def seqs(backlog: Backlog, after: int, count: int = 100) -> list[int | None]:
    return [tick.seq for tick in backlog.after(after, count)]


def test_numbers_rise_by_one() -> None:
    backlog = Backlog(7)
    assert [tick.seq for tick in backlog.add([TICK] * 2, 0) + backlog.add([TICK], 0)] == [7, 8, 9]
    assert (backlog.origin, backlog.first, backlog.next_seq, len(backlog)) == (7, 7, 10, 3)


def test_the_rest_of_a_tick_stays_as_it_is() -> None:
    tick = Tick("A", Decimal("1.50"), datetime(2025, 6, 6, tzinfo=UTC), 99, Decimal("0.25"))
    [numbered] = Backlog(7).add([tick], 0)
    assert numbered == replace(tick, seq=7)


def test_what_followed_a_number_comes_in_order_and_in_parts() -> None:
    backlog = Backlog()
    backlog.add([TICK] * 5, 0)
    assert (seqs(backlog, 2), seqs(backlog, 2, 2), seqs(backlog, 5), seqs(backlog, -9, 1)) == (
        [3, 4, 5],
        [3, 4],
        [],
        [1],
    )


@pytest.mark.parametrize(("now", "first"), [(120, 1), (120.1, 3), (130.1, 4)])
def test_two_minutes_are_held(now: float, first: int) -> None:
    backlog = Backlog()
    backlog.add([TICK] * 2, 0)
    backlog.add([TICK], 10)
    backlog.add([TICK], now)
    assert (backlog.first, seqs(backlog, 0)) == (first, list(range(first, 5)))


def test_there_are_never_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feed.backlog.MAX_HELD", 10)
    backlog = Backlog()
    for _ in range(20):
        backlog.add([TICK] * 4, 0)
        assert len(backlog) <= 13
    assert backlog.first == 69
    backlog.add([], 500)
    assert (backlog.first, len(backlog)) == (81, 0)


@given(
    st.integers(1, 5000),
    st.lists(st.tuples(st.integers(0, 2500), st.integers(0, 50)), min_size=1, max_size=20),
    st.integers(-10, 5000),
    st.integers(0, 3000),
)
def test_what_is_held_is_found_by_its_number(origin: int, added: list[tuple[int, int]], after: int, count: int) -> None:
    backlog, now, held = Backlog(origin), 0, list[tuple[int, int]]()
    for many, pause in added:
        now += pause
        held += [(tick.seq or 0, now) for tick in backlog.add([TICK] * many, now)]
        held = [(seq, at) for seq, at in held if now - at <= KEEP]
    first = held[0][0] if held else backlog.next_seq
    assert (backlog.first, len(backlog)) == (first, len(held))
    wanted = [seq for seq, _ in held if seq > origin + after]
    assert seqs(backlog, origin + after, count) == wanted[:count]
