"""ClickHouse on a table of its own, in a process of its own, since chdb brings a whole server into it."""

import time
from multiprocessing.connection import Connection
from pathlib import Path

from chdb.session import Session

# All digits that the ledger has, in the order in which lots are sold.
TABLE = """CREATE TABLE book.trades (
    id UInt64, ticker LowCardinality(String), currency LowCardinality(String), price Decimal(38, 18),
    quantity Decimal(38, 18), side Enum8('buy' = 1, 'sell' = -1), timestamp DateTime64(6, 'UTC'), fee Decimal(38, 18)
) ENGINE = MergeTree ORDER BY (ticker, currency, timestamp, id)"""
# `newer` is what came after a trade, and is held before it. Products have 36 decimals, which take 256 bits. The share
# of a fee is a division, which is left to the reader: `part` has the fee, the quantity, and what is held of it.
FIFO = """
WITH totals AS (
    SELECT ticker, currency, sum(if(side = 'buy', quantity, -quantity)) AS net,
        sum(toDecimal256(if(side = 'buy', -quantity, quantity), 18) * price) AS cash, sum(fee) AS fees,
        argMax(price, (timestamp, id)) AS last_price
    FROM book.trades GROUP BY ticker, currency
),
queue AS (
    SELECT ticker, currency, quantity, price, fee, abs(net) AS held, sum(quantity) OVER (
        PARTITION BY ticker, currency ORDER BY timestamp DESC, id DESC ROWS UNBOUNDED PRECEDING) - quantity AS newer
    FROM book.trades JOIN totals USING (ticker, currency) WHERE net <> 0 AND (side = 'buy') = (net > 0)
),
bases AS (
    SELECT ticker, currency, sum(toDecimal256(least(quantity, held - newer), 18) * price) AS value,
        sumIf(fee, newer + quantity <= held) AS open_fees,
        anyIf((fee, quantity, held - newer), newer + quantity > held) AS part
    FROM queue WHERE newer < held GROUP BY ticker, currency
)
SELECT ticker, currency, net, cash, fees, if(net < 0, -value, value) AS basis, open_fees, last_price, part
FROM totals LEFT JOIN bases USING (ticker, currency) ORDER BY ticker, currency
"""


def answer(pipe: Connection, path: Path) -> None:
    """Take in the rows of a CSV file. Then, for whatever comes through the pipe, send back seconds and JSON lines."""
    session = Session()
    session.query("CREATE DATABASE book")
    session.query(TABLE)
    session.query(f"INSERT INTO book.trades SELECT * FROM file('{path}', CSVWithNames)")
    session.query("OPTIMIZE TABLE book.trades FINAL")
    while True:
        pipe.recv()
        begun = time.perf_counter()
        found = str(session.query(FIFO, "JSONCompactEachRow"))
        pipe.send((time.perf_counter() - begun, found))
