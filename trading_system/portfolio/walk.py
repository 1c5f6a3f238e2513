"""Where the newest intervals of a ticker's trades begin: found along the index, without reading all that is in them.

A step asks the index for the newest trade before the interval that was found last. Trades are in parts, an account's
under one name each, and the walk remembers the newest trade of each part. Only parts that had one in the last interval
are asked again. So there are never more questions than parts and trades of these intervals together, and no piece of
the index is read twice, however few of its trades the filters let through.

Versions that have ended have no such index. Of the past, those that held then are all read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo
from fractions import Fraction
from string import Formatter

from reference.currencies import major, minor
from rest.intervals import bucket_of
from rest.selection import Condition, Selection, Statement, records

from .by_now import Adjusted, adjusted_by
from .timeline import Action, Segment, segments

PARTS = "(SELECT account, name FROM unnest({accounts}) account, generate_series(1, {names}) name)"
NEWEST = f"""SELECT currency FROM (
        SELECT found.* FROM {PARTS} head CROSS JOIN LATERAL ({{probes}}) found {{ended}}
    ) newest ORDER BY timestamp DESC, id DESC LIMIT 1"""  # noqa: S608
ENDED = "UNION ALL SELECT timestamp, id, currency FROM ({trades}) ended"
# It begins with all parts, after all trades. Without OFFSET 0, each use of a head's new timestamp would ask the index.
# The end of `span` shuts out nothing: of a range with one end, which it does not know yet, the planner would expect a
# third of the table, and read all of it.
SPAN = f"""WITH RECURSIVE walk AS (
        SELECT array_agg(account) AS accounts, array_agg(name) AS names, array_agg(timestamp) AS heads,
            timestamp AS begin, {{bucket}} AS bucket, 0 AS step
        FROM {PARTS} parts, (SELECT TIMESTAMPTZ '10000-01-01Z' AS timestamp) after_all GROUP BY timestamp
        UNION ALL
        SELECT found.accounts, found.names, found.heads, {{begin}}, {{bucket}}, step + 1
        FROM walk CROSS JOIN LATERAL (
            SELECT array_agg(account) AS accounts, array_agg(name) AS names, array_agg(timestamp) AS heads,
                MAX(timestamp) AS timestamp
            FROM (
                SELECT account, name,
                    CASE WHEN {{bucket}} >= walk.bucket THEN ({{probes}}) ELSE timestamp END AS timestamp
                FROM unnest(walk.accounts, walk.names, walk.heads) AS head (account, name, timestamp) OFFSET 0
            ) moved WHERE timestamp IS NOT NULL
        ) found WHERE step < {{count}} AND timestamp IS NOT NULL
    ), buckets AS (
        SELECT bucket FROM walk WHERE step > 0 {{ended}} ORDER BY 1 DESC LIMIT {{count}}
    ), span AS MATERIALIZED (SELECT {{since}} AS since, TIMESTAMPTZ 'infinity' AS until FROM buckets)"""  # noqa: S608
ENDED_BUCKETS = "UNION SELECT {bucket} FROM ({trades}) ended"
NEWEST_FIRST = "ORDER BY timestamp DESC, id DESC LIMIT 1"
IN_SPAN: tuple[Condition, ...] = (
    ("timestamp >= (SELECT since FROM span)",),
    ("timestamp <= (SELECT until FROM span)",),
)
# Where clocks are set at midnight, a day's midnight may be an hour late, and another day's hour after it: the condition
# on the bucket then decides. No zone is 24 hours from UTC, so nothing of a day is before UTC's midnight a day before.
BEGIN_OF_DAY = "date_trunc('day', timestamp, %s)"
SINCE_DAY = "(DATE '0001-01-01' + MIN(bucket) - 2)::timestamp AT TIME ZONE 'UTC'"


def composed(template: str, **pieces: Statement) -> Statement:
    """The template with these pieces in its places, and their parameters in the order of the places."""
    places = [name for _, name, *_ in Formatter().parse(template) if name]
    sql = template.format(**{name: piece for name, (piece, _) in pieces.items()})
    return sql, tuple(value for place in places for value in pieces[place][1])


def narrowed(selection: Selection, *conditions: Condition) -> Selection:
    return replace(selection, conditions=(*selection.conditions, *conditions))


def names_of(ticker: str, actions: Iterable[Action]) -> list[Segment]:
    """As what trades that are of the ticker by now were booked, from when to when; splits do not cut it."""
    found: list[Segment] = []
    for one in (one for one in segments(actions) if one.final == ticker):
        if found and (found[-1].ticker, found[-1].until) == (one.ticker, one.since):
            found[-1] = replace(found[-1], until=one.until)
        else:
            found.append(one)
    return found or [Segment(ticker, None, None, ticker, Fraction(1))]


def booked_as(name: Segment) -> Iterator[Condition]:
    """The conditions of trades under this name."""
    yield "ticker = %s", name.ticker
    if name.since:
        yield "timestamp >= %s", name.since
    if name.until:
        yield "timestamp < %s", name.until


@dataclass(frozen=True)
class Walk:
    """The trades of a selection that are in these accounts, and of one ticker after these actions."""

    selection: Selection
    accounts: list[int]
    ticker: str
    actions: list[Action]
    names: list[Segment]  # of `names_of`

    def currency(self) -> str | None:
        """That of the newest trade, the major one of a minor unit; None without trades."""
        probes = self.probes("timestamp", "id", "currency")
        found = records(*self.composed(NEWEST, probes=probes, ended=self.ended(ENDED)))
        return major(found[0]["currency"]) if found else None

    def in_currency(self, currency: str) -> "Walk":
        """Those of them with prices in this major currency, or in its minor unit."""
        return self.where(("currency = ANY(%s)", sorted({currency, minor(currency)})))

    def span(self, interval: str, zone: tzinfo, count: int) -> Statement:
        """A WITH for IN_SPAN, which holds all trades of the newest `count` intervals that have any.

        If days are the intervals, it begins up to two days before them.
        """
        sql, zones = bucket_of(interval, zone)
        bucket = sql, tuple(zones)
        begin, since = (BEGIN_OF_DAY, SINCE_DAY) if interval == "1d" else (sql, "MIN(bucket)")
        before = self.where(("timestamp < walk.begin",), (f"{sql} < walk.bucket", *zones))
        return self.composed(
            SPAN,
            bucket=bucket,
            begin=(begin, bucket[1]),
            probes=before.probes("timestamp"),
            ended=self.ended(ENDED_BUCKETS, bucket=bucket),
            count=(f"{count:d}", ()),
            since=(since, ()),
        )

    def where(self, *conditions: Condition) -> "Walk":
        """Those of them that meet these conditions as well."""
        return replace(self, selection=narrowed(self.selection, *conditions))

    def trades(self) -> Adjusted:
        """All of them, as they are by now; of their accounts without names, which would be read one by one."""
        selection = self.selection
        unnamed = replace(selection.table, columns=(*selection.table.columns, "NULL::text AS account"))
        together = narrowed(replace(selection, table=unnamed, scope=None), ("account_id = ANY(%s)", self.accounts))
        return adjusted_by(self.actions, together)

    def composed(self, template: str, **pieces: Statement) -> Statement:
        names = str(len(self.names)), ()
        return composed(template, accounts=("%s::int[]", (self.accounts,)), names=names, **pieces)

    def probes(self, *columns: str) -> Statement:
        """The newest trade of the part `head`: a SELECT of these columns for each name, of which one is carried out."""
        current = replace(self.selection, table=replace(self.selection.table, columns=columns, events=None))
        found = [
            current.union([(f"head.name = {number}",), ("account_id = head.account",), *booked_as(name)], NEWEST_FIRST)
            for number, name in enumerate(self.names, 1)
        ]
        return " UNION ALL ".join(sql for sql, _ in found), tuple(value for _, values in found for value in values)

    def ended(self, template: str, **pieces: Statement) -> Statement:
        """The template with the versions that held at the selection's instant and have ended since; else nothing."""
        instant, table = self.selection.instant, self.selection.table
        if instant is None or table.events is None:
            return "", ()
        events = replace(self.selection, table=replace(table, name=table.events, events=None))
        trades = replace(self, selection=events).where(("pgh_created_at > %s", instant)).trades()
        return composed(template, trades=(trades.sql, trades.parameters), **pieces)
