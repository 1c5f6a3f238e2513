"""Alerts that came together are one message: which they are, what it says, and how long it is."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watch import grouping
from watch.grouping import (
    GROUP_SECONDS,
    MAX_BODY,
    MAX_LINES,
    Message,
    group_of,
    is_told,
    message_of,
    seconds_left,
)

from .lines import entry, line

INSTANTS = st.lists(st.floats(0, 60), min_size=1, max_size=20).map(sorted)
NOON = datetime(2025, 6, 6, 12, tzinfo=UTC)


@given(INSTANTS)
def test_a_group_are_those_within_seconds_of_the_first(instants: list[float]) -> None:
    entries = [entry(number, added) for number, added in enumerate(instants)]
    assert group_of(entries) == [one for one in entries if one.added < instants[0] + GROUP_SECONDS]


@given(INSTANTS, INSTANTS)
def test_what_comes_after_a_group_is_complete_never_changes_it(instants: list[float], later: list[float]) -> None:
    entries = [entry(number, added) for number, added in enumerate(instants)]
    complete = instants[-1] + seconds_left(entries[-1:], instants[-1])
    more = [entry(100 + number, complete + added) for number, added in enumerate(later)]
    assert group_of(entries + more) == group_of(entries)


def test_a_group_waits_for_its_end_and_no_longer_when_the_clock_goes_back() -> None:
    entries = [entry(added=100)]
    assert [seconds_left(entries, now) for now in (100, 103, 105, 400, 7)] == [5, 2, 0, 0, 5]


def test_a_single_alert_is_its_line_and_what_it_compares() -> None:
    message = message_of([entry()])
    assert message.title == "📈 Price Spike Alert: AAPL increased by 2.4% in 1 minute!"
    assert message.body() == "100 at 2026-11-27T15:00:00.000000Z, then 102.4 at 2026-11-27T15:00:05.000000Z"


def test_a_single_alert_says_that_ticks_were_lost() -> None:
    assert message_of([entry(gap=True)]).body().endswith("; not all ticks in between were seen")


def test_several_are_counted_and_the_largest_is_named() -> None:
    moves = {"AAPL": "2.4", "TSLA": "4.125", "MSFT": "3"}
    message = message_of([entry(number, ticker=name, size=size) for number, (name, size) in enumerate(moves.items())])
    assert message.title == "3 tickers rose; the most: TSLA +4.1 %"
    assert [text.split()[4] for text in message.body().splitlines()] == ["TSLA", "MSFT", "AAPL"]
    assert (len(message.ids), [json.loads(alert)["id"] for alert in message.alerts]) == (3, list(message.ids))


def test_a_ticker_that_rose_twice_is_one() -> None:
    assert message_of([entry(0), entry(1, size="5")]).title == "1 ticker rose; the most: AAPL +5.0 %"


def test_falls_have_their_own_word_and_sign() -> None:
    title = message_of([entry(0, kind="fall"), entry(1, kind="fall", ticker="B", size="3")]).title
    assert title == "2 tickers fell; the most: B -3.0 %"


def test_of_several_kinds_each_has_its_part() -> None:
    entries = [entry(0, size="3"), entry(1, ticker="B"), entry(2, kind="fall", ticker="C", size="2.01")]
    assert message_of(entries).title == "2 tickers rose (AAPL +3.0 %), 1 ticker fell (C -2.01 %)"


def test_levels_and_volumes_have_their_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "text_line", lambda alert: alert.tick.ticker)
    levels = [entry(0, kind="above", ticker="A", size="101"), entry(1, kind="above", ticker="B", size="103.5")]
    volumes = [entry(2, kind="volume", ticker="C", size="3.04"), entry(3, kind="volume", ticker="D", size="5")]
    below = entry(4, kind="below", ticker="E", size="99")
    assert message_of(levels).title == "2 tickers rose above a level"
    assert message_of(volumes).title == "2 tickers traded more than usual; the most: D 5.0 times"
    message = message_of([*volumes, below, *levels])
    assert message.title == (
        "2 tickers rose above a level, 1 ticker fell below a level, 2 tickers traded more than usual (D 5.0 times)"
    )
    assert message.lines == ("B", "A", "E", "D", "C")


def test_a_volume_has_both_in_its_body(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "text_line", lambda alert: alert.tick.ticker)
    body = message_of([entry(kind="volume", size="4.5")]).body()
    assert body == "102.4 at 2026-11-27T15:00:05.000000Z; a volume of 45, usually 10"


def test_the_most_severe_come_first_and_what_is_not_known_is_a_warning() -> None:
    severities = {"A": "info", "B": "odd", "C": "critical", "D": "warning"}
    entries = [entry(i, ticker=name, severity=severity) for i, (name, severity) in enumerate(severities.items())]
    assert [text.split()[4] for text in message_of(entries).body().splitlines()] == ["C", "B", "D", "A"]


def test_five_hundred_are_one_message_of_twenty_lines() -> None:
    message = message_of([entry(number, ticker=f"T{number:03}", size=f"3.{number:03}") for number in range(500)])
    lines = message.body().splitlines()
    assert message.title == "500 tickers rose; the most: T499 +3.5 %"
    assert (len(lines), lines[-1], len(message.ids)) == (MAX_LINES + 1, "and 480 more", 500)


@given(st.lists(st.text("ab", max_size=40), max_size=40), st.integers(0, 900))
def test_a_body_holds_as_many_lines_as_it_may_and_counts_the_others(lines: list[str], limit: int) -> None:
    body = Message("", tuple(lines)).body(limit)
    assert len(body) <= limit

    def of(shown: int) -> str:
        more = len(lines) - shown
        return "\n".join(lines[:shown] + ([f"and {more} more"] if more else []))

    fitting = [shown for shown in range(min(len(lines), MAX_LINES) + 1) if len(of(shown)) <= limit]
    if len(lines) == 1:
        assert body == lines[0][:limit]
        return
    assert body == (of(max(fitting)) if fitting else of(0)[:limit])


def test_a_body_has_a_limit() -> None:
    message = message_of([entry(number, ticker="T" * 64) for number in range(30)])
    assert len(message.body(500)) <= 500
    assert message.body(500).endswith(" more")
    assert len(Message("", ("l" * 300,) * 20).body()) <= MAX_BODY


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        "7",
        '{"kind": "rise"}',
        '{"kind": "other"}',
        line(size="much"),
        line(price=None),
    ],
)
def test_what_is_no_alert_is_known(text: str) -> None:
    assert is_told(line())
    assert not is_told(text)
