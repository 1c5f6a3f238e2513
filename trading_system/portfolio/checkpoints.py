"""Checkpoints are made ticker by ticker, each in a transaction of its own: what is interrupted loses one.

It begins at the newest checkpoints that are right, and walks through the trades after them. Readers are right before
it, during it and after it: whatever they see was committed together with what says how far it holds.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import connection, transaction

from rest.amounts import decimal_text
from rest.selection import Selection, records
from trades.models import Trade
from trades.rollups.folding import only_one

from .by_now import SEGMENT, Adjustment, adjusted, adjustment_by
from .checkpoint_days import due, kept
from .checkpoint_models import Checkpoint
from .checkpoint_reader import SIGNATURE, SIGNATURES, pooled, reopen, sums_of
from .holdings import Holdings
from .lots import Fill, Lots, remainder
from .models import CorporateAction
from .rollups import SEGMENTS, segments_of

LOCK = 0x0C4EC  # of whoever makes checkpoints: one at a time
# Tickers whose trades have changed, and those that have trades and no checkpoint as corporate actions are by now.
LACKING = f"""WITH signatures AS ({SIGNATURES}) SELECT ticker FROM portfolio_stale
    UNION (SELECT COALESCE(final, month.ticker) FROM trades_month month LEFT JOIN {SEGMENTS} AS {SEGMENT}
        ON month.ticker = segment.ticker AND first_at < until AND last_at >= since
    EXCEPT SELECT ticker FROM (SELECT DISTINCT ticker, signature AS made FROM portfolio_checkpoint) checkpoint
        LEFT JOIN signatures USING (ticker) WHERE made = {SIGNATURE})
    ORDER BY ticker"""  # noqa: S608
SIGNED = f"""WITH signatures AS ({SIGNATURES}) SELECT {SIGNATURE} AS signature
    FROM (SELECT %(ticker)s AS ticker) asked LEFT JOIN signatures USING (ticker)"""  # noqa: S608
FIRST_VOID = """SELECT MIN(day) AS day FROM (SELECT ticker, day FROM trades_mark
        UNION ALL SELECT ticker, day FROM portfolio_stale) mark WHERE ticker = ANY(%(tickers)s)"""
TRADED = """SELECT MIN((first_at AT TIME ZONE 'UTC')::date) AS first, MAX((last_at AT TIME ZONE 'UTC')::date) AS last
    FROM trades_month WHERE ticker = ANY(%(tickers)s)"""
READ = """SELECT currency, account_id::integer, id, timestamp, quantity, value, fee FROM ({trades}) trade
    ORDER BY timestamp, id"""

Books = defaultdict[str, Holdings]  # by currency


def fold() -> int:
    """Make all checkpoints that are lacking; return of how many tickers. None, if another process does."""
    return sum(1 for _ in folding())


def folding() -> Iterator[str]:
    """The same one after another: the tickers of which they were made. Who has to stop may do so between two."""
    with only_one(LOCK) as is_ours:
        for ticker in lacking() if is_ours else ():
            make(ticker)
            yield ticker


def lacking() -> list[str]:
    by = adjustment_by(CorporateAction.objects.in_effect(None), Trade.objects.selection())
    return [row["ticker"] for row in records(LACKING, segments_of(by))]


@transaction.atomic
def make(ticker: str) -> None:
    """Make the checkpoints of all tickers that trades of this one are of by now. What was stale of it is not any more.

    What is committed meanwhile is left to the next time: nothing of it is in the transaction's snapshot.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        actions = CorporateAction.objects.in_effect(None)
        segments = adjustment_by(actions, Trade.objects.of(ticker)).segments
        for final in sorted({one.final for one in segments if one.ticker == ticker} or {ticker}):
            make_final(adjustment_by(actions, Trade.objects.of(final)), final)
        cursor.execute("DELETE FROM portfolio_stale WHERE ticker = %s", [ticker])


