"""What is chosen of a table of things that happened to tickers, and how PostgreSQL writes it.

A selection is used as a queryset is, and its SQL is put together here: Django would take longer to compile the same
than PostgreSQL to run it. A row is a text, JSON or a line of a file, before Python sees it. Values of requests are
parameters of the statement, never part of it.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from .tables import Table

Statement = tuple[str, tuple[Any, ...]]
Condition = tuple[Any, ...]  # SQL, and the values of its placeholders
FETCHED = 2000  # rows of a stream that are held at once
NO_ACCOUNT = (0, "")
SINCE, UNTIL = "timestamp >= %s", "timestamp <= %s"  # conditions, as filters of moments write them
IN_ORDER = ("timestamp ", "(timestamp, id) ")  # how a condition of the columns begins that rows are ordered by


@dataclass(frozen=True)
class Scope:
    """The accounts whose rows are selected: an item of FROM with the columns `id` and `name`, and its parameters."""

    sql: str
    parameters: tuple[Any, ...] = ()

    def named(self, *names: str) -> "Scope":
        """Those of them with these names."""
        return Scope(f"(SELECT * FROM {self.sql} WHERE name = ANY(%s))", (*self.parameters, list(names)))  # noqa: S608

    def accounts(self) -> list[tuple[int, str]]:
        """Their ids and names, from one query."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, name FROM {self.sql} account ORDER BY id", self.parameters)  # noqa: S608
            return [(id_, name) for id_, name in cursor.fetchall()]


