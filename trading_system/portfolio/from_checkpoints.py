"""Positions by average cost, LIFO and HIFO from checkpoints, and from the trades after them.

Sums come from rolled-up trades; only what is held follows from trades one by one. Of a key with no trade after its
newest checkpoint it is there; of another, the trades that had opened its lots are read, and those after it; of one
without a checkpoint, all. It is one statement, which sees marks, checkpoints, rollups and trades as they were committed
together.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from rest import instants
from trades.rollups.rolled import READ

from .by_now import SEGMENT
from .in_turn import Names, ordered
from .lots import METHODS, Fill, Lots, Part, remainder
from .rolled_up import SEGMENTS, RolledUp

# What corporate actions and instruments make of a ticker's trades.
SIGNATURES = f"""SELECT final AS ticker, md5(string_agg(concat_ws(' ', ticker, EXTRACT(EPOCH FROM since),
        EXTRACT(EPOCH FROM until), units, prices, reference_base_of(ticker)), ',' ORDER BY ticker, since)) AS signature
    FROM {SEGMENTS} AS {SEGMENT} GROUP BY final"""  # noqa: S608
SIGNATURE = "COALESCE(signature, reference_base_of(ticker), '')"  # of a ticker, beside SIGNATURES
# The first day of a ticker by now whose trades may have changed since checkpoints were made.
VOIDS = f"""SELECT account_id AS of_account, COALESCE(final, mark.ticker) AS ticker, MIN(day) AS void
    FROM (SELECT account_id, ticker, day FROM trades_mark
        UNION ALL SELECT account_id, ticker, day FROM portfolio_stale) mark
    LEFT JOIN {SEGMENTS} AS {SEGMENT} ON segment.ticker = mark.ticker GROUP BY 1, 2"""  # noqa: S608
NAME = """CASE WHEN COUNT(*) = 1 THEN MIN(of_account)::text
    ELSE md5(string_agg(of_account::text, ',' ORDER BY of_account)) END"""
KEYED = f"""SELECT {{key}}, {NAME} AS accounts, MIN(void) AS void, MAX(last_at) AS last_at
    FROM (SELECT {{key}}, of_account, MAX(last_at) AS last_at FROM owners GROUP BY {{key}}, of_account) owner
    LEFT JOIN voids USING (of_account, ticker) GROUP BY {{key}}"""  # noqa: S608
NEWEST = """SELECT (day + 1)::timestamp AT TIME ZONE 'UTC' AS after, quantity, basis, open_fees, lots, remainders
    FROM portfolio_checkpoint checkpoint
    WHERE checkpoint.ticker = signed.ticker AND checkpoint.currency = signed.currency AND method = %(method)s
        AND checkpoint.accounts = signed.accounts AND checkpoint.signature = signed.is_signed
        AND day < COALESCE(void, 'infinity') ORDER BY day DESC LIMIT 1"""
STARTS = f"""SELECT {{key}}, quantity AS held, basis, open_fees, lots, remainders,
        COALESCE(after, '-infinity') AS since, last_at >= COALESCE(after, '-infinity') AS has_tail
    FROM (SELECT keyed.*, {SIGNATURE} AS is_signed FROM keyed LEFT JOIN signatures USING (ticker)) signed
    LEFT JOIN LATERAL ({NEWEST}) newest ON TRUE"""  # noqa: S608
LOTS = """SELECT lot.id, remainder FROM starts CROSS JOIN LATERAL unnest(lots, remainders) AS lot (id, remainder)
    WHERE has_tail"""
TAILS = """SELECT of_account AS account_id, of_ticker AS ticker, MIN(since) AS since
    FROM owners JOIN starts USING ({key}) WHERE has_tail GROUP BY 1, 2"""
TRADES = f"""SELECT tail.account_id, tail.ticker, NULL::date AS day, trade.* FROM tails tail CROSS JOIN LATERAL (
        SELECT {READ} FROM trades_trade trade WHERE trade.account_id = tail.account_id
            AND trade.ticker = tail.ticker AND trade.timestamp >= tail.since OFFSET 0
    ) trade
    UNION ALL SELECT account_id, ticker, NULL::date AS day, {READ} FROM (
        SELECT trade.* FROM open_lots CROSS JOIN LATERAL (
            SELECT account_id, ticker, {READ} FROM trades_trade trade WHERE trade.id = open_lots.id OFFSET 0
        ) trade JOIN tails USING (account_id, ticker) WHERE timestamp < since
    ) trade"""  # noqa: S608
OF_TRADE = ("id", "timestamp", "quantity", "value", "fee", "remainder", "is_lot")
AFTER = """SELECT {key}, id, timestamp, quantity, value, fee, remainder, timestamp < since AS is_lot
    FROM ({trades}) trade JOIN starts USING ({key}) LEFT JOIN open_lots USING (id)
    WHERE has_tail AND (timestamp >= since OR open_lots.id IS NOT NULL)"""
OF_KEY = ("net", "cash", "fees", "basis", "open_fees", "last_price", "last_timestamp", "in_minor", "other_fees", "held")
FOUND = f"""SELECT {{key}}, net, cash, fees, COALESCE(basis, 0), COALESCE(open_fees, 0), last_price, last_timestamp,
        in_minor, other_fees, COALESCE(held, 0), {", ".join(f"after.{name}" for name in OF_TRADE)}
    FROM totals JOIN starts USING ({{key}}) LEFT JOIN others USING ({{key}}) LEFT JOIN after USING ({{key}})
    ORDER BY {{order}}, timestamp, id"""  # noqa: S608
RELATIONS = {
    "owners": """SELECT {key}, of_account, of_ticker, MAX(last_at) AS last_at FROM moved
        GROUP BY {key}, of_account, of_ticker""",
    "voids": VOIDS, "signatures": SIGNATURES, "keyed": KEYED, "starts": STARTS, "open_lots": LOTS, "tails": TAILS,
    "after": AFTER,
}  # fmt: skip


def from_checkpoints(trades: RolledUp, sums: dict[str, str], method: str, key: Names) -> Iterator[dict[str, Any]]:
    """The sums of each key's trades, and the basis and the fees of what is held. The transaction ends with it."""
    names = (*key, *OF_KEY, *OF_TRADE)
    with transaction.atomic(), connection.cursor() as settings, connection.chunked_cursor() as cursor:
        settings.execute("SET LOCAL enable_nestloop = off")  # as pieces.answered says
        cursor.execute(statement(trades, sums, key), {**trades.parameters, "method": method})
        for _, rows in groupby(cursor, key=lambda row: row[: len(key)]):
            yield held(method, (dict(zip(names, row, strict=True)) for row in rows))


