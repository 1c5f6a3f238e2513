"""A watch that goes on from its snapshot finds what one finds that was never interrupted."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tick import LAST_INSTANT, Tick, encode
from watch.alert import Alert
from watch.detector import SpikeDetector
from watch.rule import Rule
from watch.slices import SLICE_BYTES
from watch.snapshot import CHECKSUM, MAGIC, SnapshotError, parts, restore
from watch.state import Watch

START = datetime(2025, 6, 6, 20, tzinfo=UTC)
FIRST = 7  # of the feed's numbers
FEED = "ws://127.0.0.1:8765"


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def detectors(*rules: Rule) -> list[SpikeDetector]:
    return [SpikeDetector(rule) for rule in rules or [Rule()]]


class Life:
    """A watch in one of its lives, and what it told."""

    def __init__(self, *rules: Rule, snapshot: bytes | None = None) -> None:
        self.alerts: list[Alert] = []
        self.detectors = detectors(*rules)
        self.watch = Watch(self.detectors, self.alerts.extend, clock=lambda: START + seconds(9999), log=print)
        if snapshot is not None:
            self.watch.resume(restore(snapshot, FEED, self.detectors))
        self.watch.connected()

    def take(self, ticks: list[Tick]) -> None:
        self.watch.take([encode(ticks)])

    def parts(self) -> Iterator[bytes]:
        return parts(FEED, self.watch.first, self.watch.sequence, self.detectors)

    def snapshot(self) -> bytes:
        return b"".join(self.parts())


@st.composite
def streams(draw: st.DrawFn) -> list[Tick]:
    """Numbered ticks of a few tickers near thresholds, some late."""
    cents = st.integers(9_700, 10_450) | st.integers(9_950, 10_050) | st.sampled_from([1000, 100_000])
    steps = st.tuples(
        st.sampled_from("ABCD"), cents, st.integers(0, 3) | st.integers(0, 30), st.sampled_from([0, 0, 1, 2])
    )
    second, stream = 0, []
    for number, (ticker, price, wait, late) in enumerate(draw(st.lists(steps, min_size=2, max_size=60))):
        second += wait
        stream.append(Tick(ticker, Decimal(price) / 100, START + seconds(second - late), FIRST + number))
    return stream


def told(alerts: list[Alert]) -> list[tuple[str, str, bool]]:
    """In the order of their first telling: what was told again has the same id."""
    return list(dict.fromkeys((alert.id, str(alert.tick.price), alert.confirmed) for alert in alerts))


@pytest.fixture(autouse=True, scope="module")
def one_by_one() -> Iterator[None]:
    """Each ticker in a slice of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("watch.slices.SLICE", 1)
        yield


RULES = (Rule(), Rule(kind="fall", name="fall", cooldown=seconds(20), rearm=seconds(2)), Rule(Decimal("0.5")))


def live(life: Life, stream: list[Tick], last: int, begins: int) -> bytes:
    """Take ticks up to the number `last`, a snapshot's parts between them from the number `begins` on."""
    taking, taken = iter(()), []
    for tick in stream[(life.watch.sequence.last or FIRST - 1) + 1 - FIRST : last + 1 - FIRST]:
        if tick.seq == begins:
            taking = life.parts()
        life.take([tick])
        taken += [part for part in (next(taking, b""),) if part]
    return b"".join([*taken, *taking] if taken else life.parts())


@given(streams(), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=3))
def test_several_lives_tell_what_one_life_tells(stream: list[Tick], kills: list[tuple[int, int]]) -> None:
    """Each is killed at a tick, while a snapshot was being taken for some ticks; the feed sends again what came since."""
    whole, life, alerts = Life(*RULES), Life(*RULES), list[Alert]()
    whole.take(stream)
    for last, ago in sorted(kills):
        snapshot = live(life, stream, FIRST + last, FIRST + last - ago)
        alerts += life.alerts
        life = Life(*RULES, snapshot=snapshot)
    live(life, stream, FIRST + len(stream), FIRST)
    for one in (whole, life):
        one.watch.finish()
    assert sorted(told([*alerts, *life.alerts])) == sorted(told(whole.alerts))


