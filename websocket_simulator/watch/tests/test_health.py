"""What a feed does is said once for each change, and by looks alone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tick import LAST_INSTANT, Tick
from watch.health import BEHIND, CALM, FOREIGN, MAX_COMPLAINTS, Health, age
from watch.sequence import Sequence

NOON = datetime(2025, 6, 6, 12, tzinfo=UTC)
STALE = 30.0


class Feed:
    """A feed that is looked at every second of its own clock; `said` is what was said, with the second."""

    def __init__(self) -> None:
        self.health, self.sequence = Health(), Sequence()
        self.second, self.heard, self.said = 0, 0, list[tuple[int, str]]()
        self.health.connected(0)

    def tick(self, age: float = 0) -> None:
        self.heard += 1
        self.health.understood()
        instant = NOON + timedelta(seconds=self.second - age)
        self.sequence.fresh([Tick("A", Decimal(1), instant, None)], LAST_INSTANT)

    def look(self, stale: float = STALE) -> None:
        self.second += 1
        now = NOON + timedelta(seconds=self.second)
        self.said += [
            (self.second, line) for line in self.health.look(self.sequence, self.second, now, self.heard, stale)
        ]

    def spend(self, seconds: int, each: Callable[[], None] | None = None) -> None:
        for _ in range(seconds):
            if each:
                each()
            self.look()


@pytest.fixture
def feed() -> Feed:
    return Feed()


def test_a_feed_that_ticks_has_nothing_said_of_it(feed: Feed) -> None:
    feed.spend(200, feed.tick)
    assert (feed.said, feed.health.status()) == ([], "live")


def test_a_quiet_feed_is_silent_until_it_ticks(feed: Feed) -> None:
    feed.tick()
    feed.spend(100, feed.health.beat)
    assert (feed.said, feed.health.status()) == ([(31, "no tick for 30 s; the feed is alive")], "silent")
    feed.health.lost(is_mute=False)
    feed.health.connected(feed.second)
    feed.spend(100)
    assert len(feed.said) == 1
    feed.tick()
    feed.look()
    assert feed.said[1:] == [(201, "ticks come again")]


def test_silence_begins_with_the_connection_and_is_none_at_its_end(feed: Feed) -> None:
    feed.spend(20)
    feed.health.connected(20)
    feed.spend(29)
    feed.look(inf)
    assert feed.said == []
    feed.look()
    assert feed.said == [(51, "no tick for 30 s; the feed is alive")]


def test_a_feed_that_falls_behind_is_told_when_it_does_when_it_doubles_and_when_it_is_over(feed: Feed) -> None:
    feed.spend(5, feed.tick)
    feed.spend(3, lambda: feed.tick(2400))
    assert feed.said == [(7, "ticks are 40 minutes old")]
    assert feed.health.status() == "40 minutes behind"
    feed.spend(3, lambda: feed.tick(4700))
    feed.spend(3, lambda: feed.tick(5000))
    feed.spend(3, lambda: feed.tick(8))
    feed.spend(3, lambda: feed.tick(12))
    feed.spend(3, lambda: feed.tick(4))
    feed.spend(1, lambda: feed.tick(60))
    feed.spend(3, lambda: feed.tick(4))
    assert feed.said[1:] == [(12, "ticks are 83 minutes old"), (21, "ticks are up to date again")]


def test_a_late_print_among_ticks_in_time_is_no_delay(feed: Feed) -> None:
    def both() -> None:
        feed.tick(3600)
        feed.tick()
        feed.tick(3600)

    feed.spend(20, both)
    feed.spend(20)
    assert feed.said == []


def test_the_delay_that_is_too_much_is_strictly_more_than_the_limit(feed: Feed) -> None:
    feed.spend(5, lambda: feed.tick(BEHIND.total_seconds() - 1))  # and a second until the look
    assert feed.said == []
    feed.spend(5, lambda: feed.tick(BEHIND.total_seconds() - 0.9))
    assert [line for _, line in feed.said] == ["ticks are 10 s old"]


def test_the_first_bad_frame_is_quoted_and_the_count_is_said_when_it_is_calm(feed: Feed) -> None:
    feed.tick()
    feed.health.spoilt(b"{\x1b")
    feed.health.spoilt("another")
    feed.look()
    feed.spend(int(CALM), feed.tick)
    feed.spend(9, feed.tick)
    feed.health.spoilt("third")
    feed.look()
    assert feed.said == [
        (1, r"bad frame: '{\x1b'"),
        (61, "no bad frame for 60 s, after 2"),
        (71, "bad frame: 'third'"),
    ]


def test_errors_are_said_once_with_their_texts_and_again_after_it_was_calm(feed: Feed) -> None:
    for text in ("'a'", "'b'", "'a'"):
        feed.health.complained((text,))
        feed.spend(30, feed.tick)
    feed.spend(50, feed.tick)
    feed.health.complained(("'a'",))
    feed.look()
    assert [line for _, line in feed.said] == [
        "the feed reports an error: 'a'", "the feed reports an error: 'b'", "no error of the feed for 60 s, after 3",
        "the feed reports an error: 'a'",
    ]  # fmt: skip
    assert feed.health.errors == 4


def test_errors_with_ever_new_texts_are_said_up_to_a_limit(feed: Feed) -> None:
    feed.health.complained(tuple(str(number) for number in range(100)))
    feed.look()
    assert (len(feed.said), feed.health.errors) == (MAX_COMPLAINTS, 100)


def test_a_feed_of_another_protocol_is_said_not_to_be_understood(feed: Feed) -> None:
    feed.spend(20, lambda: feed.health.spoilt(f"hello {feed.second}"))
    assert feed.said == [
        (1, "bad frame: 'hello 0'"),
        (1 + int(FOREIGN), "what the feed sends is not understood: 'hello 0'"),
    ]
    assert feed.health.status() == "not understood"
    feed.tick()
    feed.spend(20)
    feed.spend(10, lambda: feed.health.spoilt("x"))
    assert [line for _, line in feed.said[2:]] == [
        "the feed is understood again",
        "what the feed sends is not understood: 'x'",
    ]


def test_a_bad_frame_among_good_ones_is_no_other_protocol(feed: Feed) -> None:
    def both() -> None:
        feed.health.spoilt("x")
        feed.health.beat()

    feed.spend(20, both)
    assert [line for _, line in feed.said] == ["bad frame: 'x'"]


def test_numbers_that_begin_anew_or_mean_nothing_are_said(feed: Feed) -> None:
    for price, seq in enumerate((1, 2, 3, 1, 1, 1, 1)):
        feed.sequence.fresh([Tick("A", Decimal(price + 1), NOON, seq)], LAST_INSTANT)
        feed.look()
    assert [line for _, line in feed.said if "number" in line] == [
        "the feed's numbers began anew", "the feed's numbers began anew",
        "the feed's numbers are not those of all its ticks, and ignored",
    ]  # fmt: skip


@pytest.mark.parametrize("is_mute", [True, False])
def test_the_status_tells_why_there_is_no_connection(feed: Feed, is_mute: bool) -> None:
    feed.health.lost(is_mute=is_mute)
    assert feed.health.status() == ("mute, not connected" if is_mute else "not connected")
    feed.health.connected(1)
    feed.tick()
    assert feed.health.status() == "live"


@given(st.lists(st.tuples(st.integers(1, 40), st.booleans()), max_size=12))
def test_silence_is_told_as_an_obvious_reading_of_all_seconds_tells_it(parts: list[tuple[int, bool]]) -> None:
    feed, ticked, expected, is_silent = Feed(), 0, list[int](), False
    for seconds, ticks in parts:
        for _ in range(seconds):
            if ticks:
                feed.tick()
            feed.look()
            if ticks:
                ticked = feed.second
            if ticks if is_silent else feed.second - ticked >= STALE:
                expected.append(feed.second)
                is_silent = not is_silent
    assert [second for second, _ in feed.said] == expected


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (11, "11 s"),
        (119.9, "119 s"),
        (120, "2 minutes"),
        (2400, "40 minutes"),
        (7200, "2 hours"),
        (86_400 * 541, "541 days"),
    ],
)
def test_a_delay_is_told_in_units_that_fit(seconds: float, text: str) -> None:
    assert age(timedelta(seconds=seconds)) == text
