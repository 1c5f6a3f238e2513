"""Trades one after another, key by key: what is matched lot by lot walks them so.

Trades of one key open and close each other's lots; those of another have nothing to do with them. PostgreSQL sorts the
trades, and only a few are held here at a time.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from operator import itemgetter

from django.db import connection, transaction

from .by_now import Adjusted
from .lots import Fill

Key = tuple[str, ...]
Row = tuple[int, datetime, Decimal, Decimal, Decimal, Decimal]  # of COLUMNS

KEY = ("ticker",)  # the columns of a key; the ticker is the first
COLUMNS = ("id", "timestamp", "price", "quantity", "value", "fee")
ORDER = ", ".join(f'{name} COLLATE "C"' for name in KEY)  # as Python compares ASCII
SINCE = f"WHERE ({ORDER}) >= ({', '.join(['%s'] * len(KEY))})"
key_of, columns_of = itemgetter(slice(len(KEY))), itemgetter(slice(len(KEY), None))


def trades_by_key(trades: Adjusted, since: Key | None = None) -> Iterator[tuple[Key, Iterator[Row]]]:
    """Each key in the order of the C collation, from `since` on, with its trades by (timestamp, id).

    A row is (id, timestamp, price, quantity, value, fee) as `Adjusted` has them. What is left of a key's rows is gone
    once the next key is asked for. The transaction ends with the iterator.
    """
    sql = f"""WITH trades AS ({trades.sql}) SELECT {", ".join((*KEY, *COLUMNS))} FROM trades
        {SINCE if since else ""} ORDER BY {ORDER}, timestamp, id"""  # noqa: S608
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, (*trades.parameters, *(since or ())))
        for key, rows in groupby(cursor, key=key_of):
            yield key, map(columns_of, rows)


def fill_of(row: Row) -> Fill:
    """The row in fractions, without its price."""
    id_, timestamp, _, quantity, value, fee = row
    return Fill(id_, timestamp, Fraction(quantity), Fraction(value), Fraction(fee))