def test_what_fired_stays_fired() -> None:
    minute = [Tick("A", Decimal(100), START + seconds(second), second + 1) for second in range(60)]
    first = Life()
    first.take(
        [*minute, Tick("A", Decimal(150), START + seconds(60), 61), Tick("A", Decimal(150), START + seconds(61), 62)]
    )
    assert len(first.alerts) == 1
    second = Life(snapshot=first.snapshot())
    slow = [
        Tick("A", Decimal("101.6") + Decimal("0.022") * step, START + seconds(62 + step), 63 + step)
        for step in range(600)
    ]
    jump = [Tick("A", Decimal("118.2"), START + seconds(662 + step), 663 + step) for step in range(3)]
    second.take(slow + jump)
    assert second.alerts == []


def test_a_gap_is_known_until_the_window_is_full() -> None:
    rule = Rule(confirm=seconds(0), rearm=seconds(0))
    life = Life(rule)
    life.take([Tick("A", Decimal(100), START, 1), Tick("A", Decimal(103), START + seconds(1), 2)])
    life.take([Tick("A", Decimal(100), START + seconds(60), 3), Tick("A", Decimal(103), START + seconds(61), 4)])
    assert [alert.after_gap for alert in life.alerts] == [True, False]
    back = Life(rule, snapshot=life.snapshot())
    back.take([Tick("A", Decimal(107), START + seconds(62), 5)])
    assert [alert.after_gap for alert in back.alerts] == [False]


def test_a_rule_that_the_snapshot_does_not_know_begins_anew() -> None:
    life = Life(Rule(confirm=seconds(0)))
    life.take([Tick("A", Decimal(100), START, 1)])
    back = Life(
        Rule(Decimal(1), confirm=seconds(0)), Rule(Decimal("2.0"), confirm=seconds(0)), snapshot=life.snapshot()
    )
    back.take([Tick("A", Decimal(103), START + seconds(1), 2)])
    assert [alert.rule.threshold for alert in back.alerts] == [Decimal(2)]


def test_a_rule_that_is_followed_no_more_is_left_out() -> None:
    rules = (Rule(confirm=seconds(0)), Rule(Decimal(1), confirm=seconds(0)))
    life = Life(*rules)
    life.take([Tick("A", Decimal(100), START, 1)])
    back = Life(rules[1], snapshot=life.snapshot())
    back.take([Tick("A", Decimal("101.5"), START + seconds(1), 2)])
    assert [alert.percent for alert in back.alerts] == [Decimal("1.5")]


def test_what_is_whole_but_has_another_form_is_refused() -> None:
    head = MAGIC + (1).to_bytes(4, "big") + b"\x01"
    with pytest.raises(SnapshotError, match="it cannot be read"):
        restore(head + hashlib.blake2b(head, digest_size=CHECKSUM).digest(), FEED, detectors())


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda data: b"", "it is no snapshot of this version"),
        (lambda data: data.replace(MAGIC, b"watch 2\n"), "it is no snapshot of this version"),
        (lambda data: data[:-1], "its checksum is wrong"),
        (lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:], "its checksum is wrong"),
        (lambda data: MAGIC + b"x" * CHECKSUM, "its checksum is wrong"),
    ],
)
def test_what_is_broken_is_refused(spoil: Callable[[bytes], bytes], reason: str) -> None:
    with pytest.raises(SnapshotError, match=reason):
        restore(spoil(Life().snapshot()), FEED, detectors())


def test_another_feed_and_other_rules_are_refused() -> None:
    data = Life().snapshot()
    with pytest.raises(SnapshotError, match="it is of another feed"):
        restore(data, "ws://127.0.0.1:1", detectors())
    with pytest.raises(SnapshotError, match="it is of other rules"):
        restore(data, FEED, detectors(Rule(Decimal(3))))


def test_what_waits_goes_on_waiting() -> None:
    life = Life()
    life.take([Tick("A", Decimal(100), START, 1), Tick("A", Decimal(103), START + seconds(1), 2)])
    back = Life(snapshot=life.snapshot())
    assert back.detectors[0].deadline == START + seconds(3)
    assert [alert.confirmed for alert in back.detectors[0].expire(LAST_INSTANT)] == [False]
    again = Life(snapshot=back.snapshot())
    assert not again.detectors[0].expire(LAST_INSTANT)


def test_a_recording_that_is_played_again_begins_anew() -> None:
    life = Life(Rule(confirm=seconds(0)))
    played = [
        Tick("A", Decimal(price), START + seconds(second)) for second, price in enumerate(["100", "103", "100", "100"])
    ]
    forgotten = []
    for number in (1, 101):
        life.take([Tick(tick.ticker, tick.price, tick.timestamp, number + at) for at, tick in enumerate(played)])
        life.watch.began_anew = lambda: forgotten.append(True)
        life.watch.connected()
    assert [str(alert.tick.price) for alert in life.alerts] == ["103", "103"]
    assert forgotten == [True]


