"""Candles are what the ticks of each minute say, and tell when some may be missing."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tick import LAST_INSTANT, Tick
from watch import candle_queue, candles, held_minutes
from watch.candle import Candle, joined
from watch.candle_queue import CandleQueue
from watch.candles import Candles
from watch.exact import EXACT

START = datetime(2026, 6, 5, 14, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def tick(seconds: float, price: str = "100", quantity: str | None = None, ticker: str = "AAPL") -> Tick:
    return Tick(ticker, Decimal(price), at(seconds), None, Decimal(quantity) if quantity else None)


class Numbers:
    """Of a feed whose newest tick is of `newest`, and that has lost what was between the instants of each hole."""

    def __init__(self, newest: float, *holes: tuple[float, float]) -> None:
        self.newest = at(newest)
        self.holes = [(at(after), at(until)) for after, until in holes]

    def lost_between(self, begin: datetime, end: datetime) -> bool:
        return any(after <= end and until >= begin for after, until in self.holes)


LATER = Numbers(9999)  # all minutes are over


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def made(said: list[str]) -> Candles:
    """Of a watch that began in the minute before START."""
    candles = Candles(CandleQueue(said.append))
    candles.since = at(-1)
    return candles


def take(made: Candles, ticks: Iterable[Tick], latest: datetime = LAST_INSTANT) -> None:
    made.add(list(ticks), latest)
    made.settle()


def queued(made: Candles) -> list[Candle]:
    """What waits, which then does no longer."""
    some = made.queue.take(candle_queue.MAX_CANDLES)
    made.queue.done(some)
    return some


def of(begin: datetime, ticks: list[Tick]) -> Candle:
    """Slowly, from the ticks of a minute as they arrived."""
    in_order = sorted(ticks, key=lambda tick: tick.timestamp)
    newest = [tick for tick in ticks if tick.timestamp == in_order[-1].timestamp]
    quantities = [tick.quantity for tick in ticks if tick.quantity is not None]
    volume = None
    for quantity in quantities:
        volume = quantity if volume is None else EXACT.add(volume, quantity)
    prices = [tick.price for tick in ticks]
    return Candle(
        ticks[0].ticker, begin, in_order[0].price, max(prices), min(prices), newest[-1].price,
        volume, len(ticks), False, in_order[0].timestamp, in_order[-1].timestamp,
    )  # fmt: skip


def slowly(ticks: list[Tick]) -> tuple[dict[tuple[str, datetime], Candle], int]:
    """The candles of ticks, and how many were late: two minutes and more behind, and the first of their minute."""
    found, late, latest = dict[tuple[str, datetime], list[Tick]](), 0, START - timedelta(days=1)
    for one in ticks:
        begin = one.timestamp - timedelta(seconds=one.timestamp.second, microseconds=one.timestamp.microsecond)
        if (one.ticker, begin) not in found and latest - begin > 2 * MINUTE:
            late += 1
            continue
        found.setdefault((one.ticker, begin), []).append(one)
        latest = max(latest, begin)
    return {key: of(key[1], some) for key, some in found.items()}, late


prices = st.decimals("0.00000000000000000001", "99999999999", places=20)
steps = st.tuples(
    st.sampled_from("ABC"), prices, prices | st.none(),
    st.sampled_from([0, 0, 0.000001, 1, 7, 20, 59.999999, 61]), st.sampled_from([0, 0, 0, 1, 30, 100, 200, 400]),
)  # fmt: skip
streams = st.lists(steps, max_size=40)


@given(streams, st.integers(1, 10))
def test_candles_are_those_of_a_slow_reckoning(
    stream: list[tuple[str, Decimal, Decimal, float, float]], size: int
) -> None:
    second, ticks = 3600.0, []
    for ticker, price, quantity, wait, late in stream:
        second += wait
        ticks.append(Tick(ticker, price, at(second - late), None, quantity))
    made = Candles(CandleQueue(print))
    for begin in range(0, len(ticks), size):
        take(made, ticks[begin : begin + size], at(second))
    made.since = at(-1)
    made.finish(LATER)
    expected, late_ticks = slowly(ticks)
    assert {candle.key: candle for candle in queued(made)} == expected
    assert made.minutes.late == late_ticks


@pytest.mark.parametrize("first", [0, 10])
def test_the_minute_in_which_the_watch_began_has_a_gap(made: Candles, first: float) -> None:
    """Another tick of the same instant may have been the one before the first."""
    made.clear()
    take(made, [tick(first), tick(70), tick(130)])
    made.hand_over(Numbers(130))
    assert [candle.gap for candle in queued(made)] == [True, False, True]


def test_a_minute_has_a_gap_until_its_end_has_come_and_what_may_be_late(made: Candles) -> None:
    take(made, [tick(0)])
    made.hand_over(Numbers(61.999999))
    assert [candle.gap for candle in queued(made)] == [True]
    made.hand_over(Numbers(62))
    assert [candle.gap for candle in queued(made)] == [False]


def test_the_end_of_a_minute_may_come_without_a_tick(made: Candles) -> None:
    take(made, [tick(0)])
    made.reach(at(62))
    made.hand_over(Numbers(0))
    assert [candle.gap for candle in queued(made)] == [False]


def test_a_minute_of_which_ticks_were_lost_has_a_gap_until_they_come(made: Candles) -> None:
    take(made, [tick(0), tick(60), tick(120), tick(180)])
    made.hand_over(Numbers(180, (60, 60)))
    assert [candle.gap for candle in queued(made)] == [False, True, True, True]
    made.hand_over(Numbers(182))
    assert [candle.timestamp for candle in queued(made) if not candle.gap] == [at(60), at(120)]


def test_what_has_not_changed_is_not_handed_over_again(made: Candles) -> None:
    take(made, [tick(0), tick(60)])
    made.hand_over(LATER)
    assert len(queued(made)) == 2
    made.hand_over(LATER)
    assert queued(made) == []
    take(made, [tick(59, "7")])
    made.hand_over(LATER)
    assert [(candle.ticks, candle.close) for candle in queued(made)] == [(2, Decimal(7))]


def test_a_tick_of_a_minute_that_was_let_go_is_late(made: Candles) -> None:
    take(made, [tick(0), tick(180)])
    made.hand_over(LATER)
    take(made, [tick(1), tick(61)])
    made.hand_over(LATER)
    assert (made.minutes.late, made.minutes.count) == (1, 2)
    assert [candle.timestamp for candle in queued(made)] == [at(0), at(60), at(180)]


def test_ticks_ahead_of_the_clock_are_left_out(made: Candles) -> None:
    take(made, [tick(0), tick(5), tick(5.000001), tick(3600)], at(5))
    take(made, [tick(6)], at(6))
    made.finish(LATER)
    assert [(candle.ticks, candle.last) for candle in queued(made)] == [(3, at(6))]


def test_a_round_begins_after_ten_seconds_and_when_a_minute_has_ended(made: Candles) -> None:
    found = []
    for second, ticks in (
        (0, [tick(0)]),
        (1, [tick(1)]),
        (9.9, []),
        (10, []),
        (11, [tick(60)]),
        (12, [tick(61)]),
        (13, []),
    ):
        take(made, ticks)
        made.look(second, Numbers(second + 50))
        found.append(sum(candle.ticks for candle in queued(made)))
    assert found == [1, 0, 0, 2, 0, 4, 0]


def test_a_look_hands_over_some_tickers(made: Candles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candles, "AT_A_LOOK", 2)
    take(made, [tick(0, ticker=ticker) for ticker in "ABCDE"])
    found = []
    for _ in range(4):
        made.look(0, Numbers(0))
        found.append([candle.ticker for candle in queued(made)])
    assert found == [["A", "B"], ["C", "D"], ["E"], []]


def test_what_begins_anew_adds_nothing_to_what_was(made: Candles) -> None:
    take(made, [tick(0, quantity="3"), tick(1, quantity="4")])
    made.forget(LATER)
    take(made, [tick(0, quantity="3"), tick(1, quantity="4")])
    made.finish(LATER)
    assert [(candle.ticks, candle.volume) for candle in queued(made)] == [(2, Decimal(7))]


def test_candles_for_which_there_is_no_room_are_counted(made: Candles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_minutes, "MAX_HELD", 2)
    take(made, [tick(0, ticker=ticker) for ticker in "ABCA"])
    assert (made.minutes.count, made.minutes.crowded) == (2, 1)


def test_the_oldest_that_wait_are_dropped_which_is_said_once(
    made: Candles, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candle_queue, "MAX_CANDLES", 2)
    for second in range(0, 300, 60):
        take(made, [tick(second)])
        made.hand_over(LATER)
    assert [candle.timestamp for candle in queued(made)] == [at(180), at(240)]
    assert (made.queue.dropped, said) == (3, ["more than 2 candles wait for the ledger: the oldest are dropped"])


def test_what_has_changed_on_its_way_is_sent_again(made: Candles) -> None:
    take(made, [tick(0)])
    made.hand_over(LATER)
    on_its_way = made.queue.take(9)
    take(made, [tick(1)])
    made.hand_over(LATER)
    made.queue.done(on_its_way)
    assert [candle.ticks for candle in queued(made)] == [2]


parts_of_a_minute = st.lists(
    st.builds(tick, st.sampled_from([0, 0, 1, 2]), st.sampled_from(["1", "2", "3"]), st.sampled_from([None, "1", "2"])),
    min_size=1, max_size=4,
)  # fmt: skip


@given(*3 * [parts_of_a_minute])
def test_candles_join_in_any_order_and_repeatedly(one: list[Tick], two: list[Tick], three: list[Tick]) -> None:
    a, b, c = (of(START, some) for some in (one, two, three))
    assert joined(a, b) == joined(b, a) == joined(joined(a, b), a)
    assert joined(a, a) == a
    known, whole = of(START, one), of(START, one + two)
    assert joined(known, whole) == joined(whole, known) == whole
    assert joined(joined(a, b), c).high == max(a.high, b.high, c.high)


@given(parts_of_a_minute, st.data())
def test_parts_that_grow_join_to_the_last_in_any_order_and_however_often(
    ticks: list[Tick], data: st.DataObject
) -> None:
    parts = [of(START, ticks[:count]) for count in range(1, len(ticks) + 1)]
    sent = data.draw(st.permutations(parts + data.draw(st.lists(st.sampled_from(parts)))))
    assert reduce(joined, sent) == parts[-1]
