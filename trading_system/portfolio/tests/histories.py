"""What happens to a ledger, and what is asked of it: strategies that meet at the edges of days and months."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

# The edges of months, of a leap day, of years; and a day that is far from all of them.
DAYS = [
    datetime(year, month, day, tzinfo=UTC)
    for year, month, day in (
        (2023, 12, 31),
        (2024, 1, 1),
        (2024, 1, 15),
        (2024, 1, 31),
        (2024, 2, 1),
        (2024, 2, 29),
        (2024, 3, 1),
        (2011, 7, 4),
    )
]
HOURS = [timedelta(0), timedelta(hours=12), timedelta(hours=12, microseconds=1), timedelta(days=1, microseconds=-1)]
TICKERS = ["AAPL", "OLD", "NEW", "ETH-USD"]
ACCOUNTS = ["main", "a", "b"]


def decimals(*texts: str) -> st.SearchStrategy[Decimal]:
    return st.sampled_from([Decimal(text) for text in texts])


instants = st.builds(lambda day, hour: day + hour, st.sampled_from(DAYS), st.sampled_from(HOURS))
tickers = st.sampled_from(TICKERS)
# Where another zone's days begin and end, too.
bounds = instants | st.builds(
    lambda day, hour: day + timedelta(hours=hour, microseconds=-1), st.sampled_from(DAYS), st.sampled_from([-5, 9])
)
# USD and ETH make a fee in kind of ETH-USD, GBX and GBP one in the same money.
money = st.sampled_from(
    [("USD", "USD"), ("USD", "USD"), ("USD", "ETH"), ("GBX", "GBP"), ("GBP", "GBX"), ("GBX", "USD")]
)
trades = st.builds(
    lambda currencies, fields: fields | dict(zip(("currency", "fee_currency"), currencies, strict=True)),
    money,
    st.fixed_dictionaries(
        {
            "ticker": tickers,
            "account": st.sampled_from(ACCOUNTS),
            "side": st.sampled_from(["buy", "sell"]),
            "quantity": decimals("1", "2.50", "0.3", "7", "0.000000000000000001"),
            "price": decimals("1.5", "1.50", "150", "-2", "0", "0.123456789"),
            "fee": decimals("0", "0.00", "0.010", "1", "1.0", "2.50", "-0.25", "-1", "8"),
            "timestamp": instants,
        }
    ),
)  # fmt: skip
some_trades = st.lists(trades, min_size=1, max_size=4)
ratios = st.sampled_from([(2, 1), (1, 7), (3, 2)])
picks = st.integers(0, 30)
