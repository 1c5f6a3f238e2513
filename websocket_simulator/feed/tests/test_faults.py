"""Faults: each kind does what it says, a seed repeats them."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from feed.backlog import Backlog
from feed.faults import KINDS, Faults
from tick import Tick, encode

START = datetime(2025, 6, 6, 20, tzinfo=UTC)


def frames(count: int = 200) -> list[list[Tick]]:
    """So many frames, one a second, of two ticks each."""
    backlog = Backlog()
    return [
        backlog.add([Tick(ticker, Decimal(1), START + timedelta(seconds=second)) for ticker in "AB"], second)
        for second in range(count)
    ]


def arrived(kind: str, rate: float = 0.2) -> list[list[int | None]]:
    faults = Faults({kind: rate}, 1)
    return [[tick.seq for tick in faults.delivered(frame)] for frame in frames()]


def flat(seqs: list[list[int | None]]) -> list[int]:
    return [seq or 0 for frame in seqs for seq in frame]


def test_without_a_rate_nothing_happens() -> None:
    faults = Faults({}, 1)
    assert [faults.delivered(frame) for frame in frames()] == frames()
    assert not any(faults.happens(kind) for kind in KINDS)


def test_a_seed_repeats_the_faults() -> None:
    assert arrived("delay") == arrived("delay")


def test_a_seed_repeats_a_kind_whatever_others_there_are() -> None:
    delay, drop = Faults({"delay": 0.2}, 1), Faults({"drop": 0.2}, 1)
    both = Faults({"delay": 0.2, "drop": 0.2, "corrupt": 0.5, "disconnect": 0.5}, 1)
    for frame in frames():
        for kind in ("corrupt", "disconnect"):
            both.happens(kind)
        delayed, dropped, arriving = ([tick.seq for tick in faults.delivered(frame)] for faults in (delay, drop, both))
        ours = {tick.seq for tick in frame}
        assert [seq for seq in arriving if seq in ours] == [seq for seq in delayed if seq in ours and seq in dropped]
    assert Faults({}, 1).happens("drop") is False


def test_what_is_held_can_be_had_at_once() -> None:
    faults = Faults({"stall": 1, "delay": 0.5}, 1)
    sent = frames(3)
    passed = [tick for frame in sent for tick in faults.delivered(frame)]
    assert sorted(tick.seq or 0 for tick in [*passed, *faults.flush()]) == list(range(1, 7))
    assert faults.flush() == []


def test_drop_loses_ticks() -> None:
    kept = flat(arrived("drop"))
    assert kept == sorted(set(kept))
    assert 250 < len(kept) < 390


def test_duplicates_come_later_than_the_first() -> None:
    counts = Counter(flat(arrived("duplicate")))
    assert set(counts) == set(range(1, 401))
    assert max(counts.values()) == 2
    assert 40 < sum(counts.values()) - 400 < 130


def test_reordered_ticks_come_after_those_of_the_next_frame() -> None:
    seqs = flat(arrived("reorder"))
    moved = [seq for before, seq in pairwise(seqs) if seq < before]
    assert set(seqs) <= set(range(1, 401))
    assert len(moved) > 40
    assert all(max(seqs[: seqs.index(seq)]) - seq <= 4 for seq in moved)


def test_delayed_ticks_come_within_their_time() -> None:
    faults = Faults({"delay": 0.2}, 1)
    waits = [
        (frame[0].timestamp - tick.timestamp).total_seconds() for frame in frames() for tick in faults.delivered(frame)
    ]
    assert max(waits) <= 4
    assert sum(wait > 2 for wait in waits) > 10
    assert sum(0 < wait <= 2 for wait in waits) > 10


def test_a_stall_holds_everything_and_then_gives_it_out() -> None:
    seqs = arrived("stall")
    assert flat(seqs) == list(range(1, len(flat(seqs)) + 1))
    assert [] in seqs
    assert max(map(len, seqs)) <= 12


def test_what_is_held_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feed.faults.MAX_HELD", 2)
    assert max(map(len, arrived("stall"))) == 2


def test_a_corrupt_frame_is_none_that_was_sent() -> None:
    faults, frame = Faults({}, 1), encode(frames()[0])
    corrupt = [faults.corrupted(frame) for _ in range(100)]
    assert {type(item) for item in corrupt} == {str, bytes}
    assert sum(item != frame for item in corrupt) > 90
