"""What happens to a ledger, and what is asked of it: strategies that meet at the edges of days and months."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

# The ends of a year and of a month, and a day that is far from them. Many trades are in two, so that they meet.
NEIGHBOURS = [datetime(2024, 1, 30, tzinfo=UTC), datetime(2024, 1, 31, tzinfo=UTC)]
OTHERS = [datetime(2011, 7, 4, tzinfo=UTC), datetime(2023, 12, 31, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC)]
DAYS = [*NEIGHBOURS, *NEIGHBOURS, *OTHERS]
HOURS = [timedelta(0), timedelta(hours=12), timedelta(hours=12, microseconds=1), timedelta(days=1, microseconds=-1)]
TICKERS = ["AAPL", "AAPL", "AAPL", "OLD", "NEW", "ETH-USD"]
ACCOUNTS = ["main", "a", "b"]


def decimals(*texts: str) -> st.SearchStrategy[Decimal]:
    return st.sampled_from([Decimal(text) for text in texts])


instants = st.builds(lambda day, hour: day + hour, st.sampled_from(DAYS), st.sampled_from(HOURS))
# Of corporate actions: most begin with a day.
days_begin = st.sampled_from(DAYS) | instants
tickers = st.sampled_from(TICKERS)
# Where another zone's days begin and end, too.
bounds = instants | st.builds(
    lambda day, hour: day + timedelta(hours=hour, microseconds=-1), st.sampled_from(DAYS), st.sampled_from([-5, 9])
)
usual = st.fixed_dictionaries(
    {
        "account": st.sampled_from(["main", *ACCOUNTS]),
        "side": st.sampled_from(["buy", "sell"]),
        "quantity": decimals("1", "2.50", "0.3", "7", "0.000000000000000001"),
        "price": decimals("1.5", "1.50", "1.500", "-2", "-2.0", "0", "0.123456789"),
        "fee": decimals("0", "0.00", "0.010", "1", "2.50", "-0.25", "-1", "8"),
        "timestamp": instants,
    }
)
USUAL, IN_KIND = ("USD", "USD"), ("USD", "ETH")  # of prices and fees
PAIRS = {"ETH-USD": [USUAL, IN_KIND, IN_KIND], "AAPL": [USUAL, USUAL, ("GBX", "GBP"), ("GBP", "GBX"), IN_KIND]}
MONEY = [(ticker, *pair) for ticker in TICKERS[1:] for pair in PAIRS.get(ticker, [USUAL, ("GBX", "USD")])]
trades = st.builds(
    lambda own, fields: fields | dict(zip(("ticker", "currency", "fee_currency"), own, strict=True)),
    st.sampled_from(MONEY),
    usual,
)


def of_one_day(first: dict[str, Any], others: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The others at their hours, and else where the first one is."""
    own = {name: first[name] for name in ("account", "ticker", "currency", "fee_currency")}
    day = {"year": first["timestamp"].year, "month": first["timestamp"].month, "day": first["timestamp"].day}
    return [first, *(other | own | {"timestamp": other["timestamp"].replace(**day)} for other in others)]


some_trades = st.lists(trades, min_size=1, max_size=8) | st.builds(of_one_day, trades, st.lists(trades, max_size=7))
ratios = st.sampled_from([(2, 1), (1, 7), (3, 2)])
picks = st.integers(0, 30)
