"""The ring: two minutes of numbered ticks, and never too many."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from feed.backlog import Backlog
from tick import Tick

TICK = Tick("A", Decimal(1), datetime(2025, 6, 6, tzinfo=UTC))


def seqs(ring: Backlog, after: int, count: int = 100) -> list[int | None]:
    return [tick.seq for tick in ring.after(after, count)]


def test_numbers_rise_by_one() -> None:
    ring = Backlog(7)
    assert [tick.seq for tick in ring.add([TICK] * 2, 0) + ring.add([TICK], 0)] == [7, 8, 9]
    assert (ring.origin, ring.first, ring.next_seq, len(ring)) == (7, 7, 10, 3)


def test_what_followed_a_number_comes_in_order_and_in_parts() -> None:
    ring = Backlog()
    ring.add([TICK] * 5, 0)
    assert (seqs(ring, 2), seqs(ring, 2, 2), seqs(ring, 5), seqs(ring, -9, 1)) == ([3, 4, 5], [3, 4], [], [1])


@pytest.mark.parametrize(("now", "first"), [(120, 1), (120.1, 3), (130.1, 4)])
def test_two_minutes_are_held(now: float, first: int) -> None:
    ring = Backlog()
    ring.add([TICK] * 2, 0)
    ring.add([TICK], 10)
    ring.add([TICK], now)
    assert (ring.first, seqs(ring, 0)) == (first, list(range(first, 5)))


def test_there_are_never_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feed.backlog.MAX_HELD", 10)
    ring = Backlog()
    for _ in range(20):
        ring.add([TICK] * 4, 0)
        assert len(ring) <= 13
    assert ring.first == 69
    ring.add([], 500)
    assert (ring.first, len(ring)) == (81, 0)
