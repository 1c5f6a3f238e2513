"""Positions by average cost, LIFO and HIFO from checkpoints, and from the trades after them.

Sums come from rolled-up trades; only what is held follows from trades one by one. Of a key with no trade after its
newest checkpoint it is there; of another, the trades after it are read, and those of the lots that they can reach; of
one without a checkpoint, all. It is one statement, which sees marks, checkpoints, rollups and trades as they were
committed together.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import chain, groupby
from typing import Any

from django.db import connection, transaction

from rest import instants
from trades.rollups.sums import READ

from .by_now import SEGMENT
from .in_turn import Names, ordered
from .lots import METHODS, Fill, Lots, Part, remainder
from .rollups import SEGMENTS, RolledUp

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
TAILS = """SELECT of_account AS account_id, of_ticker AS ticker, MIN(since) AS since
    FROM owners JOIN starts USING ({key}) WHERE has_tail GROUP BY 1, 2"""
TRADES = f"""SELECT tail.account_id, tail.ticker, NULL::date AS day, trade.* FROM tails tail CROSS JOIN LATERAL (
        SELECT {READ} FROM trades_trade trade WHERE trade.account_id = tail.account_id
            AND trade.ticker = tail.ticker AND trade.timestamp >= tail.since OFFSET 0
    ) trade"""  # noqa: S608
AFTER = """SELECT {key}, id, timestamp, quantity, value, fee
    FROM ({trades}) trade JOIN starts USING ({key}) WHERE has_tail AND timestamp >= since"""
# How many of the units that were held the trades after it can take away at most: no lots beyond these are read.
TAKEN = """SELECT {key}, SUM(ABS(quantity)) AS units FROM after JOIN starts USING ({key})
    WHERE SIGN(quantity) = -SIGN(held) GROUP BY {key}"""
LOTS = """SELECT id, remainder FROM (
        SELECT lot.id, remainder, units, SUM(ABS(remainder)) OVER (
                PARTITION BY {key} ORDER BY number ROWS UNBOUNDED PRECEDING) - ABS(remainder) AS before
        FROM starts JOIN taken USING ({key})
        CROSS JOIN LATERAL unnest(lots, remainders) WITH ORDINALITY AS lot (id, remainder, number)
    ) lot WHERE before < units"""
OF_LOT = ", ".join(f"trade.{name}" for name in READ.split(", "))
OPENED = f"""SELECT trade.account_id, trade.ticker, NULL::date AS day, {OF_LOT} FROM open_lots CROSS JOIN LATERAL (
        SELECT account_id, ticker, {READ} FROM trades_trade trade WHERE trade.id = open_lots.id OFFSET 0
    ) trade"""  # noqa: S608
WALKED = """SELECT {key}, id, timestamp, quantity, value, fee, NULL AS remainder FROM after
    UNION ALL SELECT {key}, id, timestamp, quantity, value, fee, remainder
    FROM ({opened}) trade JOIN open_lots USING (id)"""
OF_TRADE = ("id", "timestamp", "quantity", "value", "fee", "remainder")
OF_KEY = ("net", "cash", "fees", "basis", "open_fees", "last_price", "last_timestamp", "in_minor", "other_fees", "held")
FOUND = f"""SELECT {{key}}, net, cash, fees, COALESCE(basis, 0), COALESCE(open_fees, 0), last_price, last_timestamp,
        in_minor, other_fees, COALESCE(held, 0), {", ".join(f"walked.{name}" for name in OF_TRADE)}
    FROM totals JOIN starts USING ({{key}}) LEFT JOIN others USING ({{key}}) LEFT JOIN walked USING ({{key}})
    ORDER BY {{order}}, timestamp, id"""  # noqa: S608
RELATIONS = {
    "owners": """SELECT {key}, of_account, of_ticker, MAX(last_at) AS last_at FROM moved
        GROUP BY {key}, of_account, of_ticker""",
    "voids": VOIDS, "signatures": SIGNATURES, "keyed": KEYED, "starts": STARTS, "tails": TAILS,
    "after": AFTER, "taken": TAKEN, "open_lots": LOTS, "walked": WALKED,
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
    named = {"key": ", ".join(key), "trades": trades.one_by_one(TRADES), "opened": trades.one_by_one(OPENED)}
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
        before = sums_of(lots)
        for row in chain([found], rows):
            opened = follow(lots, row)
            before = before[0] + opened[0], before[1] + opened[1]
        # Of lots that no trade can reach there are only these sums.
        found["basis"], found["open_fees"] = (
            Fraction(found[name]) - one + other
            for name, one, other in zip(("basis", "open_fees"), before, sums_of(lots), strict=True)
        )
    return found


def follow(lots: Lots, row: Mapping[str, Any]) -> tuple[Fraction, Fraction]:
    """Open a lot that was held, and return its value and fee; or book a trade."""
    fill = Fill(row["id"], row["timestamp"], *(Fraction(row[name]) for name in ("quantity", "value", "fee")))
    if row["remainder"] is None:
        for _ in lots.add(fill):
            pass
        return Fraction(0), Fraction(0)
    part = remainder(fill, Fraction(row["remainder"]))
    lots.open(part)
    return part.value, part.fee


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