@dataclass(frozen=True)
class Selection:
    """Rows that meet all conditions, of some tickers or of all (None), as they are or as they were.

    It is narrowed step by step, as a queryset is; `head`, `stream` and `count` ask the database. A table whose rows are
    in accounts has a scope, and each row gets the name of its own as `account`.
    """

    table: Table
    conditions: tuple[Condition, ...] = ()
    tickers: tuple[str, ...] | None = None
    instant: datetime | None = None
    ascending: bool = False
    scope: Scope | None = None

    def of(self, *tickers: str) -> "Selection":
        """Rows of these tickers, which are compared as they are: in upper case."""
        chosen = tickers if self.tickers is None else tuple(one for one in tickers if one in self.tickers)
        return replace(self, tickers=chosen)

    def where(self, sql: str, *values: Any) -> "Selection":
        """Rows for which the SQL, with a value in place of each %s, is true."""
        return replace(self, conditions=(*self.conditions, (sql, *values)))

    def between(self, start: datetime, end: datetime) -> "Selection":
        """Rows from `start` on and up to `end`, both included."""
        return self.where(SINCE, start).where(UNTIL, end)

    def bounds(self) -> tuple[datetime | None, datetime | None] | None:
        """The instants, both included, between which all rows are of these accounts and tickers that it selects.

        None in place of an instant is no limit. None alone: there are other conditions.
        """
        if any(sql not in (SINCE, UNTIL) for sql, *_ in self.conditions):
            return None
        since = [value for sql, value in self.conditions if sql == SINCE]
        until = [value for sql, value in self.conditions if sql == UNTIL]
        return max(since, default=None), min(until, default=None)

    def as_of(self, instant: datetime) -> "Selection":
        """The versions that held at this instant."""
        return replace(self, instant=instant)

    def within(self, scope: Scope) -> "Selection":
        """Rows of these accounts, whatever it was before."""
        return replace(self, scope=scope)

    def oldest_first(self) -> "Selection":
        """By (timestamp, id), ascending."""
        return replace(self, ascending=True)

    def newest_first(self) -> "Selection":
        """By (timestamp, id), descending, as usual."""
        return replace(self, ascending=False)

    def head(self, limit: int) -> list[str]:
        """The first `limit` rows in this order, each as the text of a JSON object.

        Each account and each ticker is walked along its own index: among all rows, those of one could be far apart.
        """
        end = f"{self.order()} LIMIT {limit:d}"
        items: list[str] = []
        parameters: list[Any] = []
        along: list[Condition] = []
        if self.scope:
            items.append(f"{self.scope.sql} account")
            parameters += self.scope.parameters
            along.append(("account_id = account.id",))
        if self.tickers is not None:
            items.append("unnest(%s::text[]) wanted (ticker)")
            parameters.append(list(self.tickers))
            along.append(("ticker = wanted.ticker",))
        walk, values = self.union(along, end)
        items.append(f"LATERAL ({walk}) found")
        name = ", account.name AS account" if self.scope else ""
        statement = f"SELECT found.*{name} FROM {' CROSS JOIN '.join(items)}", (*parameters, *values)  # noqa: S608
        return self.texts(*written(statement, self.table.json, end))

    def texts(self, sql: str, parameters: tuple[Any, ...]) -> list[str]:
        """The rows of `head`. One plan is right for all values if the conditions are of the columns of its order."""
        if self.instant is None and all(condition.startswith(IN_ORDER) for condition, *_ in self.conditions):
            rows = connection.execute_planned(sql, parameters)  # type: ignore[attr-defined]  # of our backend
            return [text for (text,) in rows]
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return [text for (text,) in cursor.fetchall()]

    def stream(self, line: str) -> Generator[str]:
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
        """How many rows there are."""
        with connection.cursor() as cursor:
            cursor.execute(*written(self.statement(), "COUNT(*)"))
            return int(cursor.fetchone()[0])

    def estimate(self) -> int:
        """About how many rows there are, as PostgreSQL's planner sees it: no row is read."""
        sql, parameters = self.statement()
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
            [[plan]] = cursor.fetchall()
        return int(plan[0]["Plan"]["Plan Rows"])

    def statement(self) -> Statement:
        """The SELECT of all of them, in no order. One query finds the accounts: PostgreSQL plans better with them."""
        chosen: list[Condition] = [] if self.tickers is None else [("ticker = ANY(%s)", list(self.tickers))]
        if self.scope is None:
            return self.union(chosen)
        accounts = self.scope.accounts() or [NO_ACCOUNT]
        parts = [(name, *self.union([("account_id = %s", id_), *chosen])) for id_, name in accounts]
        sql = " UNION ALL ".join(f"SELECT *, %s::text AS account FROM ({part}) part" for _, part, _ in parts)  # noqa: S608
        return sql, tuple(value for name, _, values in parts for value in (name, *values))

    def union(self, walk: Sequence[Condition], end: str = "") -> Statement:
        """One SELECT for each source of rows, along an index."""
        parts, values = [], []
        for name, when in self.sources():
            conditions = [*self.conditions, *when, *walk]
            where = " AND ".join(sql for sql, *_ in conditions) or "TRUE"
            parts.append(f"(SELECT {', '.join(self.table.columns)} FROM {name} WHERE {where} {end})")  # noqa: S608
            values += [value for _, *given in conditions for value in given]
        return " UNION ALL ".join(parts), tuple(values)

    def sources(self) -> list[tuple[str, list[Condition]]]:
        """Where rows are. Of the past, the versions that have ended since are with the events that ended them."""
        if self.instant is None:
            return [(self.table.name, [])]
        begun, ended = ("updated_at <= %s", self.instant), ("pgh_created_at > %s", self.instant)
        return [(self.table.name, [begun]), *([(self.table.events, [begun, ended])] if self.table.events else [])]

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
    scope: Scope | None = None

    def selection(self) -> Selection:
        """All rows, newest first."""
        return Selection(self.table, scope=self.scope)

    def selection_for(self, user: Any) -> Selection:
        """The rows that a user sees: all of them, where they are in no accounts."""
        return self.selection()

    def of(self, *tickers: str) -> Selection:
        """Rows of these tickers, in upper case."""
        return self.selection().of(*tickers)

    def between(self, start: datetime, end: datetime) -> Selection:
        """Rows from `start` on and up to `end`, both included."""
        return self.selection().between(start, end)