def test_tickers_that_rise_steadily_come_in_small_parts_and_stay_packed() -> None:
    life = Life(Rule(Decimal(50)))
    for second in range(600):
        at, price = START + seconds(second / 10), Decimal(10_000 + second) / 100
        life.take([Tick(ticker, price, at, 1 + 12 * second + index) for index, ticker in enumerate("ABCDEFGHIJKL")])
    largest = max(map(len, life.parts()))
    assert largest < 2 * SLICE_BYTES < len(life.snapshot())
    back = Life(Rule(Decimal(50)), snapshot=life.snapshot())
    assert len(back.detectors[0].windows["A"].lows) < 100
    assert back.detectors[0].kept("A") == life.detectors[0].kept("A")


def test_numbers_that_began_anew_while_it_was_away_are_no_reason_to_drop_ticks() -> None:
    life = Life(Rule(confirm=seconds(0)))
    life.take([Tick("A", Decimal(100), START, 1001), Tick("A", Decimal(101), START + seconds(1), 1002)])
    back = Life(Rule(confirm=seconds(0)), snapshot=life.snapshot())
    back.take([Tick("A", Decimal(101), START + seconds(2), 1)])
    back.take([Tick("A", Decimal(103), START + seconds(3), 2)])
    assert [alert.tick.seq for alert in back.alerts] == [2]


def test_numbers_of_single_tickers_cost_no_tick_after_a_restart() -> None:
    rule = Rule(confirm=seconds(0))
    life = Life(rule)
    for number in range(3):
        life.take([Tick("A", Decimal(100), START + seconds(number), 10 + number)])
    life.take([Tick("B", Decimal(100), START + seconds(3), 4)])
    back = Life(rule, snapshot=life.snapshot())
    back.take([Tick("A", Decimal(100), START + seconds(4), 13), Tick("B", Decimal(103), START + seconds(4), 5)])
    assert [alert.tick.ticker for alert in back.alerts] == ["B"]


@pytest.mark.parametrize("part", [b"?", b"\x93\x00\x92\x00\x90\xa1\xff"])  # nothing, and a text that is not UTF-8
def test_what_was_read_of_a_snapshot_before_it_broke_is_forgotten(part: bytes) -> None:
    life = Life()
    life.take([Tick("A", Decimal(100), START, 1)])
    begun = b"".join(list(life.parts())[:-1]) + len(part).to_bytes(4, "big") + part
    known = detectors()
    with pytest.raises(SnapshotError, match="it cannot be read"):
        restore(begun + hashlib.blake2b(begun, digest_size=CHECKSUM).digest(), FEED, known)
    assert not known[0].windows
    assert known[0].since is None


def test_a_clock_that_was_set_back_makes_no_tick_late() -> None:
    life, said, now = Life(Rule(confirm=seconds(0))), list[str](), START + seconds(3600)
    life.watch.log, life.watch.clock = said.append, lambda: now
    life.take([Tick("A", Decimal(100), now, 1), Tick("A", Decimal(101), now, 2)])
    now = START
    life.take([Tick("A", Decimal(100), now, 3), Tick("A", Decimal(103), now + seconds(1), 4)])
    assert [alert.tick.seq for alert in life.alerts] == [4]
    assert len(said) == 1
    assert said[0].startswith("our clock was set back: ")
    assert "0 late" in life.watch.summary()


def test_alerts_that_were_told_before_do_not_count_and_those_beyond_the_last_are_left() -> None:
    life, known = Life(Rule(confirm=seconds(0))), {"A"}

    def tell(alerts: list[Alert]) -> int:
        new = [alert for alert in alerts if alert.tick.ticker not in known]
        life.alerts += new
        return len(new)

    life.watch.tell, life.watch.max_alerts = tell, 2
    prices = [(ticker, price) for price in (100, 103) for ticker in "ABCDE"]
    life.take(
        [
            Tick(ticker, Decimal(price), START + seconds(price), number)
            for number, (ticker, price) in enumerate(prices, 1)
        ]
    )
    assert [alert.tick.ticker for alert in life.alerts] == ["B", "C"]
    assert [alert.tick.ticker for alert in life.watch.left] == ["D", "E"]
    assert life.watch.is_over
    assert life.watch.summary().endswith(" 2 alerts")
