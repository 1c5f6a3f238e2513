"""How much of the disk the rollups take."""

from collections.abc import Sequence

from ledger import before
from ledger.book import TABLE, Book
from report import Row

GOAL = 0.12
SIZES = """SELECT pg_total_relation_size(%s::regclass), SUM(pg_total_relation_size(oid)), COUNT(*) FROM pg_class
    WHERE relkind = 'r' AND relname ~ '^(trades|portfolio)_' AND relname <> ALL(%s)"""


def rows(books: Sequence[Book]) -> list[Row]:
    """Of all tables that there were not before: days, months, marks, checkpoints."""
    cursor = books[-1].connect().cursor()
    cursor.execute(SIZES, [TABLE, list(before.TABLES)])
    trades, rollups, tables = map(int, cursor.fetchone())
    return [
        Row(
            f"rollups of {books[-1].rows:,} trades, to the table of trades with its indexes",
            f"{rollups / 1e6:,.1f} MB in {tables} tables; {trades / 1e6:,.1f} MB",
            rollups / trades,
            GOAL,
            at_most=True,
        )
    ]
