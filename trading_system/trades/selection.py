"""Trades that a request chose, and how PostgreSQL writes them: a row is text before Python sees it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from . import instants

FIELDS = ("id", "ticker", "price", "quantity", "side", "timestamp", "external_id", "note", "created_at", "updated_at")
OWN_FIELDS = FIELDS[1:-2]  # what a client gives: all that is exported and imported
FETCHED = 2000  # rows of an export that are held at once

Part = QuerySet[Any]
Statement = tuple[str, tuple[Any, ...]]


def quoted(column: str) -> str:
    return f"""'"' || {column} || '"'"""


def escaped(column: str) -> str:
    return f"COALESCE(to_json({column})::text, 'null')"


def cell(column: str) -> str:
    """After RFC 4180: in quotes where it needs them, and an empty cell for NULL."""
    in_quotes = f"""'"' || replace({column}, '"', '""') || '"'"""
    return rf"""CASE WHEN {column} ~ '[",\r\n]' THEN {in_quotes} ELSE COALESCE({column}, '') END"""


# Columns whose constraints leave no character to escape are written as they are.
AS_JSON = {
    "id": "id",
    **{name: quoted(name) for name in ("ticker", "price", "quantity", "side")},
    **{name: quoted(instants.sql(name)) for name in ("timestamp", "created_at", "updated_at")},
    **{name: escaped(name) for name in ("external_id", "note")},
}
AS_CELL = {
    **{name: name for name in ("ticker", "price", "quantity", "side")},
    "timestamp": instants.sql("timestamp"),
    **{name: cell(name) for name in ("external_id", "note")},
}


def json_line(fields: Sequence[str]) -> str:
    """The expression for a trade as a JSON object."""
    members = " || ',' || ".join(f"""'"{name}":' || {AS_JSON[name]}""" for name in fields)
    return f"'{{' || {members} || '}}'"


def csv_line() -> str:
    return " || ',' || ".join(AS_CELL[name] for name in OWN_FIELDS)


@dataclass(frozen=True)
class Selection:
    """Trades of all `parts`, which have the same fields: the ledger; or what it was once, which is in two places.

    `tickers` restricts them, if there are any.
    """

    parts: tuple[Part, ...]
    tickers: tuple[str, ...]

    def statement(self) -> Statement:
        """The SELECT of all of them, in no order."""
        return union([part.filter(ticker__in=self.tickers) if self.tickers else part for part in self.parts])

    def first(self, limit: int, line: str, *, ascending: bool, cut: Callable[[Part], Part]) -> list[str]:
        """The first by (timestamp, id) of those that `cut` leaves, each as what the expression `line` makes of it.

        Each ticker is walked along its own index: among all trades, those of a rare one could be far apart.
        """
        by_ticker = [part.filter(ticker=ticker) for part in self.parts for ticker in self.tickers] or self.parts
        keys = ("timestamp", "id") if ascending else ("-timestamp", "-id")
        statement = union([cut(part).order_by(*keys)[:limit] for part in by_ticker])
        with connection.cursor() as cursor:
            cursor.execute(*rendered(statement, line, f"{order(ascending)} LIMIT {limit:d}"))
            return [text for (text,) in cursor.fetchall()]

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


def union(parts: Sequence[Part]) -> Statement:
    statements = [part.values(*FIELDS).query.sql_with_params() for part in parts]
    return (
        " UNION ALL ".join(f"({sql})" for sql, _ in statements),
        tuple(value for _, parameters in statements for value in parameters),
    )


def order(ascending: bool) -> str:
    return "ORDER BY timestamp, id" if ascending else "ORDER BY timestamp DESC, id DESC"


def rendered(statement: Statement, line: str, end: str) -> Statement:
    sql, parameters = statement
    return f"SELECT {line} FROM ({sql}) trades {end}", parameters  # noqa: S608
