"""What a trade is by now, after splits and renames, against a walk from action to action."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.timeline import Action, Segment, by_ticker, leads_to, outcome, segments, segments_of

from . import oracle

NOON = datetime(2025, 6, 6, 12, tzinfo=UTC)
INSTANTS = [NOON + timedelta(days=day) for day in range(8)]


def split(ticker: str, day: int, new: int, old: int = 1) -> Action:
    return Action(ticker, INSTANTS[day], Fraction(new, old))


def rename(ticker: str, day: int, to: str) -> Action:
    return Action(ticker, INSTANTS[day], to=to)


def by_now(actions: list[Action], ticker: str, instant: datetime) -> tuple[str, Fraction]:
    """The one segment that the instant is in says what a trade is; none says that it is what it was."""
    [found] = [
        one for one in segments(actions)
        if one.ticker == ticker
        and (one.since is None or one.since <= instant)
        and (one.until is None or instant < one.until)
    ] or [Segment(ticker, None, None, ticker, Fraction(1))]  # fmt: skip
    return found.final, found.ratio


def test_a_split_multiplies_what_was_before_it() -> None:
    actions = [split("NVDA", 2, 10), split("NVDA", 4, 4)]
    assert [by_now(actions, "NVDA", INSTANTS[day])[1] for day in range(6)] == [40, 40, 4, 4, 1, 1]


def test_a_reverse_split_leaves_fractions() -> None:
    assert by_now([split("A", 2, 1, 3)], "A", NOON) == ("A", Fraction(1, 3))


def test_a_rename_takes_the_trades_before_it_along() -> None:
    actions = [rename("FB", 2, "META"), split("META", 4, 2)]
    assert by_now(actions, "FB", INSTANTS[1]) == ("META", 2)
    assert by_now(actions, "META", INSTANTS[3]) == ("META", 2)
    assert by_now(actions, "META", INSTANTS[4]) == ("META", 1)


def test_a_ticker_that_is_used_again_is_another_one() -> None:
    """As META was a fund's, before it was Facebook's."""
    actions = [rename("META", 1, "METV"), rename("FB", 2, "META"), split("METV", 3, 5)]
    assert by_now(actions, "META", NOON) == ("METV", 5)
    assert by_now(actions, "FB", NOON) == ("META", 1)
    assert by_now(actions, "META", INSTANTS[4]) == ("META", 1)


@pytest.mark.parametrize(
    ("ticker", "target", "leads"), [("A", "C", True), ("C", "A", False), ("A", "A", True), ("D", "A", False)]
)
def test_where_renames_lead(ticker: str, target: str, leads: bool) -> None:
    assert leads_to(ticker, target, by_ticker([rename("A", 1, "B"), rename("B", 0, "C")])) is leads


actions = st.builds(
    Action,
    st.sampled_from("ABC"),
    st.sampled_from(INSTANTS),
    st.sampled_from([Fraction(2), Fraction(1, 3), Fraction(21, 20)]),
    st.sampled_from([None, None, "B", "C", "D"]),
).filter(lambda action: action.to is None or action.to > action.ticker)


@given(
    st.lists(actions, max_size=10, unique_by=lambda action: action.timestamp),
    st.sampled_from("ABCD"),
    st.sampled_from(INSTANTS),
)
def test_segments_say_what_a_walk_from_action_to_action_finds(
    found: list[Action], ticker: str, instant: datetime
) -> None:
    assert by_now(found, ticker, instant) == oracle.walked(found, ticker, instant)


def test_a_chain_of_renames_may_be_long() -> None:
    """Whatever is in the table is answered."""
    actions = [Action(f"N{number}", NOON + timedelta(days=number), to=f"N{number + 1}") for number in range(1500)]
    known = by_ticker(actions)
    assert len(segments_of("N0", known)) == 1501
    assert outcome("N0", None, known) == ("N1500", 1)


def test_what_happens_at_one_instant_to_two_tickers_is_seen_for_both() -> None:
    actions = [rename("A", 1, "B"), split("A", 3, 2), split("B", 2, 2), rename("B", 3, "C"), split("C", 4, 3)]
    assert by_now(actions, "A", INSTANTS[0]) == ("C", 6)
    assert by_now(actions, "A", INSTANTS[2]) == ("A", 2)
