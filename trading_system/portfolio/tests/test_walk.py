"""As what the trades of a ticker were booked, which is where a walk looks for them."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from portfolio.timeline import Action
from portfolio.walk import names_of

NOON = datetime(2025, 6, 6, 12, tzinfo=UTC)
INSTANTS = [NOON + timedelta(days=day) for day in range(5)]


def names(ticker: str, *actions: Action) -> list[tuple[str, datetime | None, datetime | None]]:
    return [(one.ticker, one.since, one.until) for one in names_of(ticker, actions)]


def rename(ticker: str, day: int, to: str) -> Action:
    return Action(ticker, INSTANTS[day], to=to)


def test_a_ticker_of_which_nothing_is_told_was_always_called_so() -> None:
    assert names("AAPL") == names("AAPL", rename("FB", 1, "META")) == [("AAPL", None, None)]


def test_a_split_changes_no_name() -> None:
    splits = [Action("AAPL", INSTANTS[day], Fraction(2)) for day in (1, 2)]
    assert names("AAPL", *splits) == [("AAPL", None, None)]


def test_a_name_that_was_given_away_and_taken_again_is_in_two_pieces() -> None:
    """Between them, it was that of another ticker."""
    actions = [rename("A", 1, "B"), rename("A", 2, "C"), rename("A", 3, "B")]
    assert names("B", *actions) == [("A", None, INSTANTS[1]), ("A", INSTANTS[2], INSTANTS[3]), ("B", None, None)]
    assert names("C", *actions) == [("A", INSTANTS[1], INSTANTS[2]), ("C", None, None)]
    assert names("A", *actions) == [("A", INSTANTS[3], None)]
