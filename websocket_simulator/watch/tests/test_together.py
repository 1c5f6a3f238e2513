"""Detectors that are fed together find, count and know what each does by itself."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import msgpack
from msgspec.structs import replace

from tick import LAST_INSTANT, Tick, encode
from watch.alert import Alert
from watch.detector import SpikeDetector
from watch.levels import LevelDetector
from watch.making import KINDS
from watch.rule import Rule
from watch.state import Watch
from watch.tickers import Detector
from watch.together import Together

START = datetime(2025, 6, 6, 20, tzinfo=UTC)
SECOND = timedelta(seconds=1)
COUNTS = (
    "late",
    "quarantined",
    "duplicates",
    "forgotten",
    "outliers",
    "latest_outliers",
    "feed_time",
    "deadline",
    "delivered",
)


def ticks(*moments: tuple[float, str], ticker: str = "A") -> list[Tick]:
    """Ticks from pairs of seconds after START and price."""
    return [Tick(ticker, Decimal(price), START + second * SECOND) for second, price in moments]


def knowledge(detector: Detector[Any]) -> dict[str, Any]:
    """All that a detector knows of its tickers."""
    every = (detector.kept(ticker) for ticker in detector.windows)
    return {kept.ticker: replace(kept, prices=sorted(kept.prices)) for kept in every}


class Side:
    """Detectors of some rules, fed together or each by itself; even seconds are within the hours."""

    def __init__(self, rules: list[Rule], max_tickers: int, *, is_together: bool) -> None:
        self.rules, self.max_tickers, self.is_together = rules, max_tickers, is_together
        self.detectors = [self._detector(rule) for rule in rules]
        self.together = Together(self.detectors)

    def _detector(self, rule: Rule) -> Detector[Any]:
        is_open: Callable[[datetime], bool] | None = (lambda at: at.second % 2 == 0) if rule.hours else None
        return KINDS[rule.kind](rule, max_tickers=self.max_tickers, is_open=is_open)

    def feed(self, ticks: list[Tick], latest: datetime) -> list[list[Alert]]:
        if self.is_together:
            found = dict(self.together.feed(ticks, latest))
            return [found.get(detector, []) for detector in self.detectors]
        return [detector.feed(ticks, latest) for detector in self.detectors]

    def expire(self, at: datetime) -> list[list[Alert]]:
        return [detector.expire(at) for detector in self.detectors]

    def withdraw(self, tick: Tick) -> list[list[Alert]]:
        if self.is_together:
            found = dict(self.together.withdraw(tick, self.detectors))
            return [found.get(detector, []) for detector in self.detectors]
        return [detector.withdraw(tick) for detector in self.detectors]

    def reconnect(self) -> None:
        for detector in self.detectors:
            detector.reconnected()

    def forget(self) -> None:
        for detector in self.detectors:
            detector.forget()

    def part(self) -> None:
        self.together.part()

    def change(self, place: int) -> None:
        """The rule at this place is new, and the others go on."""
        self.together.part()
        self.detectors[place % len(self.rules)] = self._detector(self.rules[place % len(self.rules)])
        self.together = Together(self.detectors)

    def restore(self) -> None:
        """Go on from a snapshot."""
        before, self.detectors = self.detectors, [self._detector(rule) for rule in self.rules]
        for old, new in zip(before, self.detectors, strict=True):
            new.feed_time = old.feed_time
            for ticker in old.windows:
                new.restore(msgpack.decode(msgpack.encode(old.kept(ticker)), type=new.Kept))
        self.together = Together(self.detectors)


def withdrawn(event: str, number: int, stream: list[Tick]) -> list[Tick]:
    """The tick that the event takes back: one of the latest."""
    return stream[-1 - number :][:1] if event == "withdraw" else []


seconds = st.sampled_from([0, 1, 2, 10]).map(lambda number: number * SECOND)
globs = st.sampled_from([("*",), ("*",), ("A",), ("A", "B"), ("[B-X]",)])
spikes = st.builds(
    Rule, st.sampled_from(["0.5", "1", "2"]).map(Decimal), seconds.filter(bool), kind=st.sampled_from(["rise", "rise", "fall"]),
    tickers=globs, confirm=seconds, cooldown=seconds, rearm=seconds, hours=st.sampled_from([None, None, None, "XNYS"]),
)  # fmt: skip
levels = st.builds(
    Rule, st.sampled_from(["99.5", "100", "101"]).map(Decimal), kind=st.sampled_from(["above", "below"]), tickers=globs,
    confirm=seconds, cooldown=seconds, margin=st.sampled_from(["0", "1", "5"]).map(Decimal),
    hours=st.sampled_from([None, None, None, "XNYS"]),
)  # fmt: skip
volumes = st.builds(Rule, st.just(Decimal(2)), seconds.filter(bool), kind=st.just("volume"), windows=st.just(2))

prices = st.sampled_from(["100", "100.01", "99.99", "100.2", "99.4", "99.8", "101.1", "102.3", "98.9", "95", "1000"])
waits = st.sampled_from([1, 1, 1, 1, 2, 0, -1, -3, 5, 12])
steps = st.lists(st.tuples(st.sampled_from("AAABX"), prices, waits, st.sampled_from([None, "1", "9"])), max_size=25)
events = st.sampled_from(
    ["feed"] * 8 + ["expire", "reconnect", "forget", "part", "change", "restore", "withdraw", "withdraw"]
)


@given(
    st.lists(spikes, min_size=1, max_size=2), st.lists(levels, min_size=1, max_size=3), st.lists(volumes, max_size=1),
    st.randoms(use_true_random=False), st.lists(st.tuples(events, steps, st.integers(0, 9)), max_size=12),
    st.sampled_from([2, 30, 30, 1000]),
)  # fmt: skip
def test_together_they_are_as_each_by_itself(
    spikes: list[Rule],
    levels: list[Rule],
    volumes: list[Rule],
    random: Any,
    story: list[tuple[str, list[tuple[str, str, int, str | None]], int]],
    max_tickers: int,
) -> None:
    rules = spikes + levels + volumes
    random.shuffle(rules)
    one, other = (Side(rules, max_tickers, is_together=is_together) for is_together in (True, False))
    now = 0
    for event, steps, number in story:
        stream = []
        for ticker, price, wait, quantity in steps:
            now += wait
            size = Decimal(quantity) if quantity else None
            stream.append(Tick(ticker, Decimal(price), START + now * SECOND, quantity=size))
        latest = START + (now + number) * SECOND if number < 5 else LAST_INSTANT
        assert one.feed(stream, latest) == other.feed(stream, latest)
        for tick in withdrawn(event, number, stream):
            assert one.withdraw(tick) == other.withdraw(tick)
        if event == "expire":
            at = START + (now + number) * SECOND
            assert one.expire(at) == other.expire(at)
        elif event == "change":
            one.change(number)
            other.change(number)
        elif event not in ("feed", "withdraw"):
            getattr(one, event)()
            getattr(other, event)()
        if event == "reconnect":
            assert one.feed(stream[-5:], latest) == other.feed(stream[-5:], latest)
        for mine, alone in zip(one.detectors, other.detectors, strict=True):
            assert [getattr(mine, count) for count in COUNTS] == [getattr(alone, count) for count in COUNTS]
            if number % 2:  # to look at it brings it up to date
                assert knowledge(mine) == knowledge(alone)


def above(level: str = "200", **others: Any) -> Rule:
    return Rule(Decimal(level), kind="above", **others)


def test_a_calm_tick_comes_to_the_host_alone_and_the_rider_catches_up() -> None:
    rise, level = SpikeDetector(Rule()), LevelDetector(above())
    first, second, third = ticks((0, "100"), (1, "100.1"), (2, "100.2"))
    Together([level, rise]).feed([first, second, third])
    assert (rise.windows["A"].newest, level.windows["A"].newest) == (third, first)
    level.catch_up()
    assert level.windows["A"].newest is third


def test_a_crossing_waits_by_the_time_of_calm_ticks_that_its_rule_did_not_see() -> None:
    detectors = [SpikeDetector(Rule(Decimal(9))), LevelDetector(above("101"))]
    together = Together(detectors)
    together.feed(ticks((0, "100")) + ticks((1, "100"), ticker="B"))
    together.feed(ticks((4, "100"), ticker="B") + ticks((3, "102")))
    assert detectors[1].deadline == START + 6 * SECOND


def test_a_rider_that_knows_a_newer_tick_than_its_host_keeps_it() -> None:
    level = LevelDetector(above())
    level.feed(ticks((10, "100")))
    together = Together([SpikeDetector(Rule()), level])
    for late in (*ticks((11, "1"), ticker="B"), *ticks((9, "100")), *ticks((9.5, "100"))):
        together.feed([late])
    level.catch_up()
    assert level.windows["A"].newest.timestamp == START + 10 * SECOND


def test_after_they_parted_a_host_passes_what_is_calm_for_itself() -> None:
    rise, alone = SpikeDetector(Rule()), SpikeDetector(Rule())
    together = Together([rise, LevelDetector(above("100.5"))])
    together.feed(ticks((0, "100"), (1, "100.1")))
    alone.feed(ticks((0, "100"), (1, "100.1")))
    assert rise.windows["A"].calm_high < alone.windows["A"].calm_high
    together.part()
    assert rise.windows["A"].calm_high == alone.windows["A"].calm_high


def test_levels_ride_on_rises_of_their_tickers_at_all_hours_alone() -> None:
    fall, rise = SpikeDetector(Rule(kind="fall")), SpikeDetector(Rule(tickers=("A", "B")))
    riders = [LevelDetector(above(tickers=("A",))), LevelDetector(above(tickers=("B", "A")))]
    others = [LevelDetector(above()), LevelDetector(above(tickers=("A",)), is_open=lambda _: True)]
    Together([fall, *others, *riders, rise]).feed(ticks((0, "100"), (1, "100.1")))
    assert [level.windows["A"].newest.timestamp for level in others] == [START + SECOND] * 2
    assert [level.windows["A"].newest.timestamp for level in riders] == [START] * 2


def test_a_watch_feeds_its_detectors_together_also_after_a_change_of_rules() -> None:
    told: list[Alert] = []
    rise, level = SpikeDetector(Rule()), LevelDetector(above("103", confirm=0 * SECOND))
    watch = Watch([level, rise], told.extend, log=print, clock=lambda: START)
    watch.take([encode(ticks((0, "100"), (1, "100.1")))])
    assert level.windows["A"].newest.timestamp == START
    watch.look(1, stale=60)
    assert level.windows["A"].newest.timestamp == START + SECOND
    watch.detectors = [level, SpikeDetector(Rule(Decimal(1)))]
    watch.take([encode(ticks((2, "100.2"), (3, "103.1"), (4, "103.2")))])
    assert [(alert.rule.kind, str(alert.tick.price)) for alert in told] == [("above", "103.1"), ("rise", "103.1")]
    assert told[0].base.price == Decimal("100.2")
