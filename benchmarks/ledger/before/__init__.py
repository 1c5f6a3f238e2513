"""What the ledger asked PostgreSQL on 2026-11-30, before it had rollups: the reference of the same run.

The text is as it was sent, but for its layout and the names of its parameters. It is never mended: a reference that
becomes faster or slower is none. The functions that it calls are the database's own.
"""

from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
BUCKETS = {
    "1m": "date_bin('1 minute', timestamp, TIMESTAMPTZ '2000-01-01Z')",
    "1h": "date_bin('1 hour', timestamp, TIMESTAMPTZ '2000-01-01Z')",
    "1d": "(timestamp AT TIME ZONE %(zone)s)::date - DATE '0001-01-01' + 1",
}
ACCOUNT = {"name": "main", "account": 1}
ALL, OF_TICKERS = "account_id = %(account)s", "account_id = %(account)s AND ticker = ANY(%(tickers)s)"
# Of the table of trades, as it was then.
COLUMNS = (
    "id", "ticker", "price", "quantity", "side", "timestamp", "fee", "external_id", "note", "account_id", "currency",
    "fee_currency", "import_id", "created_by", "created_at", "updated_at",
)  # fmt: skip
INDEXES = (
    "trades_trade_pkey", "trade_account_timestamp", "trade_account_ticker", "trade_updated_at",
    "trade_external_id_account_unique",
)  # fmt: skip
TRIGGERS = ("times", "currencies", "known_insert", "known_update", "update_update", "delete_delete")
TABLES = (
    "trades_trade", "trades_tradeevent", "trades_import", "trades_importedlines", "trades_importprofile",
    "trades_keptpiece", "portfolio_corporateaction", "portfolio_corporateactionevent",
)  # fmt: skip

SUMMARY = (
    "ticker", "currency", "count", "volume", "notional", "vwap", "high", "low", "first", "last", "buys", "sells",
)  # fmt: skip

Rows = list[tuple[Any, ...]]


def positions(cursor: Any, method: str) -> Rows:
    """All of them, by `fifo` or `average`."""
    return answer(cursor, text("positions", trades=trades(ALL), bases=text(method)), ACCOUNT)


def summary(cursor: Any) -> Rows:
    """Of all tickers."""
    return answer(cursor, text("summary", chosen=text("chosen", condition=ALL)), ACCOUNT)


def candles(cursor: Any, ticker: str, interval: str) -> Rows:
    """The newest 501 of one ticker, in the currency of its newest trade, which was asked first."""
    given, made = {**ACCOUNT, "tickers": [ticker], "zone": "UTC"}, trades(OF_TICKERS)
    newest = f"SELECT currency FROM ({made}) trades ORDER BY timestamp DESC, id DESC LIMIT 1"
    [(currency,)] = answer(cursor, newest, given)
    sql = text("candles", bucket=BUCKETS[interval], trades=made)
    return answer(cursor, sql, {**given, "currency": currency})


def count(cursor: Any) -> Rows:
    """Of all trades."""
    return answer(cursor, f"SELECT COUNT(*) FROM ({text('chosen', condition=ALL)}) chosen", ACCOUNT)


def trades(condition: str) -> str:
    """Those that meet it, as positions and candles took them."""
    return text("trades", chosen=text("chosen", condition=condition))


def text(name: str, **parts: str) -> str:
    """A file's SQL with its parts in their places."""
    return (HERE / f"{name}.sql").read_text().format(**parts)


def answer(cursor: Any, sql: str, parameters: dict[str, object]) -> Rows:
    cursor.execute("SET TIME ZONE 'UTC'")
    cursor.execute(sql, parameters)
    found: Rows = cursor.fetchall()
    return found
