"""The trades of the examples, and what positions and candles are answered for them."""

from typing import Any

from rest.openapi.examples import Exchange

TRADES = (
    ("AAPL", "170.25", "10", "buy", "2025-06-06T20:00:00Z", "1.00"),
    ("AAPL", "172", "5", "buy", "2025-06-06T20:20:00Z", "0.50"),
    ("AAPL", "174.40", "12", "sell", "2025-06-06T21:05:00Z", "-0.25"),
)
LAST = {"price": "174.40", "timestamp": "2025-06-06T21:05:00Z"}
HELD: dict[str, Any] = {"ticker": "AAPL", "quantity": "3", "fees": "1.25", "last": LAST}
FIFO = HELD | {"average_cost": "172", "cost_basis": "516", "realised_profit": "46.3"}
AVERAGE = HELD | {
    "average_cost": "170.8333333333333333333333333",
    "cost_basis": "512.5",
    "realised_profit": "42.8",
}
CANDLES = [
    {
        "timestamp": "2025-06-06T20:00:00Z",
        "open": "170.25",
        "high": "172",
        "low": "170.25",
        "close": "172",
        "volume": "15",
        "vwap": "170.8333333333333333333333333",
        "count": 2,
    },
    {
        "timestamp": "2025-06-06T21:00:00Z",
        **dict.fromkeys(("open", "high", "low", "close", "vwap"), "174.40"),
        "volume": "12",
        "count": 1,
    },
]
ONE = {"ticker": "AAPL"}

POSITION_EXCHANGES = (
    Exchange("First in, first out", "list", 200, {"method": "fifo", "results": [FIFO]}, query=ONE),
    Exchange(
        "Average cost", "list", 200, {"method": "average", "results": [AVERAGE]}, query=ONE | {"method": "average"}
    ),
    Exchange("Another method", "list", 400, {"method": ["Must be fifo or average."]}, query={"method": "lifo"}),
)
CANDLE_EXCHANGES = (
    Exchange(
        "By the hour",
        "list",
        200,
        {"ticker": "AAPL", "interval": "1h", "previous": None, "results": CANDLES},
        query=ONE | {"interval": "1h"},
    ),
    Exchange("No ticker", "list", 400, {"ticker": ["Candles are of one ticker: name it."]}),
)
