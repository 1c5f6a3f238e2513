"""What rolled-up trades amount to by now, in SQL: by_now.py, of months and days in place of single trades."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from rest.selection import Selection
from trades.rollups.pieces import Pieces, pieces_of
from trades.rollups.span import Span
from trades.rollups.sums import NORMAL, SAME_MONEY, TURNED

from .by_now import ACCOUNT_ID, BY_NOW, IN_MINOR, MINOR, SEGMENT, Adjustment, Scale, adjustment_by, in_major_units
from .timeline import Action

FIELDS = {
    "tickers": "text", "since": "timestamptz", "until": "timestamptz",
    "finals": "text", "units": "numeric", "prices": "numeric",
}  # fmt: skip
SEGMENTS = f"unnest({', '.join(f'%(segment_{name})s::{type_}[]' for name, type_ in FIELDS.items())})"
ACCOUNTS = "unnest(%(accounts)s::integer[], %(account_names)s::text[]) AS named (id, name)"


def hundredths(currency: str) -> str:
    """What an amount in the currency is multiplied by, to be in that of which its own is a hundredth, if it is."""
    return f"CASE WHEN {currency} IN ({MINOR}) THEN 0.01 ELSE 1 END"


# The amounts of both sides. A fee in what is traded is quantity, as by_now.IN_KIND says.
SIDES = f"""SELECT piece.*, reference_major(currency) AS money,
        (fee_currency <> currency AND fee_currency = reference_base_of(ticker)) IS TRUE AS in_kind,
        {SAME_MONEY} AS same_money, last_price * {hundredths("currency")} AS last_in_money,
        COALESCE(buy_quantity, 0) AS bought, -COALESCE(sell_quantity, 0) AS sold,
        COALESCE(buy_value, 0) * {hundredths("currency")} AS paid,
        -COALESCE(sell_value, 0) * {hundredths("currency")} AS received,
        COALESCE(buy_fees, 0) * {hundredths("fee_currency")} AS buy_fee,
        COALESCE(sell_fees, 0) * {hundredths("fee_currency")} AS sell_fee
    FROM ({{pieces}}) piece OFFSET 0"""  # noqa: S608
KINDS = f"""SELECT sides.*,
        bought - CASE WHEN in_kind THEN COALESCE(buy_fees, 0) ELSE 0 END AS came,
        sold - CASE WHEN in_kind THEN COALESCE(sell_fees, 0) ELSE 0 END AS went,
        NOT in_kind OR kind = {NORMAL} AS is_normal, in_kind AND kind = {TURNED} AS is_turned
    FROM ({SIDES}) sides OFFSET 0"""  # noqa: S608


def increasing(column: str, buys: str, sells: str, *, above: bool) -> str:
    """Of the trades by which units came or, not `above` zero, went: the sum of what buys and sells have as these."""
    usual, other = (buys, sells) if above else (sells, buys)
    return f"CASE WHEN is_normal THEN {usual} WHEN is_turned THEN {other} ELSE 0 END AS {column}"


def by_prices(*columns: str) -> str:
    """Prices in today's units; those of a minor unit in the major one."""
    return ", ".join(f"{in_major_units(column, 'currency')} * COALESCE(prices, 1) AS {column}" for column in columns)


def both(name: str, *, above: bool) -> str:
    """The columns `{name}_quantity`, `{name}_value` and `{name}_fee`."""
    fees = [f"CASE WHEN same_money THEN {fee} ELSE 0 END" for fee in ("buy_fee", "sell_fee")]
    return ", ".join((
        increasing(f"{name}_quantity", "came * COALESCE(units, 1)", "went * COALESCE(units, 1)", above=above),
        increasing(f"{name}_value", "paid", "received", above=above),
        increasing(f"{name}_fee", *fees, above=above),
    ))  # fmt: skip


POSITION = f"""{ACCOUNT_ID} AS account_id, kinds.account_id AS of_account, kinds.ticker AS of_ticker, day, is_month,
        DATE_TRUNC('month', day)::date AS month, (came + went) * COALESCE(units, 1) AS quantity,
        paid + received AS value,
        CASE WHEN same_money THEN buy_fee + sell_fee ELSE 0 END AS fee,
        CASE WHEN NOT same_money AND COALESCE(buy_fees, sell_fees) IS NOT NULL THEN buy_fee + sell_fee END AS other_fee,
        reference_major(fee_currency) AS fee_currency, last_at, last_id, {by_prices("last_price")},
        {IN_MINOR} AS in_minor, {both("long", above=True)}, {both("short", above=False)}"""
