"""Candles are those of all trades, although only those of the newest intervals are read."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.candles import candles_of
from portfolio.models import CorporateAction, Kind
from reference.managers import ALL
from reference.models import Account
from rest.intervals import INTERVALS
from rest.selection import Selection
from trades.models import Trade

from .slow_candles import slowly

pytestmark = pytest.mark.django_db
# Zones, each with an instant at which its clocks are set: also those that come twice to a midnight, or to none, or go
# back from after one into the day before, and one that left out a day.
CLOCKS = {
    "UTC": datetime(2025, 6, 6, tzinfo=UTC),
    "Europe/Berlin": datetime(2025, 3, 30, 1, tzinfo=UTC),
    "America/Havana": datetime(2024, 11, 3, 5, tzinfo=UTC),
    "America/Sao_Paulo": datetime(2018, 11, 4, 3, tzinfo=UTC),
    "America/St_Johns": datetime(2010, 11, 7, 2, 31, tzinfo=UTC),
    "Pacific/Apia": datetime(2011, 12, 30, 10, tzinfo=UTC),
}

FRIDAY = CLOCKS["UTC"]
PLAIN = {"ticker": "AAPL", "side": "buy", "quantity": 1, "price": 1, "currency": "USD", "account_id": 0}


def accounts() -> list[int]:
    """Three of them."""
    for name in ("a", "b"):
        Account.objects.get_or_create(name=name, currency_id="USD")
    return [id_ for id_, _ in ALL.accounts()]


# Most trades are within some hours of when clocks are set, others days from it.
seconds = st.builds(
    lambda days, rest: days * 86_400 + rest, st.sampled_from([0, 0, 0, 1, -1, -2, -4, 3]), st.integers(-9000, 9000)
)
one_trade = st.fixed_dictionaries(
    {
        "ticker": st.sampled_from(["AAPL", "AAPL", "OLD", "NEW", "MSFT"]),
        "side": st.sampled_from(["buy", "sell"]),
        "quantity": st.sampled_from([Decimal("1"), Decimal("2.50"), Decimal("0.000000000000000001")]),
        "price": st.sampled_from([Decimal(text) for text in ("1.5", "1.50", "150", "150.0", "-2", "0")]),
        "currency": st.sampled_from(["USD", "USD", "USD", "GBP", "GBX"]),
        "timestamp": seconds,
        "account_id": st.integers(0, 2),
    }
)
splits = st.tuples(st.just(Kind.SPLIT), st.just("AAPL"), seconds, st.sampled_from([(3, 1), (1, 7)]))
renames = st.tuples(
    st.just(Kind.RENAME), st.sampled_from(["OLD", "AAPL"]), seconds, st.sampled_from(["AAPL", "NEW"])
).filter(lambda rename: rename[1] != rename[3])
filters = st.fixed_dictionaries({}, optional={"start": seconds, "end": seconds, "accounts": st.sets(st.integers(0, 2))})


@settings(max_examples=150)
@given(
    placed=st.lists(one_trade, max_size=30),
    added=st.lists(one_trade, max_size=5),
    changed=st.sets(st.integers(0, 29), max_size=10),
    actions=st.lists(splits | renames, max_size=3, unique_by=lambda action: action[1:3]),
    filtered=filters,
    clocks=st.sampled_from(sorted(CLOCKS)),
    interval=st.sampled_from(INTERVALS),
    limit=st.integers(1, 8),
    is_adjusted=st.booleans(),
)
def test_they_are_what_all_trades_amount_to(
    placed: list[dict[str, Any]],
    added: list[dict[str, Any]],
    changed: set[int],
    actions: list[Any],
    filtered: dict[str, Any],
    clocks: str,
    interval: str,
    limit: int,
    is_adjusted: bool,
) -> None:
    """Digit for digit; with splits and renames, currencies, accounts, filters, and as they were before changes."""
    middle, of = CLOCKS[clocks], accounts()
    CorporateAction.objects.all().delete()
    for kind, ticker, after, value in actions:
        names = ("new", "old") if kind == Kind.SPLIT else ("to",)
        fields = dict(zip(names, value if kind == Kind.SPLIT else (value,), strict=True))
        CorporateAction.objects.create(kind=kind, ticker=ticker, timestamp=middle + timedelta(seconds=after), **fields)
    Trade.objects.all().delete()
    book(placed, middle, of)
    moment = datetime.now(UTC)
    rewrite(changed)
    book(added, middle, of, updated_at=moment + timedelta(seconds=1))
    selection = chosen(filtered, middle, of)
    for one in (selection, selection.as_of(moment)):
        asked = (one, interval, ZoneInfo(clocks), limit)
        assert candles_of(*asked, is_adjusted=is_adjusted) == slowly(*asked, is_adjusted=is_adjusted)


def book(trades: list[dict[str, Any]], middle: datetime, accounts: list[int], **fields: Any) -> None:
    Trade.objects.bulk_create(
        Trade(
            **trade
            | {
                "timestamp": middle + timedelta(seconds=trade["timestamp"]),
                "account_id": accounts[trade["account_id"]],
                **fields,
            }
        )
        for trade in trades
    )


def rewrite(numbers: set[int]) -> None:
    """Change or delete these trades, in the order of their ids."""
    for number, trade in enumerate(Trade.objects.order_by("id")):
        if number in numbers and number % 2:
            trade.delete()
        elif number in numbers:
            trade.timestamp -= timedelta(minutes=number)
            trade.price += 1
            trade.save()


def chosen(filtered: dict[str, Any], middle: datetime, accounts: list[int]) -> Selection:
    """The trades of AAPL that the filters let through."""
    selection = Trade.objects.of("AAPL")
    if "start" in filtered:
        selection = selection.where("timestamp >= %s", middle + timedelta(seconds=filtered["start"]))
    if "end" in filtered:
        selection = selection.where("timestamp <= %s", middle + timedelta(seconds=filtered["end"]))
    if "accounts" in filtered:
        selection = selection.within(
            ALL.named(*(name for id_, name in ALL.accounts() if accounts.index(id_) in filtered["accounts"]))
        )
    return selection


@pytest.mark.parametrize("prices", [("1.5", "1.50", "1.5"), ("1.50", "1.5"), ("1.5", "1.50")])
def test_of_equal_prices_the_one_with_the_most_decimals_is_high_and_low(prices: tuple[str, ...]) -> None:
    book([PLAIN | {"price": Decimal(price), "timestamp": i} for i, price in enumerate(prices)], FRIDAY, accounts())
    [found] = candles_of(Trade.objects.of("AAPL"), "1d", UTC, 1).rows
    assert (found["high"], found["low"]) == ("1.50", "1.50")


def test_a_day_counts_once_though_clocks_show_its_midnight_twice() -> None:
    """PostgreSQL says that Sunday begins with the second one, after the newest trade."""
    half_past_midnight = datetime(2024, 11, 3, 4, 30, tzinfo=UTC)
    book([PLAIN | {"timestamp": -86_400 * day} for day in range(6)], half_past_midnight, accounts())
    found = candles_of(Trade.objects.of("AAPL"), "1d", ZoneInfo("America/Havana"), 4)
    assert (len(found.rows), found.before is None) == (4, False)


def test_trades_under_a_name_that_another_ticker_has_by_then_do_not_count() -> None:
    """Both before the name was taken over, and after it was given away."""
    minutes = {"OLD": [5, 6, 7, 8, -30, -31], "AAPL": [-10, -11, -12, -13, 9]}
    trades = [PLAIN | {"ticker": name, "timestamp": 60 * at} for name, all_ in minutes.items() for at in all_]
    book(trades, FRIDAY, accounts())
    for ticker, minute, to in (("AAPL", -9, "NEW"), ("OLD", 4, "AAPL")):
        at = FRIDAY + timedelta(minutes=minute)
        CorporateAction.objects.create(kind=Kind.RENAME, ticker=ticker, timestamp=at, to=to)
    found = candles_of(Trade.objects.of("AAPL"), "1m", UTC, 3)
    assert [row["timestamp"][11:16] for row in found.rows] == ["23:29", "23:30", "00:09"]
    assert found.before is None