def make_final(by: Adjustment, ticker: str) -> None:
    """Those of one ticker, and of all that was booked under other names."""
    asked = {**segments_of(by), "ticker": ticker, "tickers": list(by.selection.tickers or ())}
    [signed], [void], [traded] = (records(sql, asked) for sql in (SIGNED, FIRST_VOID, TRADED))
    made = Checkpoint.objects.filter(ticker=ticker)
    made.exclude(signature=signed["signature"]).delete()
    if void["day"]:
        made.filter(day__gte=void["day"]).delete()
    if not traded["last"]:
        return
    base = made.order_by("-day").values_list("day", flat=True).first()
    books = restored(made.filter(day=base)) if base else Books(Holdings)
    days = [day for day in due(traded["first"], traded["last"]) if base is None or day > base]
    for day in walked(books, Trade.objects.of(ticker), base, days):
        Checkpoint.objects.bulk_create(rows_of(books, {"ticker": ticker, "day": day, "signature": signed["signature"]}))
    made.exclude(day__in=kept(made.values_list("day", flat=True).distinct(), traded["last"])).delete()


def walked(books: Books, selection: Selection, base: date | None, days: list[date]) -> Iterator[date]:
    """Book the trades after the day `base`, and stop at the end of each of the days."""
    if base:
        selection = selection.where("timestamp >= %s", end_of(base))
    if days:
        selection = selection.where("timestamp < %s", end_of(days[-1]))
    ahead = deque(days)
    for currency, account, fill in fills(selection) if days else ():
        while fill.timestamp >= end_of(ahead[0]):
            yield ahead.popleft()
        books[currency].add(account, fill)
    yield from ahead


def fills(selection: Selection) -> Iterator[tuple[str, int, Fill]]:
    """Currency, account and trade by (timestamp, id)."""
    trades = adjusted(selection)
    with connection.chunked_cursor() as cursor:
        cursor.execute(READ.format(trades=trades.sql), trades.parameters)
        for currency, account, id_, timestamp, *amounts in cursor:
            yield currency, account, Fill(id_, timestamp, *map(Fraction, amounts))


def end_of(day: date) -> datetime:
    """The first instant after a day by UTC."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def rows_of(books: Books, fields: dict[str, Any]) -> Iterator[Checkpoint]:
    for currency, holdings in books.items():
        for accounts, holding in holdings.named():
            for method, lots in holding.lots.items():
                yield Checkpoint(**fields, currency=currency, accounts=accounts, method=method, **state_of(lots))


def state_of(lots: Lots) -> dict[str, Any]:
    """What a checkpoint has of lots."""
    parts = lots.in_turn()
    opened = [(part.fill.id, part) for part in parts if part.fill]
    basis, fees = sums_of(lots)
    return {
        "quantity": decimal(sum((part.quantity for part in parts), Fraction(0))),
        "basis": decimal(basis),
        "open_fees": decimal(fees),
        "lots": [id_ for id_, _ in opened],
        "remainders": [decimal(part.quantity) for _, part in opened],
    }


def decimal(number: Fraction) -> Decimal:
    """Of a number that has an end as a decimal, as all have that were added up or rounded."""
    return Decimal(decimal_text(number))


def restored(checkpoints: Iterable[Checkpoint]) -> Books:
    """What was held at the end of their day, which is the same for all of a ticker."""
    found = list(checkpoints)
    opened, books = fills_of(found), Books(Holdings)
    for one in found:
        lots = books[one.currency].named_as(one.accounts).lots[one.method]
        left = sorted(zip(one.lots, one.remainders, strict=True), key=lambda lot: (opened[lot[0]].timestamp, lot[0]))
        reopen(lots, (remainder(opened[id_], Fraction(units)) for id_, units in left))
        if one.method == "average":
            reopen(lots, pooled(one.quantity, one.basis, one.open_fees))
    return books


def fills_of(checkpoints: list[Checkpoint]) -> dict[int, Fill]:
    """The trades that had opened their lots, by id."""
    ids = sorted({id_ for one in checkpoints for id_ in one.lots})
    selection = Trade.objects.of(checkpoints[0].ticker).where("id = ANY(%s)", ids)
    return {fill.id: fill for _, _, fill in fills(selection)} if ids else {}
