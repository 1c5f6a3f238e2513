"""A watch that is killed has the ledger know the same candles as one that was not, or tells that there is a gap."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices import Heartbeat, encode_heartbeat
from tick import Gap, Tick, encode, encode_gap
from watch.candle import Candle, Key, joined
from watch.candle_queue import CandleQueue
from watch.candles import Candles
from watch.detector import SpikeDetector
from watch.rule import Rule
from watch.snapshot import parts, restore
from watch.state import Watch

START = datetime(2026, 6, 5, 14, 30, tzinfo=UTC)
FEED = "ws://127.0.0.1:8765"
Ledger = dict[Key, Candle]


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


class Life:
    """A watch in one of its lives, whose candles `ledger` gets when they are sent."""

    def __init__(self, ledger: Ledger, snapshot: bytes | None = None) -> None:
        self.ledger, self.now = ledger, at(99_999)
        self.candles = Candles(CandleQueue(print))
        detectors = [SpikeDetector(Rule())]
        self.watch = Watch(
            detectors, lambda alerts: None, clock=lambda: self.now, log=lambda line: None, candles=self.candles
        )
        if snapshot is not None:
            self.watch.resume(restore(snapshot, FEED, detectors, self.candles))
        elif not ledger:
            self.candles.since = at(-60)
        self.watch.connected()

    @property
    def expected(self) -> int:
        return self.watch.sequence.next

    def take(self, *frames: str) -> None:
        self.watch.take([frame.encode() for frame in frames])

    def hand_over(self) -> None:
        self.candles.hand_over(self.watch.sequence)

    def send(self) -> None:
        for candle in self.candles.queue.take(9999):
            self.ledger[candle.key] = joined(self.ledger.get(candle.key, candle), candle)
            self.candles.queue.done([candle])

    def parts(self) -> Iterator[bytes]:
        return parts(FEED, self.watch.first, self.watch.sequence, self.watch.detectors, self.candles)

    def snapshot(self) -> bytes:
        return b"".join(self.parts())

    def end(self) -> None:
        self.candles.finish(self.watch.sequence)
        self.send()


@pytest.fixture(autouse=True, scope="module")
def one_by_one() -> Iterator[None]:
    """Each ticker in a slice of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("watch.slices.SLICE", 1)
        yield


def numbered(steps: list[tuple[str, int, int, int]]) -> list[Tick]:
    second, ticks = 0, []
    for seq, (ticker, price, wait, late) in enumerate(steps, 1):
        second += wait
        ticks.append(Tick(ticker, Decimal(price), at(second - late), seq, Decimal(price)))
    return ticks


def streams(*late: int) -> st.SearchStrategy[list[Tick]]:
    """Of ticks that are so many seconds late."""
    steps = st.tuples(st.sampled_from("ABC"), st.integers(1, 9), st.sampled_from([0, 1, 20, 45]), st.sampled_from(late))
    return st.lists(steps, min_size=1, max_size=30).map(numbered)


kills = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 9), st.sampled_from(["", "handed over", "sent"])), max_size=3
)


def whole(stream: list[Tick]) -> Ledger:
    life = Life({})
    for tick in stream:
        life.take(encode([tick]))
    life.end()
    return life.ledger


def live(life: Life, stream: list[Tick], last: int, begins: int, after_each: str) -> bytes:
    """Take ticks up to the number `last`, a snapshot's parts between them from the number `begins` on."""
    taking, taken = iter(()), []
    for tick in stream[max(life.expected, 1) - 1 : last]:
        if tick.seq == begins:
            taking = life.parts()
        life.take(encode([tick]))
        if after_each:
            life.hand_over()
        if after_each == "sent":
            life.send()
        taken += [part for part in (next(taking, b""),) if part]
    return b"".join([*taken, *taking] if taken else life.parts())


@given(streams(0, 0, 2, 30), kills)
def test_several_lives_tell_what_one_life_tells(stream: list[Tick], kills: list[tuple[int, int, str]]) -> None:
    """Each is killed at a tick, while a snapshot was being taken for some ticks; the feed sends again what came since."""
    ledger: Ledger = {}
    life = Life(ledger)
    for last, ago, after_each in sorted(kills):
        snapshot = live(life, stream, last, last - ago, after_each)
        life = Life(ledger, snapshot)
    live(life, stream, len(stream), 0, "")
    life.end()
    assert ledger == whole(stream)


@given(streams(0, 0, 1), st.integers(1, 30), st.integers(0, 10), st.integers(0, 10), st.booleans())
def test_a_minute_of_which_the_feed_has_lost_ticks_says_so(
    stream: list[Tick], saved: int, more: int, lost: int, is_saved: bool
) -> None:
    """Killed `more` ticks after it was saved, or never, and back when the feed has forgotten those and `lost` others."""
    while len(stream) <= saved + more + lost:  # what is lost is known by the number of the next tick
        stream.append(Tick("A", Decimal(5), stream[-1].timestamp, len(stream) + 1))
    ledger: Ledger = {}
    life = Life(ledger)
    snapshot = live(life, stream, saved, 0, "sent")
    live(life, stream, saved + more, 0, "sent")
    life = Life(ledger, snapshot if is_saved else None)
    first, held = saved + 1, saved + more + lost + 1
    if first < held:
        life.take(encode_gap(Gap(first, held - 1)))
    life.watch.sequence.declare(saved + more)
    for tick in stream[held - 1 :]:
        life.take(encode([tick]))
    life.end()
    for key, candle in whole(stream).items():
        assert key not in ledger or ledger[key] == candle or ledger[key].gap


def test_what_waits_is_sent_by_the_next_life() -> None:
    ledger: Ledger = {}
    life = Life(ledger)
    for minute in range(5):  # of which the first are held no longer
        life.take(encode([Tick("A", Decimal(1), at(60 * minute), minute + 1)]))
        life.hand_over()
    life = Life(ledger, life.snapshot())
    life.send()  # two of them may not be over
    assert [(candle.timestamp, candle.gap) for candle in ledger.values()] == [
        (at(60 * minute), minute >= 3) for minute in range(5)
    ]


def beating(life: Life, seq: int, seconds: float) -> bool:
    """Whether the minute is known to have a gap after a heartbeat with this number, so long after the tick."""
    life.now = at(seconds)
    life.take(encode_heartbeat(Heartbeat(seq, life.now)))
    life.hand_over()
    life.send()
    return life.ledger["A", START].gap


def test_a_heartbeat_tells_that_a_minute_is_over() -> None:
    life = Life({})
    life.now = at(0)
    life.take(encode([Tick("A", Decimal(1), at(0), 1)]))
    assert beating(life, 1, 61.9)  # ticks that are late may come
    assert beating(life, 2, 63)  # it says that there is another one
    assert not beating(life, 1, 63)


def test_a_heartbeat_after_a_loss_tells_nothing() -> None:
    life = Life({})
    life.watch.sequence.partial = True
    life.now = at(0)
    life.take(encode([Tick("A", Decimal(1), at(0), 1)]), encode_gap(Gap(2, 2)))
    assert beating(life, 2, 100)
