"""What a selection of trades is made of: months, days, and days that are rolled up while the statement runs.

All of it is one statement, which sees marks, rollups and trades as they were committed together: it is exact, whether
anything was folded or not. A day is rolled up anew if it is marked, if it lies in the selection in part, or if
something cuts it: a split in the middle of the day, which changes the trades before it and not those after. Of the
past, so is a day in which a version has begun or ended since.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from django.db import connection, transaction

from rest.selection import Selection, records

from .span import Span
from .sums import COLUMNS, DAY_OF, READ, rolled, trades_of

FEW = 1_000  # days that are always worth rolling up anew
DAYS = 30  # of a month
SHARE = 0.3  # of the days that have trades; if more have to be rolled up anew, reading all trades is faster

Cut = tuple[str, datetime]  # a ticker, and an instant: trades before it are not added up with those from it on
CUTS = "unnest(%(cut_tickers)s::text[], %(cut_instants)s::timestamptz[]) AS cut (ticker, instant)"
NEXT_MONTH = "(rolled.day + INTERVAL '1 month')::date"
WHOLE = f"rolled.day >= %(first)s::date AND {NEXT_MONTH} - 1 <= %(last)s::date"
SAME = "{0}.account_id = rolled.account_id AND {0}.ticker = rolled.ticker AND {0}.day = rolled.day"
NAMES = ", ".join(f"rolled.{name}" for name in COLUMNS)
LOCAL = "({0} AT TIME ZONE %(zone)s)::date"
SPLIT = f"{LOCAL.format('rolled.first_at')} <> {LOCAL.format('rolled.last_at')}"
DAY, MONTH = 0, 1  # values of `is_month`


@dataclass(frozen=True)
class Pieces:
    """Relations of a statement's WITH, named `dirty`, `dirty_months` and `pieces`, and its parameters.

    `pieces` has the columns of a rollup and `is_month`. Beside it a statement can ask for `days_of` months, and for
    `trades_on` days.
    """

    selection: Selection
    span: Span
    accounts: list[tuple[int, str]]
    parameters: dict[str, Any]
    has_cuts: bool
    zone: tzinfo | None = None  # in whose days all pieces lie, none in two of them; without one there are months

    @property
    def sql(self) -> str:
        folded = self.days() if self.zone else f"{self.months()} UNION ALL {self.days_of('dirty_months month')}"
        return f"""dirty AS MATERIALIZED ({" UNION ".join(self.dirty())}),
            dirty_months AS MATERIALIZED ({" UNION ".join(self.dirty_months())}),
            pieces AS ({folded} UNION ALL SELECT rolled.*, {DAY} FROM ({self.anew()}) rolled)"""  # noqa: S608

    def months(self) -> str:
        """The pieces of months that can be taken as they were folded."""
        whole = "TRUE" if self.span == Span() else WHOLE
        return f"""SELECT {NAMES}, {MONTH} AS is_month FROM trades_month rolled WHERE {self.mine("rolled")} AND {whole}
            AND NOT EXISTS (SELECT FROM dirty_months month WHERE {SAME.format("month")})"""  # noqa: S608

    def days(self) -> str:
        """The pieces of days that can be taken as they were folded."""
        return f"""SELECT {NAMES}, {DAY} AS is_month FROM trades_day rolled
            WHERE {self.mine("rolled")} AND {self.clean()}"""  # noqa: S608

    def days_of(self, months: str) -> str:
        """The pieces of days of `month (account_id, ticker, day)` in FROM, but for those that are rolled up anew."""
        return f"""SELECT rolled.*, {DAY} AS is_month FROM {months} CROSS JOIN LATERAL (
                SELECT {NAMES} FROM trades_day rolled
                WHERE rolled.account_id = month.account_id AND rolled.ticker = month.ticker
                    AND rolled.day >= month.day AND rolled.day < (month.day + INTERVAL '1 month')::date OFFSET 0
            ) rolled WHERE {self.clean()}"""  # noqa: S608

    def clean(self) -> str:
        """The condition that a day can be taken as it was folded."""
        then = "AND rolled.newest_version <= %(instant)s" if self.selection.instant else ""
        return f"""rolled.day BETWEEN %(first)s::date AND %(last)s::date {then}
            AND NOT EXISTS (SELECT FROM dirty WHERE {SAME.format("dirty")})"""

    def anew(self) -> str:
        """The pieces of days that cannot be taken as they were folded."""
        apart = ["WIDTH_BUCKET(timestamp, %(cuts)s::timestamptz[])"] if self.has_cuts else []
        apart += [LOCAL.format("timestamp")] if self.zone else []
        return rolled(self.trades_on("dirty AS of_day"), *apart)

    def trades_on(self, days: str) -> str:
        """The trades of the selection on days, as sums.trades_of has them."""
        span = "trade.timestamp BETWEEN %(since)s::timestamptz AND %(until)s::timestamptz"
        if not self.selection.instant:
            return trades_of(days, span)
        now = trades_of(days, f"{span} AND trade.updated_at <= %(instant)s")
        return f"""{now} UNION ALL SELECT of_day.account_id, of_day.ticker, of_day.day, {READ}
            FROM trades_tradeevent trade JOIN {days} ON trade.account_id = of_day.account_id
                AND trade.ticker = of_day.ticker AND {DAY_OF} = of_day.day
            WHERE {span} AND updated_at <= %(instant)s AND pgh_created_at > %(instant)s"""  # noqa: S608

    def dirty(self) -> list[str]:
        """Where to find the days that have to be rolled up anew."""
        inside = f"{self.mine('{0}')} AND {{0}}.day BETWEEN %(first)s::date - 1 AND %(last)s::date + 1"
        found = [f"SELECT DISTINCT account_id, ticker, day FROM trades_mark mark WHERE {inside.format('mark')}"]  # noqa: S608
        key = "SELECT rolled.account_id, rolled.ticker"
        if self.parameters["edges"]:
            found.append(f"""{key}, edge.day FROM unnest(%(edges)s::date[]) AS edge (day) JOIN trades_month rolled
                ON rolled.day = DATE_TRUNC('month', edge.day)::date AND {self.mine("rolled")}""")
        if self.has_cuts:
            found.append(f"""{key}, (cut.instant AT TIME ZONE 'UTC')::date FROM {CUTS} JOIN trades_month rolled
                ON rolled.ticker = cut.ticker AND rolled.day = DATE_TRUNC('month', cut.instant AT TIME ZONE 'UTC')::date
                    AND {self.mine("rolled")}
                WHERE cut.instant <> DATE_TRUNC('day', cut.instant, 'UTC')""")
        if self.zone:
            found.append(f"""{key}, rolled.day FROM trades_day rolled WHERE {inside.format("rolled")}
                AND {SPLIT}""")
        if self.selection.instant:
            found.append(f"""SELECT day.account_id, day.ticker, day.day FROM trades_month rolled JOIN trades_day day
                ON day.account_id = rolled.account_id AND day.ticker = rolled.ticker
                    AND day.day >= rolled.day AND day.day < {NEXT_MONTH}
                WHERE {self.mine("rolled")} AND rolled.newest_version > %(instant)s
                    AND day.newest_version > %(instant)s AND day.oldest_version <= %(instant)s""")  # noqa: S608
            found.append(f"""SELECT account_id, ticker, {DAY_OF} FROM trades_tradeevent event
                WHERE {self.mine("event")} AND updated_at <= %(instant)s AND pgh_created_at > %(instant)s""")  # noqa: S608
        return found

    def dirty_months(self) -> list[str]:
        """Where to find the months whose days have to be looked at one by one."""
        found = ["SELECT DISTINCT account_id, ticker, DATE_TRUNC('month', day)::date AS day FROM dirty"]
        key = "SELECT rolled.account_id, rolled.ticker, rolled.day FROM trades_month rolled"
        if self.span != Span():
            found.append(f"""{key} WHERE {self.mine("rolled")} AND NOT ({WHOLE})
                AND rolled.day <= %(last)s::date AND {NEXT_MONTH} > %(first)s::date""")
        if self.has_cuts:
            found.append(f"""{key} JOIN {CUTS}
                ON rolled.ticker = cut.ticker AND rolled.day = DATE_TRUNC('month', cut.instant AT TIME ZONE 'UTC')::date
                WHERE {self.mine("rolled")} AND cut.instant <> DATE_TRUNC('month', cut.instant, 'UTC')""")
        if self.selection.instant:
            found.append(f"{key} WHERE {self.mine('rolled')} AND rolled.newest_version > %(instant)s")
        return found

    def mine(self, table: str) -> str:
        """The condition that a row of the table is of the selection's accounts and tickers."""
        tickers = "" if self.selection.tickers is None else f" AND {table}.ticker = ANY(%(tickers)s)"
        return f"{table}.account_id = ANY(%(accounts)s){tickers}"


