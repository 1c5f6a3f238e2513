"""Trades one after another, key by key: what is matched lot by lot walks them so.

Trades of one key open and close each other's lots; those of another have nothing to do with them. PostgreSQL sorts the
trades, and only a few are held here at a time.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from django.db import connection, transaction

from .by_now import Adjusted
from .lots import Fill

GROUPS = ("none", "account")  # whether accounts have positions and lots of their own

Names = tuple[str, ...]  # of columns: what trades have in common that open and close each other's lots
Key = tuple[str, ...]  # their values; the ticker is the first


class Row(NamedTuple):
    """A trade, as `Adjusted` has it."""

    id: int
    timestamp: datetime
    price: Decimal
    quantity: Decimal
    value: Decimal
    fee: Decimal
    other_fee: Decimal
    fee_currency: str | None  # of other_fee
    in_minor: int


def key_of(group: str) -> Names:
    """The columns of the key. Two accounts that one user sees may have one name."""
    return (*told_of(group), "account_id") if group == "account" else told_of(group)


def told_of(group: str) -> Names:
    """Those of them that an answer has: the first ones."""
    return ("ticker", "currency", "account") if group == "account" else ("ticker", "currency")


def ordered(names: Names) -> str:
    """The order of keys in SQL: as Python compares texts."""
    return ", ".join(f'{name} COLLATE "C"' for name in names)


def trades_by_key(trades: Adjusted, names: Names, since: Key | None = None) -> Iterator[tuple[Key, Iterator[Row]]]:
    """Each key in the order of the C collation, from `since` on, with its trades by (timestamp, id).

    What is left of a key's rows is gone once the next key is asked for. The transaction ends with the iterator.
    """
    begin = f"WHERE ({ordered(names)}) >= ({', '.join(['%s'] * len(names))})" if since else ""
    sql = f"""WITH trades AS ({trades.sql}) SELECT {", ".join((*names, *Row._fields))} FROM trades
        {begin} ORDER BY {ordered(names)}, timestamp, id"""  # noqa: S608
    width = len(names)
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, (*trades.parameters, *(since or ())))
        for key, rows in groupby(cursor, key=lambda row: row[:width]):
            yield key, (Row(*row[width:]) for row in rows)


def fill_of(row: Row) -> Fill:
    """The row in fractions, without its price."""
    return Fill(row.id, row.timestamp, Fraction(row.quantity), Fraction(row.value), Fraction(row.fee))
