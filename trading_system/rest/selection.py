"""What is chosen of a table of things that happened to tickers, and how PostgreSQL writes it.

A selection is used as a queryset is, and its SQL is put together here: Django would take longer to compile the same
than PostgreSQL to run it. A row is a text, JSON or a line of a file, before Python sees it. Values of requests are
parameters of the statement, never part of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from .tables import Table

Statement = tuple[str, tuple[Any, ...]]
Condition = tuple[str, Any]  # SQL with one placeholder, and its value
FETCHED = 2000  # rows of a stream that are held at once


@dataclass(frozen=True)
class Selection:
    """Rows that meet all conditions, of some tickers or of all (None), as they are or as they were.

    It is narrowed step by step, as a queryset is; `head`, `stream` and `count` ask the database.
    """

    table: Table
    conditions: tuple[Condition, ...] = ()
    tickers: tuple[str, ...] | None = None
    instant: datetime | None = None
    ascending: bool = False

    def of(self, *tickers: str) -> "Selection":
        """Rows of these tickers, which are compared as they are: in upper case."""
        chosen = tickers if self.tickers is None else tuple(one for one in tickers if one in self.tickers)
        return replace(self, tickers=chosen)

    def where(self, sql: str, value: Any) -> "Selection":
        """Rows for which the SQL, with the value in place of its %s, is true."""
        return replace(self, conditions=(*self.conditions, (sql, value)))

    def between(self, start: datetime, end: datetime) -> "Selection":
        """Rows from `start` on and up to `end`, both included."""
        return self.where("timestamp >= %s", start).where("timestamp <= %s", end)

    def as_of(self, instant: datetime) -> "Selection":
        """The versions that held at this instant."""
        return replace(self, instant=instant)

    def oldest_first(self) -> "Selection":
        """By (timestamp, id), ascending."""
        return replace(self, ascending=True)

    def newest_first(self) -> "Selection":
        """By (timestamp, id), descending, as usual."""
        return replace(self, ascending=False)

    def head(self, limit: int) -> list[str]:
        """The first `limit` rows in this order, each as the text of a JSON object.

        Each ticker is walked along its own index: among all rows, those of a rare one could be far apart.
        """
        end = f"{self.order()} LIMIT {limit:d}"
        walks: list[list[Condition]] = [[("ticker = %s", ticker)] for ticker in self.tickers or ()]
        statement = self.union(walks or [self.of_tickers()], end)
        with connection.cursor() as cursor:
            cursor.execute(*written(statement, self.table.json, end))
            return [text for (text,) in cursor.fetchall()]

    def stream(self, line: str) -> Iterator[str]:
        """All rows in this order as lines that the expression writes, a few at a time, from a cursor of the server's.

        Before all else comes an empty text, once the query has begun.
        """
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(*written(self.statement(), f"{line} || E'\\n'", self.order()))
            rows = cursor.fetchmany(FETCHED)
            yield ""
            while rows:
                yield "".join([text for (text,) in rows])
                rows = cursor.fetchmany(FETCHED)

    def count(self) -> int:
        """How many rows there are, in one query."""
        with connection.cursor() as cursor:
            cursor.execute(*written(self.statement(), "COUNT(*)"))
            return int(cursor.fetchone()[0])

    def statement(self) -> Statement:
        """The SELECT of all of them, in no order."""
        return self.union([self.of_tickers()])

    def union(self, walks: Sequence[list[Condition]], end: str = "") -> Statement:
        """One SELECT for each source of rows and each of these walks along an index."""
        parts, values = [], []
        for name, when in self.sources():
            for walk in walks:
                conditions = [*self.conditions, *when, *walk]
                where = " AND ".join(sql for sql, _ in conditions) or "TRUE"
                parts.append(f"(SELECT {', '.join(self.table.columns)} FROM {name} WHERE {where} {end})")  # noqa: S608
                values += [value for _, value in conditions]
        return " UNION ALL ".join(parts), tuple(values)

    def sources(self) -> list[tuple[str, list[Condition]]]:
        """Where rows are. Of the past, the versions that have ended since are with the events that ended them."""
        if self.instant is None:
            return [(self.table.name, [])]
        begun, ended = ("updated_at <= %s", self.instant), ("pgh_created_at > %s", self.instant)
        return [(self.table.name, [begun]), *([(self.table.events, [begun, ended])] if self.table.events else [])]

    def of_tickers(self) -> list[Condition]:
        return [] if self.tickers is None else [("ticker = ANY(%s)", list(self.tickers))]

    def order(self) -> str:
        return "ORDER BY timestamp, id" if self.ascending else "ORDER BY timestamp DESC, id DESC"


def written(statement: Statement, expression: str, end: str = "") -> Statement:
    """The statement that answers with this expression of each row."""
    sql, parameters = statement
    return f"SELECT {expression} FROM ({sql}) chosen {end}", parameters  # noqa: S608


def records(sql: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a statement answers, each row by the names of its columns."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class Selecting:
    """What a manager has beside querysets: selections of its model's table."""

    table: Table

    def selection(self) -> Selection:
        """All rows, newest first."""
        return Selection(self.table)

    def of(self, *tickers: str) -> Selection:
        """Rows of these tickers, in upper case."""
        return self.selection().of(*tickers)

    def between(self, start: datetime, end: datetime) -> Selection:
        """Rows from `start` on and up to `end`, both included."""
        return self.selection().between(start, end)
