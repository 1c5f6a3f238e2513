"""Tickers that are quiet while others tick."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watch.quiet import KNOWN, MEMORY, NAMED, PAUSE, QUIET, USUALLY, Quiet, named


@dataclass
class Window:
    newest: object


class Feed:
    """A feed that is looked at every second; `said` is what was said, with the second."""

    def __init__(self) -> None:
        self.quiet, self.newest = Quiet(), dict[str, Window]()
        self.second, self.heard, self.said = 0, 0, list[tuple[int, str]]()

    def spend(self, seconds: int, tickers: Iterable[str] = "", every: int = 1) -> "Feed":
        """So many seconds, in each of which, or every so many, these tickers tick."""
        for _ in range(seconds):
            self.second += 1
            if tickers and self.second % every == 0:
                self.heard += 1
                self.newest |= {ticker: Window(object()) for ticker in tickers}
            self.said += [(self.second, line) for line in self.quiet.look(self.second, self.heard, self.newest)]
        return self


def test_a_ticker_of_several_that_goes_mute_is_said_once_and_when_it_ticks_again() -> None:
    feed = Feed().spend(20, "AB").spend(200, "A")
    assert feed.said == [(81, "no tick for more than 60 s, while others tick, of B")]
    assert feed.quiet.tickers == ("B",)
    feed.spend(10, "AB")
    assert feed.said[1:] == [(221, "ticks come again of B")]
    assert feed.quiet.tickers == ()


def test_all_that_became_quiet_at_a_look_are_one_line() -> None:
    feed = Feed().spend(20, "ABCDEFGH").spend(100, "A")
    assert feed.said == [(81, "no tick for more than 60 s, while others tick, of B, C, D, E, F and 2 more")]


def test_a_thin_ticker_is_quiet_after_ten_times_its_usual_interval() -> None:
    feed = Feed()
    for _ in range(8):
        feed.spend(19, "A").spend(1, "AB")
    feed.spend(300, "A")
    assert [second for second, _ in feed.said] == [160 + 20 * USUALLY + 1]


def test_when_all_are_silent_as_at_night_nobody_is_quiet_nor_in_the_morning() -> None:
    feed = Feed().spend(20, "AB").spend(50_000).spend(int(QUIET - PAUSE), "A").spend(5, "AB")
    assert feed.said == []


def test_a_ticker_that_ticked_a_few_times_has_no_usual_interval() -> None:
    assert Feed().spend(KNOWN, "AB").spend(1000, "A").said == []
    assert len(Feed().spend(KNOWN + 1, "AB").spend(1000, "A").said) == 1


def test_a_ticker_that_was_forgotten_is_quiet_no_longer_and_does_not_tick_again() -> None:
    feed = Feed().spend(20, "AB").spend(100, "A")
    del feed.newest["B"]
    feed.spend(10, "A")
    assert (len(feed.said), feed.quiet.tickers) == (1, ())


def test_where_there_are_many_tickers_each_is_looked_at_every_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watch.quiet.MAX_LOOKED", 2)
    feed = Feed().spend(40, "ABCDEFG").spend(100, "A")
    assert sum(line.count(name) for _, line in feed.said for name in "BCDEFG") == 6
    assert all(100 < second <= 110 for second, _ in feed.said)
    feed.spend(1, "A")
    del feed.newest["G"], feed.newest["F"]
    feed.spend(10, "A")
    assert feed.quiet.tickers == ("B", "C", "D", "E")
    feed.spend(10, "ABC")
    assert feed.quiet.tickers == ("D", "E")


def test_names_are_cut_to_a_few() -> None:
    assert named(["A"]) == "A"
    assert named(list("ABCDEFG")[:NAMED]) == "A, B, C, D, E"
    assert named([f"T{number}" for number in range(500)]) == "T0, T1, T2, T3, T4 and 495 more"


@given(
    st.lists(
        st.tuples(st.integers(1, 80), st.sampled_from(["", "A", "B", "AB", "ABC"]), st.sampled_from([1, 2, 7])),
        max_size=12,
    )
)
def test_who_is_quiet_is_what_an_obvious_reading_of_all_seconds_says(parts: list[tuple[int, str, int]]) -> None:
    feed, times, seconds, last = Feed(), dict[str, list[float]](), 0.0, None
    for count, tickers, every in parts:
        for _ in range(count):
            feed.spend(1, tickers, every)
            if not tickers or feed.second % every:
                continue
            seconds += min(feed.second - last, PAUSE) if last is not None else 0  # of seconds in which the feed ticks
            last = feed.second
            for ticker in tickers:
                times.setdefault(ticker, []).append(seconds)
            expected = {ticker for ticker in times if seconds - times[ticker][-1] > limit(times[ticker])}
            assert set(feed.quiet.tickers) == expected
    told = [line for _, line in feed.said]
    assert sum("no tick" in line for line in told) <= len(told) <= 2 * feed.heard


def limit(times: list[float]) -> float:
    """How long a ticker that ticked at these seconds may be silent."""
    usual = 0.0
    for number, (before, after) in enumerate(pairwise(times), 1):
        usual += (after - before - usual) / min(number, MEMORY)
    return max(QUIET, USUALLY * usual) if len(times) > KNOWN else float("inf")