def statement(trades: RolledUp, sums: dict[str, str], key: Names) -> str:
    named = {"key": ", ".join(key), "trades": trades.one_by_one(TRADES)}
    relations = {**sums, **RELATIONS}
    written = ", ".join(f"{name} AS MATERIALIZED ({sql.format(**named)})" for name, sql in relations.items())
    return f"WITH {trades.relations}, {written} {FOUND.format(**named, order=ordered(key))}"


def held(method: str, rows: Iterator[dict[str, Any]]) -> dict[str, Any]:
    """One key's row, as it is after its trades, if it has any; all rows have what the checkpoint said."""
    found = next(rows)
    if found["id"] is not None:
        lots = METHODS[method]()
        if method == "average":
            reopen(lots, pooled(found["held"], found["basis"], found["open_fees"]))
        follow(lots, [found])
        follow(lots, rows)
        found["basis"], found["open_fees"] = sums_of(lots)
    return found


def follow(lots: Lots, rows: Iterable[Mapping[str, Any]]) -> None:
    """Open the lots that were held, then book the trades."""
    for row in rows:
        fill = Fill(row["id"], row["timestamp"], *(Fraction(row[name]) for name in ("quantity", "value", "fee")))
        if row["is_lot"]:
            left = row["remainder"]
            reopen(lots, [remainder(fill, None if left is None else Fraction(left))])
        else:
            for _ in lots.add(fill):
                pass


def reopen(lots: Lots, parts: Iterable[Part]) -> None:
    for part in parts:
        lots.open(part)


def pooled(quantity: Any, basis: Any, fees: Any) -> list[Part]:
    """The one lot of what is held at average cost, if anything is."""
    fill = Fill(0, instants.BEGIN, Fraction(quantity), Fraction(basis), Fraction(fees))
    return [Part(fill)] if fill.quantity else []


def sums_of(lots: Lots) -> tuple[Fraction, Fraction]:
    """The basis of what is held, and its fees."""
    held = lots.held()
    return sum((part.value for part in held), Fraction(0)), sum((part.fee for part in held), Fraction(0))
