"""Numbers: each tick once, and a gap is a gap until it is filled."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tick import FIRST_INSTANT, Tick
from watch.recent import MAX_RECENT, Recent
from watch.sequence import MAX_RESTARTS, Sequence
from watch.sequence_state import SequenceState

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


def test_numbers_that_the_feed_declared_come_once_within_a_connection_however_new_their_tick() -> None:
    sequence = Sequence()
    fresh(sequence, 1, 2, 3)
    sequence.declare(3)
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
    monkeypatch.setattr("watch.gaps.MAX_HOLES", 2)
    sequence, partial = Sequence(), Sequence(partial=True)
    partial.declare(0)
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


# Numbers that nobody declared.


def made(*parts: tuple[str, int], second: float = 0, each: float = 1) -> list[Tick]:
    """A tick for each (ticker, number), with a price of its own, `each` seconds after the one before."""
    return [
        Tick(ticker, Decimal(100 + index) / 7 + Decimal(str(second)), at(second + index * each), seq)
        for index, (ticker, seq) in enumerate(parts)
    ]


def passed(sequence: Sequence, *batches: list[Tick]) -> list[Tick]:
    return [tick for batch in batches for tick in sequence.fresh(batch, LATEST)]


def one_by_one(ticks: list[Tick]) -> list[list[Tick]]:
    return [[tick] for tick in ticks]


def test_a_feed_that_numbers_each_ticker_by_itself_loses_no_tick_of_33_and_has_no_gap() -> None:
    ticks = made(*((ticker, number) for number in range(1, 12) for ticker in "ABC"))
    for batches in ([ticks], one_by_one(ticks), [ticks[:20], ticks[20:]]):
        sequence = Sequence()
        assert passed(sequence, *batches) == ticks
        assert (sequence.is_ignored, sequence.last, sequence.gaps, sequence.duplicates) == (True, None, 0, 0)
        assert not sequence.lost_between(START, LATEST)


def test_gaps_of_misread_numbers_are_taken_back_and_others_stay() -> None:
    sequence = Sequence()
    passed(sequence, made(("A", 1), ("A", 2), ("A", 9), ("B", 1)))
    sequence.interrupt()
    passed(sequence, made(("A", 10), second=20))
    assert sequence.gaps == 3  # 3 to 8, of the first count; 2 to 9, of the second; an interruption
    passed(sequence, made(("A", 11), ("B", 10), ("A", 12), ("B", 12), second=30))
    assert (sequence.is_ignored, sequence.gaps) == (True, 1)
    assert [sequence.lost_between(at(begin), at(end)) for begin, end in ((0, 2), (5, 15), (21, 99))] == [
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("is_reconnected", [False, True])
def test_a_feed_whose_numbers_begin_anew_each_day_loses_no_tick(is_reconnected: bool) -> None:
    sequence, days = Sequence(), 5
    for day in range(days):
        ticks = made(
            *((ticker, 1 + 3 * number + "ABC".index(ticker)) for number in range(5) for ticker in "ABC"),
            second=1000 * day,
        )
        assert passed(sequence, *one_by_one(ticks)) == ticks
        if is_reconnected:
            sequence.reconnect()
    assert sequence.duplicates == 0
    assert (sequence.restarts, sequence.is_ignored) == (
        (days - 1, False) if is_reconnected else (MAX_RESTARTS - 1, True)
    )


def test_a_tick_that_is_no_newer_than_its_tickers_newest_is_a_duplicate_only_if_it_is_the_same() -> None:
    sequence, first = Sequence(), made(("A", 1), ("A", 2), ("A", 3))
    same, other = first[1], msgspec.structs.replace(first[1], price=Decimal("0.5"))
    assert passed(sequence, first, [same], [other], [other]) == [*first, other]
    assert (sequence.restarts, sequence.duplicates) == (1, 2)


def test_a_tick_that_came_too_long_ago_to_know_is_a_duplicate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watch.recent.MAX_RECENT", 2)
    sequence, first = Sequence(), made(("A", 1), ("A", 2), ("A", 3), ("A", 4))
    passed(sequence, *one_by_one(first))
    assert passed(sequence, [first[0]], [msgspec.structs.replace(first[1], price=Decimal("0.5"))]) == []
    assert sequence.duplicates == 2


def test_a_heartbeat_makes_numbers_count_that_were_ignored() -> None:
    sequence = Sequence()
    passed(sequence, made(*((ticker, number) for number in range(1, 6) for ticker in "ABC")))
    assert sequence.is_ignored
    sequence.declare(20)
    assert (sequence.is_ignored, sequence.last) == (False, 20)
    assert fresh(sequence, 21, 21, 23, second=60) == [21, 23]
    assert (sequence.gaps, sequence.duplicates) == (1, 1)


def test_a_heartbeat_before_the_first_tick_says_what_to_ask_for() -> None:
    sequence = Sequence()
    sequence.declare(41)
    assert sequence.last == 41
    sequence.reconnect()
    assert fresh(sequence, 43, second=43) == [43]
    assert sequence.gaps == 1


@pytest.mark.parametrize(("is_partial", "last", "late"), [(True, 9, []), (False, 2, [9])])
def test_a_heartbeat_tells_who_asked_for_some_tickers_that_nothing_more_came_for_them(
    is_partial: bool, last: int, late: list[int]
) -> None:
    sequence = Sequence(partial=is_partial)
    fresh(sequence, 1, 2)
    sequence.declare(9)
    sequence.declare(9)
    sequence.declare(1)
    assert (sequence.last, sequence.gaps) == (last, 0)
    assert fresh(sequence, 5, 5, second=9) == [5]  # it was delayed
    assert sequence.gaps == (0 if is_partial else 1)


def test_the_newest_tick_lately_is_that_since_it_was_asked_for() -> None:
    sequence = Sequence()
    fresh(sequence, 1, 2)
    assert (sequence.take_lately(), sequence.take_lately()) == (at(2), FIRST_INSTANT)
    fresh(sequence, 3, 4, second=1)
    assert (sequence.take_lately(), sequence.newest) == (at(1), at(2))
    fresh(sequence, 9, None, second=0)
    assert sequence.take_lately() == at(0)


Feed = list[list[Tick] | None]  # batches, and None where the connection was lost


@st.composite
def delivered(draw: st.DrawFn, numbers: str) -> Feed:
    """What a feed sends that numbers by `numbers`, each tick with a price of its own; some of it twice, or swapped."""
    price, seqs, counts = count(1), count(draw(st.integers(1, 5))), {ticker: count(1) for ticker in "ABC"}
    feed: Feed = []
    sent: list[Tick] = []
    second = 0.0
    for index in range(draw(st.integers(1, 25))):
        batch = []
        if numbers == "anew" and index in (8, 16):
            seqs, second = count(1), second + 1000
        for ticker in draw(st.lists(st.sampled_from("ABC"), max_size=5)):
            second += draw(st.sampled_from([0, 0.5, 1]))
            seq = next(counts[ticker]) if numbers == "of each ticker" else next(seqs)
            batch.append(Tick(ticker, Decimal(next(price)), at(second), seq))
        sent += batch
        if numbers == "of all" and draw(st.booleans()):
            batch = draw(
                st.permutations(batch + draw(st.lists(st.sampled_from(sent), max_size=3) if sent else st.just([])))
            )
        feed.append(batch)
        if draw(st.integers(0, 9)) == 0:
            feed.append(None)
            second += 0.5  # what comes at the very instant of what came before a restart cannot be told from it
    return feed


@pytest.mark.parametrize("numbers", ["of all", "of each ticker", "anew"])
@given(data=st.data())
def test_each_tick_passes_once_whatever_its_number_means(numbers: str, data: st.DataObject) -> None:
    feed = data.draw(delivered(numbers))
    sequence, seen = Sequence(), list[Tick]()
    for batch in feed:
        if batch is None:
            sequence.reconnect()
            sequence = data.draw(st.sampled_from([sequence, again(sequence)])) if numbers != "of all" else sequence
        else:
            seen += sequence.fresh(batch, LATEST)
    expected = list(dict.fromkeys(tick.price for batch in feed if batch for tick in batch))
    assert [tick.price for tick in seen] == expected
    assert sequence.duplicates == sum(len(batch or []) for batch in feed) - len(expected)


def again(sequence: Sequence) -> Sequence:
    """From a snapshot, in a new process, which makes a new connection."""
    state = msgspec.msgpack.decode(msgspec.msgpack.encode(sequence.state()), type=SequenceState)
    assert state == sequence.state()
    restored = Sequence.restored(state)
    assert restored.state() == state
    restored.reconnect()
    return restored


@given(st.lists(st.lists(st.integers(1, 30), max_size=8), max_size=12), st.integers(0, 12), st.booleans())
def test_a_restored_sequence_goes_on_as_one_that_was_reconnected(
    frames: list[list[int]], cut: int, is_partial: bool
) -> None:
    whole = Sequence(partial=is_partial)
    whole.declare(0)
    for frame in frames[:cut]:
        fresh(whole, *frame)
    restored = again(whole)
    whole.reconnect()
    for frame in frames[cut:]:
        assert fresh(restored, *frame) == fresh(whole, *frame)
    assert restored.state() == whole.state()
    assert [restored.lost_between(at(second), at(second)) for second in range(31)] == [
        whole.lost_between(at(second), at(second)) for second in range(31)
    ]


@given(
    st.lists(st.tuples(st.lists(st.integers(0, 9), max_size=4), st.none() | st.integers(0, 9))),
    st.integers(2, 9), st.integers(1, 3),
)  # fmt: skip
def test_what_came_lately_is_known_by_content(
    steps: list[tuple[list[int], int | None]], most: int, together: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("watch.recent.MAX_RECENT", most)
        patch.setattr("watch.recent.TOGETHER", together)
        recent, came, newest = Recent(), list[int](), 0
        for batch, asked in steps:
            newest = max([newest, *batch])
            if batch:
                recent.add([Tick("A", Decimal(1), at(second), 1) for second in batch], at(newest))
            came += batch
            if asked is None:
                continue
            known = recent.has(Tick("A", Decimal(1), at(asked), 2))
            assert known is (asked in came) or (known is None and asked <= newest)
            assert known is True or asked not in came[len(came) - most + together + 4 :]  # 4: what comes at once
        assert recent.has(Tick("B", Decimal(1), at(10), 1)) is False


def test_of_many_ticks_little_is_kept_and_of_those_that_came_at_once_the_latest() -> None:
    recent = Recent()
    for second in range(5 * MAX_RECENT):
        recent.add([Tick("A", Decimal(1), at(second), 1)], at(second))
    assert [recent.has(Tick("A", Decimal(2), at(5 * MAX_RECENT - age), 1)) for age in (MAX_RECENT // 2, 2 * MAX_RECENT)] == [
        False, None,
    ]  # fmt: skip
    many = [Tick("A", Decimal(2), at(9 * MAX_RECENT + second), 1) for second in range(2 * MAX_RECENT)]
    recent.add(many, many[-1].timestamp)
    assert [recent.has(many[-1]), recent.has(many[0])] == [True, None]