CANDLE = f"""first_at, first_id, last_at, last_id, {by_prices("first_price", "last_price", "high", "low")},
        (bought - sold) * COALESCE(units, 1) AS volume, paid - received AS notional, buys + sells AS count"""
MOVED = f"""SELECT named.name AS account, COALESCE(final, kinds.ticker) AS ticker, money AS currency, {{columns}}
    FROM ({KINDS}) kinds JOIN {ACCOUNTS} ON named.id = kinds.account_id
    LEFT JOIN {SEGMENTS} AS {SEGMENT} ON kinds.ticker = segment.ticker AND first_at >= since AND first_at < until
    WHERE %(wanted)s::text[] IS NULL OR COALESCE(final, kinds.ticker) = ANY(%(wanted)s)"""  # noqa: S608
# A trade of one day, as BY_NOW reads it.
CHOSEN = f"SELECT trade.*, named.name AS account FROM ({{trades}}) trade JOIN {ACCOUNTS} ON named.id = trade.account_id"  # noqa: S608
WANTED = "WHERE %(wanted)s::text[] IS NULL OR COALESCE(final, booked.ticker) = ANY(%(wanted)s)"


@dataclass(frozen=True)
class RolledUp:
    """The same trades as by_now.Adjusted, in pieces; `relations` of a WITH, and the statement's `parameters`.

    What is made of pieces has account, account_id, ticker and currency, as trades by now have them; the account, ticker
    and `day` that it was rolled up by (of_account, of_ticker), whether it `is_month`, and its `month`. Then sums:
    quantity, value, fee, other_fee in fee_currency (null if there are none); the last trade's last_at, last_id,
    last_price and in_minor. Quantity, value and fee of the trades by which units came are long_quantity, long_value and
    long_fee, and short_quantity and so on, below zero, of those by which they went.
    """

    pieces: Pieces
    scale: dict[str, Scale]
    parameters: dict[str, Any]

    @property
    def relations(self) -> str:
        return f"{self.pieces.sql}, moved AS MATERIALIZED ({self.by_now('SELECT * FROM pieces')})"  # noqa: S608

    def by_now(self, pieces: str, columns: str = POSITION) -> str:
        """The pieces with these columns, behind account, ticker and currency."""
        return MOVED.format(pieces=pieces, columns=columns)

    @property
    def of_all_time(self) -> bool:
        """Whether they are all trades of its accounts and tickers, as they are."""
        return self.pieces.span == Span() and self.pieces.selection.instant is None

    def trades_on(self, days: str) -> str:
        """Single trades of days, with the columns of by_now.Adjusted."""
        return self.one_by_one(self.pieces.trades_on(days))

    def one_by_one(self, trades: str) -> str:
        """The same of trades as sums.trades_of has them."""
        chosen = CHOSEN.format(trades=trades)
        return f"{BY_NOW.format(chosen=chosen, segments=SEGMENTS)} {WANTED}"


def rolled_up(selection: Selection, actions: Iterable[Action], zone: tzinfo | None = None) -> RolledUp | None:
    """The selection's trades after these actions; None if single trades have to be read. With a zone, by its days."""
    by = adjustment_by(actions, selection)
    cuts = [(one.ticker, instant) for one in by.segments for instant in (one.since, one.until) if instant]
    pieces = pieces_of(by.selection, cuts, zone)
    if pieces is None:
        return None
    return RolledUp(pieces, by.scale, {
        **pieces.parameters,
        **segments_of(by),
        "account_names": [name for _, name in pieces.accounts],
        "wanted": None if by.wanted is None else list(by.wanted),
    })  # fmt: skip


def segments_of(by: Adjustment) -> dict[str, list[Any]]:
    """The parameters of SEGMENTS."""
    columns: Sequence[Any] = list(zip(*by.rows, strict=True)) or [()] * len(FIELDS)
    return {f"segment_{name}": list(column) for name, column in zip(FIELDS, columns, strict=True)}
