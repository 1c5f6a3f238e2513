"""Trades that a request chose, and how PostgreSQL writes them: a row is text before Python sees it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from rest import instants
from rest.sql import Condition, Statement, cell, escaped, json_object, order, quoted, rendered, union

# What a client gives: all that is exported and imported.
OWN_FIELDS = ("ticker", "price", "quantity", "side", "timestamp", "fee", "external_id", "note")
FIELDS = ("id", *OWN_FIELDS, "created_at", "updated_at")
FETCHED = 2000  # rows of an export that are held at once

# Columns whose constraints leave no character to escape are written as they are.
AS_JSON = {
    "id": "id",
    **{name: quoted(name) for name in ("ticker", "price", "quantity", "side", "fee")},
    **{name: quoted(instants.sql(name)) for name in ("timestamp", "created_at", "updated_at")},
    **{name: escaped(name) for name in ("external_id", "note")},
}
AS_CELL = {
    **{name: name for name in ("ticker", "price", "quantity", "side", "fee")},
    "timestamp": instants.sql("timestamp"),
    **{name: cell(name) for name in ("external_id", "note")},
}


def csv_line() -> str:
    return " || ',' || ".join(AS_CELL[name] for name in OWN_FIELDS)


JSON_LINE = json_object({name: AS_JSON[name] for name in FIELDS})
EXPORT_JSON_LINE, EXPORT_CSV_LINE = json_object({name: AS_JSON[name] for name in OWN_FIELDS}), csv_line()


@dataclass(frozen=True)
class Selection:
    """Trades that keep all conditions, of some tickers or of all, in the ledger as it is or as it was.

    SQL is put together here and not by querysets, which would take longer than the query.
    """

    conditions: tuple[Condition, ...] = ()
    tickers: tuple[str, ...] = ()
    as_of: datetime | None = None
    resource = "trades"

    def statement(self) -> Statement:
        """The SELECT of all of them, in no order."""
        own = [Condition("ticker = ANY(%s)", list(self.tickers))] if self.tickers else []
        return union([select(table, [*self.conditions, *more, *own]) for table, more in self.tables()])

    def first(self, limit: int, *, ascending: bool, beyond: Condition | None = None) -> list[str]:
        """The first by (timestamp, id), each as a JSON object.

        Each ticker is walked along its own index: among all trades, those of a rare one could be far apart.
        """
        cut = [*self.conditions, *([beyond] if beyond else [])]
        each = [[Condition("ticker = %s", ticker)] for ticker in self.tickers] or [[]]
        end = f"{order(ascending)} LIMIT {limit:d}"
        statement = union([select(table, [*cut, *more, *own], end) for table, more in self.tables() for own in each])
        with connection.cursor() as cursor:
            cursor.execute(*rendered(statement, JSON_LINE, end))
            return [text for (text,) in cursor.fetchall()]

    def tables(self) -> list[tuple[str, list[Condition]]]:
        """Where the trades are. Of the past, the versions that have ended since are with the events that ended them."""
        if self.as_of is None:
            return [("trades_trade", [])]
        begun = Condition("updated_at <= %s", self.as_of)
        return [
            ("trades_trade", [begun]),
            ("trades_tradeevent", [begun, Condition("pgh_created_at > %s", self.as_of)]),
        ]

    def stream(self, line: str, header: str) -> Iterator[str]:
        """All of them, oldest first, a few at a time, from a cursor of the server's own.

        Before all else comes an empty text, once the query has begun.
        """
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(*rendered(self.statement(), f"{line} || E'\\n'", order(ascending=True)))
            rows = cursor.fetchmany(FETCHED)
            yield ""
            yield header
            while rows:
                yield "".join([text for (text,) in rows])
                rows = cursor.fetchmany(FETCHED)

    def count(self) -> int:
        sql, parameters = self.statement()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({sql}) trades", parameters)  # noqa: S608
            return int(cursor.fetchone()[0])


def select(table: str, conditions: Sequence[Condition], end: str = "") -> Statement:
    where = " AND ".join(condition.sql for condition in conditions) or "TRUE"
    sql = f"SELECT {', '.join(FIELDS)} FROM {table} WHERE {where} {end}"  # noqa: S608
    return sql, tuple(condition.value for condition in conditions)
