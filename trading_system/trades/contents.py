"""Rows that equal trades of the ledger: a file that has grown, or that was saved again, brings them once more.

A row's content is what makes a fill: account, ticker, side, price, quantity, instant, currency, fee and its currency.
Fills may be equal, so equal ones are counted: of n equal rows and m trades, n - m are new. But rows and trades that
have external_ids, which differ, do not repeat each other: a row with one can repeat a trade without, and a row without
one any trade that no row of the file names.
"""

from .known import Known
from .report import Report
from .staged import FILLED, Staged
from .staging import Errors

SKIP, BOOK, ERROR = REPEATED = ("skip", "book", "error")  # what becomes of repetitions
CONTENT = "account_id, ticker, side, price, quantity, timestamp, currency, fee, fee_currency"
# An index finds whether any trade is there, whatever the planner knows of the table.
HAS_TRADES = """SELECT EXISTS (
        SELECT FROM unnest(%(accounts)s::integer[], %(first)s::timestamptz[], %(last)s::timestamptz[])
            span (id, first, last)
        CROSS JOIN LATERAL (
            SELECT FROM trades_trade WHERE account_id = span.id AND timestamp BETWEEN first AND last
            ORDER BY account_id, timestamp, id LIMIT 1
        ) found)"""
# Trades of a ticker and an instant are looked up by the index: what the planner knows of trades that have just been
# booked would lead it astray, and OFFSET keeps it from thinking of a join.
FOUND = f"""{FILLED}, moments AS (SELECT DISTINCT account_id, ticker, timestamp FROM filled), here AS (
        SELECT {CONTENT}, COUNT(external_id) AS named, COUNT(*) - COUNT(external_id) AS unnamed, MIN(id) AS example
        FROM moments CROSS JOIN LATERAL (
            SELECT id, import_id, external_id, side, price, quantity, currency, fee, fee_currency
            FROM trades_trade trade
            WHERE trade.account_id = moments.account_id AND trade.ticker = moments.ticker
                AND trade.timestamp = moments.timestamp
            OFFSET 0
        ) trades
        WHERE (import_id IS NULL OR import_id <> ALL(%(imports)s)) AND id NOT IN (SELECT trade FROM known)
        GROUP BY {CONTENT}
    ), matched AS (
        SELECT place, line, external_id, named, unnamed, example,
            COUNT(external_id) OVER (PARTITION BY example) AS names,
            ROW_NUMBER() OVER (PARTITION BY example, external_id IS NULL ORDER BY line, place) AS nth
        FROM filled JOIN here USING ({CONTENT})
    )
    SELECT line, place, example FROM matched WHERE nth <=
        CASE WHEN external_id IS NULL THEN named + unnamed - LEAST(names, unnamed) ELSE unnamed END"""  # noqa: S608
LEAVE_REPEATED = f"DELETE FROM staged USING ({FOUND}) found WHERE staged.ctid = found.place"  # noqa: S608
REFUSE_REPEATED = f"SELECT line, example FROM ({FOUND}) found"  # noqa: S608


def leave_out_repeated(staged: Staged, known: Known, report: Report, repeated: str) -> None:
    """Remove the rows that equal trades, and count them; or refuse them, each with such a trade."""
    given = known.parameters()
    if repeated == ERROR:
        staged.refuse(REFUSE_REPEATED, report, as_trade, **given)
    else:
        report.repeated += staged.remove(LEAVE_REPEATED, **given)


def has_trades(staged: Staged, known: Known) -> bool:
    """Whether the accounts have trades of the time that the rows are of."""
    span = known.span
    staged.execute(HAS_TRADES, accounts=span.accounts, first=span.first, last=span.last)
    found: bool = staged.cursor.fetchone()[0]
    return found


def as_trade(trade: int) -> Errors:
    """Why a row is refused that is in the ledger already, as this trade or another that is equal."""
    return {None: [f"Equals trade {trade}, which is in the ledger."]}
