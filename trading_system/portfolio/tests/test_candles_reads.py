"""What is read for candles: the trades of the intervals that are answered, however many are older."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from portfolio.candles import candles_of
from portfolio.models import CorporateAction, Kind
from reference.managers import ALL
from reference.models import Account
from rest.selection import Selection
from trades.models import Trade
from trades.rollups.folding import fold

pytestmark = pytest.mark.django_db
TRADES, A_MINUTE, LIMIT = 12_000, 6, 20
NEWEST = (LIMIT + 1) * A_MINUTE  # trades of the intervals that are looked at: one more says whether there are others
LAST = datetime(2025, 6, 6, tzinfo=UTC)
# One every ten seconds, by turns in the accounts.
INSERT = """INSERT INTO trades_trade (ticker, price, quantity, side, timestamp, account_id, currency)
    SELECT %(ticker)s, 1, 1, 'buy', %(last)s - n * INTERVAL '10 seconds', (%(accounts)s::int[])[n %% %(turns)s + 1],
        CASE WHEN n %% %(every)s = 0 THEN 'EUR' ELSE 'USD' END
    FROM generate_series(0, %(trades)s - 1) n"""


def book(ticker: str = "AAPL", accounts: int = 1, last: datetime = LAST, every: int = 1) -> None:
    """TRADES trades, of which the last and each of so many is in euros."""
    for number in range(1, accounts):
        Account.objects.create(name=str(number), currency_id="USD")
    ids = [id_ for id_, _ in ALL.accounts()]
    values = {"ticker": ticker, "last": last, "accounts": ids, "turns": len(ids), "every": every, "trades": TRADES}
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)


def trades_read(selection: Selection, limit: int = LIMIT, interval: str = "1m") -> float:
    """How many rows of trades are read for so many candles, which are found."""
    plans: list[Any] = []

    def explained(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(("SELECT", "WITH")):
            context["cursor"].cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
            plans.extend(context["cursor"].fetchone()[0])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explained):
        found = candles_of(selection, interval, UTC, limit)
    assert len(found.rows) == limit
    return sum(rows_read(plan["Plan"]) for plan in plans)


def rows_read(node: dict[str, Any]) -> float:
    """By a node of a plan, and all below it."""
    own = node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    below = sum(map(rows_read, node.get("Plans", ())))
    return below + own * node["Actual Loops"] * (node.get("Relation Name") == "trades_trade")


@pytest.mark.parametrize("interval", ["1m", "5m", "1h"])
def test_of_one_account(interval: str) -> None:
    """One trade for each step, and those of the intervals."""
    book()
    minutes = {"1m": 1, "5m": 5, "1h": 60}[interval]
    assert trades_read(Trade.objects.of("AAPL"), interval=interval) <= NEWEST * minutes + LIMIT + 2


@pytest.mark.django_db(transaction=True)
def test_of_days() -> None:
    """Of those that lie in the range in part; the others were folded."""
    book()
    fold()
    a_day = 24 * 60 * A_MINUTE
    assert trades_read(Trade.objects.of("AAPL").between(LAST - timedelta(days=9), LAST), 1, "1d") <= 2 * a_day + 5


def test_of_many_accounts() -> None:
    """Only accounts with trades in an interval are asked for older ones."""
    book(accounts=30)
    assert trades_read(Trade.objects.of("AAPL")) <= 2 * (NEWEST + 30)


def test_before_a_date() -> None:
    book()
    early = Trade.objects.of("AAPL").where("timestamp <= %s", LAST - timedelta(hours=20))
    assert trades_read(early) <= NEWEST + LIMIT + 2


def test_of_a_ticker_that_was_renamed() -> None:
    """Under each name, the newest trade is looked for; the new one has none of these trades."""
    book("OLD")
    book("AAPL", last=LAST - timedelta(days=30))
    CorporateAction.objects.create(kind=Kind.RENAME, ticker="OLD", timestamp=LAST + timedelta(days=1), to="AAPL")
    assert trades_read(Trade.objects.of("AAPL")) <= NEWEST + LIMIT + 4


def test_of_the_past() -> None:
    """Although all that it has was changed since, which takes reading all that is there now once."""
    book()
    moment = datetime.now(UTC)
    Trade.objects.update(price=2)
    assert trades_read(Trade.objects.of("AAPL").as_of(moment)) <= 3 * TRADES


def test_no_trade_is_read_again_for_each_step() -> None:
    """Where trades of another currency lie between those that count, they are passed over once."""
    book(every=TRADES // (LIMIT + 5))
    assert trades_read(Trade.objects.of("AAPL")) <= 2 * TRADES
