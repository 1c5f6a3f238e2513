"""Rows that are staged: where they belong, and their way into the ledger.

They are in a temporary table. Statements have them as `{rows}`, each with its account and its `place`: rows with one
number are in the order of their places. Rows are removed, and never changed, so a place stays that row's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from .booking import Booking
from .files.source import PIECE
from .refusals import remove_refused
from .report import Report
from .selection import OWN_FIELDS
from .staging import Errors, Lines

COLUMNS = ", ".join(OWN_FIELDS)
GIVEN = tuple(name for name in OWN_FIELDS if name != "account")
AS_GIVEN = ", ".join(GIVEN)
# `known` gets what is found of rows whose external_id a trade of the ledger has: how it differs, in words.
TABLES = f"""DROP TABLE IF EXISTS pg_temp.staged, pg_temp.known;
    CREATE TEMPORARY TABLE staged ON COMMIT DROP AS
        SELECT id AS line, {AS_GIVEN}, NULL::text AS account, updated_at FROM trades_trade WITH NO DATA;
    ALTER TABLE staged ALTER updated_at SET DEFAULT STATEMENT_TIMESTAMP();
    CREATE TEMPORARY TABLE known
        (place tid, line bigint, account_id integer, trade bigint, differences text[]) ON COMMIT DROP"""  # noqa: S608
COPY = f"COPY staged (line, {COLUMNS}) FROM STDIN (NULL '')"
HAS = """SELECT EXISTS (SELECT 1 FROM staged WHERE external_id IS NOT NULL),
    EXISTS (SELECT 1 FROM staged WHERE account IS NOT NULL)"""
IN_ONE_ACCOUNT = "SELECT ctid AS place, *, %(main)s AS account_id FROM staged"
IN_ACCOUNTS = """SELECT staged.ctid AS place, staged.*, COALESCE(named.id, %(main)s) AS account_id
    FROM staged LEFT JOIN unnest(%(names)s::text[], %(ids)s::integer[]) named (name, id) ON named.name = account"""
SPANS = "SELECT account_id, MIN(timestamp), MAX(timestamp) FROM ({rows}) row GROUP BY account_id ORDER BY account_id"
# As they will be in the ledger. Each ticker's own currency is looked up once.
FILLED = """WITH own AS MATERIALIZED (
        SELECT ticker, reference_currency_of(ticker) AS own FROM (SELECT DISTINCT ticker FROM staged) tickers
    ), priced AS (
        SELECT row.*, COALESCE(row.currency, own, account.currency) AS priced_in
        FROM ({rows}) row JOIN own USING (ticker) JOIN reference_account account ON account.id = account_id
    ), filled AS (
        SELECT place, line, account_id, ticker, price, quantity, side, timestamp, COALESCE(fee, 0) AS fee, external_id,
            COALESCE(note, '') AS note, priced_in AS currency,
            COALESCE(fee_currency, reference_major(priced_in)) AS fee_currency
        FROM priced
    )"""
BOOK = f"""{FILLED} INSERT INTO trades_trade (account_id, {AS_GIVEN}, import_id, created_by)
    SELECT account_id, {AS_GIVEN}, %(import)s, %(by)s FROM filled ORDER BY line {{order}}, place {{unless_taken}}"""  # noqa: S608
UNLESS_TAKEN = "ON CONFLICT (account_id, external_id) WHERE external_id IS NOT NULL DO NOTHING"  # slows all rows down
LAST_TRADE = "SELECT COALESCE(pg_sequence_last_value(pg_get_serial_sequence('trades_trade', 'id')::regclass), 0)"


@dataclass(frozen=True)
class Span:
    """The accounts that rows go to, ascending, and when the first and the last of each were."""

    accounts: list[int] = field(default_factory=list)
    first: list[datetime] = field(default_factory=list)
    last: list[datetime] = field(default_factory=list)


class Staged:
    """The rows of a file, of which there are `count`."""

    def __init__(self, cursor: CursorWrapper, booking: Booking, count: int) -> None:
        self.cursor, self.booking, self.count = cursor, booking, count
        cursor.execute(HAS)
        self.has_names, self.has_accounts = cursor.fetchone()
        self.rows = IN_ACCOUNTS if self.has_accounts else IN_ONE_ACCOUNT

    def span(self) -> Span:
        """Where they go to."""
        self.execute(SPANS)
        return Span(*map(list, zip(*found, strict=True))) if (found := self.cursor.fetchall()) else Span()

    def remove(self, sql: str, **parameters: Any) -> int:
        """Remove what a DELETE removes, and return how many."""
        self.execute(sql, **parameters)
        return self.removed(self.cursor.rowcount)

    def removed(self, count: int) -> int:
        self.count -= count
        return count

    def refuse(self, sql: str, report: Report, errors_of: Callable[..., Errors], **parameters: Any) -> None:
        """Remove what a SELECT finds, as `remove_refused` does."""
        given = self.parameters(**parameters)
        self.removed(remove_refused(self.cursor, self.with_rows(sql), given, report, errors_of))

    def book(self, import_: int, *, newest_first: bool) -> tuple[int, int, int]:
        """Move them into the ledger, except for those whose external_id is taken.

        Return how many there were, and a range that has their ids in it, among others'.
        """
        order, unless_taken = "DESC" if newest_first else "", UNLESS_TAKEN if self.has_names else ""
        first = self.last_trade()
        sql = BOOK.replace("{order}", order).replace("{unless_taken}", unless_taken)
        self.execute(sql, **{"import": import_})
        return self.cursor.rowcount, first, self.last_trade()

    def last_trade(self) -> int:
        """The newest id that was given to any trade, by anybody."""
        self.cursor.execute(LAST_TRADE)
        found: int = self.cursor.fetchone()[0]
        return found

    def execute(self, sql: str, **parameters: Any) -> None:
        """A statement about the rows, which it has as `{rows}`."""
        self.cursor.execute(self.with_rows(sql), self.parameters(**parameters))

    def with_rows(self, sql: str) -> str:
        return sql.replace("{rows}", self.rows)

    def parameters(self, **parameters: Any) -> dict[str, Any]:
        return self.booking.parameters() | parameters


def stage(cursor: CursorWrapper, lines: Lines) -> int:
    """Return how many rows were copied into the table `staged`."""
    cursor.execute(TABLES)
    try:
        with connection.wrap_database_errors:  # as Django does for its own methods alone
            cursor.copy_expert(COPY, lines, PIECE)
    except Exception:
        if lines.error:
            raise lines.error from None
        raise
    return lines.count
