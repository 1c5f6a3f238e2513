"""Numbers: each tick once, and a gap is a gap until it is filled."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tick import Tick
from watch.sequence import Sequence

START = datetime(2025, 6, 6, 20, tzinfo=UTC)
LATEST = START + timedelta(days=1)


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def ticks(*seqs: int | None, second: float | None = None) -> list[Tick]:
    """Ticks with these numbers, each as many seconds after START as its number says."""
    return [
        Tick("A", Decimal(1), START + timedelta(seconds=(seq or 0) % 1000 if second is None else second), seq)
        for seq in seqs
    ]


def fresh(sequence: Sequence, *seqs: int | None, second: float | None = None) -> list[int | None]:
    return [tick.seq for tick in sequence.fresh(ticks(*seqs, second=second), LATEST)]


@given(st.lists(st.lists(st.integers(1, 30), max_size=8), max_size=12))
def test_each_number_comes_once_and_what_is_missing_is_counted(frames: list[list[int]]) -> None:
    sequence = Sequence()
    seen = [seq for frame in frames for seq in fresh(sequence, *frame)]
    flat = [seq for frame in frames for seq in frame]
    assert set(seen) == set(flat)
    if flat:
        ours = [seq for seq in seen if seq >= flat[0]]  # those before the first are from before our time
        assert len(ours) == len(set(ours))
        assert sequence.last == max(flat)
        holes = "".join("." if seq in seen else " " for seq in range(flat[0], max(flat) + 1)).split(".")
        assert sequence.gaps == sum(1 for hole in holes if hole)


def test_numbers_in_order_pass_as_they_are() -> None:
    sequence = Sequence()
    first, second = ticks(1, 2), ticks(3, 4)
    sequence.fresh(first, LATEST)
    assert sequence.fresh(second, LATEST) is second


def test_ticks_without_numbers_pass() -> None:
    sequence = Sequence()
    assert fresh(sequence, None, None) == [None, None]
    assert (sequence.last, sequence.gaps) == (None, 0)


@pytest.mark.parametrize("restart", [2, 3_000_000])
def test_a_feed_that_was_restarted_is_followed(restart: int) -> None:
    sequence = Sequence()
    fresh(sequence, 1, 2, 3, 4, 5)
    sequence.reconnect()
    assert fresh(sequence, restart, second=50) == [restart]
    assert fresh(sequence, restart + 1, restart + 1, second=51) == [restart + 1]
    assert (sequence.gaps, sequence.last) == (1, restart + 1)
    assert [sequence.lost_between(at(begin), at(end)) for begin, end in ((0, 4), (0, 5), (20, 30), (50, 60), (51, 60))] == [
        False, True, True, True, False,
    ]  # fmt: skip


def test_holes_of_an_earlier_run_stay_gaps() -> None:
    sequence = Sequence()
    fresh(sequence, 1, 2, 9)
    sequence.reconnect()
    assert fresh(sequence, 1, second=50) == [1]
    assert sequence.gaps == 2


def test_within_a_connection_a_number_comes_once_however_new_its_tick() -> None:
    sequence = Sequence()
    fresh(sequence, 1, 2, 3)
    sequence.reconnect()
    assert fresh(sequence, 2, second=2) == []
    assert fresh(sequence, 4, second=4) == [4]
    assert fresh(sequence, 3, second=50) == []


def test_one_absurd_number_does_no_lasting_harm() -> None:
    sequence = Sequence()
    fresh(sequence, 1, 2, 10**18, second=2)
    assert fresh(sequence, 3, 4, 4, 5, second=3) == [3, 4, 5]
    sequence.reconnect()
    assert fresh(sequence, 4, 5, second=3) == []
    assert fresh(sequence, 6, 7, second=4) == [6, 7]
    assert sequence.gaps == 1


def test_a_number_of_the_future_is_not_counted() -> None:
    sequence = Sequence()
    fresh(sequence, 1, 2)
    assert [tick.seq for tick in sequence.fresh(ticks(1, 10**18, second=9), START)] == [1, 10**18]
    assert (sequence.last, sequence.newest, sequence.duplicates) == (2, START + timedelta(seconds=2), 0)


def test_forgotten_holes_are_still_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watch.sequence.MAX_HOLES", 2)
    sequence, partial = Sequence(), Sequence(partial=True)
    for seq in (1, 3, 5, 7, 9):
        fresh(sequence, seq)
        fresh(partial, seq)
    assert (sequence.gaps, partial.gaps, partial.lost_between(START, LATEST)) == (4, 0, False)
    assert fresh(partial, 8, 2) == [8]


def test_an_interruption_is_a_gap_that_ends_with_the_next_tick() -> None:
    sequence = Sequence()
    sequence.interrupt()
    fresh(sequence, None, second=1)
    assert sequence.gaps == 0
    sequence.interrupt()
    fresh(sequence, None, second=9)
    assert (sequence.gaps, sequence.lost_between(at(0), at(0.5)), sequence.lost_between(at(2), at(3))) == (
        1,
        False,
        True,
    )


def test_a_feed_that_was_restarted_below_where_we_joined_is_followed() -> None:
    sequence = Sequence()
    fresh(sequence, 100, 101, 102)
    sequence.reconnect()
    assert fresh(sequence, *range(1, 200), second=500) == list(range(1, 200))
    assert (sequence.gaps, sequence.duplicates) == (1, 0)


def test_a_number_from_before_the_start_comes_once() -> None:
    sequence = Sequence()
    assert fresh(sequence, 5, 3, 4, 3, second=5) == [5, 3, 4]
    assert (sequence.gaps, sequence.duplicates) == (0, 1)


def test_numbers_from_before_the_start_are_remembered_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watch.sequence.MAX_HOLES", 1)
    sequence = Sequence()
    assert fresh(sequence, 5, 3, 4, 3, 4, second=5) == [5, 3, 4, 4]


def test_a_redelivery_after_a_frame_that_was_not_in_order_is_no_restart() -> None:
    sequence = Sequence()
    first = ticks(1, second=0) + ticks(2, second=10) + ticks(3, second=5)
    fresh(sequence, 0, second=0)
    assert sequence.fresh(first, LATEST) is first
    sequence.reconnect()
    assert sequence.fresh(first + ticks(4, second=11), LATEST) == ticks(4, second=11)
    assert sequence.gaps == 0


def test_every_gap_is_known_not_the_latest_alone() -> None:
    sequence = Sequence()
    fresh(sequence, 1, 2, 12, 20, 30)
    assert [sequence.lost_between(at(second), at(second)) for second in (1, 5, 15, 25)] == [False, True, True, True]
    fresh(sequence, *range(3, 12))
    assert [sequence.lost_between(at(second), at(second)) for second in (1, 5, 15, 25)] == [False, False, True, True]