def pieces_of(selection: Selection, cuts: Iterable[Cut] = (), zone: tzinfo | None = None) -> Pieces | None:
    """What the selection is made of; None if it is narrowed by more than accounts, tickers and time.

    No piece has trades from before a cut and from after it, nor with a zone of two of its days. None also if most days
    would have to be rolled up anew: to read all of the trades is faster then.
    """
    bounds = selection.bounds()
    if bounds is None or selection.scope is None:
        return None
    span = Span(*bounds)
    try:
        days = {"first": span.first, "last": span.last, "edges": span.edges}
    except OverflowError:
        return None
    accounts, given = selection.scope.accounts(), sorted(set(cuts))
    parameters = {
        **days,
        "since": span.since or "-infinity", "until": span.until or "infinity", "instant": selection.instant,
        "accounts": [id_ for id_, _ in accounts],
        "tickers": None if selection.tickers is None else list(selection.tickers),
        "cut_tickers": [ticker for ticker, _ in given], "cut_instants": [instant for _, instant in given],
        "cuts": sorted({instant for _, instant in given}), "zone": str(zone),
    }  # fmt: skip
    found = Pieces(selection, span, accounts, parameters, bool(given), zone)
    return found if worthwhile(found) else None


def worthwhile(pieces: Pieces) -> bool:
    """Whether few of the days have to be rolled up anew, as far as can be told quickly."""
    later = "0"
    if pieces.selection.instant:
        later = f"""(SELECT {DAYS} * COUNT(*) FROM trades_month rolled WHERE {pieces.mine("rolled")}
            AND newest_version > %(instant)s AND oldest_version <= %(instant)s)"""  # noqa: S608
    days = "SELECT reltuples FROM pg_class WHERE oid = 'trades_day'::regclass"
    if pieces.zone:  # of one ticker
        mine = f"FROM trades_day rolled WHERE {pieces.mine('rolled')}"
        days, later = f"SELECT COUNT(*) {mine}", f"(SELECT COUNT(*) {mine} AND {SPLIT})"
    sql = f"""SELECT (SELECT COUNT(*) FROM trades_mark mark WHERE {pieces.mine("mark")}) + {later} AS dirty,
        ({days}) AS days"""  # noqa: S608
    [row] = records(sql, pieces.parameters)
    return bool(row["dirty"] <= max(FEW, SHARE * row["days"]))


def answered(sql: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """What a statement of several relations answers. PostgreSQL does not know how few rows they have, or how many.

    It would compare every row of one with every row of another. Where they are to be looked up one by one, they are
    LATERAL.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        return records(sql, parameters)
